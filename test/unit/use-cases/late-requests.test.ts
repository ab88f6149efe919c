/**
 * A request that hangs somewhere, is sent again by the SDK, and arrives after all. DynamoDB knows the
 * token of a transaction that took effect, but not of one that it refused. So the late copy of a
 * refused transaction takes effect if its conditions hold by then, whatever its caller was told.
 */
import { describe, expect, test } from '@jest/globals';
import { adjustStock } from '../../../lib/use-cases/adjust-stock.ts';
import { deleteProduct } from '../../../lib/use-cases/delete-product.ts';
import { placeOrder } from '../../../lib/use-cases/place-order.ts';
import { sweepOrders } from '../../../lib/use-cases/sweep-orders.ts';
import { manyLines, NOW } from '../../support/builders.ts';
import { type FakeShop, openShop } from '../../support/fake-shop.ts';
import { unitRuntime } from '../../support/unit-runtime.ts';

/** The next transaction hangs, and the SDK sends it again. @returns lets the first copy arrive */
const hangs = (shop: FakeShop): (() => Promise<unknown>) => {
  let arrive: () => Promise<unknown> = () => Promise.reject(new Error('Nothing was sent'));
  shop.wire.next('TransactWriteItems', (answer) => {
    arrive = async () => answer();
    throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
  });
  return () => arrive();
};

const delivers = (shop: FakeShop, productId: string, quantity: number) =>
  adjustStock({ productId, quantity, referenceId: `delivery-of-${productId}` }, shop.ports());

const AN_HOUR_LATER = new Date(Date.parse(NOW) + 3_600_000);

/** Sweeps an hour later. */
const sweeps = (shop: FakeShop) =>
  sweepOrders(shop.ports({ runtime: unitRuntime({ now: () => AN_HOUR_LATER }) }));

/** A placement is told insufficient_stock; then there is stock, and its first request arrives. */
const aLatePlacement = async (expiresAt?: string): Promise<FakeShop> => {
  const shop = openShop({ products: { mug: { stock: 1 } } });
  const arrives = hangs(shop);
  const order = { id: 'o1', items: [{ productId: 'mug', quantity: 2 }] };
  const told = await placeOrder({ ...order, expiresAt }, shop.ports());
  expect(told).toMatchObject({ outcome: 'insufficient_stock' });
  await expect(shop.order('o1')).rejects.toThrow('no order');
  await delivers(shop, 'mug', 5);
  await arrives();
  return shop;
};

describe('A placement whose first request arrives after its caller was told insufficient_stock', () => {
  test('holds its units, and the same call again or a cancellation meets it', async () => {
    const shop = await aLatePlacement();

    expect(await shop.stockOf('mug')).toMatchObject({ reserved: 2 });
    expect(await shop.places('o1', { mug: 2 })).toMatchObject({ outcome: 'already_placed' });
    expect(await shop.cancels('o1')).toMatchObject({ outcome: 'cancelled' });
    expect(await shop.verdict()).toEqual({ violations: [], unfinished: [] });
  });

  test('is swept when it expires', async () => {
    const shop = await aLatePlacement(NOW);

    expect(await sweeps(shop)).toMatchObject([{ orderId: 'o1', outcome: 'done' }]);
    expect(await shop.stockOf('mug')).toMatchObject({ reserved: 0 });
  });

  test('is in the list of pending orders and nowhere else if orders do not expire', async () => {
    const shop = await aLatePlacement();

    expect(await sweeps(shop)).toEqual([]);
    const { items } = await shop.store.ordersByStatus(['pending'], {
      limit: 10,
      remaining: () => 1_000,
    });
    expect(items.map(({ id }) => id)).toEqual(['o1']);
  });

  test('is given up by the sweep if it has more lines than a transaction', async () => {
    // Prepare: p000 is one of the lines of the first transaction
    const shop = openShop({
      products: Object.fromEntries(manyLines(60).map(({ productId }) => [productId, { stock: 0 }])),
    });
    for (const { productId } of manyLines(60).slice(1)) await delivers(shop, productId, 1);
    const arrives = hangs(shop);
    const items = manyLines(60).map(({ productId }) => ({ productId, quantity: 1 }));
    expect(await shop.placesLines('o1', items)).toMatchObject({ outcome: 'insufficient_stock' });
    await delivers(shop, 'p000', 1);

    // Act
    await arrives();
    expect(await shop.order('o1')).toMatchObject({ placing: true });
    await sweeps(shop);

    // Assess
    await expect(shop.order('o1')).rejects.toThrow('no order');
    expect(await shop.verdict()).toEqual({ violations: [], unfinished: [] });
  });
});

describe('A deletion of a product whose first request arrives after its caller was told product_in_use', () => {
  test('retires the product, and the same call again deletes it', async () => {
    // Prepare
    const shop = openShop();
    await shop.sells({ mug: 5 });
    await shop.places('o1', { mug: 1 });
    const arrives = hangs(shop);
    expect(await deleteProduct('mug', shop.ports())).toEqual({ outcome: 'product_in_use' });
    await shop.cancels('o1');

    // Act
    await arrives();

    // Assess
    expect(await shop.store.getProduct('mug', () => 1_000)).toBeUndefined();
    expect(await deleteProduct('mug', shop.ports())).toMatchObject({ outcome: 'deleted' });
    expect(await shop.verdict()).toEqual({ violations: [], unfinished: [] });
  });
});

test('An adjustment whose first request arrives after its caller was told insufficient_stock is made, once', async () => {
  // Prepare
  const shop = openShop({ products: { mug: { stock: 1 } } });
  const broken = { productId: 'mug', quantity: -2, referenceId: 'broken' };
  const arrives = hangs(shop);
  expect(await adjustStock(broken, shop.ports())).toMatchObject({ outcome: 'insufficient_stock' });
  await delivers(shop, 'mug', 5);

  // Act
  await arrives();

  // Assess
  expect(await adjustStock(broken, shop.ports())).toMatchObject({ outcome: 'already_adjusted' });
  expect(await shop.stockOf('mug')).toMatchObject({ stock: 4 });
});
