import type { QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { TimeBudget } from '../time-budget.ts';
import type { IndexPosition } from '../use-cases/ports.ts';
import type { Item } from './codec.ts';
import type { Database } from './database.ts';
import { mergeShards } from './merge.ts';
import { queryItems } from './read.ts';

/** The attributes of an item's key in an index; they are texts. The sort key is a time. */
export type IndexKey = {
  readonly partitionKey: string;
  readonly sortKey: string;
  /** The attributes of the table's own key. */
  readonly tableKey: readonly string[];
};

export type IndexQuery = IndexKey & {
  readonly table: string;
  readonly index: string;
  /**
   * The values of the partition key that the list merges. Items of the same time come in this
   * sequence, so it must stay as it is when values are added.
   */
  readonly partitions: readonly string[];
  /** About how many items the caller takes. */
  readonly limit: number;
  readonly after?: IndexPosition | undefined;
  /** The list begins before this time, and ends with the items of that time. */
  readonly to?: string | undefined;
  readonly from?: string | undefined;
};

/**
 * Reads partitions of an index as one list, newest first. Items of the same time come partition by
 * partition, and within a partition in the sequence of DynamoDB, which is arbitrary but stable. So
 * the place of an item is its key in the index, and a query can continue after it however many
 * items have that time, even if the item has moved or is gone.
 *
 * @throws UnknownPositionError when the list does not have the position's partition
 */
export const queryNewestFirst = (
  db: Database,
  query: IndexQuery,
  remaining: TimeBudget,
): AsyncGenerator<Item> => {
  const { partitions, sortKey, after } = query;
  if (after && !partitions.includes(after.partition)) throw new UnknownPositionError();
  return mergeShards(
    partitions.map((partition) => readPartition(db, query, partition, remaining)),
    (a, b) => (a[sortKey] as string) > (b[sortKey] as string),
  );
};

/**
 * A position in a partition that a list does not have: of a deployment with more shards, or forged.
 * It has the name with which DynamoDB refuses a position.
 */
class UnknownPositionError extends Error {
  override readonly name = 'ValidationException';
}

/** The position after this item. */
export const placeOf = (
  item: Item,
  { partitionKey, sortKey, tableKey }: IndexKey,
): IndexPosition => ({
  partition: item[partitionKey] as string,
  until: item[sortKey] as string,
  key: tableKey.map((name) => item[name] as string),
});

/** The items of one partition that come after the position. */
async function* readPartition(
  db: Database,
  query: IndexQuery,
  partition: string,
  remaining: TimeBudget,
): AsyncGenerator<Item> {
  const { table, index, partitionKey, sortKey, partitions, limit, from, after } = query;
  const until = lastTimeOf(partition, query);
  // DynamoDB refuses a range that ends before it begins.
  if (from !== undefined && until !== undefined && from > until) return;
  const input: QueryCommandInput = {
    TableName: table,
    IndexName: index,
    ScanIndexForward: false,
    // The merge takes about this many items from each partition; reading more costs read units.
    Limit: Math.ceil(limit / partitions.length) + 5,
    KeyConditionExpression: [
      `${partitionKey} = :partition`,
      ...conditionOf(sortKey, { from, until }),
    ].join(' AND '),
    ExpressionAttributeValues: {
      ':partition': partition,
      ...(from !== undefined && { ':from': from }),
      ...(until !== undefined && { ':until': until }),
    },
    ...(after?.partition === partition && { ExclusiveStartKey: keyAt(after, query) }),
  };
  for await (const items of queryItems(db, input, remaining)) yield* items;
}

/** The key in the index, as DynamoDB continues after it. */
const keyAt = (
  { partition, until, key }: IndexPosition,
  { partitionKey, sortKey, tableKey }: IndexKey,
): Record<string, string> => ({
  [partitionKey]: partition,
  [sortKey]: until,
  // DynamoDB refuses the empty text of a position that somebody has forged.
  ...Object.fromEntries(tableKey.map((name, index) => [name, key[index] ?? ''])),
});

/** The time of the newest items that a partition may have left. */
const lastTimeOf = (
  partition: string,
  { partitions, after, to }: IndexQuery,
): string | undefined => {
  if (!after) return to && justBefore(to);
  const isDone = partitions.indexOf(partition) < partitions.indexOf(after.partition);
  return isDone ? justBefore(after.until) : after.until;
};

const justBefore = (time: string): string => new Date(Date.parse(time) - 1).toISOString();

/** Times of the items that are left, both inclusive. */
type Range = { readonly from: string | undefined; readonly until: string | undefined };

/** A query may have one condition on its sort key. */
const conditionOf = (sortKey: string, { from, until }: Range): string[] => {
  if (from !== undefined && until !== undefined) return [`${sortKey} BETWEEN :from AND :until`];
  if (from !== undefined) return [`${sortKey} >= :from`];
  return until === undefined ? [] : [`${sortKey} <= :until`];
};
