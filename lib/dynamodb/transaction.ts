import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Change } from '../domain/change.ts';
import { movementToItem, orderToItem, statusShardOf } from './items.ts';
import type { Tables } from './tables.ts';

export type TransactionAction = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** Asks a failed condition to say what it found, so that nobody has to read again to find out. */
const TELL_WHAT_IS_THERE = { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } as const;

/** Puts a change into DynamoDB's words: what to write, and the condition that guards it. */
export const toAction = (change: Change, tables: Tables): TransactionAction => {
  switch (change.type) {
    case 'create-order':
      return {
        Put: {
          TableName: tables.orders,
          Item: orderToItem(change.order, tables),
          ConditionExpression: 'attribute_not_exists(id)',
          ...TELL_WHAT_IS_THERE,
        },
      };
    case 'create-product':
      return {
        Put: {
          TableName: tables.products,
          Item: { ...change.product },
          ConditionExpression: 'attribute_not_exists(id)',
          ...TELL_WHAT_IS_THERE,
        },
      };
    case 'record-movement':
      return {
        Put: {
          TableName: tables.stockMovements,
          Item: movementToItem(change.movement, tables),
          ConditionExpression: 'attribute_not_exists(referenceId)',
          ...TELL_WHAT_IS_THERE,
        },
      };
    case 'require-no-product':
      return {
        ConditionCheck: {
          TableName: tables.products,
          Key: { id: change.productId },
          ConditionExpression: 'attribute_not_exists(id)',
          ...TELL_WHAT_IS_THERE,
        },
      };
    case 'update-order':
      return updateOrder(change, tables);
    case 'move-stock':
      return moveStock(change, tables);
  }
};

/** Sets what can change, by name, so that attributes we do not know survive. */
const updateOrder = (
  { order }: Extract<Change, { type: 'update-order' }>,
  tables: Tables,
): TransactionAction => {
  const { id, createdAt: _, ...mutable } = order;
  const attributes = Object.entries({ ...mutable, statusShard: statusShardOf(order, tables) });
  return {
    Update: {
      TableName: tables.orders,
      Key: { id },
      UpdateExpression: `SET ${attributes.map(([name]) => `#${name} = :${name}`).join(', ')}`,
      ConditionExpression: '#version = :versionAsRead',
      ExpressionAttributeNames: Object.fromEntries(attributes.map(([name]) => [`#${name}`, name])),
      ExpressionAttributeValues: {
        ...Object.fromEntries(attributes.map(([name, value]) => [`:${name}`, value])),
        ':versionAsRead': order.version - 1,
      },
      ...TELL_WHAT_IS_THERE,
    },
  };
};

/**
 * Moves a product's three counters together. A counter that goes down needs at least that much to
 * go down by; one that goes up, or stays, needs nothing but the product to be there.
 */
const moveStock = (
  change: Extract<Change, { type: 'move-stock' }>,
  tables: Tables,
): TransactionAction => {
  const deltas = {
    stockQuantity: change.stockDelta,
    reservedQuantity: change.reservedDelta,
    availableQuantity: change.stockDelta - change.reservedDelta,
  };
  const moving = Object.entries(deltas).filter(([, delta]) => delta !== 0);
  const falling = moving.filter(([, delta]) => delta < 0);
  const exact = change.expectedReserved !== undefined;
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
        ...falling.map(([counter]) => `${counter} >= :${counter}Needed`),
        ...(exact ? ['reservedQuantity = :expectedReserved'] : []),
      ].join(' AND '),
      ExpressionAttributeValues: {
        ':updatedAt': change.at,
        ...Object.fromEntries(moving.map(([counter, delta]) => [`:${counter}`, delta])),
        ...Object.fromEntries(falling.map(([counter, delta]) => [`:${counter}Needed`, -delta])),
        ...(exact && { ':expectedReserved': change.expectedReserved }),
      },
      ...TELL_WHAT_IS_THERE,
    },
  };
};
