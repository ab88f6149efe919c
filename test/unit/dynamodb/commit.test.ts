import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { Change } from '../../../lib/domain/change.ts';
import { openProduct } from '../../../lib/domain/product.ts';
import { NOW } from '../../support/builders.ts';
import { cancelledFor, refusedWith } from '../../support/fake-wire.ts';
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
