/**
 * What a second worker on the queue brings, and what it costs. DynamoDB takes its time as on AWS,
 * and transactions that meet at an item conflict. Time is virtual and chance is seeded, so these
 * counts are the same at every run, on every machine.
 */
import { expect, test } from '@jest/globals';
import { type Counts, cancelFromQueue } from '../../../support/queue-run.ts';
import type { Workload } from '../../../support/workloads.ts';

type Batches = { readonly workload: Workload; readonly size: number; readonly batches: number };

/** Lets workers cancel batches of the same size. */
const cancelAll = async (
  workers: number,
  { workload, size, batches }: Batches,
): Promise<Counts> => {
  const run = { workload, workers, batches: Array.from({ length: batches }, () => size) };
  return (await cancelFromQueue(run)).counts;
};

/**
 * `alone` is how many of the batches one worker cancels by itself, to compare with. They are alike,
 * except on Zipf.
 */
test.each<Batches & { alone: number; atLeast: number; one: Counts; two: Counts }>([
  {
    workload: 'uniform',
    size: 1_000,
    batches: 3,
    alone: 1,
    atLeast: 1.3,
    one: [54, 0, 308],
    two: [167, 1, 706],
  },
  {
    workload: 'zipf',
    size: 1_000,
    batches: 2,
    alone: 2,
    atLeast: 1,
    one: [100, 0, 1_202],
    two: [102, 1, 1_098],
  },
  {
    workload: 'shared',
    size: 1_000,
    batches: 2,
    alone: 1,
    atLeast: 1,
    one: [49, 0, 919],
    two: [101, 1, 1_763],
  },
  {
    workload: 'hot',
    size: 1_000,
    batches: 2,
    alone: 1,
    atLeast: 1,
    one: [33, 0, 586],
    two: [68, 1, 1_075],
  },
  {
    workload: 'uniform',
    size: 200,
    batches: 6,
    alone: 2,
    atLeast: 1.3,
    one: [28, 0, 148],
    two: [88, 1, 321],
  },
  {
    workload: 'zipf',
    size: 200,
    batches: 6,
    alone: 6,
    atLeast: 1,
    one: [73, 0, 1_074],
    two: [80, 3, 994],
  },
  {
    workload: 'shared',
    size: 200,
    batches: 6,
    alone: 2,
    atLeast: 1,
    one: [24, 0, 447],
    two: [77, 1, 1_249],
  },
  {
    workload: 'hot',
    size: 200,
    batches: 6,
    alone: 2,
    atLeast: 1,
    one: [18, 0, 305],
    two: [58, 1, 820],
  },
])(
  'Two workers on batches of $size $workload orders hardly ever meet, and are no slower than one',
  async ({ alone, atLeast, one, two, ...all }) => {
    const single = await cancelAll(1, { ...all, batches: alone });
    const both = await cancelAll(2, all);

    expect({ single, both }).toEqual({ single: one, both: two });
    const [requests, conflicts, milliseconds] = both;
    const [fewest, , usual] = single;
    expect((conflicts / all.batches / all.size) * 1_000).toBeLessThanOrEqual(5);
    expect(requests / all.batches / (fewest / alone)).toBeLessThanOrEqual(1.1);
    expect(usual / alone / (milliseconds / all.batches)).toBeGreaterThanOrEqual(atLeast);
  },
);
