import type { Change } from '../domain/change.ts';
import type { Release, Step } from '../domain/release.ts';
import { type CounterMove, release, type StockMovement } from '../domain/stock-movement.ts';
import { type Facts, movementKey } from './facts.ts';

/** What one order has to show once its transaction is committed. */
export type Receipt = {
  readonly movements: readonly StockMovement[];
  /** Units that the order held and that the counters could not give. */
  readonly drift: number;
};

export type Plan = {
  readonly changes: readonly Change[];
  /** In the order of the steps. */
  readonly receipts: readonly Receipt[];
};

/**
 * Plans one transaction for a group of orders: one update per order, one movement per order and
 * product, and one update per product however many orders let go of it.
 *
 * Where a product is known to have less than the group would move, its counters stop at 0 and the
 * orders get what there is in the order they came. A product known to be gone moves nothing. What
 * the ledger is known to have is not moved again. Whatever the plan relies on is one of its
 * conditions, so that none of it can have changed by the time of the commit.
 */
export const planGroup = (steps: readonly Step[], facts: Facts, at: string): Plan => {
  const counters = new Map<string, Counter>();
  const records: Change[] = [];

  const receipts = steps.map(({ order, releases }): Receipt => {
    const own: StockMovement[] = [];
    let drift = 0;
    for (const unit of releases) {
      const whole = release(order.id, unit.cause, unit, movesOf(unit), at);
      const recorded = facts.recorded.get(movementKey(whole));
      if (recorded) {
        own.push(recorded);
        records.push({ type: 'require-movement', movement: recorded });
        continue;
      }
      const moved = takeFrom(counters, facts, unit);
      const wanted = movesOf(unit);
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

/** Units of one product that a group would move, those that it can, and in how many movements. */
type Counter = {
  readonly asked: CounterMove;
  readonly moved: CounterMove;
  readonly movements: number;
};

const NOTHING: CounterMove = { reserved: 0, stock: 0 };

const NONE: Counter = { asked: NOTHING, moved: NOTHING, movements: 0 };

/** What leaves an order frees its reservation; what does not go back on the shelf leaves the stock. */
const movesOf = ({ quantity, cause }: Release): CounterMove => ({
  reserved: quantity,
  stock: cause.movementType === 'restoration' ? 0 : quantity,
});

const isGone = (productId: string, facts: Facts): boolean =>
  facts.products.has(productId) && facts.products.get(productId) === undefined;

/** Lets an order take what the product's counters still give, and says how much that was. */
const takeFrom = (counters: Map<string, Counter>, facts: Facts, unit: Release): CounterMove => {
  const { productId } = unit;
  const wanted = movesOf(unit);
  const { asked, moved, movements } = counters.get(productId) ?? NONE;
  const seen = facts.products.get(productId);
  const least = isGone(productId, facts) ? 0 : Number.POSITIVE_INFINITY;
  const taken: CounterMove = {
    reserved: clamp(wanted.reserved, (seen?.reservedQuantity ?? least) - moved.reserved),
    stock: clamp(wanted.stock, (seen?.stockQuantity ?? least) - moved.stock),
  };
  counters.set(productId, {
    asked: plus(asked, wanted),
    moved: plus(moved, taken),
    movements: movements + 1,
  });
  return taken;
};

const clamp = (wanted: number, left: number): number => Math.min(wanted, Math.max(left, 0));

const plus = (a: CounterMove, b: CounterMove): CounterMove => ({
  reserved: a.reserved + b.reserved,
  stock: a.stock + b.stock,
});

const moveCounters = (
  productId: string,
  { asked, moved, movements }: Counter,
  facts: Facts,
  at: string,
): Change => {
  if (isGone(productId, facts)) return { type: 'require-no-product', productId };
  const seen = facts.products.get(productId);
  const short = moved.reserved < asked.reserved || moved.stock < asked.stock;
  return {
    type: 'move-stock',
    productId,
    // Subtracted from 0, because the negative of 0 is -0.
    stockDelta: 0 - moved.stock,
    reservedDelta: 0 - moved.reserved,
    movements,
    // Counters that are emptied rather than lowered have to be the ones that were seen.
    ...(short && seen && { expected: seen }),
    at,
  };
};
