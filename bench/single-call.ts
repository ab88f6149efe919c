/** A warm cancellation by HTTP beside the two requests that it cannot do without. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localEnvironment } from '../local/aws.ts';
import type { Infrastructure } from '../local/infrastructure.ts';
import { bundle, readBundleSettings } from '../test/support/bundle.ts';
import { ordersOf } from '../test/support/workloads.ts';
import { readBooks, requireAllCancelled } from './check.ts';
import type { Place } from './places.ts';
import { openShop } from './shop.ts';
import { fillShop } from './stock.ts';

const NOWHERE = 'http://127.0.0.1:9';

/** What the process is told: which orders to cancel through the handler, and which without it. */
export type Assignment = {
  readonly byHandler: readonly string[];
  readonly bare: readonly string[];
};

export type SingleCall = {
  readonly engine: Place['engine'];
  /** Calls of each kind; the first of each are not counted. */
  readonly calls: number;
  /** Medians, in milliseconds. */
  readonly handlerMs: number;
  readonly bareMs: number;
  readonly ratio: number;
};

export type Medians = Pick<SingleCall, 'handlerMs' | 'bareMs'>;

/**
 * Runs in a process of its own, bundled as functions are deployed and in the environment of one, so
 * that all that the handler does is counted (its log lines, too) and none of it is seen.
 */
export const measureSingleCall = async (
  place: Place,
  infrastructure: Infrastructure,
  { calls, seed }: { readonly calls: number; readonly seed: number },
): Promise<SingleCall> => {
  const shop = await openShop(place.engineEndpoint, infrastructure);
  const folder = await mkdtemp(join(tmpdir(), 'countermand-single-call-'));
  try {
    const program = await bundle(
      'bench/single-call-process.ts',
      await readBundleSettings(),
      folder,
    );
    const orders = ordersOf('uniform', 2 * calls, seed);
    await fillShop(shop.direct.store, orders);
    const before = await readBooks(shop);
    const ids = orders.map(({ id }) => id);
    const medians = await askProcess(
      program.file,
      {
        ...localEnvironment(process.env, { dynamodb: place.engineEndpoint, sqs: NOWHERE }),
        ...shop.environment,
        CANCELLATIONS_QUEUE_URL: NOWHERE,
      },
      { byHandler: ids.slice(0, calls), bare: ids.slice(calls) },
    );
    // Both ways write the same, or one of them would be measured doing less.
    requireAllCancelled(before, await readBooks(shop));
    return { engine: place.engine, calls, ...medians, ratio: medians.handlerMs / medians.bareMs };
  } finally {
    await rm(folder, { recursive: true });
    await shop.close();
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
