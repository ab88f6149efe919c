import type { Spill } from '../../audit/spill.ts';
import type { OrderStatus } from '../../domain/order-status.ts';
import type { AdjustmentRecord, ProductRecord } from '../records.ts';

/** An order's row. A status that nobody knows stays as it is. */
export type RawRow = {
  readonly status: OrderStatus | { readonly unknown: string };
  readonly createdAt: string;
  readonly statusSince: string;
};

/** A movement that names an order; `units` are those that it reserved, restored or brought in. */
export type RawMovement = {
  readonly id: string;
  readonly type: 'reservation' | 'restoration' | 'adjustment';
  readonly productId: string;
  readonly units: number;
  readonly referenceId: string;
  readonly at: string;
};

/** What the tables have of one order. `gone` names a product that does not exist. */
export type RawOrderEntry =
  | readonly [orderId: string, kind: 'row', row: RawRow]
  | readonly [orderId: string, kind: 'item', productId: string, units: number]
  | readonly [orderId: string, kind: 'movement', movement: RawMovement]
  | readonly [orderId: string, kind: 'gone', productId: string];

/** The same by product. Its row comes first; `asked` names an order that is about it. */
export type RawProductEntry =
  | readonly [productId: string, kind: 'row', row: ProductRecord, reserved: number]
  | readonly [productId: string, kind: 'asked', orderId: string]
  | readonly [productId: string, kind: 'adjustment', adjustment: AdjustmentRecord]
  /** A reservation or restoration of no order. */
  | readonly [productId: string, kind: 'loose', reserved: number];

export type Raw = {
  readonly products: Spill<RawProductEntry>;
  readonly orders: Spill<RawOrderEntry>;
};
