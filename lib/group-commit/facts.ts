import type { Change, Refusal } from '../domain/change.ts';
import type { Order } from '../domain/order.ts';
import { movedBy, type Product } from '../domain/product.ts';
import type { Release } from '../domain/release.ts';
import { entryOf, type StockMovement } from '../domain/stock-movement.ts';

/**
 * What refusals found, for all later plans. A fact may be stale when a plan uses it. Then a
 * condition of that plan fails, and its refusal replaces the fact.
 */
export type Facts = {
  /** Products as they were found, by id; undefined for a product that does not exist any more. */
  readonly products: Map<string, Product | undefined>;
  /** Movements that the ledger has, by `movementKey`. */
  readonly recorded: Map<string, StockMovement>;
};

export const noFacts = (): Facts => ({ products: new Map(), recorded: new Map() });

export const movementKey = (key: Pick<StockMovement, 'referenceId' | 'entry'>): string =>
  `${key.referenceId} ${key.entry}`;

/** The movement that the ledger is known to have of these units; undefined if none is known. */
export const recordedFor = (
  { recorded }: Facts,
  { productId, cause }: Release,
): StockMovement | undefined =>
  recorded.get(movementKey({ ...cause, entry: entryOf(cause.movementType, productId) }));

/**
 * Whether these units go nowhere, because their product is known not to exist any more. Units of
 * which the ledger has the movement left before that.
 */
export const isGone = (facts: Facts, unit: Release): boolean =>
  facts.products.has(unit.productId) &&
  facts.products.get(unit.productId) === undefined &&
  !recordedFor(facts, unit);

/**
 * Adds what the failed conditions found.
 *
 * @returns the orders whose condition failed, as they were found, by id; undefined for an order
 *   that does not exist any more
 */
export const learn = (
  facts: Facts,
  refusals: readonly Refusal[],
): ReadonlyMap<string, Order | undefined> => {
  const orders = new Map<string, Order | undefined>();
  for (const refusal of refusals) {
    switch (refusal.type) {
      case 'update-order':
        orders.set(refusal.order.id, refusal.found);
        break;
      case 'move-stock':
      case 'require-no-product':
        facts.products.set(refusal.productId, refusal.found);
        break;
      case 'record-movement':
      case 'require-movement':
        if (refusal.found) facts.recorded.set(movementKey(refusal.movement), refusal.found);
        else facts.recorded.delete(movementKey(refusal.movement));
        break;
    }
  }
  return orders;
};

/** Applies a successful commit to the known products. */
export const applyCommit = (facts: Facts, committed: readonly Change[]): void => {
  for (const change of committed) {
    if (change.type !== 'move-stock') continue;
    const product = facts.products.get(change.productId);
    if (product) facts.products.set(change.productId, movedBy(product, change));
  }
};
