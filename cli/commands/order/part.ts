/** Commands about some units of an order, which take effect once for each key. */
import type { Argv } from 'yargs';
import type { Operation } from '../../../lib/http/operation.ts';
import type { Answer, Request } from '../../api.ts';
import { linesFrom } from '../../arguments.ts';
import { withName } from '../../failure.ts';
import type { CommonOptions, Session } from '../../session.ts';

/** The units that a command is about, and the key of the command. */
export const withPart = <Options extends CommonOptions>(parser: Argv<Options>, what: string) =>
  parser
    .option('items', {
      alias: 'item',
      type: 'string',
      array: true,
      requiresArg: true,
      describe: `${what}: product:quantity, like tea:2`,
    })
    .option('key', {
      type: 'string',
      implies: 'items',
      describe: 'The Idempotency-Key of a part; a new one if there is none',
    });

type Part = {
  readonly items: readonly string[];
  readonly key: string | undefined;
};

/**
 * Sends what is about some units.
 *
 * @returns the answer, and the key, with which a repetition takes effect once
 * @throws Failure that tells the key when the outcome is unknown
 */
export const sendPart = async <Body>(
  operation: Operation,
  request: Request,
  { items, key }: Part,
  { api, ports }: Pick<Session, 'api' | 'ports'>,
): Promise<Answer<Body> & { readonly idempotencyKey: string }> => {
  const idempotencyKey = key ?? ports.runtime.newId();
  const body = { ...request.body, items: linesFrom(items) };
  const answer = await withName(`--key ${idempotencyKey}`, () =>
    api.call<Body>(operation, { ...request, body, idempotencyKey }),
  );
  return { ...answer, idempotencyKey };
};
