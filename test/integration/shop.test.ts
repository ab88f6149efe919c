import { expect, test } from '@jest/globals';
import { systemRuntime } from '../../lib/runtime.ts';
import { createProduct } from '../../lib/use-cases/create-product.ts';
import { expectLawsHold, rowsOf } from '../support/audit.ts';
import { onEveryEngine } from '../support/engines.ts';
import { timeFor } from '../support/time.ts';

onEveryEngine('Opening a product', (engine) => {
  const offer = async (
    shop: Awaited<ReturnType<typeof engine.openShop>>,
    product: { id: string; name: string; stockQuantity: number },
  ) =>
    createProduct(product, {
      store: shop.store,
      runtime: systemRuntime,
      remaining: timeFor(10_000),
    });

  const beans = { id: 'beans', name: 'Espresso beans', stockQuantity: 40 };

  test('adds its first stock to the counters and to the ledger', async () => {
    const shop = await engine.openShop();

    const result = await offer(shop, beans);

    expect(result).toMatchObject({
      outcome: 'created',
      product: { ...beans, reservedQuantity: 0, availableQuantity: 40 },
    });
    expect(await shop.movementsOf({ productId: 'beans' })).toEqual([
      {
        referenceId: 'product_beans_opening',
        entry: 'adjustment#beans',
        productId: 'beans',
        movementType: 'adjustment',
        quantity: 40,
        stockDelta: 40,
        reservedDelta: 0,
        createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      },
    ]);
    await expectLawsHold(shop);
  });

  test('a second time with the same content changes nothing, and shows the product as it is now', async () => {
    const shop = await engine.openShop();
    await offer(shop, beans);
    await shop.hasOrders({ ada: { beans: 3 } });

    const again = await offer(shop, beans);

    expect(again).toMatchObject({
      outcome: 'already_created',
      product: { stockQuantity: 40, reservedQuantity: 3, availableQuantity: 37 },
    });
    expect(await shop.movementsOf({ productId: 'beans' })).toHaveLength(2);
    await expectLawsHold(shop);
  });

  test.each([
    ['another name', { ...beans, name: 'Decaf beans' }],
    ['another opening stock', { ...beans, stockQuantity: 41 }],
    ['no opening stock', { ...beans, stockQuantity: 0 }],
  ])('a second time with %s is refused and changes nothing', async (_, other) => {
    const shop = await engine.openShop();
    await offer(shop, beans);

    const result = await offer(shop, other);

    expect(result).toEqual({ outcome: 'product_exists' });
    expect(await shop.store.getProduct('beans', () => 10_000)).toMatchObject(beans);
    await expectLawsHold(shop);
  });

  test('without stock records no movement', async () => {
    const shop = await engine.openShop();

    const first = await offer(shop, { ...beans, stockQuantity: 0 });
    const second = await offer(shop, { ...beans, stockQuantity: 0 });

    expect([first.outcome, second.outcome]).toEqual(['created', 'already_created']);
    expect(await shop.movementsOf({ productId: 'beans' })).toEqual([]);
    expect(await shop.places('ada', { beans: 1 })).toMatchObject({ outcome: 'insufficient_stock' });
    await expectLawsHold(shop);
  });
});

