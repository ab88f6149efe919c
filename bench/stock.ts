/** Fills a shop with orders that hold their units, in as few transactions as will do. */

import { joinGroups } from '../lib/batches.ts';
import type { Change } from '../lib/domain/change.ts';
import { type NewOrder, placeOrder } from '../lib/domain/order.ts';
import { openProduct, type Product } from '../lib/domain/product.ts';
import type { Store } from '../lib/use-cases/ports.ts';
import { COMMIT_CAPACITY } from '../lib/use-cases/ports.ts';
import { concurrently } from '../test/support/concurrently.ts';
import { enoughTime } from './time.ts';

/** Units of each product that nobody has reserved. */
const SPARE = 100;

const WRITERS = 4;

/**
 * Places orders and opens the products they ask for, with all that the laws want: counters, opening
 * movements and reservations. Every product is written once, as it is after the last order.
 */
export const fillShop = (store: Store, orders: readonly NewOrder[]): Promise<void> => {
  const at = new Date().toISOString();
  const reserved = new Map<string, number>();
  for (const { productId, quantity } of orders.flatMap(({ items }) => items)) {
    reserved.set(productId, (reserved.get(productId) ?? 0) + quantity);
  }
  return makeAll(store, [
    ...[...reserved].map(([id, quantity]) => openWithReservations(id, quantity, at)),
    ...orders.map((order) => place(order, at)),
  ]);
};

const openWithReservations = (id: string, reservedQuantity: number, at: string): Change[] => {
  const opened = openProduct(
    { id, name: `The ${id}`, stockQuantity: reservedQuantity + SPARE },
    at,
  );
  const product: Product = { ...opened.product, reservedQuantity, availableQuantity: SPARE };
  return [
    { type: 'create-product', product },
    ...(opened.movement ? [{ type: 'record-movement', movement: opened.movement } as const] : []),
  ];
};

const place = (newOrder: NewOrder, at: string): Change[] => {
  const { order, movements } = placeOrder(newOrder, at, newOrder.items.length);
  return [
    { type: 'create-order', order },
    ...movements.map((movement): Change => ({ type: 'record-movement', movement })),
  ];
};

/** Makes changes that have to succeed; those that belong together stay in one transaction. */
export const makeAll = async (
  store: Pick<Store, 'commit'>,
  units: readonly (readonly Change[])[],
): Promise<void> => {
  const make = async (changes: readonly Change[]): Promise<void> => {
    const result = await store.commit(changes, enoughTime());
    if (result.type !== 'committed') throw new Error(`Filling a shop: ${JSON.stringify(result)}`);
  };
  await concurrently(joinGroups(units, COMMIT_CAPACITY.actions), make, { limit: WRITERS });
};
