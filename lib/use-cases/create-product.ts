import type { Change } from '../domain/change.ts';
import { type NewProduct, openProduct, type Product } from '../domain/product.ts';
import { references } from '../domain/references.ts';
import { entryOf } from '../domain/stock-movement.ts';
import { finishDeleting } from './delete-product.ts';
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
  // A conflict can hide that the same call, sent twice, has just been carried out.
  const found =
    refusal?.type === 'create-product' ? refusal.found : await store.getProduct(request.id);
  if (!found) {
    if (!refusal) return { outcome: 'product_exists' };
    // A product of this id counts as gone, but the work of deleting it was interrupted.
    const outcome = await finishDeleting(request.id, ports);
    return outcome === 'unfinished' ? { outcome } : createProduct(request, ports);
  }
  const isSame =
    found.name === request.name &&
    (await openingStock(product.id, store)) === request.stockQuantity;
  return isSame ? { outcome: 'already_created', product: found } : { outcome: 'product_exists' };
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
