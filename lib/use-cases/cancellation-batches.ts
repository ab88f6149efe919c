import type { CancellationRequest } from '../domain/cancellation.ts';
import type { BatchProgress, CancellationBatch } from '../domain/cancellation-batch.ts';
import { rulesOf } from '../domain/order-status.ts';
import { callOffProgress } from './call-off/progress.ts';
import type { CancellationQueue, OrderState, Ports } from './ports.ts';

/** How long the progress of a batch can be read, in seconds. */
const REMEMBERED_FOR_S = 7 * 24 * 60 * 60;

/** When a batch that is made now may be deleted, in seconds since 1970. */
export const expiryOfBatch = (created: Date): number =>
  Math.floor(created.getTime() / 1_000) + REMEMBERED_FOR_S;

/** Why the orders are cancelled, and whether their goods go back on the shelf, holds for all. */
export type BatchRequest = Pick<CancellationRequest, 'reason' | 'note' | 'restock'> & {
  readonly id: string;
  readonly orderIds: readonly string[];
};

type BatchPorts = Ports & { readonly queue: Pick<CancellationQueue, 'send'> };

/**
 * Puts many orders on the queue to be cancelled.
 *
 * @returns how many different orders these are, or `unfinished` when the batch could not be stored
 *   in time; a retry is safe
 * @throws Error when the queue did not take some of the messages in time; a retry is safe
 */
export const startBatch = async (
  { id, orderIds, ...cancellation }: BatchRequest,
  { store, remaining, queue, runtime }: BatchPorts,
): Promise<{ outcome: 'accepted'; accepted: number } | { outcome: 'unfinished' }> => {
  const created = runtime.now();
  const batch: CancellationBatch = {
    id,
    orderIds: [...new Set(orderIds)],
    createdAt: created.toISOString(),
    expiresAt: expiryOfBatch(created),
  };
  const result = await store.commit([{ type: 'record-batch', batch }], remaining);
  if (result.type === 'exhausted') return { outcome: 'unfinished' };
  await queue.send(
    batch.orderIds.map((orderId) => ({ orderId, ...cancellation })),
    remaining,
  );
  return { outcome: 'accepted', accepted: batch.orderIds.length };
};

/** @returns undefined when the batch does not exist, or was deleted after its time to live */
export const batchProgress = async (
  batchId: string,
  { store, remaining }: Pick<Ports, 'store' | 'remaining'>,
): Promise<BatchProgress | undefined> => {
  const batch = await store.getBatch(batchId, remaining);
  if (!batch) return undefined;
  if (batch.callOff) return callOffProgress(batch, batch.callOff, { store, remaining });
  const orders = await store.getOrderStates(batch.orderIds, remaining);
  const states = batch.orderIds.map((orderId) => ({
    orderId,
    state: stateOf(orders.get(orderId)),
  }));
  const count = (wanted: State) => states.filter(({ state }) => state === wanted).length;
  return {
    batchId,
    total: states.length,
    cancelled: count('cancelled'),
    pending: count('pending'),
    rejected: states.flatMap(({ orderId, state }) =>
      state === 'cancelled' || state === 'pending' ? [] : [{ orderId, code: state }],
    ),
  };
};

type State = 'cancelled' | 'pending' | BatchProgress['rejected'][number]['code'];

/**
 * An order whose row is damaged is pending, like its message: that fails and is redelivered. An order
 * whose work is not finished is pending too.
 */
const stateOf = (order: OrderState | Error | undefined): State => {
  if (!order) return 'order_not_found';
  if (order instanceof Error) return 'pending';
  switch (rulesOf(order.status).cancellation) {
    case 'possible':
      if (order.lock) return 'order_locked';
      return order.shippedInPart ? 'order_not_cancellable' : 'pending';
    case 'done':
      return order.dueAt !== undefined && order.releaseAt === undefined ? 'pending' : 'cancelled';
    case 'goods_left':
      return 'order_not_cancellable';
  }
};
