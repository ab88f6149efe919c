import { adjustment, type ProductQuantity, type StockMovement } from '../domain/stock-movement.ts';
import type { Ports } from './ports.ts';
import type { Shortage } from './reserving.ts';

/** `quantity` is signed: positive brings units into the stock, negative takes them out. */
export type AdjustmentRequest = ProductQuantity & {
  readonly referenceId: string;
  readonly reason?: string | undefined;
  readonly note?: string | undefined;
};

/**
 * - `adjusted`: this call changed the stock. `already_adjusted`: an earlier call with this
 *   reference did.
 * - `reference_reused`: the reference was used on this product for another quantity, or for a count.
 * - `insufficient_stock`: fewer units are available than the adjustment takes out.
 * - `unfinished`: the time ran out; a retry with the same reference is safe.
 */
export type AdjustmentResult =
  | { readonly outcome: 'adjusted' | 'already_adjusted'; readonly movement: StockMovement }
  | { readonly outcome: 'insufficient_stock'; readonly shortages: readonly Shortage[] }
  | { readonly outcome: 'reference_reused' | 'product_not_found' | 'unfinished' };

/** Corrects the stock on hand, never below what is reserved, once for each reference. */
export const adjustStock = async (
  request: AdjustmentRequest,
  { store, remaining, runtime, by }: Ports,
): Promise<AdjustmentResult> => {
  const at = runtime.now().toISOString();
  const { productId, quantity } = request;
  const movement = adjustment(request, at, by);
  const result = await store.commit(
    [
      { type: 'move-stock', productId, stockDelta: quantity, reservedDelta: 0, movements: 1, at },
      { type: 'record-movement', movement },
    ],
    remaining,
  );
  if (result.type === 'committed') return { outcome: 'adjusted', movement };
  if (result.type === 'exhausted') return { outcome: 'unfinished' };

  const refusal = result.refusals.find(({ type }) => type === 'record-movement');
  // Only the stock was short: a concurrent attempt of the same call may have succeeded meanwhile.
  const recorded =
    refusal?.type === 'record-movement'
      ? refusal.found
      : await store.getMovement(movement, remaining);
  if (recorded) {
    return recorded.quantity === quantity && recorded.countedQuantity === undefined
      ? { outcome: 'already_adjusted', movement: recorded }
      : { outcome: 'reference_reused' };
  }
  const moved = result.refusals.find(({ type }) => type === 'move-stock');
  if (moved?.type !== 'move-stock' || !moved.found) return { outcome: 'product_not_found' };
  const available = moved.found.availableQuantity;
  return {
    outcome: 'insufficient_stock',
    shortages: [{ productId, requested: -quantity, available }],
  };
};
