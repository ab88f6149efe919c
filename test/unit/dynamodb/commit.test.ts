import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Change } from '../../../lib/domain/change.ts';
import type { Order } from '../../../lib/domain/order.ts';
import { openProduct } from '../../../lib/domain/product.ts';
import { createClient } from '../../../lib/dynamodb/client.ts';
import { createStore } from '../../../lib/dynamodb/store.ts';
import { expectLawsHold } from '../../support/audit.ts';
import { aCancelledOrder, aMovement, anOrder, NOW, TABLES } from '../../support/builders.ts';
import { openShop } from '../../support/fake-shop.ts';
import {
  answerBrokenOff,
  cancelledFor,
  connectionRefused,
  connectionReset,
  type Fault,
  internalServerError,
  meanwhile,
  refusedWith,
  timedOut,
} from '../../support/faults.ts';
import { restoration } from '../../support/movements.ts';
import { unitRuntime } from '../../support/unit-runtime.ts';

const { product } = openProduct({ id: 'mug', name: 'Mug', stockQuantity: 0 }, NOW);
const CREATE: Change[] = [{ type: 'create-product', product }];
const plenty = () => 60_000;

/** The changes that cancel an order of two mugs. */
const cancellationOf = (orderId: string): Change[] => [
  { type: 'update-order', order: aCancelledOrder(orderId, { mug: 2 }) },
  {
    type: 'move-stock',
    productId: 'mug',
    stockDelta: 0,
    reservedDelta: -2,
    movements: 1,
    at: NOW,
  },
  {
    type: 'record-movement',
    movement: restoration(orderId, { productId: 'mug', quantity: 2 }, 2, NOW),
  },
];

/** The ids of orders and products, and the references of movements, that a commit wrote last. */
const writtenBy = ({ db }: ReturnType<typeof openShop>, writeId: string): unknown[] =>
  [...db.rows('orders'), ...db.rows('stock-movements'), ...db.rows('products')]
    .filter((row) => row.writeId === writeId)
    .map(({ id, referenceId }) => referenceId ?? id)
    .sort();

const tokens = (shop: ReturnType<typeof openShop>) =>
  shop.wire.writes().map(({ input }) => String(input.ClientRequestToken));

describe('A commit', () => {
  test('writes all changes in one transaction', async () => {
    const shop = openShop();

    expect(await shop.store.commit(CREATE, plenty)).toEqual({ type: 'committed', conflicts: 0 });
    expect(shop.wire.operations()).toEqual(['TransactWriteItems']);
    expect(await shop.product('mug')).toEqual(product);
  });

  test('sends its write id, a ULID of 26 characters, as its token', async () => {
    const shop = openShop();

    await shop.store.commit(CREATE, plenty);

    expect(tokens(shop)).toEqual([expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/)]);
  });

  test('of the same changes by two callers has two tokens: one is committed, the other refused', async () => {
    const shop = openShop();

    const results = await Promise.all([
      shop.store.commit(CREATE, plenty),
      shop.store.commit(CREATE, plenty),
    ]);

    expect(new Set(tokens(shop)).size).toBe(2);
    expect(results.map(({ type }) => type).sort()).toEqual(['committed', 'refused']);
  });

  test('returns the item that it found where a condition failed', async () => {
    const shop = openShop();
    await shop.stocks(product);

    expect(await shop.store.commit(CREATE, plenty)).toEqual({
      type: 'refused',
      refusals: [{ type: 'create-product', product, found: product }],
      conflicts: 0,
    });
  });

  test('counts the conflicts before a refusal', async () => {
    const shop = openShop();
    await shop.stocks(product);
    shop.wire.next(
      'TransactWriteItems',
      cancelledFor('TransactionConflict'),
      cancelledFor('ThrottlingError'),
    );

    expect(await shop.store.commit(CREATE, plenty)).toMatchObject({
      type: 'refused',
      conflicts: 2,
    });
  });

  test.each([
    ['ValidationException', 400],
    ['IdempotentParameterMismatchException', 400],
    ['ResourceNotFoundException', 400],
    ['AccessDeniedException', 400],
    ['ExpiredTokenException', 400],
    ['TransactionCanceledException', 400],
  ])('throws %s without another attempt', async (name, status) => {
    const shop = openShop();
    shop.wire.next('TransactWriteItems', refusedWith(name, status));

    await expect(shop.store.commit(CREATE, plenty)).rejects.toMatchObject({ name });
    expect(shop.wire.writes()).toHaveLength(1);
  });

  test('rejects when the connection throws a string instead of an error', async () => {
    const shop = openShop();
    shop.wire.next('TransactWriteItems', () => {
      throw 'a string';
    });

    await expect(shop.store.commit(CREATE, plenty)).rejects.toBeTruthy();
  });

  test('is exhausted, without a request, when no time is left', async () => {
    const shop = openShop();

    expect(await shop.store.commit(CREATE, () => 0)).toEqual({ type: 'exhausted', conflicts: 0 });
    expect(shop.wire.sent).toEqual([]);
  });
});

