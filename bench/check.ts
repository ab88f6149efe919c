/** Checks that all orders were cancelled, and nothing else changed. */
import { deepStrictEqual } from 'node:assert/strict';
import type { NewOrder } from '../lib/domain/placement.ts';
import {
  orders as orderRows,
  products as productRows,
  stockMovements,
} from '../lib/dynamodb/items.ts';
import { expectLawsHold, rowsOf } from '../test/support/audit.ts';
import type { EngineShop } from '../test/support/engine-shop.ts';

/**
 * Checks that every law holds, every order is cancelled, one movement restored each line, and
 * nothing is reserved any more.
 *
 * @throws AssertionError otherwise
 */
export const requireAllCancelled = async (
  shop: EngineShop,
  placed: readonly NewOrder[],
): Promise<void> => {
  await expectLawsHold(shop);
  const { client, tables } = shop;
  const orders = (await rowsOf(client, tables.orders)).map(orderRows.fromItem);
  const products = (await rowsOf(client, tables.products)).map(productRows.fromItem);
  const restorations = (await rowsOf(client, tables.stockMovements))
    .map(stockMovements.fromItem)
    .filter(({ movementType }) => movementType === 'restoration');
  const lines = placed.flatMap(({ items }) => items);
  deepStrictEqual(
    {
      cancelled: orders.filter(({ status }) => status === 'cancelled').length,
      reserved: sum(products, ({ reservedQuantity }) => reservedQuantity),
      restorations: restorations.length,
      restored: sum(restorations, ({ quantity }) => quantity),
    },
    {
      cancelled: placed.length,
      reserved: 0,
      restorations: lines.length,
      restored: sum(lines, ({ quantity }) => quantity),
    },
  );
};

export const sum = <Item>(items: readonly Item[], of: (item: Item) => number): number =>
  items.reduce((total, item) => total + of(item), 0);
