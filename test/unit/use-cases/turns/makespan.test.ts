/**
 * How long workers take to cancel 1,000 orders, beside the least time that any scheme could take.
 * Time is virtual and chance is seeded, so these counts are the same at every run, on every machine.
 */
import { expect, test } from '@jest/globals';
import { anOrder } from '../../../support/builders.ts';
import { makespanBound, type Scheme } from '../../../support/makespan-bound.ts';
import {
  batchesOf,
  type Counts,
  cancelFromQueue,
  dividedAmong,
} from '../../../support/queue-run.ts';
import type { Workload } from '../../../support/workloads.ts';

/** docs/performance.md says what the ratios consist of. */
test.each<{
  workload: Workload;
  workers: number;
  least: number;
  decidedFirst: number;
  atMost: number;
  counts: Counts;
}>([
  {
    workload: 'uniform',
    workers: 1,
    least: 120,
    decidedFirst: 161,
    atMost: 2.6,
    counts: [54, 0, 308],
  },
  {
    workload: 'uniform',
    workers: 2,
    least: 70,
    decidedFirst: 88,
    atMost: 3.5,
    counts: [60, 1, 241],
  },
  {
    workload: 'zipf',
    workers: 1,
    least: 308,
    decidedFirst: 408,
    atMost: 2.1,
    counts: [50, 0, 637],
  },
  {
    workload: 'zipf',
    workers: 2,
    least: 312,
    decidedFirst: 362,
    atMost: 2.2,
    counts: [57, 2, 681],
  },
  {
    workload: 'shared',
    workers: 1,
    least: 795,
    decidedFirst: 895,
    atMost: 1.2,
    counts: [49, 0, 919],
  },
  {
    workload: 'shared',
    workers: 2,
    least: 833,
    decidedFirst: 883,
    atMost: 1.15,
    counts: [54, 1, 942],
  },
  { workload: 'hot', workers: 1, least: 462, decidedFirst: 562, atMost: 1.3, counts: [33, 0, 586] },
  {
    workload: 'hot',
    workers: 2,
    least: 474,
    decidedFirst: 524,
    atMost: 1.25,
    counts: [38, 1, 584],
  },
])(
  'Of 1,000 $workload orders, $workers worker(s) take at most $atMost times the least time',
  async ({ workload, workers, least, decidedFirst, atMost, counts }) => {
    const run = { workload, workers, batches: dividedAmong(workers, 1_000) };

    const bound = (scheme?: Scheme) => Math.round(makespanBound(batchesOf(run), workers, scheme));

    expect({ least: bound(), decidedFirst: bound({ decideFirst: true }) }).toEqual({
      least,
      decidedFirst,
    });
    expect((await cancelFromQueue(run)).counts).toEqual(counts);
    expect(counts[2] / least).toBeLessThanOrEqual(atMost);
  },
);

const ordersOfOne = (product: string, count: number) =>
  Array.from({ length: count }, (_, index) => anOrder(`${product}-${index}`, { [product]: 1 }));

test('The least time of 50 orders of one product is a read and two transactions in a row', () => {
  // 50 orders and 50 movements, and the product in each of the two: 102 actions.
  expect(makespanBound([ordersOfOne('mug', 50)], 1)).toBeCloseTo(8.1 + 2 * 12 + 10.2);
});

test('The least time is longer by the decisions on all other orders if they come before any write', () => {
  const orders = ordersOfOne('mug', 50);

  const decidedFirst = makespanBound([orders], 1, { decideFirst: true });
  expect(decidedFirst - makespanBound([orders], 1)).toBeCloseTo(49 * 0.1);
  // A second worker decides its half meanwhile.
  expect(makespanBound([orders, orders], 2, { decideFirst: true })).toBeCloseTo(
    8 + 5 + 2 * (2 * 12 + 10.2),
  );
});

test('A second worker does not shorten the chain of one product, but halves unrelated batches', () => {
  const one = ordersOfOne('mug', 49);
  // 49 orders and 49 movements, and the product.
  const transaction = 12 + 9.9;

  expect(makespanBound([one, one], 2)).toBeCloseTo(8.1 + 2 * transaction);
  expect(makespanBound([one, ordersOfOne('cup', 49)], 2)).toBeCloseTo(8.1 + transaction);
  expect(makespanBound([one, ordersOfOne('cup', 49)], 1)).toBeCloseTo(2 * (8.1 + transaction));
});
