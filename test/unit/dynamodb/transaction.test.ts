import { describe, expect, test } from '@jest/globals';
import type { Change } from '../../../lib/domain/change.ts';
import type { Order } from '../../../lib/domain/order.ts';
import { openProduct } from '../../../lib/domain/product.ts';
import { type TransactionAction, toAction } from '../../../lib/dynamodb/transaction.ts';
import { aMovement, anOrder, NOW, TABLES } from '../../support/builders.ts';
import { aSettledOrder } from '../../support/statuses.ts';

const order = anOrder('o1', { mug: 2 }, { version: 8, status: 'cancelled', cancelledAt: NOW });
const { product } = openProduct({ id: 'mug', name: 'Blue mug', stockQuantity: 10 }, NOW);
const movement = aMovement({ orderId: 'o1', reason: 'counted' });

/** The attributes that an update sets or removes, sorted. */
const namesIn = (
  update: TransactionAction['Update'],
  action: 'SET' | 'REMOVE',
): (string | undefined)[] => {
  const [set = '', remove = ''] = update?.UpdateExpression?.split(' REMOVE ') ?? [];
  return [...(action === 'SET' ? set : remove).matchAll(/#(\w+)/g)].map(([, name]) => name).sort();
};

const moveStock = (
  differences: Partial<Extract<Change, { type: 'move-stock' }>> = {},
): Extract<Change, { type: 'move-stock' }> => ({
  type: 'move-stock',
  productId: 'mug',
  stockDelta: 0,
  reservedDelta: -2,
  movements: 1,
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
  { type: 'uncount-movements', productId: 'mug', movements: 3, retiredAt: NOW },
  { type: 'delete-product', productId: 'mug', at: NOW },
  { type: 'require-order', order },
  { type: 'delete-order', order },
  { type: 'record-movement', movement },
  { type: 'require-movement', movement },
  { type: 'delete-movement', movement },
  {
    type: 'record-batch',
    batch: { id: 'b1', orderIds: ['o1', 'o2'], createdAt: NOW, expiresAt: 1_772_452_800 },
  },
];

describe('Every change', () => {
  test.each(EVERY_CHANGE.map((change) => [change.type, change] as const))(
    '%s carries its condition, and asks what it found where that failed',
    (_, change) => {
      const action = Object.values(toAction(change, TABLES, 'w1'))[0];

      expect(action?.ConditionExpression).toBeTruthy();
      expect(action?.ReturnValuesOnConditionCheckFailure).toBe('ALL_OLD');
    },
  );

  test.each(EVERY_CHANGE.map((change) => [change.type, change] as const))(
    '%s is the same to the byte whenever it is written down',
    (_, change) => {
      expect(JSON.stringify(toAction(change, TABLES, 'w1'))).toBe(
        JSON.stringify(toAction(structuredClone(change), TABLES, 'w1')),
      );
    },
  );
});

describe('What is new must not be there', () => {
  test('an order', () => {
    expect(toAction({ type: 'create-order', order }, TABLES, 'w1')).toEqual({
      Put: {
        TableName: 'orders',
        Item: {
          ...order,
          statusShard: expect.stringMatching(/^cancelled#[0-7]$/),
          dueShard: expect.stringMatching(/^due#[01]$/),
          dueAt: '2026-03-01T08:01:00.000Z',
          writeId: 'w1',
        },
        ConditionExpression: 'attribute_not_exists(id)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    });
  });

  test('a product', () => {
    expect(toAction({ type: 'create-product', product }, TABLES, 'w1')).toEqual({
      Put: {
        TableName: 'products',
        Item: product,
        ConditionExpression: 'attribute_not_exists(id)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    });
  });

  test('a movement', () => {
    expect(toAction({ type: 'record-movement', movement }, TABLES, 'w1')).toEqual({
      Put: {
        TableName: 'stock-movements',
        Item: {
          ...movement,
          productShard: expect.stringMatching(/^mug#[0-3]$/),
          writeId: 'w1',
        },
        ConditionExpression: 'attribute_not_exists(referenceId)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    });
  });

  test('a batch of cancellations', () => {
    const batch = { id: 'b1', orderIds: ['o1'], createdAt: NOW, expiresAt: 1_772_452_800 };

    expect(toAction({ type: 'record-batch', batch }, TABLES, 'w1')).toEqual({
      Put: {
        TableName: 'cancellation-batches',
        Item: batch,
        ConditionExpression: 'attribute_not_exists(id)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    });
  });

  test('the turn to write, if nobody has it or it is still the one that was seen', () => {
    const turn = { id: 'writing', doneAt: NOW, within: 110 } as const;

    expect(toAction({ type: 'write-turn', turn, seen: undefined }, TABLES, 'w1')).toEqual({
      Put: {
        TableName: 'turns',
        Item: { ...turn, writeId: 'w1' },
        ConditionExpression: 'attribute_not_exists(doneAt)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    });
    expect(toAction({ type: 'write-turn', turn, seen: 'w0' }, TABLES, 'w1')).toEqual({
      Put: expect.objectContaining({
        ConditionExpression: 'attribute_not_exists(doneAt) OR writeId = :seen',
        ExpressionAttributeValues: { ':seen': 'w0' },
      }),
    });
  });

  test('a product that is gone', () => {
    expect(toAction({ type: 'require-no-product', productId: 'mug' }, TABLES, 'w1')).toEqual({
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
  const { Update } = toAction({ type: 'update-order', order }, TABLES, 'w1');

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

  test('sets what the order has, by name, and names the commit', () => {
    expect(namesIn(Update, 'SET')).toEqual(
      [
        'status',
        'statusSince',
        'items',
        'version',
        'round',
        'movementReferences',
        'cancelledAt',
        'updatedAt',
        'statusShard',
        'dueShard',
        'dueAt',
        'writeId',
      ].sort(),
    );
    expect(Update?.ExpressionAttributeValues?.[':writeId']).toBe('w1');
  });

  test('never sets its id, nor when it was created', () => {
    expect(Update?.UpdateExpression).not.toMatch(/#id\b|#createdAt\b/);
    expect(Object.values(Update?.ExpressionAttributeNames ?? {})).not.toContain('createdAt');
  });
});

describe('Attributes of an order that come and go', () => {
  const OPTIONAL = {
    placing: true,
    restock: false,
    expiresAt: NOW,
    cancelledAt: NOW,
    cancellationReason: 'fraud',
    cancellationNote: 'a note',
  } as const;
  const update = (differences: Partial<Order>) =>
    toAction({ type: 'update-order', order: aSettledOrder('confirmed', differences) }, TABLES, 'w1')
      .Update;

  test('are removed where the order does not have them, and nobody has to look after it', () => {
    expect(namesIn(update({}), 'REMOVE')).toEqual(
      [...Object.keys(OPTIONAL), 'dueShard', 'dueAt'].sort(),
    );
  });

  test('are all set where the order has them all', () => {
    const Update = update(OPTIONAL);

    expect(namesIn(Update, 'REMOVE')).toEqual([]);
    expect(Update?.UpdateExpression).not.toContain('REMOVE');
    for (const [name, value] of Object.entries(OPTIONAL)) {
      expect(Update?.ExpressionAttributeValues?.[`:${name}`]).toBe(value);
    }
  });

  test.each(Object.entries(OPTIONAL))('are set or removed one by one: %s', (name, value) => {
    const Update = update({ [name]: value });

    expect(namesIn(Update, 'SET')).toContain(name);
    expect(namesIn(Update, 'REMOVE')).not.toContain(name);
    expect(namesIn(Update, 'REMOVE')).toEqual(
      Object.values(update({})?.ExpressionAttributeNames ?? {})
        .filter((one) => !namesIn(Update, 'SET').includes(one))
        .sort(),
    );
  });

  test('tell the index of due orders from when on somebody has to look after it', () => {
    expect(update({ placing: true, updatedAt: NOW })?.ExpressionAttributeValues).toMatchObject({
      ':dueShard': expect.stringMatching(/^due#[01]$/),
      ':dueAt': '2026-03-02T12:01:00.000Z',
    });
  });
});

describe('An order that is to be exactly this one', () => {
  const thisOne = {
    TableName: 'orders',
    Key: { id: 'o1' },
    ConditionExpression: '#version = :versionAsRead AND createdAt = :createdAt',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':versionAsRead': 8, ':createdAt': order.createdAt },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };

  test('is checked, or deleted, by its version and by when it was created', () => {
    expect(toAction({ type: 'require-order', order }, TABLES, 'w1')).toEqual({
      ConditionCheck: thisOne,
    });
    expect(toAction({ type: 'delete-order', order }, TABLES, 'w1')).toEqual({ Delete: thisOne });
  });

  test('is told from one of the same millisecond by the commit that wrote it', () => {
    const read = { ...order, writeId: 'w0' };
    const expression =
      '#version = :versionAsRead AND createdAt = :createdAt AND writeId = :writeIdAsRead';

    for (const type of ['require-order', 'delete-order', 'update-order'] as const) {
      const { ConditionCheck, Delete, Update } = toAction({ type, order: read }, TABLES, 'w1');
      expect(ConditionCheck ?? Delete ?? Update).toMatchObject({
        ConditionExpression: expression,
        ExpressionAttributeValues: { ':writeIdAsRead': 'w0' },
      });
    }
    expect(
      toAction({ type: 'update-order', order: read }, TABLES, 'w1').Update
        ?.ExpressionAttributeValues,
    ).toMatchObject({ ':writeId': 'w1' });
  });
});

describe('Deleting a product', () => {
  test('begins by retiring it, if it is there, is not retired, and nothing of it is reserved', () => {
    expect(toAction({ type: 'retire-product', productId: 'mug', at: NOW }, TABLES, 'w1')).toEqual({
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

  test('ends when it was retired then and no movement of it is left', () => {
    expect(toAction({ type: 'delete-product', productId: 'mug', at: NOW }, TABLES, 'w1')).toEqual({
      Delete: {
        TableName: 'products',
        Key: { id: 'mug' },
        ConditionExpression: 'deletedAt = :at AND movementCount = :none',
        ExpressionAttributeValues: { ':at': NOW, ':none': 0 },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    });
  });
});

describe('Counting movements down', () => {
  const uncount = { type: 'uncount-movements', productId: 'mug', movements: 3 } as const;
  const update = {
    TableName: 'products',
    Key: { id: 'mug' },
    UpdateExpression: 'SET movementCount = movementCount - :movements',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };

  test('needs the product to have counted that many', () => {
    expect(toAction(uncount, TABLES, 'w1')).toEqual({
      Update: {
        ...update,
        ConditionExpression: 'movementCount >= :movements',
        ExpressionAttributeValues: { ':movements': 3 },
      },
    });
  });

  test('needs it to have been retired then, where that is said', () => {
    expect(toAction({ ...uncount, retiredAt: NOW }, TABLES, 'w1')).toEqual({
      Update: {
        ...update,
        ConditionExpression: 'movementCount >= :movements AND deletedAt = :retiredAt',
        ExpressionAttributeValues: { ':movements': 3, ':retiredAt': NOW },
      },
    });
  });
});

describe('A movement that is to be just this one', () => {
  test('is checked, or deleted, by its key and by when it was made', () => {
    const thisOne = {
      TableName: 'stock-movements',
      Key: { referenceId: movement.referenceId, entry: movement.entry },
      ConditionExpression: 'createdAt = :createdAt',
      ExpressionAttributeValues: { ':createdAt': movement.createdAt },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    };

    expect(toAction({ type: 'require-movement', movement }, TABLES, 'w1')).toEqual({
      ConditionCheck: thisOne,
    });
    expect(toAction({ type: 'delete-movement', movement }, TABLES, 'w1')).toEqual({
      Delete: thisOne,
    });
  });
});

describe('Moving stock', () => {
  test('gives reserved units back: reserved falls, available rises', () => {
    expect(toAction(moveStock(), TABLES, 'w1')).toEqual({
      Update: {
        TableName: 'products',
        Key: { id: 'mug' },
        UpdateExpression:
          'SET reservedQuantity = reservedQuantity + :reservedQuantity, ' +
          'availableQuantity = availableQuantity + :availableQuantity, ' +
          'movementCount = movementCount + :movementCount, updatedAt = :updatedAt',
        ConditionExpression:
          'attribute_exists(id) AND attribute_not_exists(deletedAt) ' +
          'AND reservedQuantity >= :reservedQuantityNeeded',
        ExpressionAttributeValues: {
          ':reservedQuantity': -2,
          ':availableQuantity': 2,
          ':movementCount': 1,
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
    const { Update } = toAction(
      moveStock({ stockDelta: stock, reservedDelta: reserved }),
      TABLES,
      'w1',
    );

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
    const { Update } = toAction(
      moveStock({ stockDelta: stock, reservedDelta: reserved }),
      TABLES,
      'w1',
    );

    const moved = (counter: string) => Update?.ExpressionAttributeValues?.[`:${counter}`] ?? 0;
    expect(moved('stockQuantity')).toBe(stock);
    expect(moved('reservedQuantity')).toBe(reserved);
    expect(moved('availableQuantity')).toBe(stock - reserved);
  });

  test.each([1, 2, 99])('counts the %i movements that are recorded with it', (movements) => {
    const { Update } = toAction(moveStock({ movements }), TABLES, 'w1');

    expect(Update?.UpdateExpression).toContain('movementCount = movementCount + :movementCount');
    expect(Update?.ExpressionAttributeValues?.[':movementCount']).toBe(movements);
    expect(Update?.ConditionExpression).not.toContain('movementCount');
  });

  test('that no movement explains counts none', () => {
    const { Update } = toAction(moveStock({ movements: 0 }), TABLES, 'w1');

    expect(Update?.UpdateExpression).not.toContain('movementCount');
  });

  test('can be bound to the very counters that were seen', () => {
    const expected = { stockQuantity: 7, reservedQuantity: 1 };
    const { Update } = toAction(moveStock({ reservedDelta: -1, expected }), TABLES, 'w1');

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
    const { Update } = toAction(
      moveStock({ reservedDelta: 0, movements: 0, expected }),
      TABLES,
      'w1',
    );

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
