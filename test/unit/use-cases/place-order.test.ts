import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import type { ProductQuantity } from '../../../lib/domain/stock-movement.ts';
import { placeOrder } from '../../../lib/use-cases/place-order.ts';
import { expectLawsHold } from '../../support/audit.ts';
import { aCancelledOrder, anOrder, NOW } from '../../support/builders.ts';
import { type FakeShop, openShop } from '../../support/fake-shop.ts';
import { cancelledFor, connectionReset, refusedWith } from '../../support/faults.ts';
import { unitRuntime } from '../../support/unit-runtime.ts';

beforeEach(() => {
  jest.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(() => {
  jest.restoreAllMocks();
});

const units = (lines: Record<string, number>): ProductQuantity[] =>
  Object.entries(lines).map(([productId, quantity]) => ({ productId, quantity }));

const place = (
  shop: FakeShop,
  id: string,
  items: readonly ProductQuantity[],
  remaining = () => 60_000,
) => placeOrder({ id, items }, { store: shop.store, remaining, runtime: unitRuntime() });

const aFullShop = () =>
  openShop({ products: { mug: { stock: 10 }, cup: { stock: 5 }, pot: { stock: 0 } } });

describe('Placing an order', () => {
  test('reserves all lines in one transaction', async () => {
    // Prepare
    const shop = aFullShop();

    // Act
    const result = await place(shop, 'o1', units({ mug: 3, cup: 5 }));

    // Assess
    expect(result).toEqual({ outcome: 'placed', order: await shop.order('o1') });
    expect(await shop.order('o1')).toEqual({
      ...anOrder('o1', { mug: 3, cup: 5 }, { statusSince: NOW, createdAt: NOW, updatedAt: NOW }),
      writeId: expect.any(String),
    });
    expect(await shop.product('mug')).toMatchObject({
      stockQuantity: 10,
      reservedQuantity: 3,
      availableQuantity: 7,
      updatedAt: NOW,
    });
    expect(await shop.product('cup')).toMatchObject({ reservedQuantity: 5, availableQuantity: 0 });
    expect(shop.wire.operations()).toEqual(['TransactWriteItems']);
    await expectLawsHold(shop);
  });

  test('adds up two lines of one product', async () => {
    // Prepare
    const shop = aFullShop();

    // Act
    await place(shop, 'o1', [...units({ mug: 1, cup: 1 }), ...units({ mug: 2 })]);

    // Assess
    expect((await shop.order('o1')).items).toMatchObject([
      { productId: 'mug', quantity: 3 },
      { productId: 'cup', quantity: 1 },
    ]);
    expect((await shop.verdict()).violations).toEqual([]);
  });

  test('succeeds for 10 of 20 concurrent callers if 10 units are available', async () => {
    // Prepare
    const shop = aFullShop();

    // Act
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) => place(shop, `o${index}`, units({ mug: 1 }))),
    );

    // Assess
    expect(results.filter(({ outcome }) => outcome === 'placed')).toHaveLength(10);
    expect(results.filter(({ outcome }) => outcome === 'insufficient_stock')).toHaveLength(10);
    expect(await shop.product('mug')).toMatchObject({ reservedQuantity: 10, availableQuantity: 0 });
    expect((await shop.verdict()).violations).toEqual([]);
  });
});

describe('Placing an order that cannot be fulfilled', () => {
  test('reserves nothing, and reports the requested and the available units of short products', async () => {
    // Prepare
    const shop = aFullShop();

    // Act
    const result = await place(shop, 'o1', units({ mug: 10, cup: 6, pot: 1 }));

    // Assess
    expect(result).toEqual({
      outcome: 'insufficient_stock',
      shortages: [
        { productId: 'cup', requested: 6, available: 5 },
        { productId: 'pot', requested: 1, available: 0 },
      ],
    });
    expect((await shop.product('mug')).reservedQuantity).toBe(0);
    expect(await shop.store.getOrder('o1', () => 1_000)).toBeUndefined();
  });

  test('adds up all lines of one product before it reports a shortage', async () => {
    // Prepare
    const shop = aFullShop();

    // Act
    const result = await place(shop, 'o1', [...units({ cup: 3 }), ...units({ cup: 3 })]);

    // Assess
    expect(result).toMatchObject({ shortages: [{ productId: 'cup', requested: 6, available: 5 }] });
  });

  test('reports missing products before short ones', async () => {
    // Prepare
    const shop = aFullShop();

    // Act
    const result = await place(shop, 'o1', units({ pot: 1, jug: 1, mug: 1, jar: 1 }));

    // Assess
    expect(result).toEqual({ outcome: 'product_not_found', productIds: ['jug', 'jar'] });
  });
});

