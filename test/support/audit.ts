/** Checks the laws of a shop, and reads the rows of its tables. */
import { deepStrictEqual } from 'node:assert/strict';
import { type DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { Item } from '../../lib/dynamodb/codec.ts';
import type { Shop } from './shop.ts';

/** Every row of a table as it is stored, page by page. */
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
 * All laws hold, and no work is unfinished but that of the orders named here.
 *
 * @throws AssertionError that names the violations and the unfinished orders
 */
export const expectLawsHold = async (
  shop: Pick<Shop, 'verdict'>,
  { unfinished = [] }: { readonly unfinished?: readonly string[] } = {},
): Promise<void> => {
  deepStrictEqual(await shop.verdict(), { violations: [], unfinished });
};
