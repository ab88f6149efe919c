import { hasEnded, type StartedCallOff, stateForCallOff } from '../../domain/call-off.ts';
import type { BatchProgress, CancellationBatch } from '../../domain/cancellation-batch.ts';
import { orIfTimeIsUp, shareOf } from '../../time-budget.ts';
import { holdersOf } from '../holders.ts';
import type { Ports } from '../ports.ts';

type Reads = Pick<Ports, 'store' | 'remaining'>;

/**
 * The progress of a call-off, read from the orders that hold its product.
 *
 * @throws TimeIsUpError when not even the product could be read in time
 */
export const callOffProgress = (
  batch: CancellationBatch,
  callOff: StartedCallOff,
  ports: Reads,
): Promise<BatchProgress> =>
  callOff.upTo === undefined
    ? progressOfAll(batch, callOff, ports)
    : progressUpTo(batch, callOff, callOff.upTo, ports);

/**
 * While the product has more reserved than the orders hold, at least one more is pending, which the
 * index does not show yet. If the time is too short to look at all orders, each of the other units may
 * be a pending order's. So more orders may be cancelled than this says, but never fewer.
 *
 * Once somebody has opened the product again, it tells only of orders that held it before, and those
 * that were spared are left out.
 */
const progressOfAll = async (
  { id: batchId, accepted = 0, createdAt }: CancellationBatch,
  callOff: StartedCallOff,
  { store, remaining }: Reads,
): Promise<BatchProgress> => {
  const { productId } = callOff;
  let product = await store.getProduct(productId, remaining);
  const until = product && hasEnded(callOff, product) ? createdAt : undefined;
  const isAll = async ({ units }: Seen): Promise<boolean> => {
    if (units > 0) product = await store.getProduct(productId, remaining);
    return units === (product?.reservedQuantity ?? 0);
  };
  const seen = await look(callOff, { store, remaining }, isAll, { until });
  const left = product?.reservedQuantity ?? 0;
  const unseen = Math.max(0, left - seen.units);
  const atLeast = Math.min(1, unseen);
  const atMost = Math.min(unseen, accepted - seen.pending - seen.rejected.length);
  const pending = seen.pending + (seen.isWhole ? atLeast : Math.max(atLeast, atMost));
  const all = Math.max(accepted, pending + seen.rejected.length);
  const cancelled = all - pending - seen.rejected.length;
  return until === undefined
    ? { batchId, total: all, cancelled, pending, ...listed(seen.rejected) }
    : { batchId, total: all - pending, cancelled, pending: 0, ...listed(seen.rejected) };
};

/**
 * The call-off itself counts what it takes. Pending are the newest orders from which it would take the
 * rest now, and at least one until it is over. Of a later product with the same id it takes nothing.
 */
const progressUpTo = async (
  { id: batchId, taken = { units: 0, orders: 0 }, isOver }: CancellationBatch,
  callOff: StartedCallOff,
  upTo: number,
  ports: Reads,
): Promise<BatchProgress> => {
  const product = await ports.store.getProduct(callOff.productId, ports.remaining);
  const left = product && hasEnded(callOff, product) ? 0 : upTo - taken.units;
  const seen =
    left === 0 ? NOTHING : await look(callOff, ports, async () => false, { units: left });
  const { rejected } = seen;
  const pending = isOver || left === 0 ? 0 : Math.max(1, seen.pending);
  const total = taken.orders + pending + rejected.length;
  return {
    batchId,
    total,
    cancelled: taken.orders,
    pending,
    ...listed(rejected),
    upTo,
    takenQuantity: taken.units,
  };
};

type Rejected = BatchProgress['rejected'];

/** Rejected orders that an answer lists, the newest; the others are only counted. */
const MOST_LISTED = 1_000;

const listed = (rejected: Rejected): Pick<BatchProgress, 'rejected' | 'furtherRejected'> => ({
  rejected: rejected.slice(0, MOST_LISTED),
  ...(rejected.length > MOST_LISTED && { furtherRejected: rejected.length - MOST_LISTED }),
});

/**
 * - `units`: that all of these orders hold; `pendingUnits` those that can be taken.
 * - `isWhole`: whether it looked as far as it had to.
 */
type Seen = {
  pending: number;
  pendingUnits: number;
  units: number;
  rejected: Rejected[number][];
  isWhole: boolean;
};

const NOTHING = { pending: 0, pendingUnits: 0, units: 0, rejected: [], isWhole: true };

/** The part of the time in which it looks at orders; the rest is for the answer. */
const TO_LOOK = 3 / 4;

/**
 * Looks at the orders that hold the product, newest first, until it has seen enough.
 *
 * @param isEnough asked before the first order, and after each batch
 * @param units enough units that can be taken
 * @param until orders that have reserved it later are none of this call-off
 */
const look = async (
  { productId, scope }: StartedCallOff,
  { store, remaining }: Reads,
  isEnough: (seen: Seen) => Promise<boolean>,
  { units = Number.POSITIVE_INFINITY, until }: { units?: number; until?: string | undefined },
): Promise<Seen> => {
  const seen: Seen = { ...NOTHING, rejected: [], isWhole: false };
  if (await isEnough(seen)) return { ...seen, isWhole: true };
  const looking = shareOf(remaining, TO_LOOK);
  const walk = async (): Promise<boolean> => {
    for await (const { holdings } of holdersOf(productId, { store, remaining: looking })) {
      for (const { order, reservedQuantity, position } of holdings) {
        seen.units += reservedQuantity;
        if (until !== undefined && position.until > until) continue;
        const state = stateForCallOff(order, scope);
        if (state === 'pending') {
          seen.pending += 1;
          seen.pendingUnits += reservedQuantity;
        } else seen.rejected.push({ orderId: order.id, code: state });
        if (seen.pendingUnits >= units) return true;
      }
      if (await isEnough(seen)) return true;
    }
    return true;
  };
  const isWhole = await orIfTimeIsUp(walk, false);
  return { ...seen, isWhole };
};
