import { heldOf } from '../../domain/call-off.ts';
import type { Ports } from '../ports.ts';

/** What orders hold that cannot be cancelled, by order. */
export type Refused = Map<string, number>;

/**
 * Whether these orders hold all that is reserved of a product. They may have changed since they were
 * refused, so their sum alone proves nothing: they are read again. If the product does not move
 * meanwhile, they hold these units at the same moment, and by the law of holdings nobody else does.
 *
 * @param found what each of them held when it was found
 */
export const isAll = async (
  found: ReadonlyMap<string, number>,
  productId: string,
  { store, remaining }: Pick<Ports, 'store' | 'remaining'>,
): Promise<boolean> => {
  const before = await store.getProduct(productId, remaining);
  if (!before || before.reservedQuantity === 0) return true;
  const sum = [...found.values()].reduce((total, held) => total + held, 0);
  if (sum !== before.reservedQuantity) return false;
  const orders = await store.getOrders([...found.keys()], remaining);
  const after = await store.getProduct(productId, remaining);
  let held = 0;
  for (const order of orders.values()) {
    if (!(order instanceof Error)) held += heldOf(order, productId);
  }
  return held === after?.reservedQuantity && before.movementCount === after.movementCount;
};
