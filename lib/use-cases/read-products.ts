import { inBatches } from '../batches.ts';
import type { Product } from '../domain/product.ts';
import type { Ports } from './ports.ts';

/** Reads in flight at the same time. */
const AT_ONCE = 25;

/**
 * Reads products, each by itself.
 *
 * @returns the products in the sequence of their ids; undefined for one that does not exist
 * @throws TimeIsUpError when the time ran out
 */
export const readProducts = (
  ids: readonly string[],
  { store, remaining }: Pick<Ports, 'store' | 'remaining'>,
): Promise<(Product | undefined)[]> =>
  inBatches(ids, { size: 1, atOnce: AT_ONCE }, ([id = '']) => store.getProduct(id, remaining));
