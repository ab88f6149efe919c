import { describe, expect, test } from '@jest/globals';
import type { Change } from '../../../lib/domain/change.ts';
import { openProduct } from '../../../lib/domain/product.ts';
import { toAction } from '../../../lib/dynamodb/transaction.ts';
import { aMovement, anOrder, NOW, TABLES } from '../../support/builders.ts';

const order = anOrder('o1', { mug: 2 }, { version: 8, status: 'cancelled', cancelledAt: NOW });
const { product } = openProduct({ id: 'mug', name: 'Blue mug', stockQuantity: 10 }, NOW);
const movement = aMovement({ orderId: 'o1', reason: 'counted' });

const moveStock = (
  differences: Partial<Extract<Change, { type: 'move-stock' }>> = {},
): Extract<Change, { type: 'move-stock' }> => ({
  type: 'move-stock',
  productId: 'mug',
  stockDelta: 0,
  reservedDelta: -2,
  at: NOW,
  ...differences,
});

const EVERY_CHANGE: Change[] = [
  { type: 'create-order', order },
  { type: 'update-order', order },
  { type: 'create-product', product },
  moveStock(),
  { type: 'require-no-product', productId: 'mug' },
  { type: 'retire-product', productId: 'mug', at: NOW },
  { type: 'require-retired-product', productId: 'mug', at: NOW },
  { type: 'delete-product', productId: 'mug', at: NOW },
  { type: 'require-order', order },
  { type: 'delete-order', order },
  { type: 'record-movement', movement },
  {
    type: 'record-batch',
    batch: { id: 'b1', orderIds: ['o1', 'o2'], createdAt: NOW, expiresAt: 1_772_452_800 },
  },
];

describe('Every change', () => {
  test.each(EVERY_CHANGE.map((change) => [change.type, change] as const))(
    '%s carries its condition, and asks what it found where that failed',
    (_, change) => {
      const action = Object.values(toAction(change, TABLES))[0];

      expect(action?.ConditionExpression).toBeTruthy();
      expect(action?.ReturnValuesOnConditionCheckFailure).toBe('ALL_OLD');
    },
  );

  test.each(EVERY_CHANGE.map((change) => [change.type, change] as const))(
    '%s is the same to the byte whenever it is written down',
    (_, change) => {
      expect(JSON.stringify(toAction(change, TABLES))).toBe(
        JSON.stringify(toAction(structuredClone(change), TABLES)),
      );
    },
  );
});

