import type { Change } from '../domain/change.ts';
import { type NewProduct, openProduct, type Product } from '../domain/product.ts';
import { references } from '../domain/references.ts';
import { entryOf } from '../domain/stock-movement.ts';
import { orIfTimeIsUp } from '../time-budget.ts';
import { finishDeleting } from './delete-product.ts';
import type { Ports } from './ports.ts';

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
export const createProduct = (request: NewProduct, ports: Ports): Promise<CreateProductResult> =>
  orIfTimeIsUp(() => tryToCreate(request, ports), { outcome: 'unfinished' });

const tryToCreate = async (request: NewProduct, ports: Ports): Promise<CreateProductResult> => {
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
    refusal?.type === 'create-product'
      ? refusal.found
      : await store.getProduct(request.id, remaining);
  if (!found) {
    if (!refusal) return { outcome: 'product_exists' };
    // A product with this id is retired, and its deletion was interrupted: finish that first.
    const outcome = await finishDeleting(request.id, ports);
    return outcome === 'unfinished' ? { outcome } : createProduct(request, ports);
  }
  if (found.name !== request.name) return { outcome: 'product_exists' };
  const stock = await openingStock(request.id, ports);
  // A deletion takes the opening with it: then the stock says nothing about the product found.
  const current = await store.getProduct(request.id, remaining);
  if (current?.createdAt !== found.createdAt) return createProduct(request, ports);
  return stock === request.stockQuantity
    ? { outcome: 'already_created', product: current }
    : { outcome: 'product_exists' };
};

/** The opening stock of a product, from the ledger: its counters may have moved since. */
const openingStock = async (
  productId: string,
  { store, remaining }: Pick<Ports, 'store' | 'remaining'>,
): Promise<number> => {
  const movement = await store.getMovement(
    { referenceId: references.opening(productId), entry: entryOf('adjustment', productId) },
    remaining,
  );
  return movement?.quantity ?? 0;
};
