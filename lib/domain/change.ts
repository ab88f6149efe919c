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
 *   have to be exactly those. `movements` are those that are recorded together with it.
 * - `require-no-product`: there is no such product.
 * - `require-movement`, `delete-movement`: the ledger has just this movement.
 * - `retire-product`: nothing of it is reserved. It then counts as gone, and can be deleted.
 * - `require-order`, `delete-order`: the order is exactly this one, at this version.
 * - `uncount-movements`: the product has counted as many as are deleted together with it. With
 *   `retiredAt` it also has to have been retired then.
 * - `delete-product`: the product was retired then, and no movement of it is left.
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
      readonly movements: number;
      readonly expected?: Counters;
      readonly at: string;
    }
  | { readonly type: 'require-no-product'; readonly productId: string }
  | { readonly type: 'retire-product'; readonly productId: string; readonly at: string }
  | { readonly type: 'delete-product'; readonly productId: string; readonly at: string }
  | {
      readonly type: 'uncount-movements';
      readonly productId: string;
      readonly movements: number;
      readonly retiredAt?: string;
    }
  | { readonly type: 'record-movement'; readonly movement: StockMovement }
  | { readonly type: 'require-movement'; readonly movement: StockMovement }
  | { readonly type: 'delete-movement'; readonly movement: StockMovement }
  | { readonly type: 'record-batch'; readonly batch: CancellationBatch };

/** A product's counters as they were seen. */
export type Counters = Pick<Product, 'stockQuantity' | 'reservedQuantity'>;

/**
 * A change whose condition did not hold, with what was found there instead at that very moment;
 * `found` is absent where nothing was. `writeId` names the commit that wrote what was found, where
 * that is an order or a movement: whoever finds the id of a commit of its own knows that this commit
 * took effect, all of it, whatever became of the answer.
 */
export type Refusal =
  | Refused<'create-order' | 'update-order' | 'require-order' | 'delete-order', Order>
  | Refused<
      | 'create-product'
      | 'move-stock'
      | 'require-no-product'
      | 'retire-product'
      | 'uncount-movements'
      | 'delete-product',
      Product
    >
  | Refused<'record-movement' | 'require-movement' | 'delete-movement', StockMovement>
  | Refused<'record-batch', CancellationBatch>;

type Refused<Type extends Change['type'], Found> = Extract<Change, { type: Type }> & {
  readonly found?: Found;
  readonly writeId?: string;
};

/**
 * How an attempt to make changes ended:
 *
 * - `committed`: all of them took effect, once.
 * - `refused`: none did, and these are the conditions that failed.
 * - `exhausted`: the time ran out first, or there were more conflicts than the caller puts up with.
 *   Whether they took effect may not be known; asking again is safe. `contested` are the changes
 *   whose items others were at when it was last tried; there are none where it was throttled, or
 *   got no answer.
 *
 * `conflicts` counts the attempts that others' writes or throttling made us repeat.
 */
export type CommitResult =
  | { readonly type: 'committed'; readonly conflicts: number }
  | { readonly type: 'refused'; readonly refusals: readonly Refusal[]; readonly conflicts: number }
  | {
      readonly type: 'exhausted';
      readonly contested?: readonly Change[];
      readonly conflicts: number;
    };
