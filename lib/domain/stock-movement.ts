import { type Actor, asActor } from './actor.ts';
import { references } from './references.ts';

export const MOVEMENT_TYPES = ['reservation', 'restoration', 'adjustment'] as const;
export type MovementType = (typeof MOVEMENT_TYPES)[number];

/**
 * One entry of the ledger: why and by how much one product's counters moved. It is never changed
 * and never written twice. Its primary key is (`referenceId`, `entry`): `referenceId` names the
 * cause, and `entry` is `<movementType>#<productId>`.
 *
 * - `quantity`: units as a shopkeeper counts them. Reservations are negative, restorations
 *   positive, adjustments have a sign; never 0.
 * - `stockDelta`, `reservedDelta`: how much the product's counters really moved. After drift, the
 *   `reservedDelta` of a restoration is less than its quantity.
 * - `countedQuantity`: units on hand that a count found, if the movement is what it differed by. It
 *   tells a repetition of the count from another one.
 * - `note`: what somebody wrote about it. The note about a whole order is on the order.
 * - `actor`, `actorStated`: who moved the units; see `Actor`.
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
  readonly note?: string;
  readonly actor?: string;
  readonly actorStated?: string;
  readonly countedQuantity?: number;
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
  by?: Actor,
): StockMovement => ({
  referenceId: references.opening(id),
  entry: entryOf('adjustment', id),
  productId: id,
  movementType: 'adjustment',
  quantity: stockQuantity,
  stockDelta: stockQuantity,
  reservedDelta: 0,
  ...asActor(by),
  createdAt: now,
});

/** The movement by which an order reserves units. */
export const reservation = (
  order: { readonly id: string; readonly round: number },
  { productId, quantity }: ProductQuantity,
  now: string,
  by?: Actor,
): StockMovement => ({
  referenceId: references.placement(order),
  entry: entryOf('reservation', productId),
  productId,
  orderId: order.id,
  movementType: 'reservation',
  quantity: -quantity,
  stockDelta: 0,
  reservedDelta: quantity,
  ...asActor(by),
  createdAt: now,
});

/** A correction of the stock on hand, under a reference that the caller chose. */
export const adjustment = (
  {
    productId,
    quantity,
    referenceId,
    reason,
    note,
  }: ProductQuantity & {
    readonly referenceId: string;
    readonly reason?: string | undefined;
    readonly note?: string | undefined;
  },
  now: string,
  by?: Actor,
): StockMovement => ({
  referenceId,
  entry: entryOf('adjustment', productId),
  productId,
  movementType: 'adjustment',
  quantity,
  stockDelta: quantity,
  reservedDelta: 0,
  ...(reason !== undefined && { reason }),
  ...(note !== undefined && { note }),
  ...asActor(by),
  createdAt: now,
});

/** The difference that a count of the stock on hand has found. */
export const countDifference = (
  difference: Parameters<typeof adjustment>[0],
  countedQuantity: number,
  now: string,
  by?: Actor,
): StockMovement => ({ ...adjustment(difference, now, by), countedQuantity });

/**
 * Why units move for an order that it holds or has shipped. A `restoration` puts them back on the
 * shelf. An `adjustment` also takes them out of the stock, because they were shipped, lost or
 * damaged; with `comesBack`, it brings shipped units into the stock again.
 */
export type ReleaseCause = {
  readonly referenceId: string;
  readonly movementType: 'restoration' | 'adjustment';
  readonly comesBack?: true;
  readonly reason?: string | undefined;
  readonly note?: string | undefined;
};

/** Units that a product's counters could give: fewer than requested only after drift. */
export type CounterMove = { readonly reserved: number; readonly stock: number };

/** What a cause takes from a product's counters for this many units; negative adds to them. */
export const taking = (
  { movementType, comesBack }: ReleaseCause,
  quantity: number,
): CounterMove => {
  if (comesBack) return { reserved: 0, stock: -quantity };
  return { reserved: quantity, stock: movementType === 'restoration' ? 0 : quantity };
};

/** The movement of units that leave an order, with what the counters really gave. */
export const release = (
  orderId: string,
  { referenceId, movementType, comesBack, reason, note }: ReleaseCause,
  { productId, quantity }: ProductQuantity,
  moved: CounterMove,
  now: string,
  by?: Actor,
): StockMovement => ({
  referenceId,
  entry: entryOf(movementType, productId),
  productId,
  orderId,
  movementType,
  quantity: movementType === 'restoration' || comesBack ? quantity : -quantity,
  // Subtracted from 0, because the negative of 0 is -0.
  stockDelta: 0 - moved.stock,
  reservedDelta: 0 - moved.reserved,
  ...(reason !== undefined && { reason }),
  ...(note !== undefined && { note }),
  ...asActor(by),
  createdAt: now,
});
