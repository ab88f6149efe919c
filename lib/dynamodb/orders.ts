import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { Order } from '../domain/order.ts';
import type { OrderStatus } from '../domain/order-status.ts';
import type { TimeBudget } from '../time-budget.ts';
import type { IndexPosition, Page } from '../use-cases/ports.ts';
import { DamagedItemError, type Item } from './codec.ts';
import type { Database } from './database.ts';
import { orders } from './items.ts';
import { getItem, getItemsById } from './read.ts';
import { queryNewestFirst } from './sharded-index.ts';
import { shardKeys } from './shards.ts';

export const getOrder = async (
  db: Database,
  id: string,
  remaining?: TimeBudget,
): Promise<Order | undefined> => {
  const item = await getItem(db, db.tables.orders, { id }, remaining);
  return item && orders.fromItem(item);
};

/** The orders that exist, by id; for an order whose row is damaged, the error. */
export const getOrders = async (
  db: Database,
  ids: readonly string[],
  remaining: TimeBudget,
): Promise<Map<string, Order | Error>> => {
  const items = await getItemsById(db, db.tables.orders, ids, remaining);
  return new Map(items.map((item) => [item.id as string, readOrder(item)]));
};

const readOrder = (item: Item): Order | Error => {
  try {
    return orders.fromItem(item);
  } catch (error) {
    if (error instanceof DamagedItemError) return error;
    throw error;
  }
};

/**
 * A page of the orders that have one of these statuses, by `statusSince`, newest first. It leaves
 * out orders whose status has just changed, because the index lags behind, and orders whose row is
 * damaged. So a page may be shorter than `limit`, and only `next` shows whether there are more.
 */
export const ordersByStatus = async (
  db: Database,
  statuses: readonly OrderStatus[],
  {
    limit,
    after,
    remaining,
  }: {
    readonly limit: number;
    readonly after?: IndexPosition | undefined;
    readonly remaining: TimeBudget;
  },
): Promise<Page<Order, IndexPosition>> => {
  const { items, next } = await queryNewestFirst(db.client, {
    table: db.tables.orders,
    index: 'byStatus',
    partitionKey: 'statusShard',
    sortKey: 'statusSince',
    partitions: statuses.flatMap((status) => shardKeys(status, db.tables.orderStatusShards)),
    tableKey: ['id'],
    limit,
    after,
  });
  const ids = items.map(({ id }) => id as string);
  const found = await getOrders(db, ids, remaining);
  return {
    items: [...new Set(ids)].flatMap((id) => {
      const order = found.get(id);
      return order && !(order instanceof Error) && statuses.includes(order.status) ? [order] : [];
    }),
    ...(next && { next }),
  };
};

/** As many orders as group commit packs at once. */
const DUE_AT_ONCE = 1_000;

/**
 * Ids of the orders that were due by this time, shard by shard, in pages of about 1,000. Within a
 * shard, those that are due longest come first. The index lags behind, so some orders may not be due
 * any more.
 *
 * @throws the last error of a shard that could not be read, after all other shards
 */
export async function* ordersDue(
  db: Database,
  by: string,
  remaining: TimeBudget,
): AsyncGenerator<string[]> {
  let ids: string[] = [];
  let failure: { readonly error: unknown } | undefined;
  for (const dueShard of shardKeys('due', db.tables.orderDueShards)) {
    try {
      const pages = paginateQuery(
        { client: db.client, pageSize: DUE_AT_ONCE },
        {
          TableName: db.tables.orders,
          IndexName: 'byDue',
          KeyConditionExpression: 'dueShard = :dueShard AND dueAt <= :by',
          ExpressionAttributeValues: { ':dueShard': dueShard, ':by': by },
        },
        { abortSignal: db.runtime.abortAfter(remaining()) },
      );
      for await (const { Items = [] } of pages) {
        ids.push(...Items.map(({ id }) => id as string));
        if (ids.length < DUE_AT_ONCE) continue;
        yield ids;
        ids = [];
      }
    } catch (error) {
      // An error of one shard must not delay the orders of the other shards.
      failure = { error };
    }
  }
  if (ids.length > 0) yield ids;
  if (failure) throw failure.error;
}
