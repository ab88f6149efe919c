import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Change } from '../domain/change.ts';
import type { Order } from '../domain/order.ts';
import type { StockMovement } from '../domain/stock-movement.ts';
import type { Item } from './codec.ts';
import { batches, movementToItem, OPTIONAL_ORDER_NAMES, orderToItem, products } from './items.ts';
import type { Tables } from './tables.ts';

export type TransactionAction = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

type ChangeOf<Type extends Change['type']> = Extract<Change, { type: Type }>;

/** Asks a failed condition to say what it found, so that nobody has to read again to find out. */
const TELL_WHAT_IS_THERE = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;

/**
 * Puts a change into DynamoDB's words: what to write, and the condition that guards it.
 *
 * @param writeId names the commit, on every order and movement that it writes
 */
export const toAction = (change: Change, tables: Tables, writeId: string): TransactionAction => {
  switch (change.type) {
    case 'create-order':
      return create(tables.orders, { ...orderToItem(change.order, tables), writeId }, 'id');
    case 'create-product':
      return create(tables.products, products.toItem(change.product), 'id');
    case 'record-movement':
      return create(
        tables.stockMovements,
        { ...movementToItem(change.movement, tables), writeId },
        'referenceId',
      );
    case 'record-batch':
      return create(tables.cancellationBatches, batches.toItem(change.batch), 'id');
    case 'update-order':
      return updateOrder(change, tables, writeId);
    case 'require-order':
      return { ConditionCheck: thisOrder(change.order, tables) };
    case 'delete-order':
      return { Delete: thisOrder(change.order, tables) };
    case 'move-stock':
      return moveStock(change, tables);
    case 'require-no-product':
      return {
        ConditionCheck: {
          TableName: tables.products,
          Key: { id: change.productId },
          ConditionExpression: 'attribute_not_exists(id) OR attribute_exists(deletedAt)',
          ...TELL_WHAT_IS_THERE,
        },
      };
    case 'retire-product':
      return retireProduct(change, tables);
    case 'uncount-movements':
      return uncountMovements(change, tables);
    case 'delete-product':
      return deleteProduct(change, tables);
    case 'require-movement':
      return { ConditionCheck: thisMovement(change.movement, tables) };
    case 'delete-movement':
      return { Delete: thisMovement(change.movement, tables) };
  }
};

const create = (table: string, item: Item, key: string): TransactionAction => ({
  Put: {
    TableName: table,
    Item: { ...item },
    ConditionExpression: `attribute_not_exists(${key})`,
    ...TELL_WHAT_IS_THERE,
  },
});

/**
 * Has the row carry just what the order has: what it has is set, what it does not have any more is
 * removed, each by name, so that attributes we do not know survive.
 */
const updateOrder = (
  { order }: ChangeOf<'update-order'>,
  tables: Tables,
  writeId: string,
): TransactionAction => {
  const { id, createdAt: _, ...rest } = orderToItem(order, tables);
  const attributes: Item = { ...rest, writeId };
  const condition = asRead(order, order.version - 1);
  const names = Object.keys(attributes);
  const gone = OPTIONAL_ORDER_NAMES.filter((name) => !(name in attributes));
  return {
    Update: {
      TableName: tables.orders,
      Key: { id },
      UpdateExpression: [
        `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
        ...(gone.length > 0 ? [`REMOVE ${gone.map((name) => `#${name}`).join(', ')}`] : []),
      ].join(' '),
      ConditionExpression: condition.expression,
      ExpressionAttributeNames: Object.fromEntries(
        [...names, ...gone].map((name) => [`#${name}`, name]),
      ),
      ExpressionAttributeValues: {
        ...Object.fromEntries(
          Object.entries(attributes).map(([name, value]) => [`:${name}`, value]),
        ),
        ...condition.values,
      },
      ...TELL_WHAT_IS_THERE,
    },
  };
};

const thisOrder = (order: Order, tables: Tables) => {
  const condition = asRead(order, order.version);
  return {
    TableName: tables.orders,
    Key: { id: order.id },
    ConditionExpression: condition.expression,
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: condition.values,
    ...TELL_WHAT_IS_THERE,
  };
};

/**
 * The condition that an order's row is still the one that was read. An id can be given again after a
 * delete, even in the same millisecond, so neither version nor time tells orders apart. A row that no
 * commit of ours wrote has no write id.
 */
