import { describe, expect, test } from '@jest/globals';
import type { Change } from '../../../lib/domain/change.ts';
import { movedTo, nextVersion, type Order } from '../../../lib/domain/order.ts';
import { openProduct } from '../../../lib/domain/product.ts';
import { type TransactionAction, toAction } from '../../../lib/dynamodb/transaction.ts';
import { aMovement, anOrder, aProduct, EARLIER, NOW, TABLES } from '../../support/builders.ts';
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
  { type: 'update-product', productId: 'mug', name: 'Mug', metadata: {}, closed: true, at: NOW },
  { type: 'close-product', productId: 'mug', createdAt: NOW, closing: 'c1', at: NOW },
  {
    type: 'confirm-stock',
    productId: 'mug',
    count: { referenceId: 'stocktaking', stockQuantity: 3 },
    at: NOW,
  },
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
    '%s has a condition, and returns the old item if the condition fails',
    (_, change) => {
      const action = Object.values(toAction(change, TABLES, 'w1'))[0];

      expect(action?.ConditionExpression).toBeTruthy();
      expect(action?.ReturnValuesOnConditionCheckFailure).toBe('ALL_OLD');
    },
  );

  test.each(EVERY_CHANGE.map((change) => [change.type, change] as const))(
    '%s is serialised to the same bytes every time',
    (_, change) => {
      expect(JSON.stringify(toAction(change, TABLES, 'w1'))).toBe(
        JSON.stringify(toAction(structuredClone(change), TABLES, 'w1')),
      );
    },
  );
});

