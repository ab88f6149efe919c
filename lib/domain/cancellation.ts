import type { Actor } from './actor.ts';
import {
  type CancellationReason,
  type KeyUse,
  mergeLines,
  missingUnits,
  type Order,
  statusBegins,
} from './order.ts';
import { rulesOf } from './order-status.ts';
import { references } from './references.ts';
import { type Decision, isReleasing, releaseHeld } from './release.ts';
import type { ProductQuantity, ReleaseCause } from './stock-movement.ts';

/** A caller wants a whole order cancelled. */
export type CancellationRequest = {
  readonly orderId: string;
  readonly reason?: CancellationReason | undefined;
  readonly note?: string | undefined;
  /** false for goods that are lost or damaged: they leave the stock instead of going back to it. */
  readonly restock?: boolean | undefined;
  /**
   * When the order was placed. A later order with the same id is then not cancelled in its place.
   */
  readonly orderCreatedAt?: string | undefined;
  readonly by?: Actor | undefined;
};

/** A caller wants some units of an order cancelled, once for this key. */
export type PartialCancellationRequest = CancellationRequest & {
  readonly items: readonly ProductQuantity[];
  readonly idempotencyKey: string;
};

/**
 * Why an order cannot be cancelled:
 *
 * - `goods_left`: the goods have left the building.
 * - `too_many_parts`: it had so many partial cancellations that only the whole rest can be
 *   cancelled.
 * - `being_placed`: it does not hold all its units yet, so no part of it can be cancelled.
 */
export type NotCancellable = 'goods_left' | 'too_many_parts' | 'being_placed';

/**
 * Decides what cancelling would do to an order as it is now. Pure: the caller gives the time and
 * commits the step.
 *
 * The cancellation of an order that is cancelled and still holds units was interrupted. What the
 * order holds is the work left, so deciding again resumes the cancellation.
 *
 * @param atMost how many lines may be released in one step, at least 1
 */
export const decideCancellation = (
  order: Order,
  request: Omit<CancellationRequest, 'orderId'>,
  now: string,
  atMost: number,
): Decision<'goods_left'> => {
  switch (rulesOf(order.status).cancellation) {
    case 'goods_left':
      return { type: 'rejected', why: 'goods_left' };
    case 'done':
      return isReleasing(order) ? releaseHeld(order, now, atMost) : { type: 'settled' };
    case 'possible':
      return { ...releaseHeld(cancelWhole(order, request, now), now, atMost), decisive: true };
  }
};

/** Marks a whole order as cancelled. The units that it still holds are then the work left. */
export const cancelWhole = (
  order: Order,
  request: Omit<CancellationRequest, 'orderId'>,
  now: string,
): Order => {
  const { placing: _, ...rest } = order;
  return {
    ...rest,
    items: order.items.map((line) => ({
      ...line,
      cancelledQuantity: line.cancelledQuantity + missingUnits(line),
    })),
    ...(request.restock === false && { restock: false }),
    ...cancelled(order, request, now),
  };
};

const cancelled = (
  order: Order,
  { reason, note, by }: Omit<CancellationRequest, 'orderId'>,
  now: string,
): Pick<
  Order,
  | 'status'
  | 'statusSince'
  | 'cancelledAt'
  | 'cancellationReason'
  | 'cancellationNote'
  | 'cancelledBy'
  | 'cancelledByStated'
> => ({
  status: 'cancelled',
  statusSince: statusBegins(order, now),
  cancelledAt: now,
  ...(reason !== undefined && { cancellationReason: reason }),
  ...(note !== undefined && { cancellationNote: note }),
  ...(by && { cancelledBy: by.actor }),
  ...(by?.actorStated !== undefined && { cancelledByStated: by.actorStated }),
});

/**
 * Causes that one order can store, with what their keys were used for: 190 KB of the 400 KB that a
 * DynamoDB item may have. A product that was gone counts as a cause, because its id is stored, too.
 */
const MOST_REFERENCES = 1_000;

/**
 * Why some units of an order cannot be cancelled:
 *
 * - `line_not_found`: the order has no line for these products.
 * - `quantity_exceeded`: the order holds fewer units of these products than the request names.
 * - `reference_reused`: the key was used on this order for another request.
 */
export type PartialRejection =
  | { readonly code: 'not_cancellable'; readonly reason: NotCancellable }
  | { readonly code: 'reference_reused' }
  | {
      readonly code: 'line_not_found' | 'quantity_exceeded';
      readonly productIds: readonly string[];
    };

/**
 * Decides what cancelling some units would do to an order as it is now. Cancelling the last unit
 * cancels the order. An idempotency key that was used on this order before settles the request, if
 * it was used for the same one. Of a key that was used before orders had `keyUses`, only the ledger
 * shows for what: it settles every request.
 *
 * @param asked the digest of the request, see `KeyUse`
 */
