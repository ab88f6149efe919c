/** One thread of a campaign: it simulates the seeds that it is told. */
import { parentPort } from 'node:worker_threads';
import { asTable } from './history.ts';
import { type Found, searchAll } from './search.ts';
import { type Part, type Shrunk, shrink } from './shrink.ts';
import { simulate, type Violation } from './simulate.ts';
import type { SmallWorld } from './small.ts';
import type { WorldKind } from './worlds.ts';

/** A seed of a kind of world. */
export type Seed = { readonly seed: number; readonly world: WorldKind };

/** What a thread is told to do, one at a time. */
export type Order =
  | ({ readonly type: 'simulate'; readonly turns: number } & Seed)
  | ({ readonly type: 'explain'; readonly isShrunk: boolean } & Seed)
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

const run = async (
  { seed, world }: Seed,
  { turns }: { readonly turns: number },
): Promise<Result> => {
  const outcome = await simulate(seed, { world, turns });
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
const explain = async (
  { seed, world }: Seed,
  { isShrunk }: { readonly isShrunk: boolean },
): Promise<string> => {
  const shrunk = isShrunk ? await shrink({ seed, world }) : undefined;
  const { lines, violations } =
    shrunk?.outcome ?? (await simulate(seed, { world, keepsLines: true }));
  return [
    shrunk ? `Seed ${seed}, with ${whatIsLeftOf(shrunk)}:` : `Seed ${seed}:`,
    asTable(lines),
    ...violations.map(({ law, about }) => `${law}: ${about}`),
  ].join('\n');
};

const whatIsLeftOf = ({ deeds, crowd, faults }: Shrunk): string => {
  const part = ({ left, of }: Part, what: string): string => `${left} of ${of} ${what}`;
  return [
    part(deeds, 'deeds'),
    ...(crowd.of > 0 ? [part(crowd, 'orders of the crowd')] : []),
    part(faults, 'faults'),
  ].join(' and ');
};

const obey = async (order: Order): Promise<Report> => {
  switch (order.type) {
    case 'simulate':
      return { type: 'simulated', result: await run(order, order) };
    case 'explain':
      return { type: 'explained', text: await explain(order, order) };
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