describe('What is new must not be there', () => {
  test('an order', () => {
    expect(toAction({ type: 'create-order', order }, TABLES)).toEqual({
      Put: {
        TableName: 'orders',
        Item: { ...order, statusShard: expect.stringMatching(/^cancelled#[0-7]$/) },
        ConditionExpression: 'attribute_not_exists(id)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    });
  });

  test('a product', () => {
    expect(toAction({ type: 'create-product', product }, TABLES)).toEqual({
      Put: {
        TableName: 'products',
        Item: product,
        ConditionExpression: 'attribute_not_exists(id)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    });
  });

  test('a movement', () => {
    expect(toAction({ type: 'record-movement', movement }, TABLES)).toEqual({
      Put: {
        TableName: 'stock-movements',
        Item: { ...movement, productShard: expect.stringMatching(/^mug#[0-3]$/) },
        ConditionExpression: 'attribute_not_exists(referenceId)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    });
  });

  test('a batch of cancellations', () => {
    const batch = { id: 'b1', orderIds: ['o1'], createdAt: NOW, expiresAt: 1_772_452_800 };

    expect(toAction({ type: 'record-batch', batch }, TABLES)).toEqual({
      Put: {
        TableName: 'cancellation-batches',
        Item: batch,
        ConditionExpression: 'attribute_not_exists(id)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    });
  });

  test('a product that is gone', () => {
    expect(toAction({ type: 'require-no-product', productId: 'mug' }, TABLES)).toEqual({
      ConditionCheck: {
        TableName: 'products',
        Key: { id: 'mug' },
        ConditionExpression: 'attribute_not_exists(id) OR attribute_exists(deletedAt)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    });
  });
});

describe('Updating an order', () => {
  const { Update } = toAction({ type: 'update-order', order }, TABLES);

  test('needs the version that was read, of that order and no later one of its id', () => {
    expect(Update?.Key).toEqual({ id: 'o1' });
    expect(Update?.ConditionExpression).toBe(
      '#version = :versionAsRead AND createdAt = :createdAt',
    );
    expect(Update?.ExpressionAttributeValues).toMatchObject({
      ':versionAsRead': 7,
      ':version': 8,
      ':createdAt': order.createdAt,
    });
  });

  test('moves it to the index key of its status', () => {
    expect(Update?.ExpressionAttributeValues?.[':statusShard']).toMatch(/^cancelled#[0-7]$/);
    expect(Update?.UpdateExpression).toContain('#statusShard = :statusShard');
  });

  test('sets every attribute that can change, by name', () => {
    const names = Object.values(Update?.ExpressionAttributeNames ?? {});
    expect(names.sort()).toEqual(
      [
        'status',
        'items',
        'version',
        'movementReferences',
        'cancelledAt',
        'updatedAt',
        'statusShard',
      ].sort(),
    );
  });

  test('never sets its id, nor when it was created', () => {
    expect(Update?.UpdateExpression).not.toMatch(/#id\b|#createdAt\b/);
  });
});

describe('Attributes of an order that come and go', () => {
  const update = (differences: Partial<typeof order>) =>
    toAction({ type: 'update-order', order: { ...order, ...differences } }, TABLES).Update;

  test('are removed where the order has them no more', () => {
    expect(update({})?.UpdateExpression).toMatch(/ REMOVE placing$/);
  });

  test('are set where it has them', () => {
    const Update = update({ placing: true });

    expect(Update?.UpdateExpression).toContain('#placing = :placing');
    expect(Update?.UpdateExpression).not.toContain('REMOVE');
    expect(Update?.ExpressionAttributeValues?.[':placing']).toBe(true);
  });
});

describe('An order that is to be exactly this one', () => {
  const thisOne = {
    TableName: 'orders',
    Key: { id: 'o1' },
    ConditionExpression: '#version = :version AND createdAt = :createdAt',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':version': 8, ':createdAt': order.createdAt },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };

  test('is checked, or deleted, by its version and by when it was created', () => {
    expect(toAction({ type: 'require-order', order }, TABLES)).toEqual({ ConditionCheck: thisOne });
    expect(toAction({ type: 'delete-order', order }, TABLES)).toEqual({ Delete: thisOne });
  });
});

describe('Retiring a product', () => {
  const retired = {
    TableName: 'products',
    Key: { id: 'mug' },
    ConditionExpression: 'deletedAt = :at',
    ExpressionAttributeValues: { ':at': NOW },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };

  test('needs it to be there, not to be retired, and nothing of it to be reserved', () => {
    expect(toAction({ type: 'retire-product', productId: 'mug', at: NOW }, TABLES)).toEqual({
      Update: {
        TableName: 'products',
        Key: { id: 'mug' },
        UpdateExpression: 'SET deletedAt = :at',
        ConditionExpression:
          'attribute_exists(id) AND attribute_not_exists(deletedAt) AND reservedQuantity = :none',
        ExpressionAttributeValues: { ':at': NOW, ':none': 0 },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    });
  });

  test('lets it be checked, or deleted, by when it was retired', () => {
    const which = { productId: 'mug', at: NOW };

    expect(toAction({ type: 'require-retired-product', ...which }, TABLES)).toEqual({
      ConditionCheck: retired,
    });
    expect(toAction({ type: 'delete-product', ...which }, TABLES)).toEqual({ Delete: retired });
  });
});

describe('Deleting a movement', () => {
  test('needs nothing: what goes with it does', () => {
    expect(toAction({ type: 'delete-movement', movement }, TABLES)).toEqual({
      Delete: {
        TableName: 'stock-movements',
        Key: { referenceId: movement.referenceId, entry: movement.entry },
      },
    });
  });
});

describe('Moving stock', () => {
  test('gives reserved units back: reserved falls, available rises', () => {
    expect(toAction(moveStock(), TABLES)).toEqual({
      Update: {
        TableName: 'products',
        Key: { id: 'mug' },
        UpdateExpression:
          'SET reservedQuantity = reservedQuantity + :reservedQuantity, ' +
          'availableQuantity = availableQuantity + :availableQuantity, updatedAt = :updatedAt',
        ConditionExpression:
          'attribute_exists(id) AND attribute_not_exists(deletedAt) ' +
          'AND reservedQuantity >= :reservedQuantityNeeded',
        ExpressionAttributeValues: {
          ':reservedQuantity': -2,
          ':availableQuantity': 2,
          ':reservedQuantityNeeded': 2,
          ':updatedAt': NOW,
        },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    });
  });

  test.each([
    ['reserving', 0, 3, ['availableQuantity']],
    ['giving back', 0, -3, ['reservedQuantity']],
    ['shipping', -3, -3, ['stockQuantity', 'reservedQuantity']],
    ['taking stock away', -3, 0, ['stockQuantity', 'availableQuantity']],
    ['adding stock', 3, 0, []],
    ['doing nothing', 0, 0, []],
  ])('%s needs enough of what goes down, and only of that', (_, stock, reserved, falling) => {
    const { Update } = toAction(moveStock({ stockDelta: stock, reservedDelta: reserved }), TABLES);

    expect(Update?.ConditionExpression).toBe(
      [
        'attribute_exists(id)',
        'attribute_not_exists(deletedAt)',
        ...falling.map((name) => `${name} >= :${name}Needed`),
      ].join(' AND '),
    );
    for (const name of falling) {
      expect(Update?.ExpressionAttributeValues?.[`:${name}Needed`]).toBe(3);
    }
  });

  test.each([
    [0, 3],
    [0, -3],
    [-3, -3],
    [-3, 0],
    [3, 0],
    [2, -1],
    [0, 0],
  ])('of %i and reserved units of %i keeps available = stock - reserved', (stock, reserved) => {
    const { Update } = toAction(moveStock({ stockDelta: stock, reservedDelta: reserved }), TABLES);

    const moved = (counter: string) => Update?.ExpressionAttributeValues?.[`:${counter}`] ?? 0;
    expect(moved('stockQuantity')).toBe(stock);
    expect(moved('reservedQuantity')).toBe(reserved);
    expect(moved('availableQuantity')).toBe(stock - reserved);
  });

  test('can be bound to the very counters that were seen', () => {
    const expected = { stockQuantity: 7, reservedQuantity: 1 };
    const { Update } = toAction(moveStock({ reservedDelta: -1, expected }), TABLES);

    expect(Update?.ConditionExpression).toBe(
      'attribute_exists(id) AND attribute_not_exists(deletedAt) ' +
        'AND reservedQuantity >= :reservedQuantityNeeded ' +
        'AND stockQuantity = :expectedStock AND reservedQuantity = :expectedReserved',
    );
    expect(Update?.ExpressionAttributeValues).toMatchObject({
      ':expectedStock': 7,
      ':expectedReserved': 1,
    });
  });

  test.each([0, -4])('can be bound to a counter of %i', (reservedQuantity) => {
    const expected = { stockQuantity: 0, reservedQuantity };
    const { Update } = toAction(moveStock({ reservedDelta: 0, expected }), TABLES);

    expect(Update?.UpdateExpression).toBe('SET updatedAt = :updatedAt');
    expect(Update?.ConditionExpression).toBe(
      'attribute_exists(id) AND attribute_not_exists(deletedAt) ' +
        'AND stockQuantity = :expectedStock AND reservedQuantity = :expectedReserved',
    );
    expect(Update?.ExpressionAttributeValues).toEqual({
      ':updatedAt': NOW,
      ':expectedStock': 0,
      ':expectedReserved': reservedQuantity,
    });
  });
});
