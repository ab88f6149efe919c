import type { CancellationReason } from '../domain/order.ts';
import type { OrderStatus } from '../domain/order-status.ts';

/**
 * A product of another shop.
 *
 * - `stockQuantity`: units in the building, those that its open orders hold included.
 */
export type ProductRecord = {
  readonly id: string;
  readonly name: string;
  readonly stockQuantity: number;
  readonly createdAt: string;
};

/**
 * One product of an order. Its units are held, shipped or cancelled, each once.
 *
 * - `notInLedger`: the ledger tells nothing of it: the product is gone, or the units never were reserved.
 */
export type LineRecord = {
  readonly productId: string;
  readonly reservedQuantity: number;
  readonly shippedQuantity: number;
  readonly cancelledQuantity: number;
  readonly notInLedger?: true;
};

/** An order of another shop, with a line for each product. */
export type OrderRecord = {
  readonly id: string;
  readonly status: OrderStatus;
  readonly createdAt: string;
  readonly statusSince: string;
  readonly expiresAt?: string | undefined;
  readonly cancellationReason?: CancellationReason | undefined;
  readonly cancellationNote?: string | undefined;
  readonly items: readonly LineRecord[];
};

/** A change of the units on hand that the old ledger has. */
export type AdjustmentRecord = {
  readonly referenceId: string;
  readonly quantity: number;
  readonly at: string;
};

/** The units of a product that one order holds, and since when. */
export type Holding = {
  readonly orderId: string;
  readonly units: number;
  readonly at: string;
};
