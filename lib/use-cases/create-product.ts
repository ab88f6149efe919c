import type { Change } from '../domain/change.ts';
import { type NewProduct, openProduct, type Product } from '../domain/product.ts';
import { references } from '../domain/references.ts';
import { entryOf, type StockMovement } from '../domain/stock-movement.ts';
import { orIfTimeIsUp } from '../time-budget.ts';
import { finishDeleting } from './delete-product.ts';
import type { Ports } from './ports.ts';

/**
 * - `created`: the product is new.
 * - `already_created`: it was created before with this name and opening stock, whatever name it has
 *   now; `product` is its current state.
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
  const { store, remaining, runtime, by } = ports;
  const { product, movement } = openProduct(request, runtime.now().toISOString(), by);
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
    // A product with this id may be retired, and its deletion was interrupted: finish that first. If
    // the commit met a conflict at the product, only its opening movement has told of it.
    const { outcome } = await finishDeleting(request.id, ports);
    if (outcome === 'unfinished') return { outcome };
    const isLeftOver = !refusal && outcome === 'not_found' && (await isLedgerOnly(request, ports));
    return isLeftOver ? { outcome: 'product_exists' } : createProduct(request, ports);
  }
  if ((found.openedAs ?? found.name) !== request.name) return { outcome: 'product_exists' };
  // From the ledger: the counters may have moved since.
  const stock = (await opening(request.id, ports))?.quantity ?? 0;
  // A deletion takes the opening with it: then the stock says nothing about the product found.
  const current = await store.getProduct(request.id, remaining);
  if (current?.createdAt !== found.createdAt) return createProduct(request, ports);
  return stock === request.stockQuantity
    ? { outcome: 'already_created', product: current }
    : { outcome: 'product_exists' };
};

/** Whether only the ledger remembers a product. */
const isLedgerOnly = async ({ id }: NewProduct, ports: Ports): Promise<boolean> =>
  (await opening(id, ports)) !== undefined &&
  (await ports.store.getProduct(id, ports.remaining)) === undefined;

/** The opening movement of a product; none if it had no stock then. */
const opening = (
  productId: string,
  { store, remaining }: Pick<Ports, 'store' | 'remaining'>,
): Promise<StockMovement | undefined> =>
  store.getMovement(
    { referenceId: references.opening(productId), entry: entryOf('adjustment', productId) },
    remaining,
  );
