import type { Actor } from './actor.ts';
import {
  type CancellationReason,
  holdsUnits,
  isImporting,
  mergeLines,
  missingUnits,
  movedTo,
  type Order,
  statusBegins,
} from './order.ts';
import { isFull } from './order-size.ts';
import { rulesOf } from './order-status.ts';
import {
  added,
  decidePart,
  type Part,
  type PartRejection,
  type PartRequest,
  useOfKey,
} from './part.ts';
import { references } from './references.ts';
import { type Decision, isReleasing, releaseHeld } from './release.ts';
import type { ProductQuantity } from './stock-movement.ts';

/** A caller wants a whole order cancelled. */
export type CancellationRequest = {
  readonly orderId: string;
  readonly reason?: CancellationReason | undefined;
  readonly note?: string | undefined;
  /** false for goods that are lost or damaged: they leave the stock instead of going back to it. */
  readonly restock?: boolean | undefined;
  /** For so long the order holds its units, so that it can be reinstated. */
  readonly graceSeconds?: number | undefined;
  /** Cancels the order only while nobody has confirmed it. */
  readonly onlyIf?: 'pending' | undefined;
  /**
   * When the order was placed. A later order with the same id is then not cancelled in its place.
   */
  readonly orderCreatedAt?: string | undefined;
  /** The round in which the sender of the request saw the order. */
  readonly orderRound?: number | undefined;
  /** When the request was sent; what counts where nobody has seen the order before. */
  readonly sentAt?: string | undefined;
  readonly by?: Actor | undefined;
};

/** A caller wants some units of an order cancelled, once for this key. */
export type PartialCancellationRequest = Omit<CancellationRequest, 'graceSeconds'> & PartRequest;

/** A caller wants an order cancelled, as a whole or in part. */
export type AnyCancellation = CancellationRequest | PartialCancellationRequest;

/**
 * Whether an order was reinstated after it was asked to cancel it. Then the later decision holds, and
 * nothing is left to do: the request, or another one, has cancelled the order in the round before.
 *
 * The clocks of the queue and of a function may differ by milliseconds. `roundSince` was taken before
 * the reinstatement was committed, so whoever has seen it sends later by more than that.
 */
export const wasReinstatedSince = (
  { round, roundSince }: Order,
  { orderRound, sentAt }: Pick<CancellationRequest, 'orderRound' | 'sentAt'>,
): boolean =>
  orderRound === undefined
    ? sentAt !== undefined && roundSince !== undefined && sentAt < roundSince
    : orderRound < round;

/**
 * Why an order cannot be cancelled:
 *
 * - `goods_left`: the goods have left the building, or some of them.
 * - `locked`: somebody has it in hand.
 * - `no_longer_pending`: the caller wants it cancelled only while it is pending.
 * - `too_many_parts`: its row has no room for another part, so only the whole rest can be cancelled;
 *   see `isFull`.
 * - `being_placed`: it does not hold all its units yet, so no part of it can be cancelled.
 * - `being_imported`: an import has not brought in all its lines yet.
 */
export type NotCancellable =
  | 'goods_left'
  | 'locked'
  | 'no_longer_pending'
  | 'too_many_parts'
  | 'being_placed'
  | 'being_imported';

/**
 * Decides what cancelling would do to an order as it is now. Pure: the caller gives the time and
 * commits the step.
 *
 * The cancellation of an order that is cancelled and still has to release units was interrupted.
 * What the order holds is the work left, so deciding again resumes the cancellation.
 *
 * @param atMost how many lines may be released in one step, at least 1
 */
export const decideCancellation = (
  order: Order,
  request: Omit<CancellationRequest, 'orderId'>,
  now: string,
  atMost: number,
): Decision<NotCancellable> => {
  if (isImporting(order)) return { type: 'rejected', why: 'being_imported' };
  if (rulesOf(order.status).cancellation === 'done') {
    return isReleasing(order) ? releaseHeld(order, now, atMost) : { type: 'settled' };
  }
  const why = refusalOf(order, request);
  if (why) return { type: 'rejected', why };
  // What is left of an order that is shipped in part is cancelled by lines.
  if (order.shippedInPart) return { type: 'rejected', why: 'goods_left' };
  return { ...releaseHeld(cancelWhole(order, request, now), now, atMost), decisive: true };
};

const refusalOf = (
  { status, lock }: Order,
  { onlyIf }: Pick<CancellationRequest, 'onlyIf'>,
): NotCancellable | undefined => {
  if (rulesOf(status).cancellation === 'goods_left') return 'goods_left';
  if (lock) return 'locked';
  return onlyIf !== undefined && status !== onlyIf ? 'no_longer_pending' : undefined;
};

/**
 * Marks a whole order as cancelled. The units that it still holds are then the work left; within a
 * grace, the order keeps them. An order that is still being placed has no grace: nobody could
 * reinstate it.
 */
