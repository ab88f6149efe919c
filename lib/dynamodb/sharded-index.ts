import type { QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { TimeBudget } from '../time-budget.ts';
import type { IndexPosition } from '../use-cases/ports.ts';
import type { Item } from './codec.ts';
import type { Database } from './database.ts';
import { mergeShards } from './merge.ts';
import { queryItems } from './read.ts';

export type IndexQuery = {
  readonly table: string;
  readonly index: string;
  /** The index's keys. The sort key is a time. */
  readonly partitionKey: string;
  readonly sortKey: string;
  /** The values of the partition key that are merged. */
  readonly partitions: readonly string[];
  /** The attributes that make the table's own key; they are texts. */
  readonly tableKey: readonly string[];
  /** About how many items are wanted. */
  readonly limit: number;
  readonly after?: IndexPosition | undefined;
};

/**
 * Reads partitions of an index as one list, newest first, and what is of the same time by its key.
 * So an item's place depends on nothing but itself, and whoever knows the last item that was given
 * can go on behind it, in whatever partition the next one is by then.
 */
export const queryNewestFirst = (
  db: Database,
  query: IndexQuery,
  remaining: TimeBudget,
): AsyncGenerator<Item> =>
  mergeShards(
    query.partitions.map((partition) => readPartition(db, query, partition, remaining)),
    (a, b) => comesBefore(placeOf(a, query), placeOf(b, query)),
  );

/** Where a list goes on behind this item. */
export const placeOf = (
  item: Item,
  { sortKey, tableKey }: Pick<IndexQuery, 'sortKey' | 'tableKey'>,
): IndexPosition => ({
  until: item[sortKey] as string,
  key: tableKey.map((name) => item[name] as string),
});

export const comesBefore = (a: IndexPosition, b: IndexPosition): boolean => {
  if (a.until !== b.until) return a.until > b.until;
  const differing = a.key.findIndex((part, index) => part !== b.key[index]);
  return differing >= 0 && (a.key[differing] ?? '') < (b.key[differing] ?? '');
};

/** One partition's items, in the order of the whole list. */
async function* readPartition(
  db: Database,
  query: IndexQuery,
  partition: string,
  remaining: TimeBudget,
): AsyncGenerator<Item> {
  const { table, index, partitionKey, sortKey, partitions, limit, after } = query;
  const input: QueryCommandInput = {
    TableName: table,
    IndexName: index,
    ScanIndexForward: false,
    // The merge takes about this many from each; what it does not take is read in vain.
    Limit: Math.ceil(limit / partitions.length) + 5,
    KeyConditionExpression: `${partitionKey} = :partition${after ? ` AND ${sortKey} <= :until` : ''}`,
    ExpressionAttributeValues: { ':partition': partition, ...(after && { ':until': after.until }) },
  };
  for await (const moment of moments(queryItems(db, input, remaining), sortKey)) {
    const left = moment.filter((item) => !after || comesBefore(after, placeOf(item, query)));
    yield* left.sort((a, b) => (comesBefore(placeOf(a, query), placeOf(b, query)) ? -1 : 1));
  }
}

/** Takes together what is of the same time: DynamoDB says nothing of the order in which it gives it. */
async function* moments(parts: AsyncIterable<Item[]>, sortKey: string): AsyncGenerator<Item[]> {
  let moment: Item[] = [];
  for await (const items of parts) {
    for (const item of items) {
      if (moment.length > 0 && moment[0]?.[sortKey] !== item[sortKey]) {
        yield moment;
        moment = [];
      }
      moment.push(item);
    }
  }
  if (moment.length > 0) yield moment;
}