export const decidePartialCancellation = (
  order: Order,
  request: PartialCancellationRequest,
  asked: string,
  now: string,
): Decision<PartialRejection> => {
  const { items, idempotencyKey, reason, note, restock } = request;
  if (causeOfKey(order, idempotencyKey) !== -1) {
    const isAnother = (useOfKey(order, idempotencyKey)?.asked ?? asked) !== asked;
    return isAnother
      ? { type: 'rejected', why: { code: 'reference_reused' } }
      : { type: 'settled' };
  }
  const rejection = rejectionOf(order, items);
  if (rejection) return { type: 'rejected', why: rejection };

  const units = mergeLines(items);
  const cancelling = new Map(units.map(({ productId, quantity }) => [productId, quantity]));
  const after = order.items.map((line) => {
    const quantity = cancelling.get(line.productId) ?? 0;
    return {
      ...line,
      reservedQuantity: line.reservedQuantity - quantity,
      cancelledQuantity: line.cancelledQuantity + quantity,
    };
  });
  const nothingLeft = after.every((line) => line.cancelledQuantity === line.quantity);
  const cause: ReleaseCause = {
    referenceId: references.partialCancellation(order, idempotencyKey),
    movementType: restock === false ? 'adjustment' : 'restoration',
    reason,
    note,
  };
  return {
    type: 'step',
    decisive: true,
    order: {
      ...order,
      items: after,
      version: order.version + 1,
      movementReferences: [...order.movementReferences, cause.referenceId],
      keyUses: [...(order.keyUses ?? []), { cause: order.movementReferences.length, asked }],
      ...(nothingLeft && cancelled(order, request, now)),
      updatedAt: now,
    },
    releases: units.map((unit) => ({ ...unit, cause })),
  };
};

/**
 * Where in `movementReferences` the cause of a key stands, of whatever round; -1 for an unused key.
 * What a key cancelled stays cancelled when the cancellation of the whole order is taken back.
 */
const causeOfKey = ({ id, round, movementReferences }: Order, idempotencyKey: string): number => {
  const causes = new Set(
    Array.from({ length: round }, (_, index) =>
      references.partialCancellation({ id, round: index + 1 }, idempotencyKey),
    ),
  );
  return movementReferences.findIndex((referenceId) => causes.has(referenceId));
};

/** What a key was used for; undefined if it was not, or before orders had `keyUses`. */
const useOfKey = (order: Order, idempotencyKey: string): KeyUse | undefined => {
  const cause = causeOfKey(order, idempotencyKey);
  return order.keyUses?.find((use) => use.cause === cause);
};

/**
 * The units that the cancellation of the whole order put back on the shelf, in the sequence of its
 * lines; undefined if only the ledger tells.
 */
export const restoredByWhole = ({
  items,
  restoredQuantities,
  restock,
}: Order): ProductQuantity[] | undefined => {
  if (restock === false) return [];
  return restoredQuantities?.flatMap((quantity, index) => {
    const line = items[index];
    return line && quantity > 0 ? [{ productId: line.productId, quantity }] : [];
  });
};

/**
 * The units that a partial cancellation of this order put back on the shelf, in the sequence of its
 * lines; undefined if only the ledger tells.
 */
export const restoredByPart = (
  order: Order,
  { items, idempotencyKey, restock }: PartialCancellationRequest,
): ProductQuantity[] | undefined => {
  const use = useOfKey(order, idempotencyKey);
  if (!use) return undefined;
  if (restock === false) return [];
  const asked = new Map(mergeLines(items).map((line) => [line.productId, line.quantity]));
  return order.items.flatMap(({ productId }) => {
    const quantity = asked.get(productId);
    return quantity === undefined || use.gone?.includes(productId) ? [] : [{ productId, quantity }];
  });
};

const rejectionOf = (
  order: Order,
  items: readonly ProductQuantity[],
): PartialRejection | undefined => {
  const { cancellation } = rulesOf(order.status);
  if (cancellation === 'goods_left') return { code: 'not_cancellable', reason: cancellation };
  if (order.placing) return { code: 'not_cancellable', reason: 'being_placed' };
  const gone = order.keyUses?.flatMap((use) => use.gone ?? []) ?? [];
  if (order.movementReferences.length + gone.length >= MOST_REFERENCES) {
    return { code: 'not_cancellable', reason: 'too_many_parts' };
  }
  const units = mergeLines(items);
  const held = new Map(order.items.map((line) => [line.productId, line.reservedQuantity]));
  const unknown = units.filter(({ productId }) => !held.has(productId));
  if (unknown.length > 0) return { code: 'line_not_found', productIds: productIds(unknown) };
  const exceeded = units.filter(
    ({ productId, quantity }) => cancellation === 'done' || quantity > (held.get(productId) ?? 0),
  );
  if (exceeded.length > 0) return { code: 'quantity_exceeded', productIds: productIds(exceeded) };
  return undefined;
};

const productIds = (units: readonly ProductQuantity[]): string[] =>
  units.map(({ productId }) => productId);
