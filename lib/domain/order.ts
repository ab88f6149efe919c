import { references } from './references.ts';
import { type ProductQuantity, reservation, type StockMovement } from './stock-movement.ts';

export const ORDER_STATUSES = [
  'pending',
  'confirmed',
  'shipped',
  'delivered',
  'cancelled',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];

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
 * - `quantity`: units ordered.
 * - `reservedQuantity`: units this order holds now. Restoring goes by this number alone, so that
 *   an order can never free what another one holds.
 * - `cancelledQuantity`: units that have been cancelled.
 */
export type OrderLine = {
  readonly productId: string;
  readonly quantity: number;
  readonly reservedQuantity: number;
  readonly cancelledQuantity: number;
};

/**
 * The aggregate that everything competes for: whoever wants an order's units must first move its
 * `version`. `movementReferences` names the causes that moved stock for it, oldest first.
 */
export type Order = {
  readonly id: string;
  readonly status: OrderStatus;
  readonly items: readonly OrderLine[];
  readonly version: number;
  readonly movementReferences: readonly string[];
  readonly cancelledAt?: string;
  readonly cancellationReason?: CancellationReason;
  readonly cancellationNote?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
};

export type NewOrder = {
  readonly id: string;
  readonly items: readonly ProductQuantity[];
};

/** Adds up the lines that name one product; the first mention decides its place. */
export const mergeLines = (items: readonly ProductQuantity[]): ProductQuantity[] => {
  const totals = new Map<string, number>();
  for (const { productId, quantity } of items) {
    totals.set(productId, (totals.get(productId) ?? 0) + quantity);
  }
  return [...totals].map(([productId, quantity]) => ({ productId, quantity }));
};

/** A new order that holds everything it asks for, and the reservations that make it true. */
export const placeOrder = (
  { id, items }: NewOrder,
  now: string,
): { order: Order; movements: StockMovement[] } => {
  const lines = mergeLines(items);
  return {
    order: {
      id,
      status: 'pending',
      items: lines.map(({ productId, quantity }) => ({
        productId,
        quantity,
        reservedQuantity: quantity,
        cancelledQuantity: 0,
      })),
      version: 1,
      movementReferences: [references.placement(id)],
      createdAt: now,
      updatedAt: now,
    },
    movements: lines.map((line) => reservation(id, line, now)),
  };
};

/** Whether an order asks for exactly these units, in whatever order its lines come. */
export const hasSameLines = (order: Order, items: readonly ProductQuantity[]): boolean => {
  const asked = new Map(mergeLines(items).map((line) => [line.productId, line.quantity]));
  return (
    asked.size === order.items.length &&
    order.items.every((line) => asked.get(line.productId) === line.quantity)
  );
};
