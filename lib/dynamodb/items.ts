import type { CancellationBatch } from '../domain/cancellation-batch.ts';
import type { Order, OrderLine } from '../domain/order.ts';
import type { Product } from '../domain/product.ts';
import type { StockMovement } from '../domain/stock-movement.ts';
import { shardOf } from './shards.ts';
import type { Tables } from './tables.ts';

/** A row of a table, as plain JavaScript values. */
export type Item = Record<string, unknown>;

/**
 * Between the shop's words and the tables' rows. The rows carry the same attribute names and, on
 * top of them, the keys of the sharded indexes, which no one outside this folder sees. Reading
 * takes what it knows, in a fixed order, and leaves attributes of others alone.
 */
export const orderToItem = (order: Order, tables: Tables): Item => ({
  ...order,
  statusShard: statusShardOf(order, tables),
});

export const statusShardOf = (order: Order, tables: Tables): string =>
  `${order.status}#${shardOf(order.id, tables.orderStatusShards)}`;

/**
 * A movement's shard follows from its cause: the movements of one product come from many causes,
 * and those are what has to be spread.
 */
export const movementToItem = (movement: StockMovement, tables: Tables): Item => ({
  ...movement,
  productShard: `${movement.productId}#${shardOf(movement.referenceId, tables.productMovementShards)}`,
});

const ORDER_ATTRIBUTES = [
  'id',
  'status',
  'items',
  'version',
  'movementReferences',
  'placing',
  'restock',
  'cancelledAt',
  'cancellationReason',
  'cancellationNote',
  'createdAt',
  'updatedAt',
] as const satisfies readonly (keyof Order)[];

const LINE_ATTRIBUTES = [
  'productId',
  'quantity',
  'reservedQuantity',
  'cancelledQuantity',
] as const satisfies readonly (keyof OrderLine)[];

const PRODUCT_ATTRIBUTES = [
  'id',
  'name',
  'stockQuantity',
  'reservedQuantity',
  'availableQuantity',
  'createdAt',
  'updatedAt',
] as const satisfies readonly (keyof Product)[];

const MOVEMENT_ATTRIBUTES = [
  'referenceId',
  'entry',
  'productId',
  'orderId',
  'movementType',
  'quantity',
  'stockDelta',
  'reservedDelta',
  'reason',
  'createdAt',
] as const satisfies readonly (keyof StockMovement)[];

const BATCH_ATTRIBUTES = [
  'id',
  'orderIds',
  'createdAt',
  'expiresAt',
] as const satisfies readonly (keyof CancellationBatch)[];

export const orderFromItem = (item: Item): Order => {
  const { items = [], movementReferences = [], ...rest } = item;
  const order = pick<Order>({ ...rest, items, movementReferences }, ORDER_ATTRIBUTES);
  // What is no list of lines stays what it is: whoever decides about it fails, and only there.
  if (!Array.isArray(order.items)) return order;
  return { ...order, items: order.items.map(lineFromItem) };
};

const lineFromItem = (line: OrderLine): OrderLine =>
  line === null || typeof line !== 'object' ? line : pick<OrderLine>(line, LINE_ATTRIBUTES);

export const productFromItem = (item: Item): Product => pick<Product>(item, PRODUCT_ATTRIBUTES);

/** Whether a product is only still there until its movements have been deleted. */
export const isRetired = (item: Item): boolean => item.deletedAt !== undefined;

export const batchFromItem = (item: Item): CancellationBatch =>
  pick<CancellationBatch>(item, BATCH_ATTRIBUTES);

export const movementFromItem = (item: Item): StockMovement =>
  pick<StockMovement>(item, MOVEMENT_ATTRIBUTES);

const pick = <T>(item: Item, attributes: readonly (keyof T & string)[]): T =>
  Object.fromEntries(
    attributes.filter((name) => item[name] !== undefined).map((name) => [name, item[name]]),
  ) as T;
