/** The compared strategies for cancelling many orders. */

import { inParts } from '../lib/batches.ts';
import { cancelOrderSoon } from '../lib/use-cases/cancel-order-soon.ts';
import { type CancellationResult, cancelOrders } from '../lib/use-cases/cancel-orders.ts';
import type { Ports } from '../lib/use-cases/ports.ts';
import { concurrently } from '../test/support/concurrently.ts';

export type Strategy = {
  /**
   * - `one-by-one`: a read and a transaction for each order, one after the other.
   * - `parallel`: the same by many concurrent callers, with retries after conflicts.
   * - `grouped`: whole batches through group commit, one after the other. Workers take turns at
   *   writing, if the place has turns.
   * - `http`: one order each by many concurrent callers, as over HTTP. After a conflict or two an
   *   order goes to the queue, and its worker cancels it.
   */
  readonly name: 'one-by-one' | 'parallel' | 'grouped' | 'http';
  /** Callers at the same time. */
  readonly concurrency: number;
  /** Orders in each call. */
  readonly batchSize: number;
};

export const ONE_BY_ONE: Strategy = { name: 'one-by-one', concurrency: 1, batchSize: 1 };

export const parallel = (concurrency: number): Strategy => ({
  name: 'parallel',
  concurrency,
  batchSize: 1,
});

export const grouped = (batchSize: number, workers = 1): Strategy => ({
  name: 'grouped',
  concurrency: workers,
  batchSize,
});

export const http = (callers: number): Strategy => ({
  name: 'http',
  concurrency: callers,
  batchSize: 1,
});

/** The title of a strategy for readers. */
export const titleOf = ({ name, concurrency, batchSize }: Strategy): string => {
  if (name === 'one-by-one') return 'one by one';
  if (name === 'parallel') return `${concurrency} in parallel`;
  if (name === 'http') return `${concurrency} over HTTP`;
  const workers = concurrency > 1 ? `, ${concurrency} workers` : '';
  return `grouped by ${batchSize}${workers}`;
};

/** Where orders are cancelled, and the clock there. */
export type Field = {
  /** What one more caller gets. */
  readonly ports: () => Ports;
  /** Milliseconds since some moment. */
  readonly elapsed: () => number;
};

export type Cancelled = {
  readonly results: readonly CancellationResult[];
  /** How long each caller over HTTP waited for an answer, in milliseconds. */
  readonly waits?: readonly number[];
};

/** Cancels orders through the same use cases as the deployed functions. */
export const cancelAll = async (
  orderIds: readonly string[],
  { name, concurrency, batchSize }: Strategy,
  field: Field,
): Promise<Cancelled> => {
  if (name === 'http') return cancelOverHttp(orderIds, concurrency, field);
  const batches = inParts(orderIds, batchSize).values();
  const worker = async (): Promise<CancellationResult[]> => {
    const ports = field.ports();
    const results: CancellationResult[] = [];
    for (const batch of batches) {
      const requests = batch.map((orderId) => ({ orderId, reason: 'customer' }) as const);
      results.push(...(await cancelOrders(requests, ports)));
    }
    return results;
  };
  const workers = Array.from({ length: concurrency }, worker);
  return { results: (await Promise.all(workers)).flat() };
};

/** How long the queue gathers messages. */
const WINDOW_MS = 1_000;

const cancelOverHttp = async (
  orderIds: readonly string[],
  callers: number,
  { ports, elapsed }: Field,
): Promise<Cancelled> => {
  const worker = ports();
  const results: CancellationResult[] = [];
  const waits: number[] = [];
  const queued: string[] = [];
  let isCalling = true;
  const call = async (orderId: string): Promise<void> => {
    const start = elapsed();
    const result = await cancelOrderSoon({ orderId, reason: 'customer' }, ports());
    waits.push(elapsed() - start);
    if (result.outcome === 'unfinished') queued.push(orderId);
    else results.push(result);
  };
  const queue = async (): Promise<void> => {
    while (isCalling || queued.length > 0) {
      await worker.runtime.sleep(WINDOW_MS);
      const batch = queued.splice(0, 1_000).map((orderId) => ({ orderId }));
      results.push(...(await cancelOrders(batch, worker)));
    }
  };
  const calls = concurrently(orderIds, call, { limit: callers }).finally(() => {
    isCalling = false;
  });
  await Promise.all([calls, queue()]);
  return { results, waits };
};
