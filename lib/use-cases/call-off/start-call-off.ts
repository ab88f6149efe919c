import {
  type CallOff,
  hasEnded,
  type StartedCallOff,
  stateForCallOff,
} from '../../domain/call-off.ts';
import type { CancellationBatch } from '../../domain/cancellation-batch.ts';
import type { Change } from '../../domain/change.ts';
import type { Product } from '../../domain/product.ts';
import { orIfTimeIsUp, shareOf, TimeIsUpError } from '../../time-budget.ts';
import { expiryOfBatch } from '../cancellation-batches.ts';
import { holdersOf } from '../holders.ts';
import type { CancellationQueue, Ports } from '../ports.ts';
import { isOver } from './end.ts';

/** - `id`: of the call-off. Asking for the same again with the same id starts it once. */
export type StartCallOff = CallOff & { readonly id: string };

type StartPorts = Ports & { readonly queue: Pick<CancellationQueue, 'sendCallOff'> };

type Started =
  | { readonly outcome: 'accepted'; readonly accepted: number }
  | { readonly outcome: 'product_not_found' | 'unfinished' | 'reference_reused' };

/**
 * Puts a call-off on the queue. It counts the orders that this is about, for as long as half of the
 * time allows, so `accepted` may be less than all.
 *
 * @returns `unfinished` when the call-off could not be stored in time; a retry is safe.
 *   `reference_reused` when the id was used for another call-off; then nothing has changed
 * @throws Error when the queue did not take the message in time; a retry is safe
 */
export const startCallOff = (request: StartCallOff, ports: StartPorts): Promise<Started> =>
  orIfTimeIsUp(() => tryToStart(request, ports), { outcome: 'unfinished' });

const tryToStart = async (
  { id, ...request }: StartCallOff,
  ports: StartPorts,
): Promise<Started> => {
  const { store, remaining, queue } = ports;
  const { productId, restock } = request;
  const batch = (await store.getBatch(id, remaining)) ?? (await record(id, request, ports));
  if (!batch) return { outcome: 'product_not_found' };
  const { callOff } = batch;
  if (!callOff || !isSame(callOff, request)) return { outcome: 'reference_reused' };
  const product = await store.getProduct(productId, remaining);
  // What is over is not begun anew by a repetition.
  if (!product || isOver(batch) || hasEnded(callOff, product)) {
    return { outcome: 'accepted', accepted: batch.accepted ?? 0 };
  }
  const accepted = batch.accepted ?? (await countOrders(request, product, ports));
  if (batch.accepted === undefined) {
    await store.commit([{ type: 'update-batch', batchId: id, accepted }], remaining);
  }
  // A repetition sends it again: the first message may never have been sent.
  await queue.sendCallOff({ batchId: id, restock }, remaining);
  return { outcome: 'accepted', accepted };
};

/**
 * Stores what is to be done, and closes the product in the same commit, unless only so many units are
 * to be taken. So whoever repeats the request finds that it has begun, and closes nothing again.
 *
 * @returns what is stored under the id, or undefined if there is no such product
 */
const record = async (
  id: string,
  request: CallOff,
  { store, remaining, runtime }: Ports,
): Promise<CancellationBatch | undefined> => {
  for (;;) {
    const product = await store.getProduct(request.productId, remaining);
    if (!product) return undefined;
    const created = runtime.now();
    const callOff: StartedCallOff = {
      ...request,
      productCreatedAt: product.createdAt,
      ...(request.upTo === undefined && { closing: product.closing ?? runtime.newId() }),
    };
    const batch: CancellationBatch = {
      id,
      orderIds: [],
      callOff,
      ...(request.upTo !== undefined && { taken: { units: 0, orders: 0 } }),
      createdAt: created.toISOString(),
      expiresAt: expiryOfBatch(created),
    };
    const closes = closing(callOff, batch.createdAt);
    const result = await store.commit([{ type: 'record-batch', batch }, ...closes], remaining);
    if (result.type === 'committed') return batch;
    if (result.type === 'exhausted') throw new TimeIsUpError();
    const [first] = result.refusals;
    if (first?.type === 'record-batch') return first.found;
    // Somebody has opened, called off or deleted the product meanwhile.
  }
};

const closing = (
  { productId, productCreatedAt: createdAt, closing: name }: StartedCallOff,
  at: string,
): Change[] =>
  name === undefined ? [] : [{ type: 'close-product', productId, createdAt, closing: name, at }];

/** Whether two call-offs ask for the same. The note is for people, and `restock: true` is usual. */
const isSame = (one: CallOff, other: CallOff): boolean =>
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
  { productId, upTo }: CallOff,
  { reservedQuantity: reserved }: Product,
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
