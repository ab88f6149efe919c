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
  /** The values of the partition key that the list merges. */
  readonly partitions: readonly string[];
  /** The attributes of the table's own key; they are texts. */
  readonly tableKey: readonly string[];
  /** About how many items the caller takes. */
  readonly limit: number;
  readonly after?: IndexPosition | undefined;
  /** The list begins before this time, and ends with the items of that time. */
  readonly to?: string | undefined;
  readonly from?: string | undefined;
};

/**
 * Reads partitions of an index as one list, newest first; items of the same time are sorted by key.
 * So the place of an item depends on the item alone. A caller that knows the last item can continue
 * after it, even if the next one has moved to another partition meanwhile.
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

/** The position after this item. */
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

/** The items of one partition, in the sequence of the whole list. */
async function* readPartition(
  db: Database,
  query: IndexQuery,
  partition: string,
  remaining: TimeBudget,
): AsyncGenerator<Item> {
  const { table, index, partitionKey, sortKey, partitions, limit, after } = query;
  const range = rangeOf(query);
  // DynamoDB refuses a range that ends before it begins.
  if (range.from !== undefined && range.until !== undefined && range.from > range.until) return;
  const input: QueryCommandInput = {
    TableName: table,
    IndexName: index,
    ScanIndexForward: false,
    // The merge takes about this many items from each partition; reading more costs read units.
    Limit: Math.ceil(limit / partitions.length) + 5,
    KeyConditionExpression: [`${partitionKey} = :partition`, ...conditionOf(sortKey, range)].join(
      ' AND ',
    ),
    ExpressionAttributeValues: {
      ':partition': partition,
      ...(range.from !== undefined && { ':from': range.from }),
      ...(range.until !== undefined && { ':until': range.until }),
    },
  };
  for await (const moment of moments(queryItems(db, input, remaining), sortKey)) {
    const left = moment.filter((item) => !after || comesBefore(after, placeOf(item, query)));
    yield* left.sort((a, b) => (comesBefore(placeOf(a, query), placeOf(b, query)) ? -1 : 1));
  }
}

/** Times of the items that are left, both inclusive. */
type Range = { readonly from: string | undefined; readonly until: string | undefined };

const rangeOf = ({ from, to, after }: IndexQuery): Range => {
  const last = to === undefined ? undefined : new Date(Date.parse(to) - 1).toISOString();
  const [until] = [last, after?.until].filter((time) => time !== undefined).sort();
  return { from, until };
};

/** A query may have one condition on its sort key. */
const conditionOf = (sortKey: string, { from, until }: Range): string[] => {
  if (from !== undefined && until !== undefined) return [`${sortKey} BETWEEN :from AND :until`];
  if (from !== undefined) return [`${sortKey} >= :from`];
  return until === undefined ? [] : [`${sortKey} <= :until`];
};

/** Joins items of the same time, because DynamoDB returns them in an arbitrary sequence. */
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
