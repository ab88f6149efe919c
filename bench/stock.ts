/** Fills a shop with orders that hold their units, in as few transactions as will do. */
import { joinGroups } from '../lib/batches.ts';
import type { Change } from '../lib/domain/change.ts';
import { type NewOrder, placeOrder } from '../lib/domain/order.ts';
import { openProduct } from '../lib/domain/product.ts';
import { COMMIT_CAPACITY } from '../lib/use-cases/ports.ts';
import { concurrently } from '../test/support/concurrently.ts';
import type { Shop } from '../test/support/shop.ts';

/** Units of each product that nobody has reserved. */
const SPARE = 100;

const WRITERS = 4;

/**
 * Places orders and opens the products they ask for, with all that the laws want: counters, opening
 * movements and reservations. Every product is written once, as it is after the last order.
 */
export const fillShop = async (shop: Shop, orders: readonly NewOrder[]): Promise<void> => {
  const at = new Date().toISOString();
  const reserved = new Map<string, number>();
  for (const { productId, quantity } of orders.flatMap(({ items }) => items)) {
    reserved.set(productId, (reserved.get(productId) ?? 0) + quantity);
  }
  const units = [
    ...[...reserved].map(([id, quantity]) => openWithReservations(id, quantity, at)),
    ...orders.map((order) => place(order, at)),
  ];
  const transactions = joinGroups(units, COMMIT_CAPACITY.actions);
  await concurrently(transactions, (changes) => shop.makes(changes), { limit: WRITERS });
};

const openWithReservations = (id: string, reservedQuantity: number, at: string): Change[] => {
  const stockQuantity = reservedQuantity + SPARE;
  const { product, movement } = openProduct({ id, name: `The ${id}`, stockQuantity }, at);
  return [
    { type: 'create-product', product: { ...product, reservedQuantity, availableQuantity: SPARE } },
    ...(movement ? [{ type: 'record-movement', movement } as const] : []),
  ];
};

const place = (newOrder: NewOrder, at: string): Change[] => {
  const { order, movements } = placeOrder(newOrder, at, newOrder.items.length);
  return [
    { type: 'create-order', order },
    ...movements.map((movement): Change => ({ type: 'record-movement', movement })),
  ];
};
