import {
  type DynamoDBDocumentClient,
  paginateQuery,
  type QueryCommandInput,
} from '@aws-sdk/lib-dynamodb';
import type { IndexPosition, Page } from '../use-cases/ports.ts';
import type { Item } from './codec.ts';
import { mergeShards } from './merge.ts';
import { takePage } from './page.ts';

export type IndexQuery = {
  readonly table: string;
  readonly index: string;
  /** The index's keys. The sort key is a time. */
  readonly partitionKey: string;
  readonly sortKey: string;
  /** The values of the partition key that the list merges. */
  readonly partitions: readonly string[];
  /** The attributes of the table's own key. */
  readonly tableKey: readonly string[];
  readonly limit: number;
  readonly after?: IndexPosition | undefined;
  /** Keeps only the items that have these attributes. */
  readonly where?: Item;
};

/** Reads partitions of an index as one list, newest first. */
export const queryNewestFirst = async (
  client: DynamoDBDocumentClient,
  query: IndexQuery,
): Promise<Page<Item, IndexPosition>> => {
  const readers = query.partitions.map((partition) => readPartition(client, query, partition));
  const merged = mergeShards(readers, (a, b) => timeOf(a.item, query) > timeOf(b.item, query));
  const { items, next } = await takePage(merged, query.limit, (taken) =>
    positionAfter(taken, query),
  );
  return { items: items.map(({ item }) => item), ...(next && { next }) };
};

type Given = { readonly partition: string; readonly item: Item };

const timeOf = (item: Item, { sortKey }: IndexQuery): string => item[sortKey] as string;

async function* readPartition(
  client: DynamoDBDocumentClient,
  { table, index, partitionKey, sortKey, partitions, limit, after, where = {} }: IndexQuery,
  partition: string,
): AsyncGenerator<Given> {
  const given = after?.given[partition];
  const filters = Object.keys(where);
  const input: QueryCommandInput = {
    TableName: table,
    IndexName: index,
    ScanIndexForward: false,
    // The merge takes about this many items from each partition; reading more costs read units.
    // With a filter the number is unknown, because DynamoDB applies the limit before the filter.
    ...(filters.length === 0 && { Limit: Math.ceil(limit / partitions.length) + 5 }),
    KeyConditionExpression: `${partitionKey} = :partition${after ? ` AND ${sortKey} <= :until` : ''}`,
    ...(filters.length > 0 && {
      FilterExpression: filters.map((name) => `${name} = :${name}`).join(' AND '),
    }),
    ExpressionAttributeValues: {
      ':partition': partition,
      ...(after && { ':until': after.until }),
      ...Object.fromEntries(filters.map((name) => [`:${name}`, where[name]])),
    },
    ...(given && {
      ExclusiveStartKey: { ...given, [partitionKey]: partition, [sortKey]: after.until },
    }),
  };
  for await (const { Items = [] } of paginateQuery({ client }, input)) {
    for (const item of Items) yield { partition, item };
  }
}

/**
 * How far a list that is merged from many partitions was read. The position is the time of the last
 * item returned. For each partition that has returned items with this same time, it also has the
 * key of the last of them. Every partition continues from this time, also one that is new. So no
 * page shows an item that is newer than the page before.
 */
const positionAfter = (taken: readonly Given[], query: IndexQuery): IndexPosition => {
  const { after, tableKey } = query;
  const until = timeOf(taken.at(-1)?.item ?? {}, query);
  const given: Record<string, Record<string, string>> = until === after?.until
    ? { ...after.given }
    : {};
  for (const { partition, item } of taken) {
    if (timeOf(item, query) !== until) continue;
    given[partition] = Object.fromEntries(tableKey.map((name) => [name, item[name] as string]));
  }
  return { until, given };
};
