import type { Order } from './order.ts';
import type { Product } from './product.ts';
import type { StockMovement } from './stock-movement.ts';

/**
 * One step of an all-or-nothing change to the shop. Each carries its own condition, and the whole
 * takes effect only if every condition holds:
 *
 * - `create-order`, `create-product`, `record-movement`: nothing is there yet under that key.
 * - `update-order`: the order is still at the version before this one.
 * - `move-stock`: no counter that goes down would pass below zero. With `expectedReserved` the
 *   reserved counter also has to be exactly that.
 * - `require-no-product`: there is no such product.
 */
export type Change =
  | { readonly type: 'create-order'; readonly order: Order }
  | { readonly type: 'update-order'; readonly order: Order }
  | { readonly type: 'create-product'; readonly product: Product }
  | {
      readonly type: 'move-stock';
      readonly productId: string;
      readonly stockDelta: number;
      readonly reservedDelta: number;
      readonly expectedReserved?: number;
      readonly at: string;
    }
  | { readonly type: 'require-no-product'; readonly productId: string }
  | { readonly type: 'record-movement'; readonly movement: StockMovement };

/**
 * A change whose condition did not hold, with what was found there instead at that very moment;
 * `found` is absent where nothing was.
 */
export type Refusal =
  | Refused<'create-order' | 'update-order', Order>
  | Refused<'create-product' | 'move-stock' | 'require-no-product', Product>
  | Refused<'record-movement', StockMovement>;

type Refused<Type extends Change['type'], Found> = Extract<Change, { type: Type }> & {
  readonly found?: Found;
};

/**
 * How an attempt to make changes ended:
 *
 * - `committed`: all of them took effect, once.
 * - `refused`: none did, and these are the conditions that failed.
 * - `exhausted`: the time ran out first. Whether they took effect is not known, and asking again
 *   is safe.
 *
 * `conflicts` counts the attempts that others' writes or throttling made us repeat.
 */
export type CommitResult =
  | { readonly type: 'committed'; readonly conflicts: number }
  | { readonly type: 'refused'; readonly refusals: readonly Refusal[]; readonly conflicts: number }
  | { readonly type: 'exhausted'; readonly conflicts: number };
