import { inParts } from '../batches.ts';
import type { Order } from '../domain/order.ts';
import type { OrderStatus } from '../domain/order-status.ts';
import type { TimeBudget } from '../time-budget.ts';
import type { IndexPosition, OrderState, OrdersReading, Page } from '../use-cases/ports.ts';
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

/** The orders that exist, by id; for an order whose row is damaged, the error. */
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

/** How far these orders have come; for an order whose row is damaged there, the error. */
export const getOrderStates = async (
  db: Database,
  ids: readonly string[],
  remaining: TimeBudget,
): Promise<Map<string, OrderState | Error>> => {
  const items = await getItemsById(db, db.tables.orders, ids, remaining, orderStates.names);
  return new Map(items.map((item) => [item.id as string, readOrDamage(orderStates, item)]));
};

const BY_STATUS = {
  partitionKey: 'statusShard',
  sortKey: 'statusSince',
  tableKey: ['id'],
} as const;

/**
 * A page of the orders that have one of these statuses, by `statusSince`, newest first. It may leave
 * out orders whose status has just changed, because the index lags behind, and it leaves out orders
 * whose row is damaged. So a page may be shorter than `limit`, and only `next` shows whether there
 * are more.
 */
export const ordersByStatus = async (
  db: Database,
  statuses: readonly OrderStatus[],
  { limit, after, from, to, fits = () => true, remaining }: OrdersReading,
): Promise<Page<Order, IndexPosition>> => {
  const query = {
    ...BY_STATUS,
    table: db.tables.orders,
    index: 'byStatus',
    partitions: statuses.flatMap((status) => shardKeys(status, db.tables.orderStatusShards)),
    limit,
    after,
    from,
    to,
  };
  const { items: entries, next } = await takePage(
    queryNewestFirst(db, query, remaining),
    { limit },
    (entry) => placeOf(entry, BY_STATUS),
  );
  // On a later page, the caller may have seen an order already that the index still has elsewhere.
  const isShown = (entry: Item, order: Order): boolean =>
    statuses.includes(order.status) &&
    (from === undefined || order.statusSince >= from) &&
    (to === undefined || order.statusSince < to) &&
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

/** A large order has hundreds of kilobytes, so a page that can hold few orders reads few more. */
const ORDERS_AT_ONCE = 25;

/** Entries of the index, each with its current order if the page shows that, each order once. */
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

/** As many orders as group commit packs at once. */
const DUE_AT_ONCE = 1_000;

/**
 * Ids of the orders that were due by this time, shard by shard, in pages of about 1,000. Within a
 * shard, those that are due longest come first. The index lags behind, so some orders may not be due
 * any more. Each page may use half of the time that is left, so a shard that does not answer leaves
 * time for the others.
 *
 * @throws the first error of a shard that could not be read, after all other shards
 */
export async function* ordersDue(
  db: Database,
  by: string,
  remaining: TimeBudget,
): AsyncGenerator<string[]> {
  let ids: string[] = [];
  let failure: { readonly error: unknown } | undefined;
  for (const dueShard of shardKeys('due', db.tables.orderDueShards)) {
    // The caller works between two pages, so the half is calculated again for each page.
    let kept = remaining() / 2;
    try {
      const pages = queryItems(
        db,
        {
          TableName: db.tables.orders,
          IndexName: 'byDue',
          Limit: DUE_AT_ONCE,
          KeyConditionExpression: 'dueShard = :dueShard AND dueAt <= :by',
          ExpressionAttributeValues: { ':dueShard': dueShard, ':by': by },
        },
        () => Math.max(0, remaining() - kept),
      );
      for await (const items of pages) {
        ids.push(...items.map(({ id }) => id as string));
        if (ids.length >= DUE_AT_ONCE) {
          yield ids;
          ids = [];
        }
        kept = remaining() / 2;
      }
    } catch (error) {
      // An error of one shard must not delay the orders of the other shards.
      failure ??= { error };
    }
  }
  if (ids.length > 0) yield ids;
  if (failure) throw failure.error;
}
