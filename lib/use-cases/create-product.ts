import type { Change } from '../domain/change.ts';
import { type NewProduct, openProduct, type Product } from '../domain/product.ts';
import { references } from '../domain/references.ts';
import { entryOf } from '../domain/stock-movement.ts';
import { finishDeleting } from './delete-product.ts';
import type { Ports, Store } from './ports.ts';

/**
 * - `created`: the product is new.
 * - `already_created`: it was created before with the same name and opening stock; `product` is its
 *   current state.
 * - `product_exists`: the id belongs to another product.
 * - `unfinished`: the time ran out; a retry is safe.
 */
export type CreateProductResult =
  | { readonly outcome: 'created' | 'already_created'; readonly product: Product }
  | { readonly outcome: 'product_exists' | 'unfinished' };

/** Creates a product together with the opening movement that explains its first stock. */
export const createProduct = async (
  request: NewProduct,
  ports: Ports,
): Promise<CreateProductResult> => {
  const { store, remaining, runtime } = ports;
  const { product, movement } = openProduct(request, runtime.now().toISOString());
  const changes: Change[] = [{ type: 'create-product', product }];
  if (movement) changes.push({ type: 'record-movement', movement });

  const result = await store.commit(changes, remaining);
  if (result.type === 'committed') return { outcome: 'created', product };
  if (result.type === 'exhausted') return { outcome: 'unfinished' };
  const refusal = result.refusals.find(({ type }) => type === 'create-product');
  // Only another condition failed: a concurrent attempt of the same call may have succeeded meanwhile.
  const found =
    refusal?.type === 'create-product' ? refusal.found : await store.getProduct(request.id);
  if (!found) {
    if (!refusal) return { outcome: 'product_exists' };
    // A product with this id is retired, and its deletion was interrupted: finish that first.
    const outcome = await finishDeleting(request.id, ports);
    return outcome === 'unfinished' ? { outcome } : createProduct(request, ports);
  }
  const isSame =
    found.name === request.name &&
    (await openingStock(product.id, store)) === request.stockQuantity;
  return isSame ? { outcome: 'already_created', product: found } : { outcome: 'product_exists' };
};

/** The opening stock of a product, from the ledger: its counters may have moved since. */
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
