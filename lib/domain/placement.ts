import { cancelWhole } from './cancellation.ts';
import { hasSameLines, mergeLines, missingUnits, type Order } from './order.ts';
import { rulesOf } from './order-status.ts';
import { references } from './references.ts';
import { type Decision, isReleasing, releaseHeld } from './release.ts';
import { type ProductQuantity, reservation, type StockMovement } from './stock-movement.ts';

export type NewOrder = {
  readonly id: string;
  readonly items: readonly ProductQuantity[];
  readonly expiresAt?: string | undefined;
};

/**
 * What placing an order does:
 *
 * - `reserve`: the order becomes `order` and takes hold of the units of these movements. `isNew`
 *   says that there was no such order before.
 * - `placed`: it was placed before with the same lines; `order` is what it is now.
 * - `given_up`: an earlier attempt ran short of stock and has not been cleared away yet.
 * - `order_exists`: the id belongs to an order with other lines.
 */
export type PlacementDecision =
  | {
      readonly type: 'reserve';
      readonly isNew: boolean;
      readonly order: Order;
      readonly movements: readonly StockMovement[];
    }
  | { readonly type: 'placed'; readonly order: Order }
  | { readonly type: 'given_up'; readonly order: Order }
  | { readonly type: 'order_exists' };

/**
 * Decides what placing an order does, given the order that has its id now. An order takes hold of
 * its first `atMost` lines at once; where it has more it is `placing`, and deciding again about it
 * says what comes next.
 */
export const decidePlacement = (
  standing: Order | undefined,
  request: NewOrder,
  now: string,
  atMost: number,
): PlacementDecision => {
  if (!standing) return { isNew: true, ...reserveMissing(newOrder(request, now), now, atMost) };
  // What was given up never was a whole order, whatever its lines were: its id is free.
  if (standing.placing && rulesOf(standing.status).cancellation === 'done') {
    return { type: 'given_up', order: standing };
  }
  if (!hasSameLines(standing, request.items)) return { type: 'order_exists' };
  if (!standing.placing) return { type: 'placed', order: standing };
  return { isNew: false, ...reserveMissing(standing, now, atMost) };
};

const newOrder = ({ id, items, expiresAt }: NewOrder, now: string): Order => ({
  id,
  status: 'pending',
  statusSince: now,
  items: mergeLines(items).map(({ productId, quantity }) => ({
    productId,
    quantity,
    reservedQuantity: 0,
    shippedQuantity: 0,
    cancelledQuantity: 0,
    returnedQuantity: 0,
  })),
  version: 0,
  round: 1,
  movementReferences: [references.placement({ id, round: 1 })],
  ...(expiresAt !== undefined && { expiresAt }),
  createdAt: now,
  updatedAt: now,
});

/** Takes hold of the next lines of an order that is being placed. */
const reserveMissing = (order: Order, now: string, atMost: number) => {
  const missing = order.items.filter((line) => missingUnits(line) > 0);
  const next = new Set(missing.slice(0, atMost));
  const { placing: _, ...rest } = order;
  return {
    type: 'reserve' as const,
    order: {
      ...rest,
      items: order.items.map((line) =>
        next.has(line)
          ? { ...line, reservedQuantity: line.reservedQuantity + missingUnits(line) }
          : line,
      ),
      version: order.version + 1,
      ...(missing.length > next.size && { placing: true as const }),
      updatedAt: now,
    },
    movements: [...next].map((line) =>
      reservation(order, { productId: line.productId, quantity: missingUnits(line) }, now),
    ),
  };
};

/**
 * Decides what giving up a placement does to its order: it is cancelled, gives back what it holds
 * step by step, and keeps `placing`, which shows that it never was a whole order. Once it holds
 * nothing it can be cleared away.
 *
 * An order that has been placed or cancelled meanwhile stays as it is.
 */
export const decideGivingUp = (
  order: Order,
  now: string,
  atMost: number,
): Decision<'not_placing'> => {
  if (!order.placing) return { type: 'rejected', why: 'not_placing' };
  if (isReleasing(order)) return releaseHeld(order, now, atMost);
  if (rulesOf(order.status).cancellation === 'done') return { type: 'settled' };
  return {
    ...releaseHeld(
      { ...cancelWhole(order, { reason: 'inventory' }, now), placing: true },
      now,
      atMost,
    ),
    decisive: true,
  };
};
