/** Workers that cancel what is on the queue, in a slow shop. The same at every run. */
import { expectLawsHold } from './audit.ts';
import { asPlaced } from './builders.ts';
import { openSlowShop } from './slow-shop.ts';
import { ordersOf, type Workload } from './workloads.ts';

const SEED = 1;

export type QueueRun = {
  readonly workload: Workload;
  /** How many workers are on the queue. Each takes the next batch when it is done with one. */
  readonly workers: number;
  /** How many orders are in each batch. */
  readonly batches: readonly number[];
  /** How many times longer than on AWS DynamoDB takes. */
  readonly slowness?: number;
};

export type Counts = readonly [requests: number, conflicts: number, milliseconds: number];

/** SQS hands a worker at most so many messages at a time. */
const BATCH = 1_000;

/**
 * How many orders SQS hands out at a time: batches of 1,000, but no fewer than there are workers,
 * who then get equal shares.
 */
export const dividedAmong = (workers: number, orders: number): number[] => {
  const count = Math.max(workers, Math.ceil(orders / BATCH));
  return Array.from({ length: count }, () => orders / count);
};

/** The orders on the queue, batch by batch. */
export const batchesOf = ({ workload, batches }: Pick<QueueRun, 'workload' | 'batches'>) => {
  const count = batches.reduce((sum, size) => sum + size, 0);
  const orders = ordersOf(workload, count, SEED);
  let start = 0;
  return batches.map((size) => {
    start += size;
    return orders.slice(start - size, start);
  });
};

/** Cancels all orders on the queue, and checks what became of the stock. */
export const cancelFromQueue = async ({ workers, slowness, ...queued }: QueueRun) => {
  const batches = batchesOf(queued);
  const shop = openSlowShop(batches.flat().map(asPlaced), { slowness });
  const queue = batches.map((orders) => orders.map(({ id }) => id)).values();

  await shop.time.run(
    Promise.all(Array.from({ length: workers }, (_, at) => shop.worker(at + 1).works(queue))),
  );

  await expectLawsHold(shop);
  const counts: Counts = [
    shop.wire.sent.length,
    shop.attempts.filter(({ end }) => end === 'conflict').length,
    Math.round(shop.time.elapsed()),
  ];
  return { shop, counts };
};
