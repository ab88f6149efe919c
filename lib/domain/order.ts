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
 * `version`.
 *
 * - `movementReferences`: the causes that moved stock for it, oldest first.
 * - `placing`: still taking hold of its lines, or, once cancelled, never got hold of them all.
 * - `restock: false`: cancelled, and its goods are not to go back on the shelf.
 *
 * An order too large for one transaction changes step by step. What is left to do can always be
 * read off it: lines of a cancelled or shipped order that still hold units, and lines of an order
 * that is `placing` and does not hold all it asks for.
 */
export type Order = {
  readonly id: string;
  readonly status: OrderStatus;
  readonly items: readonly OrderLine[];
  readonly version: number;
  readonly movementReferences: readonly string[];
  readonly placing?: true;
  readonly restock?: false;
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

/** One step on an order's way: what it becomes, and the units that it takes hold of. */
export type ReservationStep = {
  readonly order: Order;
  readonly movements: readonly StockMovement[];
};

/**
 * A new order, and the reservations that make it true. It takes hold of its first `atMost` lines at
 * once; where it has more, it is `placing` and `continuePlacing` says what comes next.
 */
export const placeOrder = (
  { id, items }: NewOrder,
  now: string,
  atMost: number,
): ReservationStep => {
  const order: Order = {
    id,
    status: 'pending',
    items: mergeLines(items).map(({ productId, quantity }) => ({
      productId,
      quantity,
      reservedQuantity: 0,
      cancelledQuantity: 0,
    })),
    version: 0,
    movementReferences: [references.placement(id)],
    placing: true,
    createdAt: now,
    updatedAt: now,
  };
  return continuePlacing(order, now, atMost);
};

/** Takes hold of the next lines of an order that is being placed. */
export const continuePlacing = (order: Order, now: string, atMost: number): ReservationStep => {
  const missing = order.items.filter((line) => missingUnits(line) > 0);
  const next = new Set(missing.slice(0, atMost));
  const { placing: _, ...rest } = order;
  return {
    order: {
      ...rest,
      items: order.items.map((line) =>
        next.has(line)
          ? { ...line, reservedQuantity: line.quantity - line.cancelledQuantity }
          : line,
      ),
      version: order.version + 1,
      ...(missing.length > next.size && { placing: true }),
      updatedAt: now,
    },
    movements: [...next].map((line) =>
      reservation(order.id, { productId: line.productId, quantity: missingUnits(line) }, now),
    ),
  };
};

const missingUnits = (line: OrderLine): number =>
  line.quantity - line.cancelledQuantity - line.reservedQuantity;

/** Whether an order asks for exactly these units, in whatever order its lines come. */
export const hasSameLines = (order: Order, items: readonly ProductQuantity[]): boolean => {
  const asked = new Map(mergeLines(items).map((line) => [line.productId, line.quantity]));
  return (
    asked.size === order.items.length &&
    order.items.every((line) => asked.get(line.productId) === line.quantity)
  );
};