export const cancelWhole = (
  order: Order,
  request: Omit<CancellationRequest, 'orderId'>,
  now: string,
): Order => {
  const { placing, ...rest } = order;
  const { restock, graceSeconds = 0 } = request;
  return {
    ...rest,
    items: order.items.map((line) => ({
      ...line,
      cancelledQuantity: line.cancelledQuantity + missingUnits(line),
    })),
    ...(restock === false && { restock }),
    ...(!placing && { cancelledFrom: order.status }),
    ...(!placing && graceSeconds > 0 && { releaseAt: after(now, graceSeconds) }),
    ...cancelled(order, request, now),
  };
};

const after = (now: string, seconds: number): string =>
  new Date(Date.parse(now) + seconds * 1_000).toISOString();

/** What an order tells about its cancellation. */
type OfCancellation =
  | 'cancelledAt'
  | 'cancellationReason'
  | 'cancellationNote'
  | 'cancelledBy'
  | 'cancelledByStated';

const cancelled = (
  order: Order,
  { reason, note, by }: Omit<CancellationRequest, 'orderId'>,
  now: string,
): Pick<Order, 'status' | 'statusSince' | OfCancellation> => ({
  status: 'cancelled',
  statusSince: statusBegins(order, now),
  cancelledAt: now,
  ...(reason !== undefined && { cancellationReason: reason }),
  ...(note !== undefined && { cancellationNote: note }),
  ...(by && { cancelledBy: by.actor }),
  ...(by?.actorStated !== undefined && { cancelledByStated: by.actorStated }),
});

export type PartialRejection =
  | { readonly code: 'not_cancellable'; readonly reason: NotCancellable }
  | PartRejection;

/**
 * Cancelling some units. The last unit that an order holds takes it to its end: it is then
 * cancelled, or shipped if others of its units were.
 */
export const PARTIAL_CANCELLATION: Part<
  Omit<PartialCancellationRequest, 'orderId'>,
  PartialRejection
> = {
  referenceOf: references.partialCancellation,
  refusalOf: (order, request) => {
    const reason =
      (isImporting(order) && 'being_imported') ||
      refusalOf(order, order.status === 'cancelled' ? {} : request) ||
      (order.placing && 'being_placed') ||
      (isFull(order) && 'too_many_parts');
    return reason ? { code: 'not_cancellable', reason } : undefined;
  },
  unitsOf: ({ reservedQuantity }, { status }) =>
    rulesOf(status).cancellation === 'done' ? 0 : reservedQuantity,
  take: (line, quantity) => ({
    ...line,
    reservedQuantity: line.reservedQuantity - quantity,
    cancelledQuantity: line.cancelledQuantity + quantity,
  }),
  causeOf: ({ reason, note, restock }, referenceId) => ({
    referenceId,
    movementType: restock === false ? 'adjustment' : 'restoration',
    reason,
    note,
  }),
  after: (order, request, now, quantities) => {
    const parted: Order = {
      ...order,
      cancelledByPart: added(order.cancelledByPart, quantities),
    };
    if (holdsUnits(order)) return parted;
    return order.shippedInPart
      ? movedTo(parted, 'shipped', now)
      : { ...parted, ...cancelled(order, request, now) };
  },
};

/**
 * Decides what cancelling some units would do to an order as it is now.
 *
 * @param digest the digest of the request, see `KeyUse`
 */
export const decidePartialCancellation = (
  order: Order,
  request: PartialCancellationRequest,
  digest: string,
  now: string,
): Decision<PartialRejection> => decidePart(PARTIAL_CANCELLATION, order, request, digest, now);

/**
 * The units that the cancellation of the whole order put back on the shelf, in the sequence of its
 * lines.
 */
export const restoredByWhole = ({
  items,
  restoredQuantities,
  restock,
}: Order): ProductQuantity[] => {
  if (restock === false) return [];
  return items.flatMap(({ productId }, index) => {
    const quantity = restoredQuantities?.[index] ?? 0;
    return quantity > 0 ? [{ productId, quantity }] : [];
  });
};

/**
 * The units that a partial cancellation of this order put back on the shelf, in the sequence of its
 * lines.
 */
export const restoredByPart = (
  order: Order,
  { items, idempotencyKey, restock }: PartialCancellationRequest,
): ProductQuantity[] => {
  const use = useOfKey(PARTIAL_CANCELLATION, order, idempotencyKey);
  if (!use || restock === false) return [];
  const asked = new Map(mergeLines(items).map((line) => [line.productId, line.quantity]));
  return order.items.flatMap(({ productId }) => {
    const quantity = asked.get(productId);
    return quantity === undefined || use.gone?.includes(productId) ? [] : [{ productId, quantity }];
  });
};