onEveryEngine('Placing an order', (engine) => {
  test('reserves the units of each line', async () => {
    const shop = await engine.openShop();
    await shop.sells({ beans: 40, filters: 25 });

    const result = await shop.places('ada', { beans: 3, filters: 1 });

    expect(result).toMatchObject({
      outcome: 'placed',
      order: {
        id: 'ada',
        status: 'pending',
        version: 1,
        items: [
          { productId: 'beans', quantity: 3, reservedQuantity: 3, cancelledQuantity: 0 },
          { productId: 'filters', quantity: 1, reservedQuantity: 1, cancelledQuantity: 0 },
        ],
      },
    });
    expect(await shop.stockOf('beans')).toEqual({ stock: 40, reserved: 3, available: 37 });
    expect(await shop.stockOf('filters')).toEqual({ stock: 25, reserved: 1, available: 24 });
    expect(await shop.movementsOf({ orderId: 'ada' })).toMatchObject([
      { entry: 'reservation#beans', quantity: -3, stockDelta: 0, reservedDelta: 3 },
      { entry: 'reservation#filters', quantity: -1, stockDelta: 0, reservedDelta: 1 },
    ]);
    await expectLawsHold(shop);
  });

  test('merges lines of the same product into one line with one movement', async () => {
    const shop = await engine.openShop();
    await shop.sells({ beans: 40, filters: 25 });

    const result = await shop.placesLines('ada', [
      { productId: 'beans', quantity: 3 },
      { productId: 'filters', quantity: 1 },
      { productId: 'beans', quantity: 4 },
    ]);

    expect(result).toMatchObject({
      outcome: 'placed',
      order: {
        items: [
          { productId: 'beans', quantity: 7, reservedQuantity: 7 },
          { productId: 'filters', quantity: 1, reservedQuantity: 1 },
        ],
      },
    });
    expect(await shop.stockOf('beans')).toEqual({ stock: 40, reserved: 7, available: 33 });
    expect(await shop.movementsOf({ orderId: 'ada' })).toHaveLength(2);
    await expectLawsHold(shop);
  });

  test('reserves the units of all lines or of none', async () => {
    const shop = await engine.openShop();
    await shop.sells({ beans: 40, filters: 2, grinder: 1 });

    const result = await shop.places('ada', { beans: 3, filters: 3, grinder: 2 });

    expect(result).toEqual({
      outcome: 'insufficient_stock',
      shortages: [
        { productId: 'filters', requested: 3, available: 2 },
        { productId: 'grinder', requested: 2, available: 1 },
      ],
    });
    expect(await shop.store.getOrder('ada', () => 10_000)).toBeUndefined();
    expect(await shop.stockOf('beans')).toEqual({ stock: 40, reserved: 0, available: 40 });
    expect(await shop.movementsOf({ orderId: 'ada' })).toEqual([]);
    await expectLawsHold(shop);
  });

  test('reserves the last unit, and refuses the next order', async () => {
    const shop = await engine.openShop();
    await shop.sells({ beans: 3 });

    expect(await shop.places('ada', { beans: 3 })).toMatchObject({ outcome: 'placed' });
    expect(await shop.places('ben', { beans: 1 })).toEqual({
      outcome: 'insufficient_stock',
      shortages: [{ productId: 'beans', requested: 1, available: 0 }],
    });
    await expectLawsHold(shop);
  });

  test('names the products that do not exist, and reserves nothing of the others', async () => {
    const shop = await engine.openShop();
    await shop.sells({ beans: 40 });

    const result = await shop.places('ada', { beans: 3, unicorn: 1, dragon: 1 });

    expect(result).toEqual({ outcome: 'product_not_found', productIds: ['unicorn', 'dragon'] });
    expect(await shop.stockOf('beans')).toEqual({ stock: 40, reserved: 0, available: 40 });
    await expectLawsHold(shop);
  });

  test('a second time with the same lines, split or sorted otherwise, reserves nothing more', async () => {
    const shop = await engine.openShop();
    await shop.sells({ beans: 40, filters: 25 });
    await shop.hasOrders({ ada: { beans: 3, filters: 1 } });

    const again = await shop.placesLines('ada', [
      { productId: 'filters', quantity: 1 },
      { productId: 'beans', quantity: 1 },
      { productId: 'beans', quantity: 2 },
    ]);

    expect(again).toMatchObject({ outcome: 'already_placed', order: { id: 'ada', version: 1 } });
    expect(await shop.stockOf('beans')).toEqual({ stock: 40, reserved: 3, available: 37 });
    await expectLawsHold(shop);
  });

  test('a second time is recognised even if the first time took the last units', async () => {
    const shop = await engine.openShop();
    await shop.sells({ beans: 3 });
    await shop.hasOrders({ ada: { beans: 3 } });

    expect(await shop.places('ada', { beans: 3 })).toMatchObject({ outcome: 'already_placed' });
    await expectLawsHold(shop);
  });

  test('a second time, after it was cancelled, shows the cancelled order and reserves nothing', async () => {
    const shop = await engine.openShop();
    await shop.sells({ beans: 40 });
    await shop.hasOrders({ ada: { beans: 3 } });
    await shop.cancels('ada');

    const again = await shop.places('ada', { beans: 3 });

    expect(again).toMatchObject({ outcome: 'already_placed', order: { status: 'cancelled' } });
    expect(await shop.stockOf('beans')).toEqual({ stock: 40, reserved: 0, available: 40 });
    await expectLawsHold(shop);
  });

  test.each<[string, Record<string, number>]>([
    ['other quantities', { beans: 4, filters: 1 }],
    ['a line less', { beans: 3 }],
    ['a line more', { beans: 3, filters: 1, grinder: 1 }],
    ['other products', { beans: 3, grinder: 1 }],
  ])('a second time with %s is refused and reserves nothing', async (_, basket) => {
    const shop = await engine.openShop();
    await shop.sells({ beans: 40, filters: 25, grinder: 5 });
    await shop.hasOrders({ ada: { beans: 3, filters: 1 } });

    const result = await shop.places('ada', basket);

    expect(result).toEqual({ outcome: 'order_exists' });
    expect(await shop.stockOf('beans')).toEqual({ stock: 40, reserved: 3, available: 37 });
    expect(await shop.stockOf('grinder')).toEqual({ stock: 5, reserved: 0, available: 5 });
    await expectLawsHold(shop);
  });

  test('reserves 49 products in one transaction, the most that fit', async () => {
    const shop = await engine.openShop();
    const basket = Object.fromEntries(Array.from({ length: 49 }, (_, n) => [`product-${n}`, 2]));
    await shop.sells(basket);

    expect(await shop.places('ada', basket)).toMatchObject({ outcome: 'placed' });
    expect(await shop.cancels('ada')).toMatchObject({ outcome: 'cancelled', drift: 0 });
    expect(await shop.stockOf('product-48')).toEqual({ stock: 2, reserved: 0, available: 2 });
    await expectLawsHold(shop);
  });
});

