/** Compares a warm cancellation over HTTP with the two DynamoDB requests that it needs. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localEnvironment } from '../local/aws.ts';
import type { Infrastructure } from '../local/infrastructure.ts';
import { bundle, readBundleSettings } from '../test/support/bundle.ts';
import { ordersOf } from '../test/support/workloads.ts';
import { requireAllCancelled } from './check.ts';
import type { Place } from './places.ts';
import { type Recorded, recordCancellations } from './recorded.ts';
import { withShop } from './shop.ts';
import { fillShop } from './stock.ts';

const NOWHERE = 'http://127.0.0.1:9';

/**
 * The task of the process: orders to cancel through the handler, and requests to send without it.
 */
export type Assignment = {
  readonly byHandler: readonly string[];
  readonly bare: readonly Recorded[];
};

export type SingleCall = {
  readonly engine: Place['engine'];
  /** Calls of each kind, the warm-up included. */
  readonly calls: number;
  /** Medians, in milliseconds. */
  readonly handlerMs: number;
  readonly bareMs: number;
  readonly ratio: number;
};

export type Medians = Pick<SingleCall, 'handlerMs' | 'bareMs'>;

/**
 * Runs in a process of its own, with the bundle and the environment of a deployed function. So all
 * the handler's work is measured, including its logs, and the logs do not appear in the output.
 */
export const measureSingleCall = async (
  place: Place,
  infrastructure: Infrastructure,
  { calls, seed }: { readonly calls: number; readonly seed: number },
): Promise<SingleCall> => {
  const folder = await mkdtemp(join(tmpdir(), 'countermand-single-call-'));
  try {
    const program = await bundle(
      'bench/single-call-process.ts',
      await readBundleSettings(),
      folder,
    );
    const medians = await withShop(place, infrastructure, async (shop) => {
      const orders = ordersOf('uniform', 2 * calls, seed);
      await fillShop(shop, orders);
      const ids = orders.map(({ id }) => id);
      const answer = await askProcess(
        program.file,
        {
          ...localEnvironment(process.env, { dynamodb: place.engineEndpoint, sqs: NOWHERE }),
          ...shop.environment,
          CANCELLATIONS_QUEUE_URL: NOWHERE,
          WRITE_OFFS_QUEUE_URL: NOWHERE,
          PLAIN_QUEUE_WRITES_OFF: 'false',
        },
        {
          byHandler: ids.slice(0, calls),
          bare: await recordCancellations(shop, ids.slice(calls)),
        },
      );
      await requireAllCancelled(shop, orders);
      return answer;
    });
    return { engine: place.engine, calls, ...medians, ratio: medians.handlerMs / medians.bareMs };
  } finally {
    await rm(folder, { recursive: true });
  }
};

const askProcess = async (
  program: string,
  env: NodeJS.ProcessEnv,
  assignment: Assignment,
): Promise<Medians> => {
  const child = fork(program, { env, execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  child.send(assignment);
  const [answer] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`The process that makes single calls ended with ${code}.`);
    }),
  ])) as [Medians];
  child.disconnect();
  return answer;
};
