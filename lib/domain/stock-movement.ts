import { references } from './references.ts';

export const MOVEMENT_TYPES = ['reservation', 'restoration', 'adjustment'] as const;
export type MovementType = (typeof MOVEMENT_TYPES)[number];

/**
 * One entry of the ledger: why and by how much one product's counters moved. Never changed, never
 * written twice: (`referenceId`, `entry`) is its primary key, where `referenceId` names the cause
 * and `entry` is `<movementType>#<productId>`.
 *
 * - `quantity`: units as a shop keeper counts them. Reservations are negative, restorations
 *   positive, adjustments signed; never 0.
 * - `stockDelta`, `reservedDelta`: what really happened to the product's counters. A restoration's
 *   `reservedDelta` falls short of its quantity where the counter had drifted below it.
 */
export type StockMovement = {
  readonly referenceId: string;
  readonly entry: string;
  readonly productId: string;
  readonly orderId?: string;
  readonly movementType: MovementType;
  readonly quantity: number;
  readonly stockDelta: number;
  readonly reservedDelta: number;
  readonly reason?: string;
  readonly createdAt: string;
};

/** Units of one product. */
export type ProductQuantity = { readonly productId: string; readonly quantity: number };

export const entryOf = (movementType: MovementType, productId: string): string =>
  `${movementType}#${productId}`;

/** The first stock of a new product. */
export const opening = (
  { id, stockQuantity }: { readonly id: string; readonly stockQuantity: number },
  now: string,
): StockMovement => ({
  referenceId: references.opening(id),
  entry: entryOf('adjustment', id),
  productId: id,
  movementType: 'adjustment',
  quantity: stockQuantity,
  stockDelta: stockQuantity,
  reservedDelta: 0,
  createdAt: now,
});

/** Units that an order takes hold of. */
export const reservation = (
  orderId: string,
  { productId, quantity }: ProductQuantity,
  now: string,
): StockMovement => ({
  referenceId: references.placement(orderId),
  entry: entryOf('reservation', productId),
  productId,
  orderId,
  movementType: 'reservation',
  quantity: -quantity,
  stockDelta: 0,
  reservedDelta: quantity,
  createdAt: now,
});

/**
 * Units that a cancelled order gives back. `released` is what the product's reserved counter could
 * still give: the quantity itself unless the counter had drifted below it.
 */
export const restoration = (
  orderId: string,
  { productId, quantity }: ProductQuantity,
  released: number,
  now: string,
): StockMovement => ({
  referenceId: references.cancellation(orderId),
  entry: entryOf('restoration', productId),
  productId,
  orderId,
  movementType: 'restoration',
  quantity,
  stockDelta: 0,
  // Subtracted from 0, because the negative of 0 is -0.
  reservedDelta: 0 - released,
  createdAt: now,
});
