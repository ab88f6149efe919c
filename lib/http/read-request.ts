import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { type Caller, reportWrite, type Written } from '../observability/writes.ts';
import { systemRuntime } from '../runtime.ts';
import { type TimeBudget, timeBudget } from '../time-budget.ts';
import { callerOf, checkStatedActor, scopesOf } from './caller.ts';
import { IDEMPOTENCY_KEY, readIdempotencyKey } from './idempotency-key.ts';
import type { NamingField, Operation, Schema } from './operation.ts';
import { invalidField } from './problem.ts';
import { readBody, validate } from './request.ts';

type Parsed<Part extends Schema> = Part extends z.ZodMiniType ? z.output<Part> : undefined;

/** A body whose naming field is always present. */
type Named<Body, Names extends NamingField> = Names extends string
  ? Omit<Body, Names> & Readonly<Record<Names, string>>
  : Body;

/** A request as handlers see it: checked, and independent of API Gateway. */
export type Request<
  Parameters extends Schema = Schema,
  Query extends Schema = Schema,
  Body extends Schema = Schema,
  Names extends NamingField = NamingField,
> = {
  readonly path: Parsed<Parameters>;
  readonly query: Parsed<Query>;
  readonly body: Named<Parsed<Body>, Names>;
  readonly idempotencyKey: string | undefined;
  readonly caller: Caller;
  /** What the caller's token allows; undefined without a token. */
  readonly scopes: readonly string[] | undefined;
  /** Leaves a line in the log for what the call wrote, or would have written. */
  readonly report: (written: Written) => void;
  readonly remaining: TimeBudget;
};

const NO_FIELDS = z.strictObject({});

/**
 * Reads and checks a request. It refuses fields, query parameters and keys that the operation does
 * not declare.
 *
 * @throws Problem that says what is wrong with the request
 */
export const readRequest = (
  { parameters, query, body, ...operation }: Operation,
  event: APIGatewayProxyEventV2,
  context: Context,
) => {
  const path = parameters && validate(parameters, event.pathParameters ?? {});
  const asked = validate(query ?? NO_FIELDS, event.queryStringParameters ?? {});
  const fields = validate(body ?? NO_FIELDS, readBody(event));
  checkStatedActor(event);
  const caller = callerOf(event);
  const idempotencyKey = keyFor(operation, event.headers?.[IDEMPOTENCY_KEY.toLowerCase()]);
  return {
    path,
    query: query && asked,
    body: body && named(fields, operation.names, idempotencyKey),
    idempotencyKey,
    caller,
    scopes: scopesOf(event),
    report: (written: Written) => reportWrite(operation.operationId, written, caller),
    remaining: timeBudget(context, itemsOf(asked)),
  };
};

/** How many items the answer may have if it is a list. */
const itemsOf = (query: unknown): number => {
  const { limit } = query as Fields;
  return typeof limit === 'number' ? limit : 0;
};

/** A caller that sends a key relies on it, so a key is refused rather than ignored. */
const keyFor = (
  { idempotencyKey }: Pick<Operation, 'idempotencyKey'>,
  header: string | undefined,
): string | undefined => {
  const key = readIdempotencyKey(header);
  if (key !== undefined && idempotencyKey === undefined) {
    throw invalidField(IDEMPOTENCY_KEY, 'This call has no use for it');
  }
  return key;
};

type Fields = Readonly<Record<string, unknown>>;

const named = (body: unknown, names: NamingField, idempotencyKey: string | undefined): unknown => {
  if (names === undefined) return body;
  const fields = body as Fields;
  return { ...fields, [names]: fields[names] ?? idempotencyKey ?? systemRuntime.newId() };
};
