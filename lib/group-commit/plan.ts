import type { Change } from '../domain/change.ts';
import type { Release, Step } from '../domain/release.ts';
import { type CounterMove, release, type StockMovement } from '../domain/stock-movement.ts';
import { type Facts, movementKey } from './facts.ts';

/** What one order gets from a commit, once it has succeeded. */
export type Receipt = {
  readonly movements: readonly StockMovement[];
  /** Units that the order held and that the products' counters could not give. */
  readonly drift: number;
};

export type Plan = {
  readonly changes: readonly Change[];
  /** In the order of the steps. */
  readonly receipts: readonly Receipt[];
};

/**
 * Plans one commit for a group of orders: one update per order, one movement per order and product,
 * and one update per product, however many orders release it.
 *
 * If a product is known to have less than the group would move, its counters stop at 0, and earlier
 * orders come first. A product that is known to be gone moves nothing. A movement that the ledger
 * is known to have is not made again. Every fact that the plan uses is also one of its conditions,
 * so the commit fails if the fact is stale.
 */
export const planGroup = (steps: readonly Step[], facts: Facts, at: string): Plan => {
  const counters = new Map<string, Counter>();
  const records: Change[] = [];

  const receipts = steps.map(({ order, releases }): Receipt => {
    const own: StockMovement[] = [];
    let drift = 0;
    for (const unit of releases) {
      const wanted = movesOf(unit);
      const recorded = facts.recorded.get(
        movementKey(release(order.id, unit.cause, unit, wanted, at)),
      );
      if (recorded) {
        own.push(recorded);
        records.push({ type: 'require-movement', movement: recorded });
        continue;
      }
      const moved = takeFrom(counters, facts, unit.productId, wanted);
      drift += Math.max(wanted.reserved - moved.reserved, wanted.stock - moved.stock);
      if (isGone(unit.productId, facts)) continue;
      const movement = release(order.id, unit.cause, unit, moved, at);
      own.push(movement);
      records.push({ type: 'record-movement', movement });
    }
    return { movements: own, drift };
  });

  return {
    changes: [
      ...steps.map(({ order }): Change => ({ type: 'update-order', order })),
      ...[...counters].map(([productId, counter]) => moveCounters(productId, counter, facts, at)),
      ...records,
    ],
    receipts,
  };
};

/** Units of one product that a group moves, and the number of movements. */
type Counter = CounterMove & {
  readonly movements: number;
  /** Whether it gives less than the orders need. */
  readonly isShort: boolean;
};

const NONE: Counter = { reserved: 0, stock: 0, movements: 0, isShort: false };

/**
 * Every release ends a reservation; units that do not go back on the shelf also leave the stock.
 */
const movesOf = ({ quantity, cause }: Release): CounterMove => ({
  reserved: quantity,
  stock: cause.movementType === 'restoration' ? 0 : quantity,
});

const isGone = (productId: string, facts: Facts): boolean =>
  facts.products.has(productId) && facts.products.get(productId) === undefined;

/** Takes what the product's counters can still give to an order, and returns how much that is. */
const takeFrom = (
  counters: Map<string, Counter>,
  facts: Facts,
  productId: string,
  wanted: CounterMove,
): CounterMove => {
  const before = counters.get(productId) ?? NONE;
  const seen = facts.products.get(productId);
  const least = isGone(productId, facts) ? 0 : Number.POSITIVE_INFINITY;
  const reserved = clamp(wanted.reserved, (seen?.reservedQuantity ?? least) - before.reserved);
  const stock = clamp(wanted.stock, (seen?.stockQuantity ?? least) - before.stock);
  counters.set(productId, {
    reserved: before.reserved + reserved,
    stock: before.stock + stock,
    movements: before.movements + 1,
    isShort: before.isShort || reserved < wanted.reserved || stock < wanted.stock,
  });
  return { reserved, stock };
};

const clamp = (wanted: number, left: number): number => Math.min(wanted, Math.max(left, 0));

const moveCounters = (
  productId: string,
  { reserved, stock, movements, isShort }: Counter,
  facts: Facts,
  at: string,
): Change => {
  if (isGone(productId, facts)) return { type: 'require-no-product', productId };
  const seen = facts.products.get(productId);
  return {
    type: 'move-stock',
    productId,
    // Subtracted from 0, because the negative of 0 is -0.
    stockDelta: 0 - stock,
    reservedDelta: 0 - reserved,
    movements,
    // A plan that empties a counter is only right if the counter still has the value that was
    // found.
    ...(isShort && seen && { expected: seen }),
    at,
  };
};
