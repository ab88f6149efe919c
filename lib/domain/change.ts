import type { CancellationBatch } from './cancellation-batch.ts';
import type { Order } from './order.ts';
import type { Product } from './product.ts';
import type { StockMovement } from './stock-movement.ts';

/**
 * One part of an all-or-nothing change to the shop. Each carries its own condition, and the whole
 * takes effect only if every condition holds:
 *
 * - `create-order`, `create-product`, `record-movement`, `record-batch`: nothing is there yet under
 *   that key.
 * - `update-order`: the order is still this one, at the version before.
 * - `move-stock`: no counter that goes down would pass below zero. With `expected` the counters also
 *   have to be exactly those.
 * - `require-no-product`: there is no such product.
 * - `retire-product`: nothing of it is reserved. It then counts as gone, and can be deleted.
 * - `require-order`, `delete-order`: the order is exactly this one, at this version.
 * - `require-retired-product`, `delete-product`: the product was retired then.
 * - `delete-movement`: none. It goes together with the condition that its order or product is still
 *   the one that is being deleted.
 */
export type Change =
  | { readonly type: 'create-order'; readonly order: Order }
  | { readonly type: 'update-order'; readonly order: Order }
  | { readonly type: 'require-order'; readonly order: Order }
  | { readonly type: 'delete-order'; readonly order: Order }
  | { readonly type: 'create-product'; readonly product: Product }
  | {
      readonly type: 'move-stock';
      readonly productId: string;
      readonly stockDelta: number;
      readonly reservedDelta: number;
      readonly expected?: Counters;
      readonly at: string;
    }
  | { readonly type: 'require-no-product'; readonly productId: string }
  | { readonly type: 'retire-product'; readonly productId: string; readonly at: string }
  | { readonly type: 'require-retired-product'; readonly productId: string; readonly at: string }
  | { readonly type: 'delete-product'; readonly productId: string; readonly at: string }
  | { readonly type: 'record-movement'; readonly movement: StockMovement }
  | { readonly type: 'delete-movement'; readonly movement: StockMovement }
  | { readonly type: 'record-batch'; readonly batch: CancellationBatch };

/** A product's counters as they were seen. */
export type Counters = Pick<Product, 'stockQuantity' | 'reservedQuantity'>;

/**
 * A change whose condition did not hold, with what was found there instead at that very moment;
 * `found` is absent where nothing was.
 */
export type Refusal =
  | Refused<'create-order' | 'update-order' | 'require-order' | 'delete-order', Order>
  | Refused<
      | 'create-product'
      | 'move-stock'
      | 'require-no-product'
      | 'retire-product'
      | 'require-retired-product'
      | 'delete-product',
      Product
    >
  | Refused<'record-movement' | 'delete-movement', StockMovement>
  | Refused<'record-batch', CancellationBatch>;

type Refused<Type extends Change['type'], Found> = Extract<Change, { type: Type }> & {
  readonly found?: Found;
};

/**
 * How an attempt to make changes ended:
 *
 * - `committed`: all of them took effect, once.
 * - `refused`: none did, and these are the conditions that failed.
 * - `exhausted`: the time, or the patience with others' writes, ran out first. Whether they took
 *   effect may not be known; asking again is safe.
 *
 * `conflicts` counts the attempts that others' writes or throttling made us repeat.
 */
export type CommitResult =
  | { readonly type: 'committed'; readonly conflicts: number }
  | { readonly type: 'refused'; readonly refusals: readonly Refusal[]; readonly conflicts: number }
  | { readonly type: 'exhausted'; readonly conflicts: number };
