import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Runtime } from '../runtime.ts';
import type { Store } from '../use-cases/ports.ts';
import { getBatch } from './batches.ts';
import { createClient } from './client.ts';
import { commit } from './commit.ts';
import type { Database } from './database.ts';
import { getOrder, getOrderStates, getOrders, ordersByStatus, ordersDue } from './orders.ts';
import { getProduct, getRetiredProduct, listProducts } from './products.ts';
import {
  getMovement,
  movementsOfProduct,
  movementsOfReferences,
  readMovementsOfReferences,
} from './stock-movements.ts';
import { type Tables, tablesFromEnvironment } from './tables.ts';

/** The shop in DynamoDB. */
export const createStore = (
  client: DynamoDBDocumentClient,
  tables: Tables,
  runtime: Runtime,
): Store => {
  const db: Database = { client, tables, runtime };
  return {
    commit: commit.bind(null, db),
    getOrder: getOrder.bind(null, db),
    getOrders: getOrders.bind(null, db),
    getOrderStates: getOrderStates.bind(null, db),
    ordersByStatus: ordersByStatus.bind(null, db),
    ordersDue: ordersDue.bind(null, db),
    getProduct: getProduct.bind(null, db),
    getRetiredProduct: getRetiredProduct.bind(null, db),
    listProducts: listProducts.bind(null, db),
    getMovement: getMovement.bind(null, db),
    movementsOfProduct: movementsOfProduct.bind(null, db),
    movementsOfReferences: movementsOfReferences.bind(null, db),
    readMovementsOfReferences: readMovementsOfReferences.bind(null, db),
    getBatch: getBatch.bind(null, db),
  };
};

/** The store that a deployed function uses, from its environment. */
export const storeFromEnvironment = (runtime: Runtime): Store =>
  createStore(createClient(), tablesFromEnvironment(process.env), runtime);
