import { paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { Order, OrderStatus } from '../domain/order.ts';
import type { TimeBudget } from '../time-budget.ts';
import type { IndexPosition, Page } from '../use-cases/ports.ts';
import type { Database } from './database.ts';
import { orderFromItem } from './items.ts';
import { getItem, getItemsById } from './read.ts';
import { queryNewestFirst } from './sharded-index.ts';
import { shardKeys } from './shards.ts';

export const getOrder = async (
  db: Database,
  id: string,
  remaining?: TimeBudget,
): Promise<Order | undefined> => {
  const item = await getItem(db, db.tables.orders, { id }, remaining);
  return item && orderFromItem(item);
};

/** The orders that exist among these, by id. One order is read alone, many in batches. */
export const getOrders = async (
  db: Database,
  ids: readonly string[],
  remaining: TimeBudget,
): Promise<Map<string, Order>> => {
  const [id, ...others] = ids;
  const orders =
    id !== undefined && others.length === 0
      ? [await getOrder(db, id, remaining)].filter((order) => order !== undefined)
      : (await getItemsById(db, db.tables.orders, ids, remaining)).map(orderFromItem);
  return new Map(orders.map((order) => [order.id, order]));
};

/**
 * A part of the orders that have one of these statuses, newest first. The index lags behind for a
 * moment, so an order whose status has just changed is left out: a part may be shorter than asked
 * for, and only `next` tells whether there is more.
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
    partitions: statuses.flatMap((status) => shardKeys(status, db.tables.orderStatusShards)),
    tableKey: ['id'],
    limit,
    after,
  });
  const ids = items.map(({ id }) => id as string);
  const orders = await getOrders(db, ids, remaining);
  return {
    items: [...new Set(ids)].flatMap((id) => {
      const order = orders.get(id);
      return order && statuses.includes(order.status) ? [order] : [];
    }),
    ...(next && { next }),
  };
};

/** Ids of pending orders that were placed before a time, in pages, shard by shard. */
export async function* pendingOrdersBefore(db: Database, before: string): AsyncGenerator<string[]> {
  for (const statusShard of shardKeys('pending', db.tables.orderStatusShards)) {
    const pages = paginateQuery(
      { client: db.client },
      {
        TableName: db.tables.orders,
        IndexName: 'byStatus',
        KeyConditionExpression: 'statusShard = :statusShard AND createdAt < :before',
        ExpressionAttributeValues: { ':statusShard': statusShard, ':before': before },
      },
    );
    for await (const { Items = [] } of pages) yield Items.map(({ id }) => id as string);
  }
}
