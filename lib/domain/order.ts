import type { OrderStatus } from './order-status.ts';
import type { ProductQuantity } from './stock-movement.ts';

export const CANCELLATION_REASONS = [
  'customer',
  'declined',
  'fraud',
  'inventory',
  'staff',
  'expired',
  'other',
] as const;
export type CancellationReason = (typeof CANCELLATION_REASONS)[number];

/**
 * One product of an order, in whole units. An order has at most one line for a product.
 *
 * - `quantity`: units ordered. Each of them is held, shipped or cancelled, once the order is placed.
 * - `reservedQuantity`: units this order holds now. Restoring goes by this number alone, so that
 *   an order can never free what another one holds.
 * - `shippedQuantity`: units that have left the building.
 * - `cancelledQuantity`: units that have been cancelled.
 * - `returnedQuantity`: shipped units that have come back.
 */
export type OrderLine = {
  readonly productId: string;
  readonly quantity: number;
  readonly reservedQuantity: number;
  readonly shippedQuantity: number;
  readonly cancelledQuantity: number;
  readonly returnedQuantity: number;
};

/**
 * The aggregate that everything competes for: whoever wants an order's units must first move its
 * `version`.
 *
 * - `writeId`: names the commit that wrote this version, once it has been read. Whoever changes the
 *   order asks for it, because an id can be given again to an order of the same millisecond.
 * - `statusSince`: when it came to its status.
 * - `round`: 1, and 1 more each time that its cancellation is taken back. The causes of each round
 *   have names of their own.
 * - `movementReferences`: the causes that moved stock for it, oldest first.
 * - `placing`: still taking hold of its lines, or, once cancelled, never got hold of them all.
 * - `restock: false`: cancelled, and its goods are not to go back on the shelf.
 * - `expiresAt`: when it is cancelled by itself, unless it has been confirmed by then.
 *
 * An order too large for one transaction changes step by step. What is left to do can always be
 * read off it: lines of a cancelled or shipped order that still hold units, and lines of an order
 * that is `placing` and does not hold all it asks for.
 */
export type Order = {
  readonly id: string;
  readonly status: OrderStatus;
  readonly statusSince: string;
  readonly items: readonly OrderLine[];
  readonly version: number;
  readonly writeId?: string;
  readonly round: number;
  readonly movementReferences: readonly string[];
  readonly placing?: true;
  readonly restock?: false;
  readonly expiresAt?: string;
  readonly cancelledAt?: string;
  readonly cancellationReason?: CancellationReason;
  readonly cancellationNote?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
};

/** Adds up the lines that name one product; the first mention decides its place. */
export const mergeLines = (items: readonly ProductQuantity[]): ProductQuantity[] => {
  const totals = new Map<string, number>();
  for (const { productId, quantity } of items) {
    totals.set(productId, (totals.get(productId) ?? 0) + quantity);
  }
  return [...totals].map(([productId, quantity]) => ({ productId, quantity }));
};

/** Whether an order asks for exactly these units, in whatever order its lines come. */
export const hasSameLines = (order: Order, items: readonly ProductQuantity[]): boolean => {
  const asked = new Map(mergeLines(items).map((line) => [line.productId, line.quantity]));
  return (
    asked.size === order.items.length &&
    order.items.every((line) => asked.get(line.productId) === line.quantity)
  );
};

/** Units that a line neither holds nor has let go of: they have not been reserved yet. */
export const missingUnits = (line: OrderLine): number =>
  line.quantity - line.reservedQuantity - line.shippedQuantity - line.cancelledQuantity;
