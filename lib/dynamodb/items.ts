import { CALL_OFF_SCOPES, type StartedCallOff, type Taken } from '../domain/call-off.ts';
import type { CancellationBatch, Walked } from '../domain/cancellation-batch.ts';
import { dueOf } from '../domain/due.ts';
import type { KeyUse, Lock, Order, OrderLine } from '../domain/order.ts';
import { ORDER_STATUSES } from '../domain/order-status.ts';
import type { Product, Repaired, StockCount } from '../domain/product.ts';
import { MOVEMENT_TYPES, type StockMovement } from '../domain/stock-movement.ts';
import type { Turn } from '../domain/turn.ts';
import type { OrderState } from '../use-cases/ports.ts';
import { codec, type Item, kinds } from './codec.ts';
import { shardOf } from './shards.ts';
import type { Tables } from './tables.ts';

/**
 * Converts between the domain's types and the tables' rows. A row has the attributes of its domain
 * type under the same names. It also has the keys of the sharded indexes and, for a movement, the id
 * of the commit that wrote it; code outside this folder does not see these.
 */
const { required, optional, text, time, integer, oneOf, listOf, record, texts } = kinds;

const line = record<OrderLine>({
  productId: required(text),
  quantity: required(integer),
  reservedQuantity: required(integer),
  shippedQuantity: required(integer),
  cancelledQuantity: required(integer),
  returnedQuantity: required(integer),
});

const keyUse = record<KeyUse>({
  cause: required(integer),
  asked: required(text),
  gone: optional(listOf(text)),
});

const lock = record<Lock>({
  by: optional(text),
  byStated: optional(text),
  since: required(time),
  reason: optional(text),
});

export const orders = codec<Order>('order', ['id'], {
  id: required(text),
  status: required(oneOf(ORDER_STATUSES)),
  statusSince: required(time),
  items: required(listOf(line)),
  version: required(integer),
  writeId: optional(text),
  round: required(integer),
  roundSince: optional(time),
  movementReferences: required(listOf(text)),
  placing: optional(oneOf([true])),
  importedAt: optional(time),
  importing: optional(oneOf([true])),
  givenUp: optional(oneOf([true])),
  restock: optional(oneOf([false])),
  restoredQuantities: optional(listOf(integer)),
  keyUses: optional(listOf(keyUse)),
  expiresAt: optional(time),
  releaseAt: optional(time),
  reinstating: optional(oneOf(['reserving', 'giving_up'])),
  cancelledAt: optional(time),
  cancellationReason: optional(text),
  cancellationNote: optional(text),
  cancelledBy: optional(text),
  cancelledByStated: optional(text),
  cancelledFrom: optional(oneOf(ORDER_STATUSES)),
  cancelledByPart: optional(listOf(integer)),
  shippedInPart: optional(oneOf([true])),
  notRestocked: optional(listOf(integer)),
  lock: optional(lock),
  metadata: optional(texts),
  correlationId: optional(text),
  createdAt: required(time),
  updatedAt: required(time),
});

/** The attributes of an order's row that tell how far it has come. */
export const orderStates = codec<OrderState>('order', ['id'], {
  id: required(text),
  status: required(oneOf(ORDER_STATUSES)),
  dueAt: optional(time),
  releaseAt: optional(time),
  lock: optional(lock),
  shippedInPart: optional(oneOf([true])),
});

const repaired = record<Repaired>({
  at: required(time),
  stockQuantity: required(integer),
  reservedQuantity: required(integer),
  availableQuantity: required(integer),
  movementCount: required(integer),
});

const stockCount = record<StockCount>({
  referenceId: required(text),
  stockQuantity: required(integer),
});

export const products = codec<Product>('product', ['id'], {
  id: required(text),
  name: required(text),
  stockQuantity: required(integer),
  reservedQuantity: required(integer),
  availableQuantity: required(integer),
  movementCount: required(integer),
  closed: optional(oneOf([true])),
  closing: optional(text),
  metadata: optional(texts),
  openedAs: optional(text),
  lastCount: optional(stockCount),
  repaired: optional(repaired),
  importedAt: optional(time),
  deletedAt: optional(time),
  createdAt: required(time),
  updatedAt: required(time),
});

export const stockMovements = codec<StockMovement>('stock movement', ['referenceId', 'entry'], {
  referenceId: required(text),
  entry: required(text),
  productId: required(text),
  orderId: optional(text),
  movementType: required(oneOf(MOVEMENT_TYPES)),
  quantity: required(integer),
  stockDelta: required(integer),
  reservedDelta: required(integer),
  reason: optional(text),
  note: optional(text),
  actor: optional(text),
  actorStated: optional(text),
  countedQuantity: optional(integer),
  createdAt: required(time),
});

const callOff = record<StartedCallOff>({
  productId: required(text),
  scope: required(oneOf(CALL_OFF_SCOPES)),
  reason: optional(text),
  note: optional(text),
  restock: optional(oneOf([true, false])),
  upTo: optional(integer),
  productCreatedAt: required(time),
  closing: optional(text),
});

const taken = record<Taken>({ units: required(integer), orders: required(integer) });

const walked = record<Walked>({
  partition: required(text),
  until: required(time),
  key: required(listOf(text)),
  refused: required(listOf(record({ orderId: required(text), held: required(integer) }))),
});

export const batches = codec<CancellationBatch>('batch', ['id'], {
  id: required(text),
  orderIds: required(listOf(text)),
  callOff: optional(callOff),
  accepted: optional(integer),
  taken: optional(taken),
  isOver: optional(oneOf([true])),
  walked: optional(walked),
  createdAt: required(time),
  expiresAt: required(integer),
});

export const turns = codec<Turn>('turn', ['id'], {
  id: required(oneOf(['writing'])),
  doneAt: optional(time),
  within: optional(integer),
});

/** The keys of the index of due orders. An order that is not due for anything has none. */
const DUE_NAMES = ['dueShard', 'dueAt'] as const;

/**
 * Attributes that an order's row may lack. An update removes those that the order no longer has.
 */
export const OPTIONAL_ORDER_NAMES: readonly string[] = [...orders.optionalNames, ...DUE_NAMES];

/** An order's row, with the keys of its indexes. */
export const orderToItem = (order: Order, tables: Tables): Item => {
  const due = dueOf(order);
  return {
    ...orders.toItem(order),
    statusShard: `${order.status}#${shardOf(order.id, tables.orderStatusShards)}`,
    ...(due && { dueShard: `due#${shardOf(order.id, tables.orderDueShards)}`, dueAt: due.at }),
  };
};

/**
 * A movement's row, with the key of its index. The shard is a hash of the cause, because the many
 * causes of one product's movements spread evenly over the shards.
 */
export const movementToItem = (movement: StockMovement, tables: Tables): Item => ({
  ...stockMovements.toItem(movement),
  productShard: `${movement.productId}#${shardOf(movement.referenceId, tables.productMovementShards)}`,
});