describe('The conflict limits of a commit', () => {
  test('end it after 2 conflicts', async () => {
    const shop = openShop();
    const conflict = cancelledFor('TransactionConflict');
    shop.wire.next('TransactWriteItems', conflict, conflict, conflict);

    expect(await shop.store.commit(CREATE, plenty, { maxConflicts: 2 })).toEqual({
      type: 'exhausted',
      contested: CREATE,
      conflicts: 2,
    });
  });

  test.each([
    ['a conflict at a product ends it', ['None', 'TransactionConflict'], 'exhausted'],
    [
      'a conflict at its order, too, does not end it',
      ['TransactionConflict', 'TransactionConflict'],
      'committed',
    ],
  ])('with 1 conflict allowed at products: %s', async (_, codes, type) => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });
    shop.wire.next('TransactWriteItems', cancelledFor(...codes));

    const result = await shop.store.commit(cancellationOf('o1'), plenty, {
      maxProductConflicts: 1,
    });

    expect(result).toMatchObject({ type, conflicts: 1 });
  });

  test.each([
    ['the whole request', refusedWith('ThrottlingException')],
    ['an item of it', cancelledFor('ThrottlingError')],
  ])('do not end it when %s is throttled: the same request is retried', async (_, throttled) => {
    const shop = openShop({ maxAttempts: 1 });
    shop.wire.next('TransactWriteItems', ...Array.from({ length: 9 }, () => throttled));

    expect(await shop.store.commit(CREATE, plenty, { maxConflicts: 2 })).toEqual({
      type: 'committed',
      conflicts: 9,
    });
    expect(new Set(tokens(shop)).size).toBe(1);
  });

  test('report no contested changes when the time ends during throttling', async () => {
    const shop = openShop();
    let left = 3;
    const throttled: Fault = (...request) => {
      left -= 1;
      return cancelledFor(left > 1 ? 'TransactionConflict' : 'ThrottlingError')(...request);
    };
    shop.wire.next('TransactWriteItems', throttled, throttled, throttled);

    expect(await shop.store.commit(CREATE, () => left)).toEqual({
      type: 'exhausted',
      conflicts: 3,
    });
  });

  test('end it after a lost answer, too; a commit with the same write id finds the success later', async () => {
    const shop = openShop({ maxAttempts: 1 });
    const conflict = cancelledFor('TransactionConflict');
    shop.wire.next('TransactWriteItems', connectionReset, conflict, conflict);
    const commit = () => shop.store.commit(CREATE, plenty, { maxConflicts: 2, writeId: 'w1' });

    expect(await commit()).toEqual({ type: 'exhausted', contested: CREATE, conflicts: 2 });
    expect(await commit()).toEqual({ type: 'committed', conflicts: 0 });
    expect(tokens(shop)).toEqual(['w1', 'w1', 'w1', 'w1']);
  });
});

describe('A commit that is aborted because the time is up', () => {
  test('is exhausted, even if the connection reports an error that the SDK does not retry', async () => {
    // Prepare: the connection breaks with an error that the SDK does not retry
    const shop = openShop();
    const alarm = new AbortController();
    const runtime = unitRuntime({ abortAfter: () => alarm.signal });
    const store = createStore(createClient(shop.wire.config), TABLES, runtime);
    shop.wire.next('TransactWriteItems', () => {
      alarm.abort();
      throw Object.assign(new Error('aborted'), { code: 'ECONNABORTED' });
    });

    // Act and assess
    expect(await store.commit(CREATE, plenty)).toEqual({ type: 'exhausted', conflicts: 0 });
  });
});

