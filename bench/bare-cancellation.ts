/** A cancellation as two bare requests: what it comes to when nothing is checked and nothing told. */
import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import type { Tables } from '../lib/dynamodb/tables.ts';

type Line = {
  readonly productId: { readonly S: string };
  readonly quantity: { readonly N: string };
};

/** Reads an order and writes what the handler writes, item by item and attribute by attribute. */
export const cancelBare = async (
  client: DynamoDBClient,
  tables: Tables,
  orderId: string,
): Promise<void> => {
  const { Item = {} } = await client.send(
    new GetItemCommand({
      TableName: tables.orders,
      Key: { id: { S: orderId } },
      ConsistentRead: true,
    }),
  );
  const at = { S: new Date().toISOString() };
  const lines = (Item.items?.L ?? []).map(({ M }) => M as unknown as Line);
  await client.send(
    new TransactWriteItemsCommand({
      TransactItems: [
        updateOrder(tables, orderId, Item, lines, at),
        ...lines.map((line) => updateProduct(tables, line, at)),
        ...lines.map((line) => putMovement(tables, orderId, line, at)),
      ],
    }),
  );
};

const updateOrder = (
  { orders }: Tables,
  orderId: string,
  { version, movementReferences }: Record<string, AttributeValue>,
  lines: readonly Line[],
  at: AttributeValue,
): TransactWriteItem => ({
  Update: {
    TableName: orders,
    Key: { id: { S: orderId } },
    UpdateExpression:
      'SET #status = :status, statusShard = :statusShard, #items = :items, version = :version, cancelledAt = :at, updatedAt = :at, cancellationReason = :reason, movementReferences = :references',
    ConditionExpression: 'version = :versionAsRead',
    ExpressionAttributeNames: { '#status': 'status', '#items': 'items' },
    ExpressionAttributeValues: {
      ':status': { S: 'cancelled' },
      ':statusShard': { S: 'cancelled#0' },
      ':items': {
        L: lines.map(({ productId, quantity }) => ({
          M: {
            productId,
            quantity,
            reservedQuantity: { N: '0' },
            cancelledQuantity: quantity,
          },
        })),
      },
      ':version': { N: String(Number(version?.N) + 1) },
      ':versionAsRead': version ?? { N: '1' },
      ':at': at,
      ':reason': { S: 'customer' },
      ':references': {
        L: [...(movementReferences?.L ?? []), { S: `order_${orderId}_cancellation` }],
      },
    },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  },
});

const updateProduct = (
  { products }: Tables,
  { productId, quantity }: Line,
  at: AttributeValue,
): TransactWriteItem => ({
  Update: {
    TableName: products,
    Key: { id: productId },
    UpdateExpression:
      'SET reservedQuantity = reservedQuantity - :quantity, availableQuantity = availableQuantity + :quantity, updatedAt = :at',
    ConditionExpression: 'reservedQuantity >= :quantity',
    ExpressionAttributeValues: { ':quantity': quantity, ':at': at },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  },
});

const putMovement = (
  { stockMovements }: Tables,
  orderId: string,
  { productId, quantity }: Line,
  at: AttributeValue,
): TransactWriteItem => ({
  Put: {
    TableName: stockMovements,
    Item: {
      referenceId: { S: `order_${orderId}_cancellation` },
      entry: { S: `restoration#${productId.S}` },
      productId,
      orderId: { S: orderId },
      movementType: { S: 'restoration' },
      quantity,
      stockDelta: { N: '0' },
      reservedDelta: { N: `-${quantity.N}` },
      reason: { S: 'customer' },
      createdAt: at,
      productShard: { S: `${productId.S}#0` },
    },
    ConditionExpression: 'attribute_not_exists(referenceId)',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  },
});
