/** What must be true of a shop whose orders were all cancelled. */

import type { NewOrder } from '../../lib/domain/placement.ts';
import { orders as orderRows, products as productRows } from '../../lib/dynamodb/items.ts';
import { rowsOf } from '../support/audit.ts';
import type { EngineShop } from '../support/engine-shop.ts';

/**
 * The laws, and more directly: each order is cancelled, each of its lines was given back by one
 * movement, and each product has its stock of before the orders, with one movement more for each
 * order that took of it.
 *
 * @param placed each with different products, from furnished rows
 */
export const violationsAfter = async (
  shop: EngineShop,
  placed: readonly NewOrder[],
): Promise<string[]> => {
  const { violations, unfinished } = await shop.verdict();
  const rows = await rowsOf(shop.client, shop.tables.orders);
  const orders = new Map(rows.map(orderRows.fromItem).map((order) => [order.id, order]));
  const given = new Map<string, number[]>();
  const count = new Map<string, number>();
  for (const { movementType, orderId, productId, quantity } of await shop.movements()) {
    count.set(productId, (count.get(productId) ?? 0) + 1);
    if (movementType !== 'restoration') continue;
    const line = `${orderId} ${productId}`;
    given.set(line, [...(given.get(line) ?? []), quantity]);
  }
  const lines = placed.flatMap(({ id, items }) => items.map((item) => ({ id, ...item })));
  const ordersOf = new Map<string, number>();
  const unitsOf = new Map<string, number>();
  for (const { productId, quantity } of lines) {
    ordersOf.set(productId, (ordersOf.get(productId) ?? 0) + 1);
    unitsOf.set(productId, (unitsOf.get(productId) ?? 0) + quantity);
  }
  const products = (await rowsOf(shop.client, shop.tables.products)).map(productRows.fromItem);
  return [
    ...violations.map(({ law, subject, message }) => `${law}: ${subject} ${message}`),
    ...unfinished.map((id) => `unfinished: ${id}`),
    ...placed.flatMap(({ id }) =>
      orders.get(id)?.status === 'cancelled' ? [] : [`not cancelled: ${id}`],
    ),
    ...lines.flatMap(({ id, productId, quantity }) => {
      const back = given.get(`${id} ${productId}`) ?? [];
      given.delete(`${id} ${productId}`);
      return back.length === 1 && back[0] === quantity
        ? []
        : [`${id} gave back ${back.join(' and ') || 'nothing'} of ${quantity} ${productId}`];
    }),
    ...[...given.keys()].map((line) => `given back without an order: ${line}`),
    ...products.flatMap(({ id, stockQuantity, reservedQuantity, movementCount }) => {
      const stock = (unitsOf.get(id) ?? 0) + 100;
      const movements = 1 + 2 * (ordersOf.get(id) ?? 0);
      return stockQuantity === stock &&
        reservedQuantity === 0 &&
        movementCount === movements &&
        count.get(id) === movements
        ? []
        : [`${id} has ${stockQuantity}, ${reservedQuantity} reserved, ${movementCount} movements`];
    }),
  ];
};