describe('When a commit conflicts at its order', () => {
  const order = anOrder('o1', { mug: 2 });
  const cancelled: Order = { ...order, status: 'cancelled', version: order.version + 1 };
  const update: Change[] = [{ type: 'update-order', order: cancelled }];
  /** Another request writes the order first, and this one gets only a conflict. */
  const overtaken = (shop: ReturnType<typeof openShop>, by: Order): Fault =>
    meanwhile(() => shop.has(by), cancelledFor('TransactionConflict'));

  test('it reads the order, and is refused without another attempt if the order has changed', async () => {
    const shop = openShop({ orders: [order] });
    const found: Order = { ...order, status: 'confirmed', version: order.version + 1 };
    shop.wire.next('TransactWriteItems', overtaken(shop, found));

    expect(await shop.store.commit(update, plenty)).toEqual({
      type: 'refused',
      refusals: [{ type: 'update-order', order: cancelled, found }],
      conflicts: 1,
    });
    expect(shop.wire.operations()).toEqual(['TransactWriteItems', 'GetItem']);
  });

  test('it is retried with the same token if the order has not changed', async () => {
    const shop = openShop({ orders: [order] });
    shop.wire.next('TransactWriteItems', cancelledFor('TransactionConflict'));

    expect(await shop.store.commit(update, plenty)).toEqual({ type: 'committed', conflicts: 1 });
    expect(shop.wire.operations()).toEqual(['TransactWriteItems', 'GetItem', 'TransactWriteItems']);
    expect(new Set(tokens(shop)).size).toBe(1);
  });

  test.each([1, 2])(
    'it is retried without a read if an earlier attempt has no answer, with %i attempts of the SDK',
    async (maxAttempts) => {
      const shop = openShop({ orders: [order], maxAttempts });
      shop.wire.next('TransactWriteItems', connectionReset, cancelledFor('TransactionConflict'));

      expect(await shop.store.commit(update, plenty)).toEqual({ type: 'committed', conflicts: 1 });
      expect(new Set(shop.wire.operations())).toEqual(new Set(['TransactWriteItems']));
      expect(new Set(tokens(shop)).size).toBe(1);
    },
  );

  test('it does not read the order if only a product was contested', async () => {
    const shop = openShop({ orders: [order] });
    shop.wire.next('TransactWriteItems', cancelledFor('None', 'TransactionConflict'));
    const changes: Change[] = [
      ...update,
      {
        type: 'move-stock',
        productId: 'mug',
        stockDelta: 0,
        reservedDelta: -2,
        movements: 0,
        at: NOW,
      },
    ];

    expect(await shop.store.commit(changes, plenty)).toEqual({ type: 'committed', conflicts: 1 });
    expect(shop.wire.operations()).toEqual(['TransactWriteItems', 'TransactWriteItems']);
  });

  test('it is exhausted if the time ends during the read', async () => {
    const shop = openShop({ orders: [order], maxAttempts: 1 });
    let left = 1_000;
    shop.wire.next('TransactWriteItems', cancelledFor('TransactionConflict'));
    const timeIsUp = () => {
      left = 0;
    };
    shop.wire.next('GetItem', meanwhile(timeIsUp, connectionReset));

    expect(await shop.store.commit(update, () => left)).toEqual({
      type: 'exhausted',
      contested: update,
      conflicts: 1,
    });
  });
});

describe('The write id of a commit', () => {
  const changes = cancellationOf('o1');

  test('is written on every order and movement that the commit writes', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 }), anOrder('o2', { mug: 1 })] });
    const placed = anOrder('o3', { mug: 1 });

    await shop.store.commit(
      [
        ...changes,
        { type: 'create-order', order: placed },
        { type: 'record-movement', movement: aMovement({ referenceId: 'found' }) },
        { type: 'require-order', order: anOrder('o2', { mug: 1 }) },
      ],
      plenty,
      { writeId: 'w1' },
    );

    expect(tokens(shop)).toEqual(['w1']);
    expect(writtenBy(shop, 'w1')).toEqual(['found', 'o1', 'o3', 'order_o1_cancellation']);
  });

  test('is a new one for each commit if the caller gives none', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });

    await shop.store.commit(changes, plenty);
    await shop.store.commit([{ type: 'record-movement', movement: aMovement() }], plenty);

    const [first = '', second = ''] = tokens(shop);
    expect(second).not.toBe(first);
    expect(writtenBy(shop, first)).toEqual(['o1', 'order_o1_cancellation']);
    expect(writtenBy(shop, second)).toEqual(['stocktaking']);
  });
});

