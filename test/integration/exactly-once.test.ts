import { expect, test } from '@jest/globals';
import { inParts } from '../../lib/batches.ts';
import type { StockMovement } from '../../lib/domain/stock-movement.ts';
import { stockMovements } from '../../lib/dynamodb/items.ts';
import { seededRandom } from '../../lib/seeded-random.ts';
import { expectLawsHold, rowsOf } from '../support/audit.ts';
import { concurrently, numbered, tally } from '../support/concurrently.ts';
import { onAnyEngine, onEveryEngine } from '../support/engines.ts';
import { loadQueueFunction } from '../support/queue-function.ts';
import type { Shop } from '../support/shop.ts';
import { shuffled } from '../support/shuffled.ts';

const causesOf = (movements: readonly StockMovement[]): string[] =>
  movements.map(({ referenceId, entry }) => `${referenceId} ${entry}`).sort();

onEveryEngine('A batch from the queue', (engine) => {
  test('fails only for messages that are invalid or name an unknown order', async () => {
    const shop = await engine.openShop();
    await shop.sells({ beans: 40 });
    await shop.hasOrders({
      ada: { beans: 1 },
      ben: { beans: 2 },
      cleo: { beans: 3 },
      dora: { beans: 4 },
    });
    await shop.cancels('ben');
    await shop.tampersWith('orders', 'cleo', { status: 'shipped' });
    const queue = await loadQueueFunction(shop);

    const failed = await queue.receives([
      { orderId: 'ada', reason: 'declined' },
      'not JSON',
      { orderId: 'nobody' },
      { orderId: 'ben' },
      { orderId: 'cleo' },
      { orderId: 'ada', reason: 'fraud' },
      { orderId: 'dora', onlyIf: 'confirmed' },
      { orderId: 'dora', reason: 'no such reason' },
      '[]',
      'null',
      '',
      { orderId: 'dora', note: 'The good one', traceId: 'added by the producer' },
    ]);

    expect(failed).toEqual([1, 2, 6, 7, 8, 9, 10]);
    expect(await shop.order('ada')).toMatchObject({
      status: 'cancelled',
      cancellationReason: 'declined',
    });
    expect(await shop.order('cleo')).toMatchObject({ status: 'shipped', version: 1 });
    expect(await shop.order('dora')).toMatchObject({
      status: 'cancelled',
      cancellationNote: 'The good one',
    });
    expect(await shop.stockOf('beans')).toEqual({ stock: 40, reserved: 3, available: 37 });
  });

  test('fails only for the message whose note contains half a character', async () => {
    // JSON can contain it, but DynamoDB cannot store it. Refused early, it cannot fail a transaction.
    const shop = await engine.openShop();
    await shop.sells({ beans: 40 });
    await shop.hasOrders({ ada: { beans: 1 }, ben: { beans: 2 } });
    const queue = await loadQueueFunction(shop);

    const failed = await queue.receives([
      { orderId: 'ada', note: 'a\ud800' },
      { orderId: 'ada', note: 'Whole' },
      { orderId: 'ben' },
    ]);

    expect(failed).toEqual([0]);
    expect(await shop.order('ada')).toMatchObject({ cancellationNote: 'Whole' });
    expect(await shop.stockOf('beans')).toEqual({ stock: 40, reserved: 0, available: 40 });
    await expectLawsHold(shop);
  });
});

