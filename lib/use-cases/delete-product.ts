import type { Change } from '../domain/change.ts';
import type { StockMovement } from '../domain/stock-movement.ts';
import { type IndexPosition, MOVEMENTS_PER_COMMIT, type Ports } from './ports.ts';

/**
 * - `deleted`: the product and its movements are gone.
 * - `product_in_use`: orders hold some of it.
 * - `unfinished`: the time ran out. The product counts as gone already; asking again goes on.
 */
export type DeleteProductResult = {
  readonly outcome: 'deleted' | 'not_found' | 'product_in_use' | 'unfinished';
};

/** A product that is not the retired one any more has been deleted by somebody else. */
const ENDS = { refused: 'not_found', exhausted: 'unfinished' } as const;

/**
 * Deletes a product of which nothing is reserved, and its movements. The product is retired first,
 * so that nothing moves it any more, and goes last, so that whoever asks again goes on.
 */
export const deleteProduct = async (
  productId: string,
  { store, remaining, runtime }: Ports,
): Promise<DeleteProductResult> => {
  const retired = await store.commit(
    [{ type: 'retire-product', productId, at: runtime.now().toISOString() }],
    remaining,
  );
  if (retired.type === 'exhausted') return { outcome: 'unfinished' };
  if (retired.type === 'refused' && retired.refusals.some(({ found }) => found)) {
    return { outcome: 'product_in_use' };
  }
  const at = await store.getRetirement(productId);
  if (at === undefined) return { outcome: 'not_found' };

  for await (const movements of remainingMovements(productId, store)) {
    const { type } = await store.commit(
      [
        { type: 'require-retired-product', productId, at },
        ...movements.map((movement): Change => ({ type: 'delete-movement', movement })),
      ],
      remaining,
    );
    if (type !== 'committed') return { outcome: ENDS[type] };
  }
  const { type } = await store.commit([{ type: 'delete-product', productId, at }], remaining);
  return { outcome: type === 'committed' ? 'deleted' : ENDS[type] };
};

/** Reads through the movements until none is left, because their index lags behind for a moment. */
async function* remainingMovements(
  productId: string,
  store: Ports['store'],
): AsyncGenerator<readonly StockMovement[]> {
  for (;;) {
    let after: IndexPosition | undefined;
    let found = false;
    do {
      const page = await store.movementsOfProduct(productId, {
        limit: MOVEMENTS_PER_COMMIT,
        after,
      });
      if (page.items.length > 0) yield page.items;
      found ||= page.items.length > 0;
      after = page.next;
    } while (after);
    if (!found) return;
  }
}
