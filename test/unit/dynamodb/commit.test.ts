import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Change } from '../../../lib/domain/change.ts';
import type { Order } from '../../../lib/domain/order.ts';
import { openProduct } from '../../../lib/domain/product.ts';
import { anOrder, NOW } from '../../support/builders.ts';
import { cancelledFor, connectionReset, type Fault, refusedWith } from '../../support/fake-wire.ts';
import { aShop } from '../../support/unit-shop.ts';

beforeEach(() => {
  jest.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(() => {
  jest.restoreAllMocks();
});

const { product } = openProduct({ id: 'mug', name: 'Mug', stockQuantity: 0 }, NOW);
const CREATE: Change[] = [{ type: 'create-product', product }];
const plenty = () => 60_000;

const tokens = (shop: ReturnType<typeof aShop>) =>
  shop.wire.writes().map(({ input }) => String(input.ClientRequestToken));

describe('Committing', () => {
  test('is one transaction for all changes', async () => {
    const shop = aShop();

    expect(await shop.store.commit(CREATE, plenty)).toEqual({ type: 'committed', conflicts: 0 });
    expect(shop.wire.operations()).toEqual(['TransactWriteItems']);
    expect(shop.product('mug')).toEqual(product);
  });

  test('carries a token of at most 36 characters', async () => {
    const shop = aShop();

    await shop.store.commit(CREATE, plenty);

    expect(tokens(shop)).toEqual([expect.stringMatching(/^[A-Za-z0-9_-]{36}$/)]);
  });

  test('of the same changes by two callers is two transactions, and only one of them did it', async () => {
    const shop = aShop();

    const results = await Promise.all([
      shop.store.commit(CREATE, plenty),
      shop.store.commit(CREATE, plenty),
    ]);

    expect(new Set(tokens(shop)).size).toBe(2);
    expect(results.map(({ type }) => type).sort()).toEqual(['committed', 'refused']);
  });

  test('tells what was found where a condition failed', async () => {
    const shop = aShop();
    shop.stocks(product);

    expect(await shop.store.commit(CREATE, plenty)).toEqual({
      type: 'refused',
      refusals: [{ type: 'create-product', product, found: product }],
      conflicts: 0,
    });
  });

  test('counts the conflicts before a refusal', async () => {
    const shop = aShop();
    shop.stocks(product);
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
  ])('throws %s, which trying again would not change', async (name, status) => {
    const shop = aShop();
    shop.wire.next('TransactWriteItems', refusedWith(name, status));

    await expect(shop.store.commit(CREATE, plenty)).rejects.toMatchObject({ name });
    expect(shop.wire.writes()).toHaveLength(1);
  });

  test('throws what is not even an error', async () => {
    const shop = aShop();
    shop.wire.next('TransactWriteItems', () => {
      throw 'a string';
    });

    await expect(shop.store.commit(CREATE, plenty)).rejects.toBeTruthy();
  });

  test('is exhausted when its time was up before it began', async () => {
    const shop = aShop();

    expect(await shop.store.commit(CREATE, () => 0)).toEqual({ type: 'exhausted', conflicts: 0 });
    expect(shop.wire.sent).toEqual([]);
  });
});

describe('Patience', () => {
  test('ends after so many conflicts', async () => {
    const shop = aShop();
    const conflict = cancelledFor('TransactionConflict');
    shop.wire.next('TransactWriteItems', conflict, conflict, conflict);

    expect(await shop.store.commit(CREATE, plenty, 2)).toEqual({
      type: 'exhausted',
      conflicts: 2,
    });
  });

  test('does not end while an attempt may have taken effect unheard', async () => {
    const shop = aShop({ maxAttempts: 1 });
    const throttled = refusedWith('ThrottlingException');
    shop.wire.next('TransactWriteItems', connectionReset, throttled, throttled, throttled);

    expect(await shop.store.commit(CREATE, plenty, 2)).toEqual({
      type: 'committed',
      conflicts: 3,
    });
  });
});

describe('When others are at the same order', () => {
  const order = anOrder('o1', { mug: 2 });
  const cancelled: Order = { ...order, status: 'cancelled', version: order.version + 1 };
  const update: Change[] = [{ type: 'update-order', order: cancelled }];
  /** Somebody else gets there first, and we learn only that they were in the way. */
  const overtaken =
    (shop: ReturnType<typeof aShop>, by: Order): Fault =>
    (answer, request) => {
      shop.has(by);
      return cancelledFor('TransactionConflict')(answer, request);
    };

  test('looks at what they made of it instead of trying again', async () => {
    const shop = aShop({ orders: [order] });
    const found: Order = { ...order, status: 'confirmed', version: order.version + 1 };
    shop.wire.next('TransactWriteItems', overtaken(shop, found));

    expect(await shop.store.commit(update, plenty)).toEqual({
      type: 'refused',
      refusals: [{ type: 'update-order', order: cancelled, found }],
      conflicts: 1,
    });
    expect(shop.wire.operations()).toEqual(['TransactWriteItems', 'GetItem']);
  });

  test('tries again when they changed nothing', async () => {
    const shop = aShop({ orders: [order] });
    shop.wire.next('TransactWriteItems', cancelledFor('TransactionConflict'));

    expect(await shop.store.commit(update, plenty)).toEqual({ type: 'committed', conflicts: 1 });
    expect(shop.wire.operations()).toEqual(['TransactWriteItems', 'GetItem', 'TransactWriteItems']);
    expect(new Set(tokens(shop)).size).toBe(1);
  });

  test('does not take for theirs what an unheard attempt of its own has done', async () => {
    const shop = aShop({ orders: [order], maxAttempts: 1 });
    shop.wire.next('TransactWriteItems', connectionReset, cancelledFor('TransactionConflict'));

    expect(await shop.store.commit(update, plenty)).toEqual({ type: 'committed', conflicts: 1 });
    expect(shop.wire.operations()).not.toContain('GetItem');
  });

  test('nor what an attempt has done that the SDK made by itself', async () => {
    const shop = aShop({ orders: [order], maxAttempts: 2 });
    shop.wire.next('TransactWriteItems', connectionReset, cancelledFor('TransactionConflict'));

    expect(await shop.store.commit(update, plenty)).toEqual({ type: 'committed', conflicts: 1 });
    expect(shop.wire.operations()).not.toContain('GetItem');
  });

  test('does not look at orders when others were only at a product', async () => {
    const shop = aShop({ orders: [order] });
    shop.wire.next('TransactWriteItems', cancelledFor('None', 'TransactionConflict'));
    const changes: Change[] = [
      ...update,
      { type: 'move-stock', productId: 'mug', stockDelta: 0, reservedDelta: -2, at: NOW },
    ];

    expect(await shop.store.commit(changes, plenty)).toEqual({ type: 'committed', conflicts: 1 });
    expect(shop.wire.operations()).toEqual(['TransactWriteItems', 'TransactWriteItems']);
  });

  test('is exhausted when the time ends while it looks', async () => {
    const shop = aShop({ orders: [order], maxAttempts: 1 });
    let left = 1_000;
    shop.wire.next('TransactWriteItems', cancelledFor('TransactionConflict'));
    shop.wire.next('GetItem', (answer) => {
      left = 0;
      return connectionReset(answer, shop.wire.sent[0] as never);
    });

    expect(await shop.store.commit(update, () => left)).toEqual({
      type: 'exhausted',
      conflicts: 1,
    });
  });
});
