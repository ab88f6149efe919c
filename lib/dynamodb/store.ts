import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { CancellationBatch } from '../domain/cancellation-batch.ts';
import type { StockMovement } from '../domain/stock-movement.ts';
import { createClient } from './client.ts';
import { commit } from './commit.ts';
import { batchFromItem, movementFromItem } from './items.ts';
import { getOrder, getOrders, ordersByStatus, pendingOrdersBefore } from './orders.ts';
import { getProduct, getRetirement, listProducts } from './products.ts';
import { getItem } from './read.ts';
import {
  type MovementKey,
  movementsOfProduct,
  movementsOfReferences,
  readMovementsOfReferences,
} from './stock-movements.ts';
import { type Tables, tablesFromEnvironment } from './tables.ts';

/**
 * The shop as it is kept in DynamoDB. Reads see every write that was answered before they began,
 * but for the lists by product and by status: their indexes lag behind for a moment.
 */
export const createStore = (client: DynamoDBDocumentClient, tables: Tables) => ({
  commit: commit.bind(null, client, tables),
  getOrder: getOrder.bind(null, client, tables),
  getOrders: getOrders.bind(null, client, tables),
  ordersByStatus: ordersByStatus.bind(null, client, tables),
  pendingOrdersBefore: pendingOrdersBefore.bind(null, client, tables),
  getProduct: getProduct.bind(null, client, tables),
  getRetirement: getRetirement.bind(null, client, tables),
  listProducts: listProducts.bind(null, client, tables),
  movementsOfProduct: movementsOfProduct.bind(null, client, tables),
  movementsOfReferences: movementsOfReferences.bind(null, client, tables),
  readMovementsOfReferences: readMovementsOfReferences.bind(null, client, tables),

  getMovement: async (key: MovementKey): Promise<StockMovement | undefined> => {
    const item = await getItem(client, tables.stockMovements, key);
    return item && movementFromItem(item);
  },

  getBatch: async (id: string): Promise<CancellationBatch | undefined> => {
    const item = await getItem(client, tables.cancellationBatches, { id });
    return item && batchFromItem(item);
  },
});

export type Store = ReturnType<typeof createStore>;

/** The store that a deployed function uses, from its environment. */
export const storeFromEnvironment = (): Store =>
  createStore(createClient(), tablesFromEnvironment(process.env));
