import type { Change, Refusal } from '../domain/change.ts';
import type { Order } from '../domain/order.ts';
import type { Product } from '../domain/product.ts';
import type { StockMovement } from '../domain/stock-movement.ts';

/**
 * What refused commits taught about the shop, for all the plans that come after. Any of it may be
 * out of date when it is used: a plan that relies on it carries a condition that then fails, and
 * teaches again.
 */
export type Facts = {
  /** Products as they were found; undefined for one that does not exist any more. By id. */
  readonly products: Map<string, Product | undefined>;
  /** Movements that the ledger has already, by `movementKey`. */
  readonly recorded: Map<string, StockMovement>;
};

export const noFacts = (): Facts => ({
  products: new Map(),
  recorded: new Map(),
});

export const movementKey = ({
  referenceId,
  entry,
}: Pick<StockMovement, 'referenceId' | 'entry'>): string => `${referenceId} ${entry}`;

/**
 * Takes in what the conditions that failed have found.
 *
 * @returns orders that are not what they were taken for, as they were found; undefined for one that
 *   does not exist any more. By id
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

/** Takes in what a commit has made of the products that are known. */
export const follow = (facts: Facts, committed: readonly Change[]): void => {
  for (const change of committed) {
    if (change.type !== 'move-stock') continue;
    const { productId, stockDelta, reservedDelta } = change;
    const product = facts.products.get(productId);
    if (!product) continue;
    facts.products.set(productId, {
      ...product,
      stockQuantity: product.stockQuantity + stockDelta,
      reservedQuantity: product.reservedQuantity + reservedDelta,
      availableQuantity: product.availableQuantity + stockDelta - reservedDelta,
    });
  }
};
