import { describe, expect, test } from '@jest/globals';
import { createProduct } from '../../../lib/use-cases/create-product.ts';
import { deleteOrder } from '../../../lib/use-cases/delete-order.ts';
import { deleteProduct } from '../../../lib/use-cases/delete-product.ts';
import { placeOrder } from '../../../lib/use-cases/place-order.ts';
import { transitionOrder } from '../../../lib/use-cases/transition-order.ts';
import { anOrder, aProduct, manyLines } from '../../support/builders.ts';
import { cancelLines } from '../../support/cancel-lines.ts';
import { openShop as plainShop } from '../../support/fake-shop.ts';
import { meanwhile, noFault } from '../../support/faults.ts';
import { mortal, survives } from '../../support/unit-death.ts';
import { unitRuntime } from '../../support/unit-runtime.ts';

const LINES = 120;
const items = manyLines(LINES).map(({ productId }) => ({ productId, quantity: 2 }));
const large = (short: Record<string, number> = {}) =>
  plainShop({
    products: Object.fromEntries(
      items.map(({ productId }) => [productId, { stock: short[productId] ?? 4 }]),
    ),
  });

/** A time budget that ends after this many writes, so that a busy loop ends. */
const untilWrites = (shop: ReturnType<typeof plainShop>, writes: number) => () =>
  shop.wire.writes().length < writes ? 60_000 : 0;

