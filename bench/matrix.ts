/** Which strategies are measured at which places, with which workloads. */
import type { Infrastructure } from '../local/infrastructure.ts';
import { WORKLOADS, type Workload } from '../test/support/workloads.ts';
import { measure, type Run } from './measure.ts';
import { nameOf, type Place } from './places.ts';
import { progress } from './progress.ts';
import { measureSimulated } from './simulated.ts';
import { grouped, http, ONE_BY_ONE, parallel, type Strategy, titleOf } from './strategies.ts';

export type Scale = {
  readonly workloads: readonly Workload[];
  /** What is measured on engines. */
  readonly strategies: readonly Strategy[];
  /** What is measured in virtual time, where an engine would be the limit. */
  readonly simulated: readonly Strategy[];
  readonly orders: number;
  /** The first transactions of a process or an engine are slow, whatever the strategy. */
  readonly warmUpOrders: number;
  readonly seed: number;
};

export const FULL: Scale = {
  workloads: WORKLOADS,
  strategies: [ONE_BY_ONE, parallel(16), parallel(32), grouped(10), grouped(100), grouped(1_000)],
  simulated: [grouped(200), grouped(200, 2), grouped(1_000), grouped(1_000, 2), http(32)],
  orders: 2_000,
  warmUpOrders: 200,
  seed: 1,
};

export const QUICK: Scale = {
  workloads: ['uniform', 'hot'],
  strategies: [ONE_BY_ONE, parallel(8), grouped(100)],
  simulated: [grouped(50), grouped(50, 2), http(32)],
  orders: 100,
  warmUpOrders: 10,
  seed: 1,
};

/**
 * One by one takes longest, and more orders would not change its ratios. So it gets fewer orders.
 */
const ONE_BY_ONE_SHARE = 4;

/** 16 callers are the reference on an engine without latency, where 32 only wait for each other. */
const isOfInterest = ({ concurrency }: Strategy, { engine, latency }: Place): boolean =>
  concurrency !== 16 || (engine === 'dynoxide' && latency === 'bare');

/** The places take turns, so that other load of the machine affects all of them alike. */
export const runMatrix = async (
  places: readonly Place[],
  infrastructure: Infrastructure,
  { workloads, strategies, orders, warmUpOrders, seed }: Scale,
): Promise<Run[]> => {
  for (const place of places) {
    progress(`warming up ${nameOf(place)}`);
    for (const strategy of [parallel(8), grouped(100)]) {
      const warmUp = { place, workload: 'uniform', strategy, orders: warmUpOrders, seed } as const;
      await measure(warmUp, infrastructure);
    }
  }
  const runs: Run[] = [];
  for (const workload of workloads) {
    for (const strategy of strategies) {
      for (const place of places.filter((one) => isOfInterest(strategy, one))) {
        const count = strategy.name === 'one-by-one' ? orders / ONE_BY_ONE_SHARE : orders;
        const run = await measure(
          { place, workload, strategy, orders: count, seed },
          infrastructure,
        );
        runs.push(run);
        progress(
          `${workload}, ${titleOf(strategy)}, ${nameOf(place)}: ${run.ordersPerSecond.toFixed(0)} orders/s`,
        );
      }
    }
  }
  return runs;
};

/** Only a hot product makes callers over HTTP meet. */
export const runSimulated = async ({
  workloads,
  simulated,
  orders,
  seed,
}: Omit<Scale, 'strategies'>): Promise<Run[]> => {
  const runs: Run[] = [];
  for (const workload of workloads) {
    for (const strategy of simulated.filter(({ name }) => name !== 'http' || workload === 'hot')) {
      runs.push(await measureSimulated({ workload, strategy, orders, seed }));
      progress(`${workload}, ${titleOf(strategy)}, in virtual time`);
    }
  }
  return runs;
};
