import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Change, CommitResult } from '../domain/change.ts';
import type { Order } from '../domain/order.ts';
import type { Product } from '../domain/product.ts';
import type { StockMovement } from '../domain/stock-movement.ts';
import type { TimeBudget } from './backoff.ts';
import { createClient } from './client.ts';
import { commit } from './commit.ts';
import { movementFromItem, orderFromItem, productFromItem } from './items.ts';
import { getItem, getItemsById } from './read.ts';
import { type MovementKey, movementsOfProduct, movementsOfReferences } from './stock-movements.ts';
import { type Tables, tablesFromEnvironment } from './tables.ts';

/** The shop as it is kept in DynamoDB. Reads see every write that was answered before they began. */
export const createStore = (client: DynamoDBDocumentClient, tables: Tables) => ({
  getOrder: async (id: string): Promise<Order | undefined> => {
    const item = await getItem(client, tables.orders, { id });
    return item && orderFromItem(item);
  },

  /** The orders that exist among these, by id. One order is read alone, many in batches. */
  getOrders: async (ids: readonly string[], remaining: TimeBudget): Promise<Map<string, Order>> => {
    const [id, ...others] = ids;
    const items =
      id !== undefined && others.length === 0
        ? [await getItem(client, tables.orders, { id })].filter((item) => item !== undefined)
        : await getItemsById(client, tables.orders, ids, remaining);
    return new Map(items.map(orderFromItem).map((order) => [order.id, order]));
  },

  getProduct: async (id: string): Promise<Product | undefined> => {
    const item = await getItem(client, tables.products, { id });
    return item && productFromItem(item);
  },

  getMovement: async (key: MovementKey): Promise<StockMovement | undefined> => {
    const item = await getItem(client, tables.stockMovements, key);
    return item && movementFromItem(item);
  },

  movementsOfReferences: movementsOfReferences.bind(null, client, tables),

  /** Eventually consistent: the index may lag behind the ledger for a moment. */
  movementsOfProduct: movementsOfProduct.bind(null, client, tables),

  commit: (changes: readonly Change[], remaining: TimeBudget): Promise<CommitResult> =>
    commit(client, tables, changes, remaining),
});

export type Store = ReturnType<typeof createStore>;

/** The store that a deployed function uses, from its environment. */
export const storeFromEnvironment = (): Store =>
  createStore(createClient(), tablesFromEnvironment(process.env));
