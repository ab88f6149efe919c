import type { StartedCallOff, Taken } from './call-off.ts';

/**
 * A request to cancel many orders, stored for some days. Its progress is read from the orders, so
 * that no counter can disagree with them. Only a call-off with `upTo` counts, and in the very
 * transactions that take the units.
 *
 * - `orderIds`: each id once; none for a call-off, which finds its orders itself.
 * - `accepted`: how many orders a call-off was about when it began, as far as they could be counted in
 *   time; absent until they are.
 * - `taken`: of a call-off with `upTo`, from its beginning.
 * - `isOver`: the call-off has ended, and nothing carries it on any more.
 * - `walked`: how far a call-off has come on its way through the ledger.
 * - `expiresAt`: when DynamoDB may delete the row (time to live), in seconds since 1970.
 */
export type CancellationBatch = {
  readonly id: string;
  readonly orderIds: readonly string[];
  readonly callOff?: StartedCallOff;
  readonly accepted?: number;
  readonly taken?: Taken;
  readonly isOver?: true;
  readonly walked?: Walked;
  readonly createdAt: string;
  readonly expiresAt: number;
};

/**
 * How far a walk through the reservations of a product has come. It only saves work: what it passed
 * is looked at again by the next walk.
 *
 * - `partition`, `until`, `key`: the place in the index of the last reservation that is dealt with.
 * - `refused`: the orders up to there that could not be cancelled, and what they held.
 */
export type Walked = {
  readonly partition: string;
  readonly until: string;
  readonly key: readonly string[];
  readonly refused: readonly { readonly orderId: string; readonly held: number }[];
};

/**
 * The progress of a batch, read from its orders. `total` is always the sum of the orders that are
 * cancelled, pending and rejected.
 *
 * - `furtherRejected`: rejected orders that are not in the list; absent if all are.
 * - `upTo`, `takenQuantity`: of a call-off with `upTo`, the units that it may take and has taken. Then
 *   `cancelled` counts the orders of which it took units, one of which it took twice as two.
 */
export type BatchProgress = {
  readonly batchId: string;
  readonly total: number;
  readonly cancelled: number;
  readonly pending: number;
  readonly rejected: readonly {
    readonly orderId: string;
    readonly code: 'order_not_found' | 'order_not_cancellable' | 'order_locked';
  }[];
  readonly furtherRejected?: number;
  readonly upTo?: number;
  readonly takenQuantity?: number;
};