describe('A commit whose answer was lost', () => {
  const throttled = refusedWith('ThrottlingException');
  const conflict = cancelledFor('TransactionConflict');
  const inProgress = refusedWith('TransactionInProgressException');
  /** What may happen next, any number of times. After ten minutes DynamoDB forgets a token. */
  const then = (shop: ReturnType<typeof openShop>): Record<string, Fault> => ({
    throttled,
    'throttled in part': cancelledFor('None', 'ThrottlingError'),
    'others are at the order': conflict,
    'others are at the product': cancelledFor('None', 'TransactionConflict'),
    'it is in progress': inProgress,
    'the token is forgotten': meanwhile(() => shop.db.forgetTokens()),
    'the token is forgotten, and the answer lost again': (...request) => {
      shop.db.forgetTokens();
      return connectionReset(...request);
    },
    'nothing arrives': connectionRefused,
  });
  const EVERYTHING = Object.keys(then(openShop()));

  const aShopThat = (lost: Fault, ...next: string[]) => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })], maxAttempts: 1 });
    const faults = then(shop);
    shop.wire.next(
      'TransactWriteItems',
      lost,
      ...next.map((name) => faults[name] ?? connectionRefused),
    );
    return shop;
  };

  const expectDoneOnce = async (shop: ReturnType<typeof openShop>) => {
    expect(await shop.order('o1')).toMatchObject({ status: 'cancelled', version: 2 });
    expect(await shop.restorations('o1')).toHaveLength(1);
    expect(await shop.product('mug')).toMatchObject({
      reservedQuantity: 0,
      availableQuantity: 102,
    });
    await expectLawsHold(shop);
  };

  test.each([
    ['a broken connection', connectionReset],
    ['a timeout', timedOut],
    ['a server error', internalServerError],
    ['an answer that breaks off', answerBrokenOff],
  ])('because of %s takes effect once', async (_, lost) => {
    const shop = aShopThat(lost);

    expect(await shop.store.commit(cancellationOf('o1'), plenty)).toMatchObject({
      type: 'committed',
    });
    await expectDoneOnce(shop);
  });

  test.each(EVERYTHING)('takes effect once if its next 3 attempts meet this: %s', async (next) => {
    const shop = aShopThat(connectionReset, next, next, next);

    expect(await shop.store.commit(cancellationOf('o1'), plenty)).toMatchObject({
      type: 'committed',
    });
    await expectDoneOnce(shop);
    expect(new Set(tokens(shop)).size).toBe(1);
  });

  test('takes effect once if the SDK retries it and DynamoDB has forgotten the token', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })], maxAttempts: 3 });
    const forgetful = then(shop)['the token is forgotten'] ?? connectionRefused;
    shop.wire.next('TransactWriteItems', connectionReset, forgetful);

    expect(await shop.store.commit(cancellationOf('o1'), plenty)).toMatchObject({
      type: 'committed',
    });
    await expectDoneOnce(shop);
  });

  test('takes effect once after any sequence of up to 8 faults', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.constantFrom(...EVERYTHING), { maxLength: 8 }), async (next) => {
        const shop = aShopThat(connectionReset, ...next);

        const { type } = await shop.store.commit(cancellationOf('o1'), plenty);

        expect(type).toBe('committed');
        await expectDoneOnce(shop);
      }),
      { numRuns: 30 },
    );
  });

  test('is committed if the token is forgotten, because the refusal shows its own write id', async () => {
    const shop = aShopThat(connectionReset, 'the token is forgotten');

    expect(await shop.store.commit(cancellationOf('o1'), plenty)).toEqual({
      type: 'committed',
      conflicts: 0,
    });
    expect(shop.wire.operations()).toEqual(['TransactWriteItems', 'TransactWriteItems']);
  });

  test('is sent again when its order is contested, because a read could not tell who wrote it', async () => {
    const shop = aShopThat(connectionReset, 'others are at the order');

    expect(await shop.store.commit(cancellationOf('o1'), plenty)).toEqual({
      type: 'committed',
      conflicts: 1,
    });
    expect(new Set(shop.wire.operations())).toEqual(new Set(['TransactWriteItems']));
  });

  test('is committed even if another request has changed the order since', async () => {
    // Prepare: the answer is lost, another request writes the order, and then a conflict follows
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })], maxAttempts: 1 });
    shop.wire.next(
      'TransactWriteItems',
      connectionReset,
      meanwhile(() => {
        const row = shop.db.get('orders', { id: 'o1' });
        shop.db.put('orders', { ...row, version: 3, writeId: 'another' });
      }),
    );
    shop.wire.next('TransactWriteItems', cancelledFor('TransactionConflict'));

    // Act and assess
    expect(await shop.store.commit(cancellationOf('o1'), plenty)).toMatchObject({
      type: 'committed',
    });
    expect(await shop.restorations('o1')).toHaveLength(1);
  });

  test('is committed if only its movement still has its write id', async () => {
    // Prepare: before the second attempt, another request writes the order
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })], maxAttempts: 1 });
    const others = meanwhile(() => {
      shop.db.forgetTokens();
      const row = shop.db.get('orders', { id: 'o1' });
      shop.db.put('orders', { ...row, version: 3, writeId: 'another' });
    });
    shop.wire.next('TransactWriteItems', connectionReset, others);

    // Act and assess
    expect(await shop.store.commit(cancellationOf('o1'), plenty)).toMatchObject({
      type: 'committed',
    });
    expect(await shop.restorations('o1')).toHaveLength(1);
  });

  test('is recognised if it created an order or adjusted stock, too', async () => {
    for (const changes of [
      [{ type: 'create-order', order: anOrder('o2', {}) }],
      [
        {
          type: 'move-stock',
          productId: 'mug',
          stockDelta: 1,
          reservedDelta: 0,
          movements: 1,
          at: NOW,
        },
        { type: 'record-movement', movement: aMovement() },
      ],
    ] satisfies Change[][]) {
      const shop = aShopThat(connectionReset, 'the token is forgotten');

      expect(await shop.store.commit(changes, plenty)).toMatchObject({ type: 'committed' });
    }
  });
});

