import type { Change } from '../domain/change.ts';
import type { Order } from '../domain/order.ts';
import { type ProductQuantity, restoration, type StockMovement } from '../domain/stock-movement.ts';
import { type Facts, movementKey } from './facts.ts';

/** One order's part of a transaction: what it becomes, and the units that it gives back. */
export type Step = { readonly order: Order; readonly units: readonly ProductQuantity[] };

/** What one order has to show once its transaction is committed. */
export type Release = {
  readonly movements: readonly StockMovement[];
  /** Units that the order held and that no counter could give back. */
  readonly drift: number;
};

export type Plan = {
  readonly changes: readonly Change[];
  /** In the order of the steps. */
  readonly releases: readonly Release[];
};

/**
 * Plans one transaction for a group of orders: one update per order, one movement per order and
 * product, and one update per product however many orders give it back.
 *
 * Where a product is known to have less reserved than the group would release, its counter stops
 * at 0 and the orders get what there is in the order they came. A product known to be gone takes
 * nothing back. What the ledger has already is not moved again.
 */
export const planGroup = (steps: readonly Step[], facts: Facts, at: string): Plan => {
  const counters = new Map<string, Counter>();
  const movements: StockMovement[] = [];

  const releases = steps.map(({ order, units }): Release => {
    const own: StockMovement[] = [];
    let drift = 0;
    for (const unit of units) {
      const recorded = facts.recorded.get(movementKey(restoration(order.id, unit, 0, at)));
      if (recorded) {
        own.push(recorded);
        continue;
      }
      const moved = takeFrom(counters, facts, unit);
      drift += unit.quantity - moved;
      if (facts.gone.has(unit.productId)) continue;
      const movement = restoration(order.id, unit, moved, at);
      own.push(movement);
      movements.push(movement);
    }
    return { movements: own, drift };
  });

  return {
    changes: [
      ...steps.map(({ order }): Change => ({ type: 'update-order', order })),
      ...[...counters].map(([productId, counter]) => moveCounter(productId, counter, facts, at)),
      ...movements.map((movement): Change => ({ type: 'record-movement', movement })),
    ],
    releases,
  };
};

/** Units of one product that a group wants back, and those that it gets. */
type Counter = { readonly asked: number; readonly moved: number };

/** Lets an order take what the product's reserved counter still gives, and says how much that was. */
const takeFrom = (
  counters: Map<string, Counter>,
  facts: Facts,
  { productId, quantity }: ProductQuantity,
): number => {
  const { asked, moved } = counters.get(productId) ?? { asked: 0, moved: 0 };
  const reserved = facts.gone.has(productId)
    ? 0
    : (facts.reserved.get(productId) ?? Number.POSITIVE_INFINITY);
  const taken = Math.min(quantity, Math.max(reserved - moved, 0));
  counters.set(productId, { asked: asked + quantity, moved: moved + taken });
  return taken;
};

const moveCounter = (
  productId: string,
  { asked, moved }: Counter,
  facts: Facts,
  at: string,
): Change => {
  if (facts.gone.has(productId)) return { type: 'require-no-product', productId };
  const reserved = facts.reserved.get(productId);
  return {
    type: 'move-stock',
    productId,
    stockDelta: 0,
    // Subtracted from 0, because the negative of 0 is -0.
    reservedDelta: 0 - moved,
    // A counter that is emptied rather than lowered has to be the one that was seen.
    ...(moved < asked && reserved !== undefined && { expectedReserved: reserved }),
    at,
  };
};
