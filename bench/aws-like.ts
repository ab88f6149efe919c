/** A proxy in front of an engine that adds AWS's latency and transaction conflicts. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Tables } from '../lib/dynamodb/tables.ts';
import { primaryKeys } from '../test/support/engine-shop.ts';

const PROGRAM = fileURLToPath(new URL('./aws-like-process.ts', import.meta.url));

/** The messages to the process. */
export type Order =
  | { readonly type: 'start'; readonly target: string }
  | { readonly type: 'serve'; readonly keys: Readonly<Record<string, readonly string[]>> }
  | { readonly type: 'report' };

/** Its answers, one to each message. */
export type Report =
  | { readonly type: 'started'; readonly endpoint: string }
  | { readonly type: 'serving' }
  | { readonly type: 'busy'; readonly busy: number };

export type AwsLike = {
  readonly endpoint: string;
  /** Begins with a new shop, without transactions in flight. */
  serve(tables: Tables): Promise<void>;
  /** The share of the time since then in which the proxy itself was busy, from 0 to 1. */
  busy(): Promise<number>;
  stop(): Promise<void>;
};

/**
 * Starts the proxy in a process of its own, so that it does not compete with the measured code.
 *
 * @param target the engine's address
 */
export const startAwsLike = async (target: string): Promise<AwsLike> => {
  const child = fork(PROGRAM, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const ask = async (order: Order): Promise<Report> => {
    child.send(order);
    const [report] = (await once(child, 'message')) as [Report];
    return report;
  };
  const started = await ask({ type: 'start', target });
  if (started.type !== 'started') throw new Error('The proxy did not start.');
  return {
    endpoint: started.endpoint,
    async serve(tables) {
      await ask({ type: 'serve', keys: primaryKeys(tables) });
    },
    async busy() {
      const report = await ask({ type: 'report' });
      return report.type === 'busy' ? report.busy : 0;
    },
    async stop() {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
};
