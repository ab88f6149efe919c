/** One thread of a campaign: it simulates the seeds that it is told. */
import { parentPort } from 'node:worker_threads';
import { asTable } from './history.ts';
import { type Found, searchAll } from './search.ts';
import { shrink } from './shrink.ts';
import { simulate, type Violation } from './simulate.ts';
import type { SmallWorld } from './small.ts';

/** What a thread is told to do, one at a time. */
export type Order =
  | { readonly type: 'simulate'; readonly seed: number; readonly turns: number }
  | { readonly type: 'explain'; readonly seed: number; readonly isShrunk: boolean }
  | { readonly type: 'search'; readonly world: SmallWorld; readonly hasFault: boolean };

/** What became of a seed. */
export type Result = {
  readonly seed: number;
  readonly hash: string;
  readonly violations: readonly Violation[];
  /** What happened how often, and each kind of fault. */
  readonly counts: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
  readonly virtualMs: number;
};

export type Report =
  | { readonly type: 'simulated'; readonly result: Result }
  | { readonly type: 'explained'; readonly text: string }
  | { readonly type: 'searched'; readonly found: Found };

const run = async (seed: number, turns: number): Promise<Result> => {
  const outcome = await simulate(seed, { turns });
  const faults: Record<string, number> = {};
  for (const { kind } of outcome.faults) faults[kind] = (faults[kind] ?? 0) + 1;
  return {
    seed,
    hash: outcome.hash,
    violations: outcome.violations,
    counts: Object.fromEntries(outcome.counts),
    faults,
    virtualMs: outcome.virtualMs,
  };
};

/** A seed's history as text; of one that goes wrong the shortest, if so wanted. */
const explain = async (seed: number, isShrunk: boolean): Promise<string> => {
  const shrunk = isShrunk ? await shrink(seed) : undefined;
  const { lines, violations } = shrunk?.outcome ?? (await simulate(seed, { keepsLines: true }));
  return [
    ...(shrunk
      ? [
          `Seed ${seed}, with ${shrunk.deeds.left} of ${shrunk.deeds.of} deeds and ${shrunk.faults.left} of ${shrunk.faults.of} faults:`,
        ]
      : [`Seed ${seed}:`]),
    asTable(lines),
    ...violations.map(({ law, about }) => `${law}: ${about}`),
  ].join('\n');
};

const obey = async (order: Order): Promise<Report> => {
  switch (order.type) {
    case 'simulate':
      return { type: 'simulated', result: await run(order.seed, order.turns) };
    case 'explain':
      return { type: 'explained', text: await explain(order.seed, order.isShrunk) };
    case 'search':
      return { type: 'searched', found: await searchAll(order.world, order) };
  }
};

parentPort?.on('message', (order: Order) => {
  obey(order).then(
    (report) => parentPort?.postMessage(report),
    (error: unknown) => {
      // As an error of this thread, which ends the campaign.
      queueMicrotask(() => {
        throw error;
      });
    },
  );
});