describe('Requiring that an item does not exist', () => {
  test('an order is created only if its id is free', () => {
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

  test('a product is created only if its id is free', () => {
    expect(toAction({ type: 'create-product', product }, TABLES, 'w1')).toEqual({
      Put: {
        TableName: 'products',
        Item: product,
        ConditionExpression: 'attribute_not_exists(id)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    });
  });

  test('a movement is recorded only if its cause does not have that entry yet', () => {
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

  test('a batch of cancellations is recorded only if its id is free', () => {
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

  test('units that a call-off takes are counted only up to its limit, and not once it is over', () => {
    const change = { batchId: 'b1', taking: { units: 3, orders: 2 }, upTo: 10 };

    expect(toAction({ type: 'take-units', ...change }, TABLES, 'w1')).toEqual({
      Update: {
        TableName: 'cancellation-batches',
        Key: { id: 'b1' },
        UpdateExpression:
          'SET taken.#units = taken.#units + :units, taken.#orders = taken.#orders + :orders',
        ConditionExpression: 'attribute_not_exists(isOver) AND taken.#units <= :most',
        ExpressionAttributeNames: { '#units': 'units', '#orders': 'orders' },
        ExpressionAttributeValues: { ':units': 3, ':orders': 2, ':most': 7 },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    });
  });

  test('a call-off closes the product that it was asked about, and joins one that has closed it', () => {
    const change = { productId: 'mug', createdAt: EARLIER, closing: 'c1', at: NOW };

    expect(toAction({ type: 'close-product', ...change }, TABLES, 'w1')).toEqual({
      Update: {
        TableName: 'products',
        Key: { id: 'mug' },
        UpdateExpression: 'SET closed = :closed, closing = :closing, updatedAt = :updatedAt',
        ConditionExpression:
          'createdAt = :createdAt AND attribute_not_exists(deletedAt) AND (attribute_not_exists(closing) OR closing = :closing)',
        ExpressionAttributeValues: {
          ':closed': true,
          ':closing': 'c1',
          ':updatedAt': NOW,
          ':createdAt': EARLIER,
        },
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      },
    });
  });

  test.each([
    [{ productCreatedAt: EARLIER }, 'createdAt = :createdAt', { ':createdAt': EARLIER }],
    [
      { productCreatedAt: EARLIER, closing: 'c1' },
      'createdAt = :createdAt AND closing = :closing',
      { ':createdAt': EARLIER, ':closing': 'c1' },
    ],
  ])(
    'a call-off moves the stock only of what is still called off: %j',
    (calledOff, condition, values) => {
      const { Update } = toAction(moveStock({ calledOff }), TABLES, 'w1');

      expect(Update?.ConditionExpression).toMatch(new RegExp(` AND ${condition}$`));
      expect(Update?.ExpressionAttributeValues).toMatchObject(values);
    },
  );

  test('a batch notes how far it has walked, that it is over, that it walks anew, or how many it is about', () => {
    const walked = {
      partition: 'mug#1',
      until: NOW,
      key: ['order_o1', 'reservation#mug'],
      refused: [],
    };
    const updates = [{ walked }, { isOver: true }, {}, { accepted: 3 }] as const;

    const actions = updates.map((update) =>
      toAction({ type: 'update-batch', batchId: 'b1', ...update }, TABLES, 'w1'),
    );

    expect(actions).toMatchObject([
      {
        Update: {
          UpdateExpression: 'SET walked = :walked',
          ConditionExpression: 'attribute_exists(id)',
          ExpressionAttributeValues: { ':walked': walked },
        },
      },
      { Update: { UpdateExpression: 'SET isOver = :isOver REMOVE walked' } },
      { Update: { UpdateExpression: 'REMOVE walked' } },
      { Update: { UpdateExpression: 'SET accepted = :accepted' } },
    ]);
    expect(actions[2]).not.toHaveProperty('Update.ExpressionAttributeValues');
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

  test('a product is required to be missing or retired', () => {
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

  test('requires the version and the creation time that were read', () => {
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

  test('sets the index key of its status', () => {
    expect(Update?.ExpressionAttributeValues?.[':statusShard']).toMatch(/^cancelled#[0-7]$/);
    expect(Update?.UpdateExpression).toContain('#statusShard = :statusShard');
  });

  test('sets all attributes of the order, and the write id of the commit', () => {
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

  test('leaves an order that has its status already in its shard, unless it is mended', () => {
    const order = anOrder('o1', { mug: 2 }, { version: 2, updatedAt: NOW });
    const setBy = (differences: Partial<Extract<Change, { type: 'update-order' }>>) =>
      namesIn(
        toAction({ type: 'update-order', order, ...differences }, TABLES, 'w1').Update,
        'SET',
      ).filter((name) => name === 'statusShard');

    expect(setBy({})).toEqual([]);
    expect(setBy({ isMended: true })).toEqual(['statusShard']);
    expect(setBy({ order: movedTo(order, 'confirmed', NOW) })).toEqual(['statusShard']);
    const late = nextVersion(movedTo(order, 'confirmed', '2026-01-01T00:00:00.000Z'), NOW);
    expect(setBy({ order: { ...late, updatedAt: EARLIER } })).toEqual(['statusShard']);
  });

  test('sets neither its id nor its creation time', () => {
    expect(Update?.UpdateExpression).not.toMatch(/#id\b|#createdAt\b/);
    expect(Object.values(Update?.ExpressionAttributeNames ?? {})).not.toContain('createdAt');
  });
});

describe('The optional attributes of an order', () => {
  const OPTIONAL = {
    placing: true,
    givenUp: true,
    importedAt: NOW,
    importing: true,
    restock: false,
    restoredQuantities: [2],
    keyUses: [{ cause: 1, asked: 'two mugs' }],
    expiresAt: NOW,
    cancelledAt: NOW,
    cancellationReason: 'fraud',
    cancellationNote: 'a note',
    cancelledBy: 'local',
    cancelledByStated: 'Ann',
    cancelledFrom: 'confirmed',
    cancelledByPart: [1],
    shippedInPart: true,
    notRestocked: [1],
    lock: { since: NOW },
    releaseAt: NOW,
    reinstating: 'reserving',
    roundSince: NOW,
    correlationId: 'basket-17',
    metadata: { till: '4' },
  } as const;
  const update = (differences: Partial<Order>) =>
    toAction({ type: 'update-order', order: aSettledOrder('confirmed', differences) }, TABLES, 'w1')
      .Update;

  test('are removed, with the keys of the index of due orders, if the order has none of them', () => {
    expect(namesIn(update({}), 'REMOVE')).toEqual(
      [...Object.keys(OPTIONAL), 'dueShard', 'dueAt'].sort(),
    );
  });

  test('are all set if the order has all of them but the one that excludes others', () => {
    // An order that is being imported is due for nothing.
    const { importing: _, ...others } = OPTIONAL;
    const Update = update(others);

    expect(namesIn(Update, 'REMOVE')).toEqual(['importing']);
    for (const [name, value] of Object.entries(others)) {
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

  test('include the keys of the index of due orders when the order is due', () => {
    expect(update({ placing: true, updatedAt: NOW })?.ExpressionAttributeValues).toMatchObject({
      ':dueShard': expect.stringMatching(/^due#[01]$/),
      ':dueAt': '2026-03-02T12:01:00.000Z',
    });
  });
});

describe('Requiring or deleting exactly the order that was read', () => {
  const thisOne = {
    TableName: 'orders',
    Key: { id: 'o1' },
    ConditionExpression: '#version = :versionAsRead AND createdAt = :createdAt',
    ExpressionAttributeNames: { '#version': 'version' },
    ExpressionAttributeValues: { ':versionAsRead': 8, ':createdAt': order.createdAt },
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  };

  test('compares its version and creation time', () => {
    expect(toAction({ type: 'require-order', order }, TABLES, 'w1')).toEqual({
      ConditionCheck: thisOne,
    });
    expect(toAction({ type: 'delete-order', order }, TABLES, 'w1')).toEqual({ Delete: thisOne });
  });

  test('also compares its write id, because two orders can have the same creation time', () => {
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
  test('begins by retiring it if it exists, is not retired and has nothing reserved', () => {
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

  test('ends if it was retired at that time and no movement of it is left', () => {
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

  test('requires that the product has counted at least 3', () => {
    expect(toAction(uncount, TABLES, 'w1')).toEqual({
      Update: {
        ...update,
        ConditionExpression: 'movementCount >= :movements',
        ExpressionAttributeValues: { ':movements': 3 },
      },
    });
  });

  test('also requires the time of the retirement if it is given', () => {
    expect(toAction({ ...uncount, retiredAt: NOW }, TABLES, 'w1')).toEqual({
      Update: {
        ...update,
        ConditionExpression: 'movementCount >= :movements AND deletedAt = :retiredAt',
        ExpressionAttributeValues: { ':movements': 3, ':retiredAt': NOW },
      },
    });
  });
});

describe('Requiring or deleting exactly the movement that was read', () => {
  test('compares its key and creation time', () => {
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
  test('lowers reserved and raises available when units are given back', () => {
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
  ])('%s requires enough of exactly the counters that fall', (_, stock, reserved, falling) => {
    const { Update } = toAction(
      moveStock({ stockDelta: stock, reservedDelta: reserved }),
      TABLES,
      'w1',
    );

    expect(Update?.ConditionExpression).toBe(
      [
        'attribute_exists(id)',
        'attribute_not_exists(deletedAt)',
        ...(reserved > 0 ? ['attribute_not_exists(closed)'] : []),
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
  ])('by %i and reserved units by %i keeps available = stock - reserved', (stock, reserved) => {
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

  test.each([1, 2, 99])('adds the %i recorded movements to the movement count', (movements) => {
    const { Update } = toAction(moveStock({ movements }), TABLES, 'w1');

    expect(Update?.UpdateExpression).toContain('movementCount = movementCount + :movementCount');
    expect(Update?.ExpressionAttributeValues?.[':movementCount']).toBe(movements);
    expect(Update?.ConditionExpression).not.toContain('movementCount');
  });

  test('leaves the movement count alone if no movement is recorded', () => {
    const { Update } = toAction(moveStock({ movements: 0 }), TABLES, 'w1');

    expect(Update?.UpdateExpression).not.toContain('movementCount');
  });

  test('can require the exact counters that were read', () => {
    // The rest of a product may change.
    const expected = aProduct('mug', { stock: 7, reserved: 1 });
    const { Update } = toAction(moveStock({ reservedDelta: -1, expected }), TABLES, 'w1');

    expect(Update?.ConditionExpression).toBe(
      'attribute_exists(id) AND attribute_not_exists(deletedAt) ' +
        'AND reservedQuantity >= :reservedQuantityNeeded ' +
        'AND stockQuantity = :stockQuantityExpected AND reservedQuantity = :reservedQuantityExpected',
    );
    expect(Update?.ExpressionAttributeValues).toMatchObject({
      ':stockQuantityExpected': 7,
      ':reservedQuantityExpected': 1,
    });
  });

  test.each([0, -4])('can require an exact reserved counter of %i', (reservedQuantity) => {
    const expected = { stockQuantity: 0, reservedQuantity };
    const { Update } = toAction(
      moveStock({ reservedDelta: 0, movements: 0, expected }),
      TABLES,
      'w1',
    );

    expect(Update?.UpdateExpression).toBe('SET updatedAt = :updatedAt');
    expect(Update?.ConditionExpression).toBe(
      'attribute_exists(id) AND attribute_not_exists(deletedAt) ' +
        'AND stockQuantity = :stockQuantityExpected AND reservedQuantity = :reservedQuantityExpected',
    );
    expect(Update?.ExpressionAttributeValues).toEqual({
      ':updatedAt': NOW,
      ':stockQuantityExpected': 0,
      ':reservedQuantityExpected': reservedQuantity,
    });
  });
});
