import { inBatches } from '../batches.ts';
import type { Order } from '../domain/order.ts';
import type { Ports } from './ports.ts';

/** Orders that are read together: when that fails, it costs these their turn, and no others. */
const READ_TOGETHER = 100;

/** Parts that are read at the same time. */
const AT_ONCE = 10;

/**
 * Reads the orders that exist among these, by id.
 *
 * @returns the error for those that could not be read, because their rows are damaged or the store
 *   did not answer in time
 */
export const readOrders = async (
  ids: readonly string[],
  { store, remaining }: Pick<Ports, 'store' | 'remaining'>,
): Promise<ReadonlyMap<string, Order | { readonly error: unknown }>> => {
  const found = new Map<string, Order | { readonly error: unknown }>();
  const read = async (part: readonly string[]): Promise<void> => {
    try {
      for (const [id, order] of await store.getOrders(part, remaining)) {
        found.set(id, order instanceof Error ? { error: order } : order);
      }
    } catch (error) {
      for (const id of part) found.set(id, { error });
    }
  };
  await inBatches([...new Set(ids)], { size: READ_TOGETHER, atOnce: AT_ONCE }, read);
  return found;
};
