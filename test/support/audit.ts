/** Whether all is well in a shop, and what lies in its tables. */
import { deepStrictEqual } from 'node:assert/strict';
import { type DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { Item } from '../../lib/dynamodb/codec.ts';
import type { Shop } from './shop.ts';

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

/**
 * Every law holds everywhere, and nothing is left half done but the orders named here.
 *
 * @throws AssertionError that says which do not, and what is
 */
export const expectLawsHold = async (
  shop: Pick<Shop, 'verdict'>,
  { unfinished = [] }: { readonly unfinished?: readonly string[] } = {},
): Promise<void> => {
  deepStrictEqual(await shop.verdict(), { violations: [], unfinished });
};