describe('When another commit has cancelled the order first', () => {
  const order = anOrder('o1', { mug: 2 });
  /** Another invocation cancels the order before this one. */
  const overtaken = async () => {
    const shop = openShop({ orders: [order] });
    await shop.store.commit(cancellationOf('o1'), plenty, { writeId: 'another' });
    return shop;
  };

  test('the commit is refused and learns the write id of the other one', async () => {
    const shop = await overtaken();

    expect(await shop.store.commit(cancellationOf('o1'), plenty)).toEqual({
      type: 'refused',
      refusals: [
        { ...cancellationOf('o1')[0], found: await shop.order('o1'), writeId: 'another' },
        expect.objectContaining({ type: 'move-stock' }),
        {
          ...cancellationOf('o1')[2],
          found: (await shop.restorations('o1'))[0],
          writeId: 'another',
        },
      ],
      conflicts: 0,
    });
  });

  test('the commit is refused and learns the write id from a read between two attempts, too', async () => {
    const shop = await overtaken();
    shop.wire.next('TransactWriteItems', cancelledFor('TransactionConflict'));

    const [update, ...others] = cancellationOf('o1');
    const record = others.find(({ type }) => type === 'record-movement');
    expect(await shop.store.commit(cancellationOf('o1'), plenty)).toEqual({
      type: 'refused',
      refusals: [
        { ...update, found: await shop.order('o1'), writeId: 'another' },
        { ...record, found: (await shop.restorations('o1'))[0], writeId: 'another' },
      ],
      conflicts: 1,
    });
  });

  test('the refusal shows who cancelled by the movement if the order was written to since', async () => {
    const shop = await overtaken();
    const { id, version } = await shop.order('o1');
    shop.db.put('orders', {
      ...shop.db.get('orders', { id }),
      version: version + 1,
      writeId: 'a third',
    });
    shop.wire.next('TransactWriteItems', cancelledFor('TransactionConflict'));

    expect(await shop.store.commit(cancellationOf('o1'), plenty)).toMatchObject({
      type: 'refused',
      refusals: [
        { type: 'update-order', writeId: 'a third' },
        { type: 'record-movement', writeId: 'another' },
      ],
    });
  });

  test('the refusal has no write id if the row has none', async () => {
    const shop = openShop({ orders: [{ ...order, version: 2 }] });

    const result = await shop.store.commit(cancellationOf('o1'), plenty);

    expect(result).toMatchObject({ type: 'refused' });
    expect(result).not.toHaveProperty('refusals.0.writeId');
  });
});
