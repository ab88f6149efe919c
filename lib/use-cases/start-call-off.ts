import type { CallOff } from '../domain/call-off.ts';
import type { CancellationBatch } from '../domain/cancellation-batch.ts';
import { lessThan, orIfTimeIsUp } from '../time-budget.ts';
import { expiryOfBatch } from './cancellation-batches.ts';
import { holdersOf } from './holders.ts';
import type { CancellationQueue, Ports } from './ports.ts';
import { updateProduct } from './update-product.ts';

export type StartCallOff = Omit<CallOff, 'accepted'> & { readonly id: string };

type StartPorts = Ports & { readonly queue: Pick<CancellationQueue, 'sendCallOff'> };

/**
 * Closes a product, and puts its call-off on the queue. It counts the orders that hold the product,
 * for as long as half of the time allows, so `accepted` may be less than all.
 *
 * @returns `unfinished` when the call-off could not be stored in time: the product may be closed by
 *   then, and a retry is safe
 * @throws Error when the queue did not take the message in time; a retry is safe
 */
export const startCallOff = async (
  { id, ...request }: StartCallOff,
  ports: StartPorts,
): Promise<
  | { readonly outcome: 'accepted'; readonly accepted: number }
  | { readonly outcome: 'product_not_found' | 'unfinished' }
> => {
  const { store, runtime, remaining, queue } = ports;
  const { productId, restock } = request;
  const closing = await updateProduct({ productId, closed: true }, ports);
  if (closing.outcome !== 'updated') return { outcome: closing.outcome };
  const accepted =
    closing.product.reservedQuantity === 0 ? 0 : await countHolders(productId, ports);
  const created = runtime.now();
  const batch: CancellationBatch = {
    id,
    orderIds: [],
    callOff: { ...request, accepted },
    createdAt: created.toISOString(),
    expiresAt: expiryOfBatch(created),
  };
  const result = await store.commit([{ type: 'record-batch', batch }], remaining);
  if (result.type === 'exhausted') return { outcome: 'unfinished' };
  await queue.sendCallOff({ batchId: id, restock }, remaining);
  return { outcome: 'accepted', accepted };
};

const countHolders = async (productId: string, { store, remaining }: Ports): Promise<number> => {
  const half = lessThan(remaining, remaining() / 2);
  let count = 0;
  const walk = async (): Promise<void> => {
    for await (const { holdings } of holdersOf(productId, { store, remaining: half })) {
      count += holdings.length;
    }
  };
  await orIfTimeIsUp(walk, undefined);
  return count;
};
