import type { CancellationReason, Order, OrderStatus } from './order.ts';
import { mergeLines } from './order.ts';
import { references } from './references.ts';
import { isReleasing, releaseHeld, type Step } from './release.ts';
import type { ProductQuantity, ReleaseCause } from './stock-movement.ts';

/** Somebody wants a whole order cancelled. */
export type CancellationRequest = {
  readonly orderId: string;
  readonly reason?: CancellationReason | undefined;
  readonly note?: string | undefined;
  /** false where the goods are lost or damaged: they leave the stock instead of going back to it. */
  readonly restock?: boolean | undefined;
  /**
   * - `pending`: only an order that nobody has confirmed meanwhile.
   * - `unfinished`: only what was interrupted; an order half placed, cancelled or shipped.
   */
  readonly onlyIf?: 'pending' | 'unfinished' | undefined;
};

/** Somebody wants some units of an order cancelled, once for this key. */
export type PartialCancellationRequest = Omit<CancellationRequest, 'onlyIf'> & {
  readonly items: readonly ProductQuantity[];
  readonly idempotencyKey: string;
};

/**
 * What cancelling does to an order: a step, or else why there is none.
 *
 * - `already_cancelled`: there is nothing left to do.
 * - `not_cancellable`: the goods have left the building.
 * - `spared`: it was to be cancelled only in a state that it is not in.
 */
export type CancellationDecision =
  | Step
  | { readonly type: 'already_cancelled' }
  | { readonly type: 'not_cancellable' }
  | { readonly type: 'spared' };

const CANCELLABLE: ReadonlySet<OrderStatus> = new Set(['pending', 'confirmed']);

/**
 * Decides what cancelling would do to an order as it is now. Pure: the caller fixes the time and
 * makes it happen.
 *
 * A cancelled order that still holds units was interrupted; what it holds is the work left, so
 * deciding about it again goes on where it stopped.
 *
 * @param atMost how many lines may be released in one step, at least 1
 */
export const decideCancellation = (
  order: Order,
  request: CancellationRequest,
  now: string,
  atMost: number,
): CancellationDecision => {
  if (isReleasing(order) && (order.status === 'cancelled' || request.onlyIf === 'unfinished')) {
    return releaseHeld(order, now, atMost);
  }
  if (order.status === 'cancelled') return { type: 'already_cancelled' };
  if (request.onlyIf === 'pending' && order.status !== 'pending') return { type: 'spared' };
  if (request.onlyIf === 'unfinished' && !order.placing) return { type: 'spared' };
  if (!CANCELLABLE.has(order.status)) return { type: 'not_cancellable' };
  return releaseHeld(cancelled(order, request, now), now, atMost);
};

/** Marks all of an order as cancelled; the units that it still holds are then work to do. */
const cancelled = (
  order: Order,
  { reason, note, restock, onlyIf }: CancellationRequest,
  now: string,
): Order => {
  const { placing, ...rest } = order;
  return {
    ...rest,
    items: order.items.map((line) =>
      line.reservedQuantity > 0 ? line : { ...line, cancelledQuantity: line.quantity },
    ),
    // Given up rather than cancelled by somebody: it never was a whole order.
    ...(placing && onlyIf === 'unfinished' && { placing }),
    ...(restock === false && { restock }),
    ...closed(now, reason, note),
  };
};

const closed = (
  now: string,
  reason: CancellationReason | undefined,
  note: string | undefined,
): Pick<Order, 'status' | 'cancelledAt' | 'cancellationReason' | 'cancellationNote'> => ({
  status: 'cancelled',
  cancelledAt: now,
  ...(reason !== undefined && { cancellationReason: reason }),
  ...(note !== undefined && { cancellationNote: note }),
});

/** Causes that one order can have kept: 160 KB of the 400 that an item may take. */
const MOST_REFERENCES = 1_000;

/**
 * What cancelling some units does to an order: a step, or else why there is none.
 *
 * - `not_cancellable`: the goods have left the building, or it was cancelled in part so often that
 *   only the rest as a whole can be cancelled.
 * - `repeated`: this key has been used on this order; the ledger knows for what.
 * - `line_not_found`, `quantity_exceeded`: the order never had, or does not hold, what is asked.
 */
export type PartialCancellationDecision =
  | Step
  | { readonly type: 'repeated' }
  | { readonly type: 'not_cancellable' }
  | { readonly type: 'line_not_found'; readonly productIds: readonly string[] }
  | { readonly type: 'quantity_exceeded'; readonly productIds: readonly string[] };

/**
 * Decides what cancelling some units of an order would do to it as it is now. Cancelling the last
 * unit cancels the order.
 */
export const decidePartialCancellation = (
  order: Order,
  { items, idempotencyKey, reason, note, restock }: PartialCancellationRequest,
  now: string,
): PartialCancellationDecision => {
  const referenceId = references.partialCancellation(order.id, idempotencyKey);
  if (order.movementReferences.includes(referenceId)) return { type: 'repeated' };
  if (!CANCELLABLE.has(order.status) && order.status !== 'cancelled') {
    return { type: 'not_cancellable' };
  }
  if (order.movementReferences.length >= MOST_REFERENCES) return { type: 'not_cancellable' };
  const units = mergeLines(items);
  const lines = new Map(order.items.map((line) => [line.productId, line]));
  const unknown = units.filter(({ productId }) => !lines.has(productId));
  if (unknown.length > 0) return { type: 'line_not_found', productIds: productIds(unknown) };
  const exceeded = units.filter(
    ({ productId, quantity }) =>
      order.status === 'cancelled' || quantity > (lines.get(productId)?.reservedQuantity ?? 0),
  );
  if (exceeded.length > 0) return { type: 'quantity_exceeded', productIds: productIds(exceeded) };

  const asked = new Map(units.map(({ productId, quantity }) => [productId, quantity]));
  const after = order.items.map((line) => {
    const quantity = asked.get(line.productId) ?? 0;
    return {
      ...line,
      reservedQuantity: line.reservedQuantity - quantity,
      cancelledQuantity: line.cancelledQuantity + quantity,
    };
  });
  const nothingLeft = after.every((line) => line.cancelledQuantity === line.quantity);
  const cause: ReleaseCause = {
    referenceId,
    movementType: restock === false ? 'adjustment' : 'restoration',
    reason,
  };
  return {
    type: 'step',
    order: {
      ...order,
      items: after,
      version: order.version + 1,
      movementReferences: [...order.movementReferences, referenceId],
      ...(nothingLeft && closed(now, reason, note)),
      updatedAt: now,
    },
    releases: units.map((unit) => ({ ...unit, cause })),
  };
};

const productIds = (units: readonly ProductQuantity[]): string[] =>
  units.map(({ productId }) => productId);
