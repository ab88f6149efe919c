import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { expect, test } from '@jest/globals';
import type { Verdict } from '../../lib/domain/laws/law-check.ts';
import type { StockMovement } from '../../lib/domain/stock-movement.ts';
import { movementToItem } from '../../lib/dynamodb/items.ts';
import { concurrently, numbered, tally } from '../support/concurrently.ts';
import type { EngineShop } from '../support/engine-shop.ts';
import { onEveryEngine } from '../support/engines.ts';
import { restoration } from '../support/movements.ts';
import { loadQueueFunction } from '../support/queue-function.ts';

/** Which law is broken for which product or order. Nothing repairs what a test has damaged. */
const broken = ({ violations }: Verdict): string[] =>
  violations.map(({ law, subject }) => `${law} of ${subject}`).sort();

const restorationsOf = async (shop: EngineShop, orderId: string) =>
  (await shop.movementsOf({ orderId })).filter((m) => m.movementType === 'restoration');

/** Records a restoration of three units of `ada`, as if it was written before the order was. */
const restoresEarly = async (shop: EngineShop, productId: string): Promise<StockMovement> => {
  const early = restoration('ada', { productId, quantity: 3 }, 3, '2026-01-01T00:00:00.000Z');
  await shop.client.send(
    new PutCommand({
      TableName: shop.tables.stockMovements,
      Item: movementToItem(early, shop.tables),
    }),
  );
  const product = await shop.store.getProduct(productId, () => 10_000);
  await shop.tampersWith('products', productId, {
    movementCount: (product?.movementCount ?? 0) + 1,
  });
  return early;
};

