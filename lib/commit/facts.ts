import type { Refusal } from '../domain/change.ts';
import type { Order } from '../domain/order.ts';
import type { Product } from '../domain/product.ts';
import type { StockMovement } from '../domain/stock-movement.ts';

/**
 * What refused attempts taught about the shop. Facts may be out of date when they are used: every
 * plan built on one carries a condition that fails, and teaches again, if it no longer holds.
 */
export type Facts = {
  /** Products as they were found; undefined for one that does not exist any more. By id. */
  readonly products: Map<string, Product | undefined>;
  /** Movements that the ledger has already, by `movementKey`. */
  readonly recorded: Map<string, StockMovement>;
  /** Orders as they were found; undefined for one that does not exist any more. By id. */
  readonly orders: Map<string, Order | undefined>;
};

export const noFacts = (): Facts => ({
  products: new Map(),
  recorded: new Map(),
  orders: new Map(),
});

export const movementKey = ({
  referenceId,
  entry,
}: Pick<StockMovement, 'referenceId' | 'entry'>): string => `${referenceId} ${entry}`;

/** Takes in what the conditions that failed have found. */
export const learn = (facts: Facts, refusals: readonly Refusal[]): void => {
  for (const refusal of refusals) {
    switch (refusal.type) {
      case 'update-order':
        facts.orders.set(refusal.order.id, refusal.found);
        break;
      case 'move-stock':
      case 'require-no-product':
        facts.products.set(refusal.productId, refusal.found);
        break;
      case 'record-movement':
        if (refusal.found) facts.recorded.set(movementKey(refusal.movement), refusal.found);
        break;
    }
  }
};
