import type { Actor } from '../domain/actor.ts';
import type { Change, Refusal } from '../domain/change.ts';
import { type CountDecision, decideCount } from '../domain/count.ts';
import type { Product } from '../domain/product.ts';
import { countDifference, entryOf, type StockMovement } from '../domain/stock-movement.ts';
import { orIfTimeIsUp } from '../time-budget.ts';
import type { Ports } from './ports.ts';
import type { Shortage } from './reserving.ts';

/**
 * - `stockQuantity`: the units on hand that were counted.
 * - `expectedStockQuantity`: what the caller believes to be on hand before; anything if absent.
 */
export type CountRequest = {
  readonly productId: string;
  readonly stockQuantity: number;
  readonly expectedStockQuantity?: number | undefined;
  readonly referenceId: string;
  readonly reason?: string | undefined;
};

/**
 * - `counted`: this call has set the stock; without `movement`, nothing differed. `already_counted`:
 *   an earlier call with this reference did; the stock may have moved since.
 * - `stock_changed`: the stock is not what the caller expected, but that of `product`.
 * - `insufficient_stock`: fewer units were counted than orders hold.
 * - `reference_reused`: the reference was used on this product for another count or an adjustment.
 * - `unfinished`: the time ran out; a retry with the same reference is safe.
 */
export type CountResult =
  | {
      readonly outcome: 'counted' | 'already_counted';
      readonly product: Product;
      readonly movement?: StockMovement;
    }
  | { readonly outcome: 'stock_changed'; readonly product: Product }
  | { readonly outcome: 'insufficient_stock'; readonly shortages: readonly Shortage[] }
  | { readonly outcome: 'reference_reused' | 'product_not_found' | 'unfinished' };

/**
 * Sets the stock on hand to what was counted, once for each reference. The difference becomes an
 * adjustment.
 */
export const countStock = (request: CountRequest, ports: Ports): Promise<CountResult> =>
  orIfTimeIsUp(() => tryToCount(request, ports), { outcome: 'unfinished' });

const tryToCount = async (request: CountRequest, ports: Ports): Promise<CountResult> => {
  const { store, remaining, runtime, by } = ports;
  let product = await store.getProduct(request.productId, remaining);
  while (product) {
    // 1. Decide. The commit of an adjustment itself tells whether the ledger has it already.
    const decision = decideCount(product, request);
    const earlier =
      earlierConfirmation(product, request) ??
      (decision.type === 'adjust' ? undefined : await earlierCount(product, request, ports));
    if (earlier) return earlier;
    const refused = refusalOf(decision, product);
    if (refused) return refused;

    // 2. Commit: only if the stock on hand is still the one that was read.
    const { movement, changes } = plan(decision, product, request, runtime.now().toISOString(), by);
    const result = await store.commit(changes, remaining);
    if (result.type === 'exhausted') return { outcome: 'unfinished' };
    if (result.type === 'committed') {
      const now = await store.getProduct(request.productId, remaining);
      if (!now) return { outcome: 'product_not_found' };
      return { outcome: 'counted', product: now, ...(movement && { movement }) };
    }

    // 3. Learn from the refusal.
    product = foundIn(result.refusals) ?? (await store.getProduct(request.productId, remaining));
    const recorded = result.refusals.find(({ type }) => type === 'record-movement');
    if (product && recorded?.type === 'record-movement' && recorded.found) {
      return asEarlier(product, request, recorded.found);
    }
  }
  return { outcome: 'product_not_found' };
};

const plan = (
  decision: CountDecision,
  { stockQuantity: present }: Product,
  { productId, stockQuantity, referenceId, reason }: CountRequest,
  at: string,
  by: Actor | undefined,
): { readonly movement?: StockMovement; readonly changes: readonly Change[] } => {
  if (decision.type !== 'adjust') {
    const count = { referenceId, stockQuantity };
    return { changes: [{ type: 'confirm-stock', productId, count, at }] };
  }
  const { quantity } = decision;
  const movement = countDifference(
    { productId, quantity, referenceId, reason },
    stockQuantity,
    at,
    by,
  );
  return {
    movement,
    changes: [
      {
        type: 'move-stock',
        productId,
        stockDelta: quantity,
        reservedDelta: 0,
        movements: 1,
        // Not what is reserved: orders that come and go meanwhile do not change what was counted.
        expected: { stockQuantity: present },
        at,
      },
      { type: 'record-movement', movement },
    ],
  };
};

const foundIn = (refusals: readonly Refusal[]): Product | undefined => {
  const refusal = refusals.find(({ type }) => type === 'move-stock' || type === 'confirm-stock');
  return refusal?.type === 'move-stock' || refusal?.type === 'confirm-stock'
    ? refusal.found
    : undefined;
};

/** What came of an earlier call with this reference that found no difference. */
const earlierConfirmation = (
  product: Product,
  { referenceId, stockQuantity }: CountRequest,
): CountResult | undefined => {
  const { lastCount } = product;
  if (lastCount?.referenceId !== referenceId) return undefined;
  return lastCount.stockQuantity === stockQuantity
    ? { outcome: 'already_counted', product }
    : { outcome: 'reference_reused' };
};

/** What came of an earlier call with this reference that found one. */
const earlierCount = async (
  product: Product,
  request: CountRequest,
  { store, remaining }: Ports,
): Promise<CountResult | undefined> => {
  const { productId, referenceId } = request;
  const entry = entryOf('adjustment', productId);
  const movement = await store.getMovement({ referenceId, entry }, remaining);
  return movement && asEarlier(product, request, movement);
};

const asEarlier = (
  product: Product,
  { stockQuantity }: CountRequest,
  movement: StockMovement,
): CountResult =>
  movement.countedQuantity === stockQuantity
    ? { outcome: 'already_counted', product, movement }
    : { outcome: 'reference_reused' };

/** Why a count does nothing; undefined if it does something. */
const refusalOf = (decision: CountDecision, product: Product): CountResult | undefined => {
  switch (decision.type) {
    case 'adjust':
    case 'confirm':
      return undefined;
    case 'stock_changed':
      return { outcome: 'stock_changed', product };
    case 'insufficient_stock': {
      const { requested, available } = decision;
      return {
        outcome: 'insufficient_stock',
        shortages: [{ productId: product.id, requested, available }],
      };
    }
  }
};