onEveryEngine('A shop whose data somebody has damaged', (engine) => {
  const openShopWithOrders = async () => {
    const shop = await engine.openShop();
    await shop.sells({ beans: 40, filters: 25 });
    await shop.hasOrders({ ada: { beans: 3, filters: 1 } });
    return shop;
  };

  test.each([
    ['some units are reserved', 2, 1],
    ['no unit is reserved', 0, 3],
  ])(
    'stops the counter at 0 if an order holds more than is reserved, and records what moved (%s)',
    async (_, reserved, drift) => {
      const shop = await openShopWithOrders();
      await shop.tampersWith('products', 'beans', {
        reservedQuantity: reserved,
        availableQuantity: 40 - reserved,
      });

      const result = await shop.cancels('ada');

      expect(result).toMatchObject({ outcome: 'cancelled', drift });
      expect(await shop.stockOf('beans')).toEqual({ stock: 40, reserved: 0, available: 40 });
      expect(await shop.stockOf('filters')).toEqual({ stock: 25, reserved: 0, available: 25 });
      const [beans, filters] = await restorationsOf(shop, 'ada');
      expect(beans).toMatchObject({ quantity: 3, reservedDelta: 0 - reserved });
      expect(filters).toMatchObject({ quantity: 1, reservedDelta: -1 });
      // The sum of the ledger still shows the units that somebody took out of the counter.
      expect(broken(await shop.verdict())).toEqual(['ledger of beans']);
    },
  );

  test('leaves a counter that is below zero as it is', async () => {
    const shop = await openShopWithOrders();
    await shop.tampersWith('products', 'beans', { reservedQuantity: -5, availableQuantity: 45 });

    const result = await shop.cancels('ada');

    expect(result).toMatchObject({ outcome: 'cancelled', drift: 3 });
    expect(await shop.stockOf('beans')).toEqual({ stock: 40, reserved: -5, available: 45 });
    expect(await restorationsOf(shop, 'ada')).toMatchObject([
      { productId: 'beans', quantity: 3, reservedDelta: 0 },
      { productId: 'filters', quantity: 1, reservedDelta: -1 },
    ]);
  });

  test('cancels all 20 orders of a product with too few reserved units, and gives each unit back once', async () => {
    const shop = await engine.openShop();
    await shop.sells({ beans: 100 });
    const orderIds = numbered('order', 20);
    for (const id of orderIds) await shop.hasOrders({ [id]: { beans: 2 } });
    await shop.tampersWith('products', 'beans', { reservedQuantity: 25, availableQuantity: 75 });

    const results = await concurrently(orderIds, (id) => shop.cancels(id));

    expect(tally(results.map(({ outcome }) => outcome))).toEqual({ cancelled: 20 });
    expect(results.reduce((sum, r) => sum + ('drift' in r ? r.drift : 0), 0)).toBe(15);
    expect(await shop.stockOf('beans')).toEqual({ stock: 100, reserved: 0, available: 100 });
    const restored = (await shop.movementsOf({ productId: 'beans' })).filter(
      ({ movementType }) => movementType === 'restoration',
    );
    expect(restored).toHaveLength(20);
    expect(restored.reduce((sum, { quantity }) => sum + quantity, 0)).toBe(40);
    expect(restored.reduce((sum, { reservedDelta }) => sum + reservedDelta, 0)).toBe(-25);
  });

  test('does the same for 20 messages in one batch from the queue', async () => {
    const shop = await engine.openShop();
    await shop.sells({ beans: 100 });
    const orderIds = numbered('order', 20);
    for (const id of orderIds) await shop.hasOrders({ [id]: { beans: 2 } });
    await shop.tampersWith('products', 'beans', { reservedQuantity: 25, availableQuantity: 75 });
    const queue = await loadQueueFunction(shop);

    expect(await queue.receives(orderIds.map((orderId) => ({ orderId })))).toEqual([]);

    expect(await shop.stockOf('beans')).toEqual({ stock: 100, reserved: 0, available: 100 });
    const movements = await shop.movementsOf({ productId: 'beans' });
    expect(
      movements
        .filter(({ movementType }) => movementType === 'restoration')
        .reduce((sum, { reservedDelta }) => sum + reservedDelta, 0),
    ).toBe(-25);
  });

  test('gives nothing back to a product that does not exist any more, and does not create it again', async () => {
    const shop = await openShopWithOrders();
    await shop.loses('products', 'beans');

    const first = await shop.cancels('ada');
    const second = await shop.cancels('ada');

    expect(first).toMatchObject({ outcome: 'cancelled', drift: 3 });
    expect(second).toMatchObject({ outcome: 'already_cancelled' });
    expect(await shop.store.getProduct('beans', () => 10_000)).toBeUndefined();
    expect(await shop.stockOf('filters')).toEqual({ stock: 25, reserved: 0, available: 25 });
    for (const result of [first, second]) {
      expect('restored' in result && result.restored).toEqual([
        { productId: 'filters', quantity: 1 },
      ]);
    }
    expect(await restorationsOf(shop, 'ada')).toHaveLength(1);
    expect(await shop.order('ada')).toMatchObject({
      status: 'cancelled',
      items: [
        { productId: 'beans', reservedQuantity: 0, cancelledQuantity: 3 },
        { productId: 'filters', reservedQuantity: 0, cancelledQuantity: 1 },
      ],
    });
    expect(broken(await shop.verdict())).toEqual([]);
  });

  test('cancels an order even if none of its products exists any more', async () => {
    const shop = await openShopWithOrders();
    await shop.loses('products', 'beans');
    await shop.loses('products', 'filters');

    expect(await shop.cancels('ada')).toMatchObject({ outcome: 'cancelled', drift: 4 });
    expect(await shop.order('ada')).toMatchObject({ status: 'cancelled', version: 2 });
  });

  test('does not repeat a restoration that the ledger has already', async () => {
    const shop = await openShopWithOrders();
    const early = await restoresEarly(shop, 'beans');
    await shop.tampersWith('products', 'beans', { reservedQuantity: 0, availableQuantity: 40 });

    const result = await shop.cancels('ada');

    expect(result).toMatchObject({ outcome: 'cancelled', drift: 0 });
    expect(await shop.stockOf('beans')).toEqual({ stock: 40, reserved: 0, available: 40 });
    expect(await restorationsOf(shop, 'ada')).toMatchObject([
      early,
      { productId: 'filters', reservedDelta: -1 },
    ]);
    expect('restored' in result && result.restored).toEqual([
      { productId: 'beans', quantity: 3 },
      { productId: 'filters', quantity: 1 },
    ]);
    expect(await shop.verdict()).toEqual({ violations: [], unfinished: [] });
  });

  test('cancels an order with one product short, one deleted, one restored before and one intact', async () => {
    const shop = await engine.openShop();
    await shop.sells({ short: 10, gone: 10, before: 10, sound: 10 });
    await shop.hasOrders({ ada: { short: 3, gone: 3, before: 3, sound: 3 } });
    await shop.tampersWith('products', 'short', { reservedQuantity: 1, availableQuantity: 9 });
    await shop.loses('products', 'gone');
    await restoresEarly(shop, 'before');
    await shop.tampersWith('products', 'before', { reservedQuantity: 0, availableQuantity: 10 });

    const result = await shop.cancels('ada');

    expect(result).toMatchObject({ outcome: 'cancelled', drift: 2 + 3 });
    for (const id of ['short', 'before', 'sound']) {
      expect(await shop.stockOf(id)).toEqual({ stock: 10, reserved: 0, available: 10 });
    }
    expect(await restorationsOf(shop, 'ada')).toHaveLength(3);
  });

  test('refuses to place an order that is lost while its movements still exist', async () => {
    const shop = await openShopWithOrders();
    await shop.loses('orders', 'ada');

    expect(await shop.places('ada', { beans: 3, filters: 1 })).toEqual({ outcome: 'order_exists' });
    expect(await shop.stockOf('beans')).toEqual({ stock: 40, reserved: 3, available: 37 });
    expect(await shop.store.getOrder('ada', () => 10_000)).toBeUndefined();
  });
});
