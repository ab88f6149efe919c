/** The compared strategies for cancelling many orders. */

import { inParts } from '../lib/batches.ts';
import { systemRuntime } from '../lib/runtime.ts';
import { type CancellationResult, cancelOrders } from '../lib/use-cases/cancel-orders.ts';
import type { Store } from '../lib/use-cases/ports.ts';
import { concurrently } from '../test/support/concurrently.ts';
import { timeFor } from '../test/support/time.ts';

export type Strategy = {
  /**
   * - `one-by-one`: a read and a transaction for each order, one after the other.
   * - `parallel`: the same by many concurrent callers, with retries after conflicts.
   * - `grouped`: whole batches through group commit, one after the other.
   */
  readonly name: 'one-by-one' | 'parallel' | 'grouped';
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

export const grouped = (batchSize: number): Strategy => ({
  name: 'grouped',
  concurrency: 1,
  batchSize,
});

/** The title of a strategy for readers. */
export const titleOf = ({ name, concurrency, batchSize }: Strategy): string => {
  if (name === 'one-by-one') return 'one by one';
  return name === 'parallel' ? `${concurrency} in parallel` : `grouped by ${batchSize}`;
};

/** The time budget of a call: long enough for every strategy, but a hanging call ends. */
const ENOUGH_MS = 600_000;

/** Cancels orders through the same use case as the deployed functions. */
export const cancelAll = async (
  orderIds: readonly string[],
  { concurrency, batchSize }: Strategy,
  store: Store,
): Promise<CancellationResult[]> => {
  const cancel = (batch: readonly string[]): Promise<CancellationResult[]> =>
    cancelOrders(
      batch.map((orderId) => ({ orderId, reason: 'customer' })),
      { store, runtime: systemRuntime, remaining: timeFor(ENOUGH_MS) },
    );
  const batches = inParts(orderIds, batchSize);
  const results = await concurrently(batches, cancel, { limit: concurrency });
  return results.flat();
};
