/** A network in front of an engine that answers as late as AWS does, and whose transactions meet. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Tables } from '../lib/dynamodb/tables.ts';
import { primaryKeys } from '../test/support/engine-shop.ts';

const PROGRAM = fileURLToPath(new URL('./aws-like-process.ts', import.meta.url));

/** What the process is told. */
export type Order =
  | { readonly type: 'start'; readonly target: string }
  | { readonly type: 'serve'; readonly keys: Readonly<Record<string, readonly string[]>> }
  | { readonly type: 'report' };

/** What it answers, to each in turn. */
export type Report =
  | { readonly type: 'started'; readonly endpoint: string }
  | { readonly type: 'serving' }
  | { readonly type: 'busy'; readonly busy: number };

export type AwsLike = {
  readonly endpoint: string;
  /** Begins with a shop, in which nothing is under way yet. */
  serve(tables: Tables): Promise<void>;
  /** How much of the time since then the proxy itself was working, from 0 to 1. */
  busy(): Promise<number>;
  stop(): Promise<void>;
};

/**
 * Starts the proxy in a process of its own: in ours it would compete with what is measured.
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