onEveryEngine('Cancelling an order', (engine) => {
  test('gives back the units that it holds, and records each restoration in the ledger', async () => {
    const shop = await engine.openShop();
    await shop.sells({ beans: 40, filters: 25 });
    await shop.hasOrders({ ada: { beans: 3, filters: 1 } });

    const result = await shop.cancels('ada', { reason: 'customer', note: 'Changed her mind' });

    expect(result).toMatchObject({
      outcome: 'cancelled',
      drift: 0,
      conflicts: 0,
      order: {
        id: 'ada',
        status: 'cancelled',
        version: 2,
        cancellationReason: 'customer',
        cancellationNote: 'Changed her mind',
        items: [
          { productId: 'beans', quantity: 3, reservedQuantity: 0, cancelledQuantity: 3 },
          { productId: 'filters', quantity: 1, reservedQuantity: 0, cancelledQuantity: 1 },
        ],
      },
    });
    expect(await shop.order('ada')).toEqual('order' in result && result.order);
    expect(await shop.stockOf('beans')).toEqual({ stock: 40, reserved: 0, available: 40 });
    expect(await shop.stockOf('filters')).toEqual({ stock: 25, reserved: 0, available: 25 });
    const movements = await shop.movementsOf({ orderId: 'ada' });
    expect(movements.filter(({ movementType }) => movementType === 'restoration')).toMatchObject([
      {
        referenceId: 'order_ada_cancellation',
        entry: 'restoration#beans',
        quantity: 3,
        stockDelta: 0,
        reservedDelta: -3,
      },
      { entry: 'restoration#filters', quantity: 1, stockDelta: 0, reservedDelta: -1 },
    ]);
    await expectLawsHold(shop);
  });

  test('a second time answers the same, keeps the first reason and moves nothing', async () => {
    const shop = await engine.openShop();
    await shop.sells({ beans: 40, filters: 25 });
    await shop.hasOrders({ ada: { beans: 3, filters: 1 } });
    const first = await shop.cancels('ada', { reason: 'customer' });

    const second = await shop.cancels('ada', { reason: 'fraud', note: 'Second thoughts' });

    if (first.outcome !== 'cancelled' || second.outcome !== 'already_cancelled') {
      throw new Error(`${first.outcome}, ${second.outcome}`);
    }
    expect(second.order).toEqual(first.order);
    const [once, again] = [first.restored, second.restored];
    expect(once).toEqual([
      { productId: 'beans', quantity: 3 },
      { productId: 'filters', quantity: 1 },
    ]);
    expect(again).toEqual(once);
    expect(await shop.movementsOf({ orderId: 'ada' })).toHaveLength(4);
    await expectLawsHold(shop);
  });

  test('makes the units available to the next customer', async () => {
    const shop = await engine.openShop();
    await shop.sells({ beans: 3 });
    await shop.hasOrders({ ada: { beans: 3 } });
    await shop.cancels('ada');

    expect(await shop.places('ben', { beans: 3 })).toMatchObject({ outcome: 'placed' });
    await expectLawsHold(shop);
  });

  test('that does not exist moves nothing and creates nothing', async () => {
    const shop = await engine.openShop();
    await shop.sells({ beans: 3 });

    expect(await shop.cancels('nobody')).toMatchObject({ outcome: 'not_found' });
    expect(await shop.store.getOrder('nobody', () => 10_000)).toBeUndefined();
    await expectLawsHold(shop);
  });

  test.each(['shipped', 'delivered'] as const)(
    'that was %s is refused and moves nothing',
    async (status) => {
      const shop = await engine.openShop();
      await shop.sells({ beans: 40 });
      await shop.hasOrders({ ada: { beans: 3 } });
      await shop.tampersWith('orders', 'ada', { status });

      const result = await shop.cancels('ada');

      expect(result).toMatchObject({ outcome: 'not_cancellable', order: { status } });
      expect(await shop.stockOf('beans')).toEqual({ stock: 40, reserved: 3, available: 37 });
      expect(await shop.movementsOf({ orderId: 'ada' })).toHaveLength(1);
      expect(await shop.order('ada')).toMatchObject({ status, version: 1 });
    },
  );

  test('works for a confirmed order as for a pending one', async () => {
    const shop = await engine.openShop();
    await shop.sells({ beans: 40 });
    await shop.hasOrders({ ada: { beans: 3 } });
    await shop.tampersWith('orders', 'ada', { status: 'confirmed' });

    expect(await shop.cancels('ada')).toMatchObject({ outcome: 'cancelled' });
    await expectLawsHold(shop);
  });

  test('keeps the attributes that others have added to the order', async () => {
    const shop = await engine.openShop();
    await shop.sells({ beans: 40 });
    await shop.hasOrders({ ada: { beans: 3 } });
    await shop.tampersWith('orders', 'ada', { deliveryNote: 'Ring twice' });

    await shop.cancels('ada');

    const rows = await rowsOf(shop.client, shop.tables.orders);
    expect(rows).toMatchObject([
      {
        id: 'ada',
        deliveryNote: 'Ring twice',
        status: 'cancelled',
        statusShard: expect.stringMatching(/^cancelled#[0-7]$/),
      },
    ]);
  });

  test('gives back only its own units, however often it is repeated', async () => {
    // A second restoration of the first order would take units of the second one.
    const shop = await engine.openShop();
    await shop.sells({ beans: 40 });
    await shop.hasOrders({ ada: { beans: 3 }, ben: { beans: 5 } });
    await shop.cancels('ada');

    for (let replay = 0; replay < 50; replay += 1) {
      expect(await shop.cancels('ada')).toMatchObject({ outcome: 'already_cancelled' });
    }

    expect(await shop.stockOf('beans')).toEqual({ stock: 40, reserved: 5, available: 35 });
    expect(await shop.order('ben')).toMatchObject({
      status: 'pending',
      version: 1,
      items: [{ productId: 'beans', quantity: 5, reservedQuantity: 5, cancelledQuantity: 0 }],
    });
    expect(await shop.movementsOf({ orderId: 'ada' })).toHaveLength(2);
    await expectLawsHold(shop);
  });
});
