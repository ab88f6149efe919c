import { createSpill, type Spill } from '../audit/spill.ts';
import type { AdjustmentRecord, Holding, OrderRecord, ProductRecord } from './records.ts';

/**
 * What the old shop's reserved counter has to do with one order, or with a movement of none:
 *
 * - `net`: what its movements add up to.
 * - `held`: the same, but never below zero: what the counter would have if it had stopped there.
 * - `isShipped`: whether its goods have left. A shop may count them until then, or for ever.
 * - `stillCounted`: its shipped units that nothing has taken out of the old shop's stock, as far as
 *   its ledger tells.
 */
export type CounterShare = {
  readonly net: number;
  readonly held: number;
  readonly isShipped: boolean;
  readonly stillCounted: number;
};

/**
 * What is known of products, by product. A product's row comes first.
 *
 * - `reserved`: the old shop's counter; undefined if it has none.
 */
export type ProductEntry =
  | readonly [productId: string, kind: 'row', row: ProductRecord, reserved?: number]
  | readonly [productId: string, kind: 'adjustment', adjustment: AdjustmentRecord]
  | readonly [productId: string, kind: 'holding', holding: Holding]
  | readonly [productId: string, kind: 'share', share: CounterShare];

/** The orders that are to be written. */
export type ReadyEntry = readonly [orderId: string, record: OrderRecord];

/** What is left when the old shop's orders are understood. */
export type Books = {
  readonly products: Spill<ProductEntry>;
  readonly orders: Spill<ReadyEntry>;
  /** Writes out what is much. To be called now and then. */
  readonly settle: () => Promise<void>;
};

/** In bytes. Less than an audit has, because orders are larger in memory than its records. */
const LARGEST_PART = 2 ** 23;

export const spillIn = <Entry extends readonly [string, ...unknown[]]>(
  folder: string,
  name: string,
): Spill<Entry> => createSpill<Entry>({ folder, name, largest: LARGEST_PART });

export const openBooks = (folder: string): Books => {
  const products = spillIn<ProductEntry>(folder, 'stock');
  const orders = spillIn<ReadyEntry>(folder, 'ready');
  return {
    products,
    orders,
    settle: async () => {
      await Promise.all([products.settle(), orders.settle()]);
    },
  };
};
