import type { Actor } from './actor.ts';
import type { Metadata } from './metadata.ts';
import { opening, type StockMovement } from './stock-movement.ts';

/**
 * Something that the shop sells, counted in whole units.
 *
 * - `stockQuantity`: units on hand, in the building.
 * - `reservedQuantity`: units on hand that orders hold.
 * - `availableQuantity`: units that a new order may still take: on hand minus reserved. It is
 *   stored because a DynamoDB condition cannot subtract.
 * - `movementCount`: stock movements that the ledger has of this product, the opening one included.
 *   At 0, a deletion has deleted them all.
 * - `closed`: the product takes no new reservations; absent while it is open.
 * - `closing`: names the time for which a call-off has closed the product, until it is opened again.
 * - `openedAs`: the name that it was opened with; absent until another name is written.
 * - `lastCount`: the last count that found the units on hand as they were. The ledger has nothing of
 *   it, so this is how its repetition is recognised.
 * - `repaired`: when a repair last corrected the counters, and what they were before.
 * - `importedAt`: when an import opened it here; absent if this shop opened it itself.
 * - `deletedAt`: when the product was retired. It counts as deleted, and nothing moves it any more.
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
  readonly closed?: true;
  readonly closing?: string;
  readonly metadata?: Metadata;
  readonly openedAs?: string;
  readonly lastCount?: StockCount;
  readonly repaired?: Repaired;
  readonly importedAt?: string;
  readonly deletedAt?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
};

export type Repaired = Pick<
  Product,
  'stockQuantity' | 'reservedQuantity' | 'availableQuantity' | 'movementCount'
> & { readonly at: string };

export type NewProduct = {
  readonly id: string;
  readonly name: string;
  readonly stockQuantity: number;
  readonly metadata?: Metadata | undefined;
};

/** Somebody counted this many units on hand; `referenceId` names the count. */
export type StockCount = { readonly referenceId: string; readonly stockQuantity: number };

/** What a shop may change of a product that exists; what is absent stays as it is. */
export type ProductUpdate = {
  readonly name?: string | undefined;
  /** Replaces what there is. */
  readonly metadata?: Metadata | undefined;
  readonly closed?: boolean | undefined;
};

/**
 * A new product and the movement that explains its first stock. A product that opens without stock
 * has no movement, because a movement is never of zero units.
 */
export const openProduct = (
  { id, name, stockQuantity, metadata }: NewProduct,
  now: string,
  by?: Actor,
): { product: Product; movement?: StockMovement } => {
  const product: Product = {
    id,
    name,
    stockQuantity,
    reservedQuantity: 0,
    availableQuantity: stockQuantity,
    movementCount: stockQuantity === 0 ? 0 : 1,
    ...(metadata && { metadata }),
    createdAt: now,
    updatedAt: now,
  };
  return stockQuantity === 0 ? { product } : { product, movement: opening(product, now, by) };
};

/** The product after its counters have moved. */
export const movedBy = (
  product: Product,
  { stockDelta, reservedDelta }: { readonly stockDelta: number; readonly reservedDelta: number },
): Product => ({
  ...product,
  stockQuantity: product.stockQuantity + stockDelta,
  reservedQuantity: product.reservedQuantity + reservedDelta,
  availableQuantity: product.availableQuantity + stockDelta - reservedDelta,
});
