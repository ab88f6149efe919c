import { opening, type StockMovement } from './stock-movement.ts';

/**
 * Something a shop sells, counted in whole units.
 *
 * - `stockQuantity`: units on hand, in the building.
 * - `reservedQuantity`: units on hand that orders hold.
 * - `availableQuantity`: units a new order may still take, always stock minus reserved. It is
 *   stored because a DynamoDB condition cannot subtract.
 * - `movementCount`: stock movements that the ledger has of it, from the opening one on. Whoever
 *   deletes it knows by this when all of them are gone.
 * - `deletedAt`: it is being deleted. It counts as gone, and nothing moves it any more.
 *
 * Times are ISO 8601, UTC, with milliseconds.
 */
export type Product = {
  readonly id: string;
  readonly name: string;
  readonly stockQuantity: number;
  readonly reservedQuantity: number;
  readonly availableQuantity: number;
  readonly movementCount: number;
  readonly deletedAt?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
};

export type NewProduct = {
  readonly id: string;
  readonly name: string;
  readonly stockQuantity: number;
};

/**
 * A new product and the ledger entry that explains its first stock. A product that opens empty has
 * none, because a movement of zero units is not a movement.
 */
export const openProduct = (
  { id, name, stockQuantity }: NewProduct,
  now: string,
): { product: Product; movement?: StockMovement } => {
  const product: Product = {
    id,
    name,
    stockQuantity,
    reservedQuantity: 0,
    availableQuantity: stockQuantity,
    movementCount: stockQuantity === 0 ? 0 : 1,
    createdAt: now,
    updatedAt: now,
  };
  return stockQuantity === 0 ? { product } : { product, movement: opening(product, now) };
};
