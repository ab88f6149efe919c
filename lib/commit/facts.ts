import type { Refusal } from '../domain/change.ts';
import type { Order } from '../domain/order.ts';
import type { Product } from '../domain/product.ts';
import type { StockMovement } from '../domain/stock-movement.ts';

/**
 * What refused attempts taught about the shop. Facts may be out of date when they are used: every
 * plan built on one carries a condition that fails, and teaches again, if it no longer holds.
 */
export type Facts = {
  /** Reserved units of products that were found short, by product id. */
  readonly reserved: Map<string, number>;
  /** Ids of products that do not exist any more. */
  readonly gone: Set<string>;
  /** Movements that the ledger has already, by `movementKey`. */
  readonly recorded: Map<string, StockMovement>;
  /** Orders as they were found; undefined for one that does not exist any more. By id. */
  readonly orders: Map<string, Order | undefined>;
};

export const noFacts = (): Facts => ({
  reserved: new Map(),
  gone: new Set(),
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
        learnProduct(facts, refusal.productId, refusal.found);
        break;
      case 'record-movement':
        if (refusal.found) facts.recorded.set(movementKey(refusal.movement), refusal.found);
        break;
    }
  }
};

const learnProduct = (facts: Facts, productId: string, found: Product | undefined): void => {
  if (found) {
    facts.gone.delete(productId);
    facts.reserved.set(productId, found.reservedQuantity);
  } else {
    facts.gone.add(productId);
    facts.reserved.delete(productId);
  }
};
