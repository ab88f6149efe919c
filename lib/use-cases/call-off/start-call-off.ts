import { type CallOff, stateForCallOff } from '../../domain/call-off.ts';
import type { CancellationBatch } from '../../domain/cancellation-batch.ts';
import { orIfTimeIsUp, shareOf } from '../../time-budget.ts';
import { expiryOfBatch } from '../cancellation-batches.ts';
import { holdersOf } from '../holders.ts';
import type { CancellationQueue, Ports } from '../ports.ts';
import { updateProduct } from '../update-product.ts';

/** - `id`: of the call-off. Asking for the same again with the same id starts it once. */
export type StartCallOff = Omit<CallOff, 'accepted'> & { readonly id: string };

type StartPorts = Ports & { readonly queue: Pick<CancellationQueue, 'sendCallOff'> };

/**
 * Puts a call-off on the queue. It closes the product first, unless only so many units are to be
 * taken. It counts the orders that this is about, for as long as half of the time allows, so
 * `accepted` may be less than all.
 *
 * @returns `unfinished` when the call-off could not be stored in time: the product may be closed by
 *   then, and a retry is safe. `reference_reused` when the id was used for another call-off
 * @throws Error when the queue did not take the message in time; a retry is safe
 */
export const startCallOff = async (
  { id, ...request }: StartCallOff,
  ports: StartPorts,
): Promise<
  | { readonly outcome: 'accepted'; readonly accepted: number }
  | { readonly outcome: 'product_not_found' | 'unfinished' | 'reference_reused' }
> => {
  const { store, runtime, remaining, queue } = ports;
  const { productId, restock, upTo } = request;
  // Asking to change nothing reads the product.
  const change = upTo === undefined ? { closed: true } : {};
  const product = await updateProduct({ productId, ...change }, ports);
  if (product.outcome !== 'updated') return { outcome: product.outcome };
  const accepted = await countOrders(request, product.product.reservedQuantity, ports);
  const created = runtime.now();
  const batch: CancellationBatch = {
    id,
    orderIds: [],
    callOff: { ...request, accepted },
    ...(upTo !== undefined && { taken: { units: 0, orders: 0 } }),
    createdAt: created.toISOString(),
    expiresAt: expiryOfBatch(created),
  };
  const result = await store.commit([{ type: 'record-batch', batch }], remaining);
  if (result.type === 'exhausted') return { outcome: 'unfinished' };
  const [refusal] = result.type === 'refused' ? result.refusals : [];
  const before = refusal?.type === 'record-batch' ? refusal.found?.callOff : undefined;
  if (refusal && !(before && isSame(before, request))) return { outcome: 'reference_reused' };
  // A repetition sends it again: the first message may never have been sent.
  await queue.sendCallOff({ batchId: id, restock }, remaining);
  return { outcome: 'accepted', accepted: before?.accepted ?? accepted };
};

/** Whether two call-offs ask for the same. The note is for people, and `restock: true` is usual. */
const isSame = (one: Omit<CallOff, 'accepted'>, other: Omit<CallOff, 'accepted'>): boolean =>
  one.productId === other.productId &&
  one.scope === other.scope &&
  one.upTo === other.upTo &&
  one.reason === other.reason &&
  (one.restock ?? true) === (other.restock ?? true);

/**
 * How many orders a call-off is about: those that hold all units that are reserved, or with `upTo` the
 * newest that have so many units to take.
 */
const countOrders = async (
  { productId, upTo }: Omit<CallOff, 'accepted'>,
  reserved: number,
  { store, remaining }: Ports,
): Promise<number> => {
  const half = shareOf(remaining, 1 / 2);
  const enough = Math.min(reserved, upTo ?? reserved);
  let count = 0;
  let units = 0;
  const walk = async (): Promise<void> => {
    if (units >= enough) return;
    for await (const { holdings } of holdersOf(productId, { store, remaining: half })) {
      for (const { order, reservedQuantity } of holdings) {
        if (upTo !== undefined && stateForCallOff(order, 'line') !== 'pending') continue;
        count += 1;
        units += reservedQuantity;
        if (units >= enough) return;
      }
    }
  };
  await orIfTimeIsUp(walk, undefined);
  return count;
};
