import { type Actor, asBegunBy } from './actor.ts';
import { isImporting, movedTo, nextVersion, type Order, type OrderLine } from './order.ts';
import { isFull } from './order-size.ts';
import { rulesOf } from './order-status.ts';
import { references } from './references.ts';
import { type Decision, isReleasing, releaseHeld, type Step } from './release.ts';
import { type ProductQuantity, reservation, type StockMovement } from './stock-movement.ts';

export type ReinstatementRequest = {
  /** The order expires then, unless it is confirmed; without it, it expires no more. */
  readonly expiresAt?: string | undefined;
  readonly by?: Actor | undefined;
};

/** The order becomes `order`, and reserves the units of these movements. */
export type Reserve = {
  readonly type: 'reserve';
  readonly order: Order;
  readonly movements: readonly StockMovement[];
};

/**
 * Why a cancellation cannot be taken back:
 *
 * - `invalid_transition`: the order is not cancelled, or was never placed completely, or was
 *   cancelled in parts only, or has been cancelled again since the caller asked, or is still being
 *   imported.
 * - `too_many_parts`: its row has no room for another round, so it stays cancelled; see `isFull`.
 * - `another`: the id belongs to another order by now.
 * - `given_up`: another request has given this reinstatement up meanwhile.
 */
export type NotReinstatable = 'invalid_transition' | 'too_many_parts' | 'another' | 'given_up';

/**
 * Decides what taking a cancellation back would do to an order as it is now. In its grace the order
 * still holds its units, so no product is touched. Afterwards it reserves again what the cancellation
 * released: at most `atMost` lines in one step, and it stays cancelled until the last step.
 *
 * @param seen the order as it was when the caller asked. A request takes back one cancellation only
 */
export const decideReinstatement = (
  order: Order,
  seen: Order,
  request: ReinstatementRequest,
  now: string,
  atMost: number,
): Decision<NotReinstatable> | Reserve => {
  if (order.createdAt !== seen.createdAt) return rejected('another');
  if (rulesOf(order.status).cancellation !== 'done') {
    return order.round > 1 ? { type: 'settled' } : rejected('invalid_transition');
  }
  if (order.round > seen.round && !order.reinstating) {
    return rejected(order.cancelledAt === seen.cancelledAt ? 'given_up' : 'invalid_transition');
  }
  if (order.cancelledFrom === undefined || isImporting(order)) {
    return rejected('invalid_transition');
  }
  if (order.releaseAt !== undefined) {
    return {
      type: 'step',
      decisive: true,
      order: nextVersion(nextRound(reinstated(order, request, now), now), now),
      releases: [],
    };
  }
  // The units of an interrupted cancellation, or of a reinstatement that was given up, go back first.
  if (isReleasing(order)) return releaseHeld(order, now, atMost);
  if (order.reinstating) return reserveAgain(order, request, now, atMost);
  return isFull(order)
    ? rejected('too_many_parts')
    : reserveAgain(nextRound(order, now), request, now, atMost);
};

const rejected = <Why>(why: Why) => ({ type: 'rejected' as const, why });

const nextRound = (order: Order, now: string): Order => ({
  ...order,
  round: order.round + 1,
  roundSince: now,
});

/** The order in the status from before, as if it had not been cancelled as a whole. */
const reinstated = (order: Order, { expiresAt }: ReinstatementRequest, now: string): Order => {
  const status = order.cancelledFrom ?? order.status;
  const moved: Record<string, unknown> = { ...movedTo(order, status, now) };
  for (const name of OF_CANCELLATION) delete moved[name];
  return { ...(moved as Order), ...(expiresAt !== undefined && { expiresAt }) };
};

/** What an order no longer has when its cancellation is taken back. */
const OF_CANCELLATION = [
  'cancelledAt',
  'cancelledBy',
  'cancelledByStated',
  'cancelledFrom',
  'cancellationReason',
  'cancellationNote',
  'restock',
  'restoredQuantities',
  'releaseAt',
  'reinstating',
  'expiresAt',
] as const satisfies readonly (keyof Order)[];

/**
 * What the cancellation of the whole order released and is not reserved again. What was cancelled in
 * part stays cancelled.
 */
export const unitsToReserve = ({ items, cancelledByPart }: Order): ProductQuantity[] =>
  items
    .map(({ productId, cancelledQuantity }, index) => ({
      productId,
      quantity: cancelledQuantity - (cancelledByPart?.[index] ?? 0),
    }))
    .filter(({ quantity }) => quantity > 0);

const reserveAgain = (
  order: Order,
  request: ReinstatementRequest,
  now: string,
  atMost: number,
): Reserve => {
  const missing = unitsToReserve(order);
  const next = missing.slice(0, atMost);
  const taken = new Map(next.map(({ productId, quantity }) => [productId, quantity]));
  const reserving: Order = {
    ...nextVersion(order, now),
    reinstating: 'reserving',
    ...asBegunBy(request.by),
    items: order.items.map((line) => reserve(line, taken.get(line.productId) ?? 0)),
    movementReferences: [...new Set([...order.movementReferences, references.placement(order)])],
  };
  return {
    type: 'reserve',
    order: next.length === missing.length ? reinstated(reserving, request, now) : reserving,
    movements: next.map((unit) => reservation(order, unit, now, request.by)),
  };
};

const reserve = (line: OrderLine, quantity: number): OrderLine => ({
  ...line,
  reservedQuantity: line.reservedQuantity + quantity,
  cancelledQuantity: line.cancelledQuantity - quantity,
});

/**
 * Decides what giving up a reinstatement does to its order: it releases what was reserved again, and
 * is cancelled as before.
 */
export const giveUpReinstatement = (order: Order, now: string, atMost: number): Step =>
  releaseHeld({ ...order, reinstating: 'giving_up' }, now, atMost);