describe('Regressions', () => {
  test('a retry of an order that died while it was given up reports the shortage', async () => {
    const shop = large({ p119: 1 });
    // 2 steps placed, the third refused, 1 step given back, and then the caller dies
    await survives(placeOrder({ id: 'o1', items }, shop.ports({ store: mortal(shop.store, 4) })));
    expect(await shop.order('o1')).toMatchObject({ status: 'cancelled', placing: true });
    const result = await placeOrder(
      { id: 'o1', items },
      shop.ports({ remaining: untilWrites(shop, 200) }),
    );
    expect({ ...result, writes: shop.wire.writes().length }).toMatchObject({
      outcome: 'insufficient_stock',
    });
  });
  test('an order that was given up with drift stays cancelled, and a retry reports it after 1 write', async () => {
    const shop = large({ p119: 1 });
    shop.wire.next(
      'TransactWriteItems',
      noFault,
      noFault,
      meanwhile(() => shop.stocks(aProduct('p000', { stock: 4, reserved: 1 }))),
    );
    await placeOrder({ id: 'o1', items }, shop.ports({ remaining: untilWrites(shop, 200) }));
    const before = shop.wire.writes().length;
    const result = await placeOrder(
      { id: 'o1', items },
      shop.ports({ remaining: untilWrites(shop, before + 200) }),
    );
    expect({ ...result, writes: shop.wire.writes().length - before }).toEqual({
      outcome: 'order_exists',
      writes: 1,
    });
    expect(await shop.order('o1')).toMatchObject({
      status: 'cancelled',
      cancellationReason: 'inventory',
    });
  });
  test('an order that another caller has completed is reported as placed, not as short', async () => {
    const shop = large({ p119: 1 });
    // The third step of A is refused; before A gives up, stock arrives and B completes the order
    shop.wire.next(
      'TransactWriteItems',
      noFault,
      noFault,
      noFault,
      meanwhile(async () => {
        await shop.store.commit(
          [
            {
              type: 'move-stock',
              productId: 'p119',
              stockDelta: 5,
              reservedDelta: 0,
              movements: 0,
              at: '',
            },
          ],
          () => 1_000,
        );
        await placeOrder({ id: 'o1', items }, shop.ports());
      }),
    );
    const result = await placeOrder(
      { id: 'o1', items },
      shop.ports({ remaining: untilWrites(shop, 200) }),
    );
    const order = await shop.store.getOrder('o1', () => 1_000);
    expect([result.outcome, order?.status, order?.placing]).toEqual([
      'already_placed',
      'pending',
      undefined,
    ]);
  });
  test('deleting a product spares one that was created with its id in the meantime', async () => {
    const shop = plainShop({ products: { mug: { stock: 10 } } });
    let done = false;
    shop.wire.next(
      'TransactWriteItems',
      noFault,
      meanwhile(async () => {
        if (done) return;
        done = true;
        await deleteProduct('mug', shop.ports({ runtime: unitRuntime({ now: () => new Date() }) }));
        await createProduct({ id: 'mug', name: 'New', stockQuantity: 3 }, shop.ports());
      }),
    );
    const result = await deleteProduct('mug', shop.ports({ remaining: untilWrites(shop, 300) }));
    expect({ ...result, writes: shop.wire.writes().length < 300 }).toMatchObject({
      outcome: expect.stringMatching(/deleted|not_found/),
      writes: true,
    });
    expect(await shop.store.getProduct('mug', () => 1_000)).toMatchObject({
      name: 'New',
      stockQuantity: 3,
    });
  });
  test('a partial cancellation of a deleted product can be repeated', async () => {
    const shop = plainShop({ orders: [anOrder('o1', { mug: 5, cup: 1 })] });
    await shop.loses('products', 'mug');
    const request = {
      orderId: 'o1',
      items: [
        { productId: 'mug', quantity: 1 },
        { productId: 'cup', quantity: 1 },
      ],
      idempotencyKey: 'k',
    };
    const first = await cancelLines(request, shop.ports());
    const again = await cancelLines(request, shop.ports());
    expect([first.outcome, again.outcome]).toEqual(['cancelled', 'already_cancelled']);
  });
  test('a damaged order does not keep another order from being cancelled', async () => {
    const shop = plainShop({ orders: [anOrder('o1', { mug: 2 }), anOrder('o2', { mug: 2 })] });
    shop.db.put('orders', {
      id: 'o2',
      status: 'pending',
      version: 1,
      items: 'oops',
      createdAt: 'x',
      updatedAt: 'x',
    });
    const results = await shop.cancelsAll(['o1', 'o2']);
    expect(results[0]).toMatchObject({ outcome: 'cancelled' });
  });
  test('no transaction exceeds 100 actions, even if an order holds more than when it was packed', async () => {
    const half = (held: number, version: number) =>
      anOrder(
        'big',
        manyLines(49).map((l, i) => (i < held ? l : { ...l, reservedQuantity: 0 })),
        { placing: true, version },
      );
    const others = Array.from({ length: 30 }, (_, i) => anOrder(`o${i}`, { [`q${i}`]: 1 }));
    const shop = plainShop({
      orders: [half(1, 1), ...others],
      products: Object.fromEntries(
        manyLines(49).map((l) => [l.productId, { stock: 100, reserved: 49 }]),
      ),
    });
    shop.wire.next(
      'TransactWriteItems',
      meanwhile(() => shop.has(half(49, 2))),
    );
    await shop.cancelsAll(['big', ...others.map(({ id }) => id)]);
    const sizes = shop.wire.writes().map(({ input }) => (input.TransactItems as unknown[]).length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(100);
  });
  test('of 49 orders of a product with 30 reserved units, the first 30 have no drift', async () => {
    const orders = Array.from({ length: 49 }, (_, i) => anOrder(`o${i}`, { mug: 1 }));
    const shop = plainShop({ orders, products: { mug: { stock: 100, reserved: 30 } } });
    const results = await shop.cancelsAll(orders.map(({ id }) => id));
    expect(results.map((r) => ('drift' in r ? r.drift : -1))).toEqual(
      orders.map((_, i) => (i < 30 ? 0 : 1)),
    );
  });
  test('an order with 111 movements of one product is not deletable', async () => {
    const shop = plainShop({ orders: [anOrder('o1', { mug: 110 })] });
    for (let i = 0; i < 110; i += 1)
      await cancelLines(
        { orderId: 'o1', items: [{ productId: 'mug', quantity: 1 }], idempotencyKey: `k${i}` },
        shop.ports(),
      );
    expect((await shop.order('o1')).status).toBe('cancelled');
    expect(await deleteOrder('o1', shop.ports())).toEqual({ outcome: 'order_not_deletable' });
  });
  test('a cursor over 32 shards has at most 8,192 characters', async () => {
    const shop = plainShop({ tables: { productMovementShards: 32 } });
    const id = 'p'.repeat(64);
    for (let index = 0; index < 400; index += 1) {
      await shop.records({
        referenceId: `order_${String(index).padStart(64, '0')}_cancellation`,
        entry: `restoration#${id}`,
        productId: id,
        movementType: 'restoration',
        quantity: 1,
        stockDelta: 0,
        reservedDelta: -1,
        createdAt: '2026-03-02T12:00:00.000Z',
      });
    }
    const { next } = await shop.store.movementsOfProduct(id, {
      limit: 100,
      remaining: () => 1_000,
    });
    const { encodeCursor } = await import('../../../lib/http/cursor.ts');
    expect(encodeCursor('x', next).length).toBeLessThanOrEqual(8_192);
  });
  test('shipping with a wrong available counter ends after less than 20 transactions', async () => {
    const shop = plainShop({ orders: [anOrder('o1', { mug: 5 }, { status: 'confirmed' })] });
    shop.db.put('products', {
      ...aProduct('mug', { stock: 10, reserved: 2 }),
      availableQuantity: 0,
    });
    const p = transitionOrder('o1', 'shipped', shop.ports({ remaining: untilWrites(shop, 300) }));
    await p.catch((e) => e);
    expect(shop.wire.writes().length).toBeLessThan(20);
  });
});
