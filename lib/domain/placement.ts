import { type Actor, asBegunBy } from './actor.ts';
import { cancelWhole } from './cancellation.ts';
import type { Metadata } from './metadata.ts';
import { hasSameLines, isImporting, mergeLines, missingUnits, type Order } from './order.ts';
import { rulesOf } from './order-status.ts';
import { references } from './references.ts';
import { type Decision, isReleasing, releaseHeld } from './release.ts';
import { type ProductQuantity, reservation, type StockMovement } from './stock-movement.ts';

export type NewOrder = {
  readonly id: string;
  readonly items: readonly ProductQuantity[];
  readonly expiresAt?: string | undefined;
  readonly metadata?: Metadata | undefined;
  readonly by?: Actor | undefined;
};

/**
 * What placing an order does:
 *
 * - `reserve`: the order becomes `order` and reserves the units of these movements. `isNew` says
 *   that the order did not exist before.
 * - `placed`: the order was placed before with the same lines; `order` is its current state.
 * - `given_up`: an earlier placement under this id was given up and is not cleared away yet.
 * - `order_exists`: the id belongs to an order with other lines, to one that is being imported, or to
 *   one that was given up and is kept: it was never placed, and never will be.
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
 * Decides what placing an order does, given the order that has its id now. One step reserves at
 * most `atMost` lines. An order with more lines is `placing` until its last step, and deciding
 * again returns its next step.
 */
export const decidePlacement = (
  standing: Order | undefined,
  request: NewOrder,
  now: string,
  atMost: number,
): PlacementDecision => {
  if (!standing)
    return { isNew: true, ...reserveMissing(newOrder(request, now), request, now, atMost) };
  // An order that was given up was never placed completely, so its id is free for any other lines.
  if (standing.placing && rulesOf(standing.status).cancellation === 'done') {
    return { type: 'given_up', order: standing };
  }
  if (isImporting(standing) || standing.givenUp || !hasSameLines(standing, request.items))
    return { type: 'order_exists' };
  if (!standing.placing) return { type: 'placed', order: standing };
  return { isNew: false, ...reserveMissing(standing, request, now, atMost) };
};

const newOrder = ({ id, items, expiresAt, metadata }: NewOrder, now: string): Order => ({
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
  ...(metadata && { metadata }),
  createdAt: now,
  updatedAt: now,
});

/** Reserves the next lines of an order that is being placed. */
const reserveMissing = (order: Order, { by }: NewOrder, now: string, atMost: number) => {
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
      ...asBegunBy(by),
      updatedAt: now,
    },
    movements: [...next].map((line) =>
      reservation(order, { productId: line.productId, quantity: missingUnits(line) }, now, by),
    ),
  };
};

/**
 * Decides what giving up a placement (compensation) does to its order. The order is cancelled and
 * releases what it holds, step by step. It keeps `placing`, which shows that it was never placed
 * completely. Once it holds nothing it can be cleared away.
 *
 * An order that another request has placed or cancelled meanwhile stays as it is.
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
