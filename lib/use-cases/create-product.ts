import type { Change } from '../domain/change.ts';
import { type NewProduct, openProduct, type Product } from '../domain/product.ts';
import { references } from '../domain/references.ts';
import { entryOf } from '../domain/stock-movement.ts';
import type { Ports, Store } from './ports.ts';

/**
 * - `created`: the product is new.
 * - `already_created`: it was created before with the same name and opening stock; `product` is
 *   what has become of it since.
 * - `product_exists`: the id belongs to another product.
 * - `unfinished`: the time ran out; asking again is safe.
 */
export type CreateProductResult =
  | { readonly outcome: 'created' | 'already_created'; readonly product: Product }
  | { readonly outcome: 'product_exists' | 'unfinished' };

/** Brings a product into the shop together with the ledger entry that explains its first stock. */
export const createProduct = async (
  request: NewProduct,
  { store, remaining, runtime }: Ports,
): Promise<CreateProductResult> => {
  const { product, movement } = openProduct(request, runtime.now().toISOString());
  const changes: Change[] = [{ type: 'create-product', product }];
  if (movement) changes.push({ type: 'record-movement', movement });

  const result = await store.commit(changes, remaining);
  if (result.type === 'committed') return { outcome: 'created', product };
  if (result.type === 'exhausted') return { outcome: 'unfinished' };
  for (const refusal of result.refusals) {
    if (refusal.type !== 'create-product' || !refusal.found) continue;
    const same =
      refusal.found.name === request.name &&
      (await openingStock(product.id, store)) === request.stockQuantity;
    if (same) return { outcome: 'already_created', product: refusal.found };
  }
  return { outcome: 'product_exists' };
};

/** The stock a product began with, from the ledger, because its counters have moved since. */
const openingStock = async (
  productId: string,
  store: Pick<Store, 'getMovement'>,
): Promise<number> => {
  const movement = await store.getMovement({
    referenceId: references.opening(productId),
    entry: entryOf('adjustment', productId),
  });
  return movement?.quantity ?? 0;
};
