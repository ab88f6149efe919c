import type { Product, ProductUpdate } from '../domain/product.ts';
import { orIfTimeIsUp } from '../time-budget.ts';
import type { Ports } from './ports.ts';

/**
 * - `updated`: the product has what was asked for, since this call or since before; `product` is its
 *   current state.
 * - `unfinished`: the time ran out; a retry is safe.
 */
export type UpdateProductResult =
  | { readonly outcome: 'updated'; readonly product: Product }
  | { readonly outcome: 'product_not_found' | 'unfinished' };

/**
 * Changes what a shop says about a product, and whether it takes new reservations. It writes without
 * reading first: of two calls about the same attribute, the later one holds.
 */
export const updateProduct = (
  request: ProductUpdate & { readonly productId: string },
  ports: Ports,
): Promise<UpdateProductResult> =>
  orIfTimeIsUp(() => tryToUpdate(request, ports), { outcome: 'unfinished' });

const tryToUpdate = async (
  { productId, ...update }: ProductUpdate & { readonly productId: string },
  { store, remaining, runtime }: Ports,
): Promise<UpdateProductResult> => {
  if (Object.values(update).some((value) => value !== undefined)) {
    const at = runtime.now().toISOString();
    const result = await store.commit(
      [{ type: 'update-product', productId, ...update, at }],
      remaining,
    );
    if (result.type === 'exhausted') return { outcome: 'unfinished' };
    if (result.type === 'refused') return { outcome: 'product_not_found' };
  }
  const product = await store.getProduct(productId, remaining);
  return product ? { outcome: 'updated', product } : { outcome: 'product_not_found' };
};
