import { inBatches } from '../batches.ts';
import type { Order } from '../domain/order.ts';
import type { Ports } from './ports.ts';

/** The most orders in one read. A failed read affects only its own orders. */
const READ_TOGETHER = 100;

/** Reads in flight at the same time. */
const AT_ONCE = 10;

/**
 * Reads orders.
 *
 * @returns the orders that exist, by id; for an order whose row is damaged or could not be read in
 *   time, the error. Never rejects
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
