import type { Actor } from '../domain/actor.ts';
import type { Change, Counters } from '../domain/change.ts';
import type { Release, Step } from '../domain/release.ts';
import { release, taking } from '../domain/stock-movement.ts';
import { type Facts, isGone, recordedFor } from './facts.ts';

export type Plan = {
  readonly changes: readonly Change[];
  /** For each step, the units that its order held and that the products' counters cannot give. */
  readonly drifts: readonly number[];
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
export const planGroup = (
  steps: readonly (Step & { readonly by?: Actor | undefined })[],
  facts: Facts,
  at: string,
): Plan => {
  const moves = new Map<string, MoveStock>();
  const gone = new Set<string>();
  const records: Change[] = [];

  /** Plans what one order lets go of one product, and returns the drift. */
  const planRelease = (orderId: string, unit: Release, by: Actor | undefined): number => {
    const { productId, quantity, cause } = unit;
    const recorded = recordedFor(facts, unit);
    if (recorded) {
      records.push({ type: 'require-movement', movement: recorded });
      return 0;
    }
    if (isGone(facts, unit)) {
      gone.add(productId);
      return taking(cause, quantity).reserved;
    }
    const seen = facts.products.get(productId) ?? ENOUGH;
    const before = moves.get(productId) ?? NO_MOVE;
    const wanted = taking(cause, quantity);
    const moved = {
      reserved: clamp(wanted.reserved, seen.reservedQuantity + before.reservedDelta),
      stock: clamp(wanted.stock, seen.stockQuantity + before.stockDelta),
    };
    const drift = Math.max(wanted.reserved - moved.reserved, wanted.stock - moved.stock);
    moves.set(productId, {
      ...before,
      type: 'move-stock',
      productId,
      stockDelta: before.stockDelta - moved.stock,
      reservedDelta: before.reservedDelta - moved.reserved,
      movements: before.movements + 1,
      // A plan that empties a counter is right only while the counter has the value that was found.
      ...(drift > 0 && { expected: seen }),
      at,
    });
    const movement = release(orderId, cause, unit, moved, at, by);
    records.push({ type: 'record-movement', movement });
    return drift;
  };

  const drifts = steps.map(({ order, releases, by }) =>
    releases.reduce((drift, unit) => drift + planRelease(order.id, unit, by), 0),
  );
  return {
    changes: [
      ...steps.map(({ order }): Change => ({ type: 'update-order', order })),
      ...moves.values(),
      ...[...gone].map((productId): Change => ({ type: 'require-no-product', productId })),
      ...records,
    ],
    drifts,
  };
};

type MoveStock = Extract<Change, { type: 'move-stock' }>;

const NO_MOVE = { stockDelta: 0, reservedDelta: 0, movements: 0 };

/** The counters of a product of which nothing is known. */
const ENOUGH: Counters = {
  stockQuantity: Number.POSITIVE_INFINITY,
  reservedQuantity: Number.POSITIVE_INFINITY,
};

/** As many units as are left, down to a counter of 0. */
const clamp = (wanted: number, left: number): number => Math.min(wanted, Math.max(left, 0));
