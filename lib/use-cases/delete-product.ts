import type { Change } from '../domain/change.ts';
import type { StockMovement } from '../domain/stock-movement.ts';
import { backOff } from '../retry.ts';
import { orIfTimeIsUp } from '../time-budget.ts';
import { COMMIT_CAPACITY, type IndexPosition, type Ports } from './ports.ts';

/**
 * - `deleted`: the product and its movements are deleted. `units` is the stock that went with it, and
 *   `movements` how many this call has deleted; both are 0 if another call has ended the deletion.
 * - `product_in_use`: orders hold units of it.
 * - `unfinished`: the time ran out. The product counts as deleted already; a retry resumes the
 *   work.
 */
export type DeleteProductResult = FinishedDeletion | { readonly outcome: 'product_in_use' };

type FinishedDeletion =
  | { readonly outcome: 'deleted'; readonly units: number; readonly movements: number }
  | { readonly outcome: 'not_found' | 'unfinished' };

/** One action counts the product's movements down. */
const MOVEMENTS_PER_COMMIT = COMMIT_CAPACITY.actions - 1;

/**
 * Deletes a product of which no unit is reserved, and its movements. It retires the product first,
 * so that nothing moves it any more. It deletes the product's row only when `movementCount` is 0:
 * the index that finds the movements lags behind, so a query without results proves nothing.
 */
export const deleteProduct = (productId: string, ports: Ports): Promise<DeleteProductResult> =>
  orIfTimeIsUp<DeleteProductResult>(() => tryToDelete(productId, ports), {
    outcome: 'unfinished',
  });

const tryToDelete = async (productId: string, ports: Ports): Promise<DeleteProductResult> => {
  const { store, remaining, runtime } = ports;
  const retired = await store.commit(
    [{ type: 'retire-product', productId, at: runtime.now().toISOString() }],
    remaining,
  );
  if (retired.type === 'exhausted') return { outcome: 'unfinished' };
  if (retired.type === 'refused' && retired.refusals.some(({ found }) => found)) {
    return { outcome: 'product_in_use' };
  }
  const finished = await finishDeleting(productId, ports);
  // Another request may have finished this deletion, for example one that creates the product
  // again.
  const isDeletedByOthers = retired.type === 'committed' && finished.outcome === 'not_found';
  return isDeletedByOthers ? { outcome: 'deleted', units: 0, movements: 0 } : finished;
};

/** Deletes a product that this or an earlier request has retired. */
export const finishDeleting = async (
  productId: string,
  ports: Ports,
): Promise<FinishedDeletion> => {
  const { store, remaining, runtime } = ports;
  const gone = new Set<string>();
  let movements = 0;
  for (let attempt = 0; remaining() > 0; attempt += 1) {
    const product = await store.getRetiredProduct(productId, remaining);
    const retiredAt = product?.deletedAt;
    if (product === undefined || retiredAt === undefined) return { outcome: 'not_found' };
    if (product.movementCount === 0) {
      const result = await store.commit(
        [{ type: 'delete-product', productId, at: retiredAt }],
        remaining,
      );
      if (result.type === 'committed') {
        return { outcome: 'deleted', units: product.stockQuantity, movements };
      }
      if (result.type === 'exhausted') return { outcome: 'unfinished' };
    } else {
      const deleted = await deleteMovements(productId, retiredAt, gone, ports);
      movements += deleted;
      if (deleted > 0) {
        // Some movements were deleted, so read again at once: there may be more.
        attempt = -1;
        continue;
      }
    }
    if (!(await backOff(attempt, remaining, runtime))) break;
  }
  return { outcome: 'unfinished' };
};

/**
 * Deletes the movements that the index shows. The index may still show deleted ones: a commit with
 * such a movement is refused, and repeated without it.
 *
 * @param gone movements known to be deleted, by `keyOf`, so that none is tried twice
 * @returns how many this call has deleted
 */
const deleteMovements = async (
  productId: string,
  retiredAt: string,
  gone: Set<string>,
  { store, remaining }: Ports,
): Promise<number> => {
  const remove = async (movements: readonly StockMovement[]): Promise<number> => {
    const left = movements.filter((movement) => !gone.has(keyOf(movement)));
    if (left.length === 0) return 0;
    const result = await store.commit(toChanges(productId, retiredAt, left), remaining);
    if (result.type === 'exhausted') return 0;
    const deleted =
      result.type === 'committed'
        ? left
        : result.refusals.flatMap((refusal) =>
            refusal.type === 'delete-movement' ? [refusal.movement] : [],
          );
    for (const movement of deleted) gone.add(keyOf(movement));
    if (result.type === 'committed') return left.length;
    return deleted.length > 0 ? remove(left) : 0;
  };

  let after: IndexPosition | undefined;
  let removed = 0;
  do {
    const page = await store.movementsOfProduct(productId, {
      limit: MOVEMENTS_PER_COMMIT,
      after,
      remaining,
    });
    removed += await remove(page.items);
    after = page.next;
  } while (after && remaining() > 0);
  return removed;
};

/** With the time, because the same cause can later move a new product with the same id. */
const keyOf = ({ referenceId, entry, createdAt }: StockMovement): string =>
  `${referenceId} ${entry} ${createdAt}`;

const toChanges = (
  productId: string,
  retiredAt: string,
  movements: readonly StockMovement[],
): Change[] => [
  { type: 'uncount-movements', productId, movements: movements.length, retiredAt },
  ...movements.map((movement): Change => ({ type: 'delete-movement', movement })),
];
