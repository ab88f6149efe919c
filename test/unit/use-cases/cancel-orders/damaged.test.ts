import { describe, expect, test } from '@jest/globals';
import { anOrder } from '../../../support/builders.ts';
import { type FakeShop, openShop } from '../../../support/fake-shop.ts';
import { meanwhile } from '../../../support/faults.ts';

const IDS = Array.from({ length: 12 }, (_, index) => `o${index}`);

const aShopOfTwelve = () => openShop({ orders: IDS.map((id) => anOrder(id, { mug: 2 })) });

/** Writes what no code of ours would write into the row of an order. */
const damages = (shop: FakeShop, id: string, attributes: Record<string, unknown>): void =>
  shop.db.put('orders', { ...shop.db.get('orders', { id }), ...attributes });

const byName = {
  name: 'DamagedItemError',
  message: expect.stringContaining('order o5 is damaged'),
};

describe.each<[string, Record<string, unknown>]>([
  ['a line that is null', { items: [null] }],
  ['text for lines', { items: 'two mugs' }],
  ['an unknown status', { status: 'lost' }],
  ['text for a quantity', { items: [{ productId: 'mug', quantity: 'two' }] }],
])('An order with %s in a batch', (_, damage) => {
  test('fails alone with its id in the error, and the other 11 are cancelled', async () => {
    // Prepare
    const shop = aShopOfTwelve();
    damages(shop, 'o5', damage);

    // Act
    const results = await shop.cancelsAll(IDS);

    // Assess
    for (const [index, result] of results.entries()) {
      expect(result).toMatchObject(
        index === 5
          ? { orderId: 'o5', outcome: 'failed', error: byName }
          : { outcome: 'cancelled' },
      );
    }
    expect((await shop.product('mug')).reservedQuantity).toBe(2);
  });

  test('fails alone, too, if it is damaged after it was read', async () => {
    // Prepare
    const shop = aShopOfTwelve();
    shop.wire.next(
      'TransactWriteItems',
      meanwhile(() => damages(shop, 'o5', { version: 7, ...damage })),
    );

    // Act
    const results = await shop.cancelsAll(IDS);

    // Assess
    for (const [index, result] of results.entries()) {
      expect(result).toMatchObject(
        index === 5
          ? { orderId: 'o5', outcome: 'failed', error: byName }
          : { outcome: 'cancelled' },
      );
    }
    expect((await shop.product('mug')).reservedQuantity).toBe(2);
  });
});

test('Orders of a damaged product fail with its id in the error, and other orders are cancelled', async () => {
  // Prepare
  const shop = openShop({
    orders: [
      anOrder('o1', { mug: 2 }),
      anOrder('o2', { cup: 2 }),
      anOrder('o3', { cup: 1, mug: 1 }),
    ],
  });
  shop.db.put('products', {
    ...shop.db.get('products', { id: 'mug' }),
    name: 7,
    reservedQuantity: 0,
  });

  // Act
  const results = await shop.cancelsAll(['o1', 'o2', 'o3']);

  // Assess
  const failed = {
    outcome: 'failed',
    error: { name: 'DamagedItemError', message: expect.stringContaining('product mug is damaged') },
  };
  expect(results).toMatchObject([failed, { outcome: 'cancelled' }, failed]);
  expect((await shop.product('cup')).reservedQuantity).toBe(1);
});