const asRead = ({ createdAt, writeId }: Order, version: number) => ({
  expression: [
    '#version = :versionAsRead',
    'createdAt = :createdAt',
    ...(writeId === undefined ? [] : ['writeId = :writeIdAsRead']),
  ].join(' AND '),
  values: {
    ':versionAsRead': version,
    ':createdAt': createdAt,
    ...(writeId !== undefined && { ':writeIdAsRead': writeId }),
  },
});

/** A movement never changes, but the order that it belongs to can be deleted, and its id used again. */
const thisMovement = ({ referenceId, entry, createdAt }: StockMovement, tables: Tables) => ({
  TableName: tables.stockMovements,
  Key: { referenceId, entry },
  ConditionExpression: 'createdAt = :createdAt',
  ExpressionAttributeValues: { ':createdAt': createdAt },
  ...TELL_WHAT_IS_THERE,
});

/**
 * Moves a product's counters together. A counter that goes down needs at least that much to go down
 * by; one that goes up, or stays, needs nothing but the product to be there.
 */
const moveStock = (change: ChangeOf<'move-stock'>, tables: Tables): TransactionAction => {
  const deltas = {
    stockQuantity: change.stockDelta,
    reservedQuantity: change.reservedDelta,
    availableQuantity: change.stockDelta - change.reservedDelta,
    movementCount: change.movements,
  };
  const moving = Object.entries(deltas).filter(([, delta]) => delta !== 0);
  const falling = moving.filter(([, delta]) => delta < 0);
  const { expected } = change;
  return {
    Update: {
      TableName: tables.products,
      Key: { id: change.productId },
      UpdateExpression: `SET ${[
        ...moving.map(([counter]) => `${counter} = ${counter} + :${counter}`),
        'updatedAt = :updatedAt',
      ].join(', ')}`,
      ConditionExpression: [
        'attribute_exists(id)',
        'attribute_not_exists(deletedAt)',
        ...falling.map(([counter]) => `${counter} >= :${counter}Needed`),
        ...(expected
          ? ['stockQuantity = :expectedStock', 'reservedQuantity = :expectedReserved']
          : []),
      ].join(' AND '),
      ExpressionAttributeValues: {
        ':updatedAt': change.at,
        ...Object.fromEntries(moving.map(([counter, delta]) => [`:${counter}`, delta])),
        ...Object.fromEntries(falling.map(([counter, delta]) => [`:${counter}Needed`, -delta])),
        ...(expected && {
          ':expectedStock': expected.stockQuantity,
          ':expectedReserved': expected.reservedQuantity,
        }),
      },
      ...TELL_WHAT_IS_THERE,
    },
  };
};

/** From now on nothing moves this product, so that its movements can be deleted in peace. */
const retireProduct = (
  { productId, at }: ChangeOf<'retire-product'>,
  tables: Tables,
): TransactionAction => ({
  Update: {
    TableName: tables.products,
    Key: { id: productId },
    UpdateExpression: 'SET deletedAt = :at',
    ConditionExpression:
      'attribute_exists(id) AND attribute_not_exists(deletedAt) AND reservedQuantity = :none',
    ExpressionAttributeValues: { ':at': at, ':none': 0 },
    ...TELL_WHAT_IS_THERE,
  },
});

const uncountMovements = (
  { productId, movements, retiredAt }: ChangeOf<'uncount-movements'>,
  tables: Tables,
): TransactionAction => ({
  Update: {
    TableName: tables.products,
    Key: { id: productId },
    UpdateExpression: 'SET movementCount = movementCount - :movements',
    ConditionExpression: `movementCount >= :movements${
      retiredAt === undefined ? '' : ' AND deletedAt = :retiredAt'
    }`,
    ExpressionAttributeValues: {
      ':movements': movements,
      ...(retiredAt !== undefined && { ':retiredAt': retiredAt }),
    },
    ...TELL_WHAT_IS_THERE,
  },
});

const deleteProduct = (
  { productId, at }: ChangeOf<'delete-product'>,
  tables: Tables,
): TransactionAction => ({
  Delete: {
    TableName: tables.products,
    Key: { id: productId },
    ConditionExpression: 'deletedAt = :at AND movementCount = :none',
    ExpressionAttributeValues: { ':at': at, ':none': 0 },
    ...TELL_WHAT_IS_THERE,
  },
});
