/** Reads a whole shop and judges it by the laws. */
import { deepStrictEqual } from 'node:assert/strict';
import { type DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { createLawCheck, type Verdict } from '../../lib/domain/laws.ts';
import type { Item } from '../../lib/dynamodb/codec.ts';
import { orders, products, stockMovements } from '../../lib/dynamodb/items.ts';
import type { Tables } from '../../lib/dynamodb/tables.ts';

/** Every row of a table, page by page, as it lies there. */
export async function* scan(client: DynamoDBDocumentClient, table: string): AsyncGenerator<Item> {
  for await (const { Items } of paginateScan(
    { client, pageSize: 500 },
    { TableName: table, ConsistentRead: true },
  )) {
    yield* Items ?? [];
  }
}

/** A small table as a whole. */
export const rowsOf = async (client: DynamoDBDocumentClient, table: string): Promise<Item[]> => {
  const rows: Item[] = [];
  for await (const row of scan(client, table)) rows.push(row);
  return rows;
};

/** Checks the laws over all that three tables hold, at a moment when nobody writes. */
export const auditShop = async (
  client: DynamoDBDocumentClient,
  tables: Pick<Tables, 'orders' | 'products' | 'stockMovements'>,
): Promise<Verdict> => {
  const check = createLawCheck();
  for await (const item of scan(client, tables.products)) check.product(products.fromItem(item));
  for await (const item of scan(client, tables.orders)) check.order(orders.fromItem(item));
  for await (const item of scan(client, tables.stockMovements)) {
    check.movement(stockMovements.fromItem(item));
  }
  return check.verdict();
};

/**
 * Every law holds everywhere, and nothing is left half done but the orders named here.
 *
 * @throws AssertionError that says which do not, and what is
 */
export const expectLawsHold = async (
  shop: {
    readonly client: DynamoDBDocumentClient;
    readonly tables: Pick<Tables, 'orders' | 'products' | 'stockMovements'>;
  },
  { unfinished = [] }: { readonly unfinished?: readonly string[] } = {},
): Promise<void> => {
  const verdict = await auditShop(shop.client, shop.tables);
  deepStrictEqual(verdict, { violations: [], unfinished });
};
