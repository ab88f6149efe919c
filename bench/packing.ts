/** Measures packing alone, without a database. */
import { pack } from '../lib/group-commit/pack.ts';
import { COMMIT_CAPACITY } from '../lib/use-cases/ports.ts';
import { ordersOf, WORKLOADS, type Workload } from '../test/support/workloads.ts';
import { medianOf } from './times.ts';

export type PackingRun = {
  readonly workload: Workload;
  readonly orders: number;
  readonly groups: number;
  readonly microsecondsPerOrder: number;
};

/** About what a small order adds to a request; groups are far from the size limit. */
const BYTES = 5_000;

/** Rounds, of which the median counts. */
const ROUNDS = 7;

export const measurePacking = (counts: readonly number[], seed: number): PackingRun[] =>
  counts.flatMap((orders) =>
    WORKLOADS.map((workload) => {
      const parcels = ordersOf(workload, orders, seed).map(({ items }) => ({
        products: items.map(({ productId }) => productId),
        bytes: BYTES,
        alone: false,
      }));
      let groups = 0;
      const microseconds = Array.from({ length: ROUNDS }, () => {
        const start = performance.now();
        groups = pack(parcels, COMMIT_CAPACITY).length;
        return (performance.now() - start) * 1_000;
      });
      return { workload, orders, groups, microsecondsPerOrder: medianOf(microseconds) / orders };
    }),
  );
