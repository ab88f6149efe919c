import { type CallOff, stateForCallOff } from '../domain/call-off.ts';
import type { BatchProgress } from './cancellation-batches.ts';
import { holdersOf } from './holders.ts';
import type { Ports } from './ports.ts';

/**
 * The progress of a call-off, read from the orders that hold its product. While the product has more
 * reserved than they hold, at least one more order is pending, which the index does not show yet.
 *
 * @throws TimeIsUpError when the time ran out
 */
export const callOffProgress = async (
  batchId: string,
  { productId, scope, accepted }: CallOff,
  { store, remaining }: Pick<Ports, 'store' | 'remaining'>,
): Promise<BatchProgress> => {
  const reserved = async (): Promise<number> =>
    (await store.getProduct(productId, remaining))?.reservedQuantity ?? 0;
  const rejected: BatchProgress['rejected'][number][] = [];
  let pending = 0;
  let found = 0;
  let left = await reserved();
  if (left > 0) {
    for await (const { holdings } of holdersOf(productId, { store, remaining })) {
      for (const { order, reservedQuantity } of holdings) {
        const state = stateForCallOff(order, scope);
        if (state === 'pending') pending += 1;
        else rejected.push({ orderId: order.id, code: state });
        found += reservedQuantity;
      }
      left = await reserved();
      if (left === found) break;
    }
  }
  if (left > found) pending += 1;
  const total = Math.max(accepted, pending + rejected.length);
  return { batchId, total, cancelled: total - pending - rejected.length, pending, rejected };
};