onAnyEngine('Many callers at the same time', (engine) => {
  test('200 callers cancel one order: it is cancelled once, and all get the same answer', async () => {
    const shop = await engine.openShop();
    await shop.sells({ beans: 40, filters: 25, grinder: 12 });
    await shop.hasOrders({
      ada: { beans: 3, filters: 1, grinder: 2 },
      ben: { beans: 5, filters: 5, grinder: 5 },
    });

    const results = await concurrently(numbered('caller', 200), () => shop.cancels('ada'));

    expect(tally(results.map(({ outcome }) => outcome))).toEqual({
      cancelled: 1,
      already_cancelled: 199,
    });
    const answers = await concurrently(results, async (result) =>
      'restored' in result ? result.restored : undefined,
    );
    expect(tally(answers.map((units) => JSON.stringify(units)))).toEqual({
      [JSON.stringify([
        { productId: 'beans', quantity: 3 },
        { productId: 'filters', quantity: 1 },
        { productId: 'grinder', quantity: 2 },
      ])]: 200,
    });
    expect(await shop.stockOf('beans')).toEqual({ stock: 40, reserved: 5, available: 35 });
    expect(await shop.stockOf('filters')).toEqual({ stock: 25, reserved: 5, available: 20 });
    expect(await shop.stockOf('grinder')).toEqual({ stock: 12, reserved: 5, available: 7 });
    expect(causesOf(await shop.movementsOf({ orderId: 'ada' }))).toEqual([
      'order_ada reservation#beans',
      'order_ada reservation#filters',
      'order_ada reservation#grinder',
      'order_ada_cancellation restoration#beans',
      'order_ada_cancellation restoration#filters',
      'order_ada_cancellation restoration#grinder',
    ]);
    await expectLawsHold(shop);
  });

  test('500 orders are each cancelled by a call and by two messages: every unit is given back once', async () => {
    const shop = await engine.openShop();
    const products = numbered('product', 5);
    await shop.sells(Object.fromEntries(products.map((id) => [id, 1_000])));
    const orderIds = numbered('order', 500);
    // Each order takes two of the five products, and equally many orders take each product.
    const basketOf = (index: number) => ({
      [products[index % 5] ?? '']: 1 + (index % 3),
      [products[(index + 2) % 5] ?? '']: 1,
    });
    const placed = await concurrently(orderIds, (id, n) => shop.places(id, basketOf(n)), {
      limit: 32,
    });
    expect(tally(placed.map(({ outcome }) => outcome))).toEqual({ placed: 500 });
    const queue = await loadQueueFunction(shop);
    const messages = shuffled([...orderIds, ...orderIds], seededRandom(1)).map((orderId) => ({
      orderId,
    }));

    const [calls, batches] = await Promise.all([
      concurrently(orderIds, (id) => shop.cancels(id), { limit: 32 }),
      concurrently(inParts(messages, 100), (batch) => queue.receives(batch), { limit: 2 }),
    ]);

    expect(batches.flat()).toEqual([]);
    expect(
      calls.filter(({ outcome }) => outcome !== 'cancelled' && outcome !== 'already_cancelled'),
    ).toEqual([]);
    for (const id of products) {
      expect(await shop.stockOf(id)).toEqual({ stock: 1_000, reserved: 0, available: 1_000 });
    }
    const movements = await rowsOf(shop.client, shop.tables.stockMovements);
    const restored = movements
      .map(stockMovements.fromItem)
      .filter(({ movementType }) => movementType === 'restoration');
    expect(causesOf(restored)).toEqual(
      orderIds
        .flatMap((id, index) =>
          Object.keys(basketOf(index)).map(
            (productId) => `order_${id}_cancellation restoration#${productId}`,
          ),
        )
        .sort(),
    );
    await expectLawsHold(shop);
  });

  test('300 customers order one of 100 units each: 100 get one, and 200 are refused', async () => {
    const shop = await engine.openShop();
    await shop.sells({ grinder: 100 });

    const results = await concurrently(numbered('order', 300), (id) =>
      shop.places(id, { grinder: 1 }),
    );

    expect(tally(results.map(({ outcome }) => outcome))).toEqual({
      placed: 100,
      insufficient_stock: 200,
    });
    expect(await shop.stockOf('grinder')).toEqual({ stock: 100, reserved: 100, available: 0 });
    await expectLawsHold(shop);
  });

  test('50 requests place the same order: it is placed once', async () => {
    const shop = await engine.openShop();
    await shop.sells({ grinder: 100 });

    const results = await concurrently(numbered('attempt', 50), () =>
      shop.places('ada', { grinder: 2 }),
    );

    expect(tally(results.map(({ outcome }) => outcome))).toEqual({ placed: 1, already_placed: 49 });
    expect(await shop.stockOf('grinder')).toEqual({ stock: 100, reserved: 2, available: 98 });
    await expectLawsHold(shop);
  });

  test('120 orders are placed and cancelled: no counter is ever below zero', async () => {
    const shop = await engine.openShop();
    await shop.sells({ grinder: 10, beans: 15 });
    const random = seededRandom(2);
    const wishes = numbered('order', 120).map((id) => ({
      id,
      basket: { grinder: 1 + Math.floor(random() * 3), beans: 1 + Math.floor(random() * 2) },
    }));
    const seen: Awaited<ReturnType<Shop['stockOf']>>[] = [];

    const outcomes = await concurrently(
      wishes,
      async ({ id, basket }) => {
        const { outcome } = await shop.places(id, basket);
        seen.push(await shop.stockOf('grinder'), await shop.stockOf('beans'));
        if (outcome === 'placed') await shop.cancels(id);
        return outcome;
      },
      { limit: 24 },
    );

    expect(Object.keys(tally(outcomes)).sort()).toEqual(['insufficient_stock', 'placed']);
    expect(seen.filter(({ reserved, available }) => reserved < 0 || available < 0)).toEqual([]);
    expect(await shop.stockOf('grinder')).toEqual({ stock: 10, reserved: 0, available: 10 });
    expect(await shop.stockOf('beans')).toEqual({ stock: 15, reserved: 0, available: 15 });
    await expectLawsHold(shop);
  });

  test('1,000 messages in one batch, the most that Lambda gets, cancel every order once', async () => {
    const shop = await engine.openShop();
    await shop.sells({ beans: 1_000 });
    const orderIds = numbered('order', 250);
    await concurrently(orderIds, (id) => shop.hasOrders({ [id]: { beans: 4 } }), { limit: 32 });
    const queue = await loadQueueFunction(shop);

    const messages = [...orderIds, ...orderIds, ...orderIds, ...orderIds];
    const failed = await queue.receives(messages.map((orderId) => ({ orderId })));

    expect(failed).toEqual([]);
    expect(await shop.stockOf('beans')).toEqual({ stock: 1_000, reserved: 0, available: 1_000 });
    expect(await shop.movementsOf({ productId: 'beans' })).toHaveLength(1 + 250 + 250);
    await expectLawsHold(shop);
  });
});
