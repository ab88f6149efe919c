import { movementName } from '../../domain/laws/movement-laws.ts';
import type { Order } from '../../domain/order.ts';
import type { AuditPorts } from '../ports.ts';
import {
  isSameProduct,
  movementsSince,
  type ProductSuspect,
  recentlyAt,
  stillThere,
} from '../product-suspect.ts';
import type { ReadProduct } from './plan-product.ts';

/**
 * Reads a product, all its movements and all orders that they or the scan name.
 *
 * @returns undefined if it moved meanwhile, or if the index may hide some of its movements: then they
 *   are more or fewer than are counted, and somebody has written to the product since the scan. No
 *   clock is asked about that, because the one here may be wrong
 */
export const readProduct = async (
  suspect: ProductSuspect,
  since: Date,
  ports: Pick<AuditPorts, 'store' | 'remaining'>,
): Promise<ReadProduct | undefined> => {
  const { productId, held, isTooLarge } = suspect;
  const { store, remaining } = ports;
  if (isTooLarge) return undefined;
  const recently = recentlyAt(since);
  const product = await store.getProductRow(productId, remaining);
  const seen = await stillThere(suspect, ports);
  const later = await movementsSince(productId, recently, ports);
  const movements = [
    ...new Map([...seen, ...later].map((one) => [movementName(one), one])).values(),
  ];
  const ids = new Set([...held.keys(), ...movements.flatMap(({ orderId }) => orderId ?? [])]);
  const orders = await readOrders([...ids], ports);
  if (!isSameProduct(product, await store.getProductRow(productId, remaining))) return undefined;
  const isAtRest = isSameProduct(product, suspect.product);
  if (!isAtRest && product?.movementCount !== movements.length) return undefined;
  return { productId, product, movements, orders };
};

const readOrders = async (
  ids: readonly string[],
  { store, remaining }: Pick<AuditPorts, 'store' | 'remaining'>,
): Promise<Map<string, Order>> => {
  const orders = new Map<string, Order>();
  if (ids.length === 0) return orders;
  for (const [id, order] of await store.getOrders(ids, remaining)) {
    if (order instanceof Error) throw order;
    orders.set(id, order);
  }
  return orders;
};
