import type { Product } from './product.ts';

/**
 * What a count of the units on hand does to a product:
 *
 * - `adjust`: it adjusts the stock by `quantity`.
 * - `confirm`: nothing differs.
 * - `stock_changed`: the stock is not what the caller expected.
 * - `insufficient_stock`: fewer units were counted than orders hold, so that fewer are `available`
 *   than would have to go.
 */
export type CountDecision =
  | { readonly type: 'adjust'; readonly quantity: number }
  | { readonly type: 'confirm' | 'stock_changed' }
  | {
      readonly type: 'insufficient_stock';
      readonly requested: number;
      readonly available: number;
    };

/** Decides what a count does to a product as it is now. */
export const decideCount = (
  product: Product,
  counted: { readonly stockQuantity: number; readonly expectedStockQuantity?: number | undefined },
): CountDecision => {
  const { stockQuantity: present, availableQuantity: available } = product;
  const { expectedStockQuantity: expected = present } = counted;
  if (expected !== present) return { type: 'stock_changed' };
  const quantity = counted.stockQuantity - present;
  // More units than before are always welcome: of imported data, too few may be available already.
  if (quantity < 0 && available < -quantity) {
    return { type: 'insufficient_stock', requested: -quantity, available };
  }
  return quantity === 0 ? { type: 'confirm' } : { type: 'adjust', quantity };
};
