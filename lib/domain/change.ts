import type { StartedCallOff, Taken } from './call-off.ts';
import type { CancellationBatch, Walked } from './cancellation-batch.ts';
import type { Order } from './order.ts';
import type { Product, ProductUpdate, StockCount } from './product.ts';
import type { StockMovement } from './stock-movement.ts';
import type { Turn } from './turn.ts';

/**
 * One write or check of a commit. Each has its own condition, and the commit takes effect only if
 * every condition holds:
 *
 * - `create-order`, `create-product`, `record-movement`, `record-batch`: the key does not exist
 *   yet.
 * - `update-order`: the order is the same one, at the version before (optimistic lock). With
 *   `isMended`, the lists find it again, wherever they had it.
 * - `move-stock`: no counter falls below zero, and a product of which more is reserved is not closed.
 *   With `expected`, these counters also have exactly these values. With `calledOff`, the product is
 *   the one that was called off, and was not opened again since. `movements` is how many movements of
 *   the product the same commit records.
 * - `confirm-stock`: the product has as many units on hand as were counted. It remembers the count.
 * - `update-product`: the product exists. Writes what is given; empty metadata are removed.
 * - `close-product`: the product is the one that was created then, and no other closing goes on.
 * - `require-no-product`: the product does not exist.
 * - `require-movement`, `delete-movement`: the ledger has exactly this movement.
 * - `retire-product`: no unit of it is reserved. From then on it counts as deleted.
 * - `require-order`, `delete-order`: the order is the same one, at this version.
 * - `uncount-movements`: the product counts at least as many movements as the same commit deletes.
 *   With `retiredAt`, the product was also retired at that time.
 * - `delete-product`: the product was retired at that time, and has no movement left.
 * - `mend-product`: the counters are those of `asRead`, and nothing has moved the product since. Only
 *   a repair sets counters.
 * - `take-units`: a call-off with `upTo` may take so many units more, and is not over. Counts them.
 * - `update-batch`: the batch exists. With nothing else, it forgets how far it has walked.
 * - `write-turn`: nobody has the turn, or its row is still the one that the commit `seen` wrote.
 */
export type Change =
  | { readonly type: 'create-order'; readonly order: Order }
  | { readonly type: 'update-order'; readonly order: Order; readonly isMended?: true }
  | { readonly type: 'require-order'; readonly order: Order }
  | { readonly type: 'delete-order'; readonly order: Order }
  | { readonly type: 'create-product'; readonly product: Product }
  | {
      readonly type: 'move-stock';
      readonly productId: string;
      readonly stockDelta: number;
      readonly reservedDelta: number;
      readonly movements: number;
      readonly expected?: Partial<Counters>;
      readonly calledOff?: Pick<StartedCallOff, 'productCreatedAt' | 'closing'>;
      readonly at: string;
    }
  | {
      readonly type: 'confirm-stock';
      readonly productId: string;
      readonly count: StockCount;
      readonly at: string;
    }
  | ({
      readonly type: 'update-product';
      readonly productId: string;
      readonly at: string;
    } & ProductUpdate)
  | {
      readonly type: 'close-product';
      readonly productId: string;
      readonly createdAt: string;
      readonly closing: string;
      readonly at: string;
    }
  | { readonly type: 'require-no-product'; readonly productId: string }
  | { readonly type: 'retire-product'; readonly productId: string; readonly at: string }
  | {
      readonly type: 'mend-product';
      readonly productId: string;
      readonly asRead: Product;
      readonly counters: Pick<Product, 'stockQuantity' | 'reservedQuantity' | 'movementCount'>;
      readonly at: string;
    }
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
  | { readonly type: 'record-batch'; readonly batch: CancellationBatch }
  | {
      readonly type: 'take-units';
      readonly batchId: string;
      readonly taking: Taken;
      readonly upTo: number;
    }
  | {
      readonly type: 'update-batch';
      readonly batchId: string;
      readonly walked?: Walked | undefined;
      readonly accepted?: number;
      readonly isOver?: true;
    }
  | { readonly type: 'write-turn'; readonly turn: Turn; readonly seen: string | undefined };

/** A product's counters as a condition found them. */
export type Counters = Pick<Product, 'stockQuantity' | 'reservedQuantity'>;

/**
 * A change whose condition failed, with what the condition found at that moment:
 *
 * - `found`: the row; absent when there was none.
 * - `writeId`: the commit that wrote the row, for orders, movements and the turn. If it is one of the
 *   caller's own commits, that whole commit took effect, even if its answer was lost.
 */
export type Refusal =
  | Refused<'create-order' | 'update-order' | 'require-order' | 'delete-order', Order>
  | Refused<
      | 'create-product'
      | 'move-stock'
      | 'update-product'
      | 'close-product'
      | 'confirm-stock'
      | 'require-no-product'
      | 'retire-product'
      | 'uncount-movements'
      | 'mend-product'
      | 'delete-product',
      Product
    >
  | Refused<'record-movement' | 'require-movement' | 'delete-movement', StockMovement>
  | Refused<'record-batch' | 'take-units' | 'update-batch', CancellationBatch>
  | Refused<'write-turn', Turn>;

type Refused<Type extends Change['type'], Found> = Extract<Change, { type: Type }> & {
  readonly found?: Found;
  readonly writeId?: string;
};

/**
 * How a commit ended:
 *
 * - `committed`: all changes took effect, once.
 * - `refused`: no change took effect, and `refusals` are the conditions that failed.
 * - `exhausted`: the time ran out, or there were more conflicts than the caller allows. The changes
 *   may or may not have taken effect; a retry is safe. `contested` are the changes whose items met
 *   a conflict at the last attempt; it is absent if that attempt was throttled or is unanswered.
 *
 * `conflicts` counts the attempts that had to be repeated because of contention or throttling.
 */
export type CommitResult =
  | { readonly type: 'committed'; readonly conflicts: number }
  | { readonly type: 'refused'; readonly refusals: readonly Refusal[]; readonly conflicts: number }
  | {
      readonly type: 'exhausted';
      readonly contested?: readonly Change[];
      readonly conflicts: number;
    };
