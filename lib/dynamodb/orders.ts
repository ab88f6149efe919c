import { inParts } from '../batches.ts';
import type { Order } from '../domain/order.ts';
import type { OrderStatus } from '../domain/order-status.ts';
import type { TimeBudget } from '../time-budget.ts';
import type { IndexPosition, OrderState, Page, Reading } from '../use-cases/ports.ts';
import { type Codec, DamagedItemError, type Item } from './codec.ts';
import type { Database } from './database.ts';
import { orderStates, orders } from './items.ts';
import { takePage } from './page.ts';
import { getItem, getItemsById, queryItems } from './read.ts';
import { placeOf, queryNewestFirst } from './sharded-index.ts';
import { shardKeys } from './shards.ts';

export const getOrder = async (
  db: Database,
  id: string,
  remaining: TimeBudget,
): Promise<Order | undefined> => {
  const item = await getItem(db, db.tables.orders, { id }, remaining);
  return item && orders.fromItem(item);
};

/** The orders that exist among these, by id; of one whose row is damaged, the error. */
export const getOrders = async (
  db: Database,
  ids: readonly string[],
  remaining: TimeBudget,
): Promise<Map<string, Order | Error>> => {
  const items = await getItemsById(db, db.tables.orders, ids, remaining);
  return new Map(items.map((item) => [item.id as string, readOrDamage(orders, item)]));
};

const readOrDamage = <T>(codec: Codec<T>, item: Item): T | Error => {
  try {
    return codec.fromItem(item);
  } catch (error) {
    if (error instanceof DamagedItemError) return error;
    throw error;
  }
};

/** How far these orders have come; of one whose row is damaged there, the error. */
export const getOrderStates = async (
  db: Database,
  ids: readonly string[],
  remaining: TimeBudget,
): Promise<Map<string, OrderState | Error>> => {
  const items = await getItemsById(db, db.tables.orders, ids, remaining, orderStates.names);
  return new Map(items.map((item) => [item.id as string, readOrDamage(orderStates, item)]));
};

const BY_STATUS = { sortKey: 'statusSince', tableKey: ['id'] } as const;

/**
 * A part of the orders that have one of these statuses, those first that came to it last. The index
 * lags behind, so an order whose status has just changed may be left out, and so is one whose row is
 * damaged: a part may be shorter than asked for, and only `next` tells whether there is more.
 */
export const ordersByStatus = async (
  db: Database,
  statuses: readonly OrderStatus[],
  { limit, after, fits = () => true, remaining }: Reading<Order, IndexPosition>,
): Promise<Page<Order, IndexPosition>> => {
  const query = {
    ...BY_STATUS,
    table: db.tables.orders,
    index: 'byStatus',
    partitionKey: 'statusShard',
    partitions: statuses.flatMap((status) => shardKeys(status, db.tables.orderStatusShards)),
    limit,
    after,
  };
  const { items: entries, next } = await takePage(
    queryNewestFirst(db, query, remaining),
    { limit },
    (entry) => placeOf(entry, BY_STATUS),
  );
  // Whoever goes on may have seen an order that is somewhere else by now, and must not see it again.
  const isShown = (entry: Item, order: Order): boolean =>
    statuses.includes(order.status) &&
    (after === undefined || entry.statusSince === order.statusSince);
  const page = await takePage(
    withOrders(db, entries, isShown, remaining),
    { limit, fits: ({ order }) => !order || fits(order) },
    ({ entry }) => placeOf(entry, BY_STATUS),
  );
  const goOn = page.next ?? next;
  return {
    items: page.items.flatMap(({ order }) => (order ? [order] : [])),
    ...(goOn && { next: goOn }),
  };
};

/** Large orders come by the hundred kilobytes, so a page that has room for few reads few more. */
const ORDERS_AT_ONCE = 25;

/** Entries of the index, each with its order as it is now, if that is to be shown, once. */
async function* withOrders(
  db: Database,
  entries: readonly Item[],
  isShown: (entry: Item, order: Order) => boolean,
  remaining: TimeBudget,
): AsyncGenerator<{ readonly entry: Item; readonly order?: Order }> {
  const shown = new Set<string>();
  for (const part of inParts(entries, ORDERS_AT_ONCE)) {
    const ids = part.map(({ id }) => id as string);
    const found = await getOrders(db, ids, remaining);
    for (const entry of part) {
      const order = found.get(entry.id as string);
      const isWanted = order && !(order instanceof Error) && isShown(entry, order);
      yield isWanted && !shown.has(order.id) ? { entry, order } : { entry };
      if (isWanted) shown.add(order.id);
    }
  }
}

/** As many as group commit takes on at once. */
const DUE_AT_ONCE = 1_000;

/**
 * Ids of the orders that somebody had to look after by this time, in parts of up to 1,000; of each
 * shard those first that are due longest. The index lags behind: some may not be due any more.
 */
export async function* ordersDue(
  db: Database,
  by: string,
  remaining: TimeBudget,
): AsyncGenerator<string[]> {
  let ids: string[] = [];
  for (const dueShard of shardKeys('due', db.tables.orderDueShards)) {
    const parts = queryItems(
      db,
      {
        TableName: db.tables.orders,
        IndexName: 'byDue',
        Limit: DUE_AT_ONCE,
        KeyConditionExpression: 'dueShard = :dueShard AND dueAt <= :by',
        ExpressionAttributeValues: { ':dueShard': dueShard, ':by': by },
      },
      remaining,
    );
    for await (const items of parts) {
      ids.push(...items.map(({ id }) => id as string));
      if (ids.length < DUE_AT_ONCE) continue;
      yield ids;
      ids = [];
    }
  }
  if (ids.length > 0) yield ids;
}
