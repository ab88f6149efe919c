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
  order: { readonly id: string; readonly round: number },
  { productId, quantity }: ProductQuantity,
  now: string,
): StockMovement => ({
  referenceId: references.placement(order),
  entry: entryOf('reservation', productId),
  productId,
  orderId: order.id,
  movementType: 'reservation',
  quantity: -quantity,
  stockDelta: 0,
  reservedDelta: quantity,
  createdAt: now,
});

/** A correction of the stock on hand, under a reference of the caller's own. */
export const adjustment = (
  {
    productId,
    quantity,
    referenceId,
    reason,
  }: ProductQuantity & {
    readonly referenceId: string;
    readonly reason?: string | undefined;
  },
  now: string,
): StockMovement => ({
  referenceId,
  entry: entryOf('adjustment', productId),
  productId,
  movementType: 'adjustment',
  quantity,
  stockDelta: quantity,
  reservedDelta: 0,
  ...(reason !== undefined && { reason }),
  createdAt: now,
});

/**
 * Why units leave an order: a `restoration` puts them back on the shelf, an `adjustment` takes
 * them out of the stock as well, because they were shipped, lost or damaged.
 */
export type ReleaseCause = {
  readonly referenceId: string;
  readonly movementType: 'restoration' | 'adjustment';
  readonly reason?: string | undefined;
};

/** Units that a product's counters could give: less than asked for only where they had drifted. */
export type CounterMove = { readonly reserved: number; readonly stock: number };

/** Units that leave an order, and what that moved. */
export const release = (
  orderId: string,
  { referenceId, movementType, reason }: ReleaseCause,
  { productId, quantity }: ProductQuantity,
  moved: CounterMove,
  now: string,
): StockMovement => ({
  referenceId,
  entry: entryOf(movementType, productId),
  productId,
  orderId,
  movementType,
  quantity: movementType === 'restoration' ? quantity : -quantity,
  // Subtracted from 0, because the negative of 0 is -0.
  stockDelta: 0 - moved.stock,
  reservedDelta: 0 - moved.reserved,
  ...(reason !== undefined && { reason }),
  createdAt: now,
});
