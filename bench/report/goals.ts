/** The goals, and what a run has reached. */

import type { Workload } from '../../test/support/workloads.ts';
import type { Run } from '../measure.ts';
import type { Result } from '../result.ts';
import { number } from './table.ts';

export type Goal = {
  readonly what: string;
  readonly wanted: string;
  readonly reached: string;
  readonly met: boolean;
};

/** The goals that this run has measured; a quick run measures few. */
export const goalsOf = (result: Result): Goal[] => {
  const { onEngines, simulated } = apart(result.runs);
  return [
    ...countGoals(onEngines),
    ...throughputGoals(onEngines),
    ...workerGoals(simulated),
    ...callerGoals(simulated),
    ...otherGoals(result),
  ];
};

/** In virtual time there are other rows of the same strategies, with other figures. */
export const apart = (runs: readonly Run[]) => ({
  onEngines: runs.filter(({ engine }) => engine !== 'simulated'),
  simulated: runs.filter(({ engine }) => engine === 'simulated'),
});

const atMost = (what: string, wanted: number, reached: number, decimals: number): Goal => ({
  what,
  wanted: `≤ ${number(wanted, decimals)}`,
  // One more digit than the goal has, so that rounding cannot hide a missed goal.
  reached: number(reached, decimals === 0 ? 0 : decimals + 1),
  met: reached <= wanted,
});

const atLeast = (what: string, wanted: number, reached: number): Goal => ({
  what,
  wanted: `≥ ${number(wanted, 1)}×`,
  reached: `${number(reached, 1)}×`,
  met: reached >= wanted,
});

const COUNT_GOALS: Readonly<Record<Workload, { requests: number; overBound: number }>> = {
  hot: { requests: 0.031, overBound: 1.01 },
  shared: { requests: 0.048, overBound: 1.02 },
  zipf: { requests: 0.05, overBound: 1.09 },
  uniform: { requests: 0.053, overBound: 1.06 },
};

const LARGE_BATCH = 1_000;

const isLarge = ({ strategy, concurrency, batchSize }: Run): boolean =>
  strategy === 'grouped' && concurrency === 1 && batchSize === LARGE_BATCH;

const countGoals = (runs: readonly Run[]): Goal[] => {
  const large = runs.filter((run) => isLarge(run) && run.latency === 'aws-like');
  const grouped = runs.filter(
    ({ strategy, concurrency }) => strategy === 'grouped' && concurrency === 1,
  );
  const conflicts = grouped.reduce((sum, run) => sum + run.conflicts, 0);
  return [
    ...large.map((run) =>
      atMost(
        `requests per cancellation, ${run.workload}`,
        COUNT_GOALS[run.workload].requests,
        run.requestsPerCancellation,
        3,
      ),
    ),
    ...large.map((run) =>
      atMost(
        `write units over the least, ${run.workload}`,
        COUNT_GOALS[run.workload].overBound,
        run.writeUnitsPerCancellation / run.boundWriteUnitsPerCancellation,
        2,
      ),
    ),
    atMost('conflicts among grouped transactions', 0, conflicts, 0),
  ];
};

/** Ratios to 32 in parallel, behind the network only: on a bare engine, the engine is the limit. */
const THROUGHPUT_GOALS = { hot: 14, shared: 7.5, zipf: 6, uniform: 2.5 } as const;

const throughputGoals = (runs: readonly Run[]): Goal[] =>
  Object.entries(THROUGHPUT_GOALS).flatMap(([workload, wanted]) => {
    const here = runs.filter((run) => run.latency === 'aws-like' && run.workload === workload);
    const yardstick = here.find(({ strategy, concurrency }) => {
      return strategy === 'parallel' && concurrency === 32;
    });
    const ours = here.find(isLarge);
    if (!ours || !yardstick) return [];
    const ratio = ours.ordersPerSecond / yardstick.ordersPerSecond;
    return [atLeast(`throughput beside 32 in parallel, aws-like, ${workload}`, wanted, ratio)];
  });

export type Pair = { readonly one: Run; readonly two: Run };

/** Runs of two workers, and of one with the same batches. */
export const pairsOf = (runs: readonly Run[]): Pair[] => {
  const grouped = runs.filter(({ strategy }) => strategy === 'grouped');
  return grouped
    .filter(({ concurrency }) => concurrency === 2)
    .flatMap((two) =>
      grouped
        .filter(({ concurrency }) => concurrency === 1)
        .filter(
          ({ workload, batchSize }) => workload === two.workload && batchSize === two.batchSize,
        )
        .map((one) => ({ one, two })),
    );
};

/** Two workers beside one, each time for the workload and the batches where they do worst. */
const workerGoals = (runs: readonly Run[]): Goal[] => {
  const pairs = pairsOf(runs).map(({ one, two }) => ({
    conflicts: (two.conflicts / two.orders) * 1_000,
    requests: two.requestsPerCancellation / one.requestsPerCancellation,
    throughput: two.ordersPerSecond / one.ordersPerSecond,
  }));
  if (pairs.length === 0) return [];
  const all = (of: keyof (typeof pairs)[number]): number[] => pairs.map((pair) => pair[of]);
  return [
    atMost('two workers, conflicts per 1,000', 5, Math.max(...all('conflicts')), 0),
    atMost('two workers, requests beside one', 1.1, Math.max(...all('requests')), 1),
    atLeast('two workers, throughput beside one', 1, Math.min(...all('throughput'))),
  ];
};

const callerGoals = (runs: readonly Run[]): Goal[] =>
  runs
    .filter(({ strategy }) => strategy === 'http')
    .flatMap(({ transactionsPerCancellation, answeredIn300Ms = Number.NaN }) => [
      atMost(
        '32 over HTTP, hot, transactions per cancellation',
        1.6,
        transactionsPerCancellation,
        1,
      ),
      atMost('32 over HTTP, hot, % not answered in 300 ms', 5, 100 * (1 - answeredIn300Ms), 0),
    ]);

const KB = 1_024;

const otherGoals = ({ packing, singleCall, coldStart }: Result): Goal[] => {
  const cancel = coldStart.find(({ name }) => name === 'cancel-order');
  const many = packing.filter(({ orders }) => orders === 10_000);
  return [
    ...many.map((run) =>
      atMost(`packing 10,000 orders, µs each, ${run.workload}`, 10, run.microsecondsPerOrder, 1),
    ),
    atMost('a warm call beside two bare requests', 1.25, singleCall.ratio, 2),
    ...(cancel
      ? [
          atMost('KB of the cancel handler', 350, cancel.bytes / KB, 0),
          atMost('its import beside the bare client', 1.3, cancel.ratio, 2),
        ]
      : []),
  ];
};
