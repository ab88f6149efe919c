import { BatchGetCommand, type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { backOff, type TimeBudget } from './backoff.ts';
import type { Item } from './items.ts';
import { MAX_BATCH_GET_KEYS } from './limits.ts';

/** Reads one item as it is now. */
export const getItem = async (
  client: DynamoDBDocumentClient,
  table: string,
  key: Item,
): Promise<Item | undefined> => {
  const { Item } = await client.send(
    new GetCommand({ TableName: table, Key: key, ConsistentRead: true }),
  );
  return Item;
};

/**
 * Reads the items with these ids as they are now, in no particular order; those that do not exist
 * are left out. What DynamoDB does not get to in one answer is asked for again.
 *
 * @throws Error when the time is up before everything is read
 */
export const getItemsById = async (
  client: DynamoDBDocumentClient,
  table: string,
  ids: readonly string[],
  remaining: TimeBudget,
): Promise<Item[]> => {
  const unique = [...new Set(ids)];
  const pages: Item[][] = [];
  for (let start = 0; start < unique.length; start += MAX_BATCH_GET_KEYS) {
    const keys = unique.slice(start, start + MAX_BATCH_GET_KEYS).map((id) => ({ id }));
    pages.push(await getBatch(client, table, keys, remaining));
  }
  return pages.flat();
};

const getBatch = async (
  client: DynamoDBDocumentClient,
  table: string,
  keys: readonly Item[],
  remaining: TimeBudget,
): Promise<Item[]> => {
  const found: Item[] = [];
  let wanted = [...keys];
  for (let attempt = 0; wanted.length > 0; attempt += 1) {
    if (attempt > 0 && !(await backOff(attempt, remaining))) {
      throw new Error(`${wanted.length} items of ${table} could not be read in time`);
    }
    const { Responses, UnprocessedKeys } = await client.send(
      new BatchGetCommand({ RequestItems: { [table]: { Keys: wanted, ConsistentRead: true } } }),
    );
    found.push(...(Responses?.[table] ?? []));
    wanted = UnprocessedKeys?.[table]?.Keys ?? [];
  }
  return found;
};
