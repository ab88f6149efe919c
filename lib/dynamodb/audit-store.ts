import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { AuditStore, DamagedRow, Scanned, TableScan } from '../audit/ports.ts';
import type { Runtime } from '../runtime.ts';
import { createClient } from './client.ts';
import { DamagedItemError, type Item } from './codec.ts';
import type { Database } from './database.ts';
import { orderStates, orders, products, stockMovements } from './items.ts';
import { getOrders } from './orders.ts';
import { getItem, getItems } from './read.ts';
import { scanSegments } from './segments.ts';
import { movementsOfProduct, readMovementsOfReferences } from './stock-movements.ts';
import { type Tables, tablesFromEnvironment } from './tables.ts';

/** What an audit reads from DynamoDB. It never writes. */
export const createAuditStore = (
  client: DynamoDBDocumentClient,
  tables: Tables,
  runtime: Runtime,
): AuditStore => {
  const db: Database = { client, tables, runtime };
  return {
    getOrders: getOrders.bind(null, db),
    movementsOfProduct: movementsOfProduct.bind(null, db),
    readMovementsOfReferences: readMovementsOfReferences.bind(null, db),
    scanOrders: scanRows(db, tables.orders, ['id'], (item) => {
      const order = orders.fromItem(item);
      const { dueAt } = orderStates.fromItem(item);
      return {
        row: { order, ...(dueAt !== undefined && { dueAt }) },
        isFindable:
          isShardOf(item.statusShard, order.status, tables.orderStatusShards) &&
          (dueAt === undefined || isShardOf(item.dueShard, 'due', tables.orderDueShards)),
      };
    }),
    scanProducts: scanRows(db, tables.products, ['id'], (item) => ({
      row: products.fromItem(item),
      isFindable: true,
    })),
    scanMovements: scanRows(db, tables.stockMovements, ['referenceId', 'entry'], (item) => {
      const row = stockMovements.fromItem(item);
      const isFindable = isShardOf(item.productShard, row.productId, tables.productMovementShards);
      return { row, isFindable };
    }),
    async getProductRow(id, remaining) {
      const item = await getItem(db, tables.products, { id }, remaining);
      return item && products.fromItem(item);
    },
    async getMovements(keys, remaining) {
      const items = await getItems(
        db,
        tables.stockMovements,
        keys.map(({ referenceId, entry }) => ({ referenceId, entry })),
        remaining,
      );
      return items.map(stockMovements.fromItem);
    },
  };
};

/** The audit store of a deployed function, from its environment. */
export const auditStoreFromEnvironment = (runtime: Runtime): AuditStore =>
  createAuditStore(createClient(), tablesFromEnvironment(process.env), runtime);

const scanRows = <Row>(
  db: Database,
  table: string,
  key: readonly string[],
  read: (item: Item) => Scanned<Row>,
): TableScan<Row> =>
  async function* (remaining) {
    const readOrTell = (item: Item): Scanned<Row> | DamagedRow => {
      try {
        return read(item);
      } catch (error) {
        if (!(error instanceof DamagedItemError)) throw error;
        return { id: key.map((name) => String(item[name])).join(' '), error: error.message };
      }
    };
    for await (const items of scanSegments(db, table, remaining)) yield items.map(readOrTell);
  };

/** Whether readers, who merge this many shards of a key, find an item with this index key. */
const isShardOf = (value: unknown, key: string, count: number): boolean =>
  typeof value === 'string' &&
  value.startsWith(`${key}#`) &&
  /^\d+$/.test(value.slice(key.length + 1)) &&
  Number(value.slice(key.length + 1)) < count;