describe('Placing an order again', () => {
  test('returns the order as it is now, and reserves nothing', async () => {
    // Prepare
    const shop = aFullShop();
    await place(shop, 'o1', units({ mug: 3, cup: 1 }));
    await shop.cancelsAll(['o1']);

    // Act
    const result = await place(shop, 'o1', units({ cup: 1, mug: 3 }));

    // Assess
    expect(result).toEqual({ outcome: 'already_placed', order: await shop.order('o1') });
    expect((await shop.order('o1')).status).toBe('cancelled');
    expect((await shop.product('mug')).reservedQuantity).toBe(0);
  });

  test('is idempotent even if the stock is used up by now', async () => {
    // Prepare
    const shop = aFullShop();
    await place(shop, 'o1', units({ cup: 5 }));

    // Act
    const result = await place(shop, 'o1', units({ cup: 5 }));

    // Assess
    expect(result).toMatchObject({ outcome: 'already_placed' });
  });

  test.each([
    ['other quantities', { mug: 2, cup: 1 }],
    ['other products', { mug: 3, pot: 1 }],
    ['fewer lines', { mug: 3 }],
    ['more lines', { mug: 3, cup: 1, pot: 1 }],
  ])('with %s is refused, because the id is taken', async (_, lines) => {
    // Prepare
    const shop = openShop({
      orders: [aCancelledOrder('o1', { mug: 3, cup: 1 })],
      products: { pot: {} },
    });

    // Act
    const result = await place(shop, 'o1', units(lines));

    // Assess
    expect(result).toEqual({ outcome: 'order_exists' });
  });

  test('is refused if the order was lost but its reservation is still in the ledger', async () => {
    // Prepare
    const shop = openShop({ orders: [anOrder('o1', { mug: 3 })] });
    await shop.loses('orders', 'o1');

    // Act
    const result = await place(shop, 'o1', units({ mug: 3 }));

    // Assess
    expect(result).toEqual({ outcome: 'order_exists' });
  });
});

describe('When placing an order is disturbed', () => {
  test('one conflict and 3 lost answers still reserve once', async () => {
    // Prepare
    const shop = aFullShop();
    shop.wire.next(
      'TransactWriteItems',
      cancelledFor('None', 'TransactionConflict'),
      connectionReset,
      connectionReset,
      connectionReset,
    );

    // Act
    const result = await place(shop, 'o1', units({ mug: 3 }));

    // Assess
    expect(result).toMatchObject({ outcome: 'placed' });
    expect((await shop.product('mug')).reservedQuantity).toBe(3);
    expect((await shop.verdict()).violations).toEqual([]);
  });

  test('an identical call that succeeded first is found, and no shortage is reported', async () => {
    // Prepare: a conflict at the order, and a product whose stock the identical call has taken
    const shop = openShop({ products: { mug: { stock: 3 } } });
    shop.wire.next('TransactWriteItems', async (answer, request) => {
      await place(shop, 'o1', units({ mug: 3 }));
      const Item = shop.db.get('products', { id: 'mug' }) ?? {};
      return cancelledFor('TransactionConflict', { Code: 'ConditionalCheckFailed', Item })(
        answer,
        request,
      );
    });

    // Act
    const result = await place(shop, 'o1', units({ mug: 3 }));

    // Assess
    expect(result).toEqual({ outcome: 'already_placed', order: await shop.order('o1') });
    expect((await shop.product('mug')).reservedQuantity).toBe(3);
    await expectLawsHold(shop);
  });

  test('a call with other lines that succeeded first is reported as order_exists', async () => {
    // Prepare
    const shop = openShop({ products: { mug: { stock: 3 } } });
    shop.wire.next('TransactWriteItems', async (answer, request) => {
      await place(shop, 'o1', units({ mug: 2 }));
      const Item = shop.db.get('products', { id: 'mug' }) ?? {};
      return cancelledFor('TransactionConflict', { Code: 'ConditionalCheckFailed', Item })(
        answer,
        request,
      );
    });

    // Act and assess
    expect(await place(shop, 'o1', units({ mug: 3 }))).toEqual({ outcome: 'order_exists' });
  });

  test('an order that is placed with the last of the time is reported as placed', async () => {
    const shop = aFullShop();
    const remaining = () => (shop.wire.writes().length === 0 ? 60_000 : 0);

    expect(await place(shop, 'o1', units({ mug: 3 }), remaining)).toMatchObject({
      outcome: 'placed',
    });
  });

  test('without time it is unfinished, and the next call places it', async () => {
    // Prepare
    const shop = aFullShop();

    // Act
    const first = await place(shop, 'o1', units({ mug: 3 }), () => 0);
    const second = await place(shop, 'o1', units({ mug: 3 }));

    // Assess
    expect(first).toEqual({ outcome: 'unfinished' });
    expect(second).toMatchObject({ outcome: 'placed' });
  });

  test('a ValidationException is thrown', async () => {
    // Prepare
    const shop = aFullShop();
    shop.wire.next('TransactWriteItems', refusedWith('ValidationException'));

    // Act
    const placing = place(shop, 'o1', units({ mug: 3 }));

    // Assess
    await expect(placing).rejects.toMatchObject({ name: 'ValidationException' });
  });
});
