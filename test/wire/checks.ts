/** What must be true of a shop whose orders were all cancelled. */
import type { NewOrder } from '../../lib/domain/placement.ts';
import type { Product } from '../../lib/domain/product.ts';
import { orders as orderRows, products as productRows } from '../../lib/dynamodb/items.ts';
import { rowsOf } from '../support/audit.ts';
import { tally } from '../support/concurrently.ts';
import type { EngineShop } from '../support/engine-shop.ts';

export const productsOf = async ({ client, tables }: EngineShop): Promise<Product[]> =>
  (await rowsOf(client, tables.products)).map(productRows.fromItem);

/** What is expected and not found, or found and not expected, or found more often. */
const differences = (expected: readonly string[], found: readonly string[]): string[] => {
  const [wanted, had] = [tally(expected), tally(found)];
  return Object.keys({ ...wanted, ...had })
    .filter((fact) => wanted[fact] !== had[fact])
    .map((fact) => `${fact}: expected ${wanted[fact] ?? 0} times, found ${had[fact] ?? 0} times`);
};

const counters = (id: string, stock: number, reserved: number, movements: number): string =>
  `${id} has ${stock}, ${reserved} of them reserved, ${movements} movements`;

/**
 * The laws, and more directly: each order is cancelled, each of its lines was given back by one
 * movement, and each product has its stock of before the orders, with a movement for each line.
 *
 * @param placed with different products in each
 * @param before the products, which had an opening and a reservation for each line
 */
export const violationsAfter = async (
  shop: EngineShop,
  placed: readonly NewOrder[],
  before: readonly Product[],
): Promise<string[]> => {
  const { violations, unfinished } = await shop.verdict();
  const orders = (await rowsOf(shop.client, shop.tables.orders)).map(orderRows.fromItem);
  const restorations = (await shop.movements()).filter((m) => m.movementType === 'restoration');
  return [
    ...violations.map(({ law, subject, is, ought }) => `${law}: ${subject} ${is}, ought: ${ought}`),
    ...unfinished.map((id) => `${id} is unfinished`),
    ...differences(
      placed.map(({ id }) => `${id} is cancelled`),
      orders.map(({ id, status }) => `${id} is ${status}`),
    ),
    ...differences(
      placed.flatMap(({ id, items }) =>
        items.map(({ productId, quantity }) => `${id} gives back ${quantity} ${productId}`),
      ),
      restorations.map(
        ({ orderId, productId, quantity }) => `${orderId} gives back ${quantity} ${productId}`,
      ),
    ),
    ...differences(
      before.map((one) => counters(one.id, one.stockQuantity, 0, 2 * one.movementCount - 1)),
      (await productsOf(shop)).map((one) =>
        counters(one.id, one.stockQuantity, one.reservedQuantity, one.movementCount),
      ),
    ),
  ];
};
