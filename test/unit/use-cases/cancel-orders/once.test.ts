import { describe, expect, test } from '@jest/globals';
import { expectLawsHold } from '../../../support/audit.ts';
import { aCancelledOrder, aLine, anOrder, NOW } from '../../../support/builders.ts';
import { openShop } from '../../../support/fake-shop.ts';
import { cancelledFor } from '../../../support/faults.ts';

describe('Cancelling an order', () => {
  test('restores its units and leaves the units of other orders reserved', async () => {
    // Prepare
    const shop = openShop({
      orders: [anOrder('o1', { mug: 2, cup: 3 }), anOrder('o2', { mug: 5 })],
    });

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ orderId: 'o1', outcome: 'cancelled', conflicts: 0, drift: 0 });
    expect(await shop.order('o1')).toEqual({
      ...anOrder('o1', { mug: 2, cup: 3 }),
      status: 'cancelled',
      cancelledFrom: 'pending',
      items: [
        aLine('mug', 2, { reservedQuantity: 0, cancelledQuantity: 2 }),
        aLine('cup', 3, { reservedQuantity: 0, cancelledQuantity: 3 }),
      ],
      statusSince: NOW,
      version: 2,
      cancelledAt: NOW,
      updatedAt: NOW,
      movementReferences: ['order_o1', 'order_o1_cancellation'],
      restoredQuantities: [2, 3],
      writeId: expect.any(String),
    });
    expect(await shop.product('mug')).toMatchObject({
      reservedQuantity: 5,
      availableQuantity: 102,
    });
    expect(await shop.product('cup')).toMatchObject({
      reservedQuantity: 0,
      availableQuantity: 103,
    });
    await expectLawsHold(shop);
  });

  test('takes one read and one transaction', async () => {
    // Prepare
    const shop = openShop({ orders: [anOrder('o1', { mug: 2, cup: 3 })] });

    // Act
    await shop.cancelsAll(['o1']);

    // Assess
    expect(shop.wire.operations()).toEqual(['GetItem', 'TransactWriteItems']);
  });

  test('restores what the order still holds, not what was ordered', async () => {
    // Prepare
    const order = anOrder('o1', [aLine('mug', 5, { reservedQuantity: 2, cancelledQuantity: 3 })]);
    const shop = openShop({ orders: [order, anOrder('o2', { mug: 4 })] });

    // Act
    await shop.cancelsAll(['o1']);

    // Assess
    expect((await shop.product('mug')).reservedQuantity).toBe(4);
    expect(await shop.restorations('o1')).toMatchObject([{ quantity: 2, reservedDelta: -2 }]);
  });

  test('cancels an order that holds nothing, without restorations', async () => {
    // Prepare
    const order = anOrder('o1', [aLine('mug', 5, { reservedQuantity: 0 })]);
    const shop = openShop({ orders: [order] });

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'cancelled', restored: [] });
    expect((await shop.order('o1')).status).toBe('cancelled');
  });

  test('keeps the reason, the note, and attributes of other programs', async () => {
    // Prepare
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });
    shop.db.put('orders', { ...shop.db.get('orders', { id: 'o1' }), channel: 'market stall' });

    // Act
    await shop.cancelsAll([{ orderId: 'o1', reason: 'fraud', note: 'stolen card' }]);

    // Assess
    expect(shop.db.get('orders', { id: 'o1' })).toMatchObject({
      cancellationReason: 'fraud',
      cancellationNote: 'stolen card',
      channel: 'market stall',
    });
  });
});

describe('Cancelling an order again', () => {
  test('writes nothing, and finds the restorations of the first time', async () => {
    // Prepare
    const shop = openShop({
      orders: [anOrder('o1', { mug: 2, cup: 3 }), anOrder('o2', { mug: 5 })],
    });
    const [first] = await shop.cancelsAll(['o1']);
    const writes = shop.wire.writes().length;

    // Act
    const [second] = await shop.cancelsAll(['o1']);

    // Assess
    expect(second).toMatchObject({ outcome: 'already_cancelled', order: await shop.order('o1') });
    expect(shop.wire.writes()).toHaveLength(writes);
    const units = [
      { productId: 'mug', quantity: 2 },
      { productId: 'cup', quantity: 3 },
    ];
    for (const result of [first, second]) {
      expect(await shop.restoredBy(result)).toEqual(units);
    }
    expect((await shop.product('mug')).reservedQuantity).toBe(5);
  });

  test('does not change the reason', async () => {
    // Prepare
    const shop = openShop({
      orders: [aCancelledOrder('o1', { mug: 2 }, { cancellationReason: 'staff' })],
    });

    // Act
    await shop.cancelsAll([{ orderId: 'o1', reason: 'fraud' }]);

    // Assess
    expect((await shop.order('o1')).cancellationReason).toBe('staff');
  });
});

describe('Cancelling an order that cannot be cancelled', () => {
  test.each(['shipped', 'delivered'] as const)('leaves a %s order as it is', async (status) => {
    // Prepare
    const order = anOrder('o1', { mug: 2 }, { status });
    const shop = openShop({ orders: [order] });

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toEqual({
      orderId: 'o1',
      outcome: 'not_cancellable',
      why: 'goods_left',
      order,
      conflicts: 0,
      drift: 0,
    });
    expect(shop.wire.writes()).toEqual([]);
  });

  test('reports an unknown order as not found', async () => {
    // Prepare
    const shop = openShop();

    // Act
    const results = await shop.cancelsAll(['nobody', 'knows']);

    // Assess
    expect(results).toEqual([
      { orderId: 'nobody', outcome: 'not_found', conflicts: 0, drift: 0 },
      { orderId: 'knows', outcome: 'not_found', conflicts: 0, drift: 0 },
    ]);
    expect(shop.wire.writes()).toEqual([]);
  });
});

describe('Cancelling many orders', () => {
  test('returns the results in the order of the requests', async () => {
    // Prepare
    const shop = openShop({
      orders: [
        anOrder('o1', { mug: 2 }),
        aCancelledOrder('o2', { mug: 1 }),
        anOrder('o3', { mug: 1 }, { status: 'shipped' }),
        anOrder('o4', { cup: 1 }),
      ],
    });

    // Act
    const results = await shop.cancelsAll(['o4', 'nobody', 'o3', 'o2', 'o1']);

    // Assess
    expect(results.map(({ orderId, outcome }) => [orderId, outcome])).toEqual([
      ['o4', 'cancelled'],
      ['nobody', 'not_found'],
      ['o3', 'not_cancellable'],
      ['o2', 'already_cancelled'],
      ['o1', 'cancelled'],
    ]);
  });

  test('reads 120 orders in two batch requests', async () => {
    // Prepare
    const orders = Array.from({ length: 120 }, (_, index) => anOrder(`o${index}`, { mug: 1 }));
    const shop = openShop({ orders });

    // Act
    const results = await shop.cancelsAll(orders.map(({ id }) => id));

    // Assess
    expect(results.every(({ outcome }) => outcome === 'cancelled')).toBe(true);
    expect(shop.wire.operations().filter((name) => name !== 'TransactWriteItems')).toEqual([
      'BatchGetItem',
      'BatchGetItem',
    ]);
    expect((await shop.product('mug')).reservedQuantity).toBe(0);
    await expectLawsHold(shop);
  });

  test('cancels an order that is named twice for the first request only', async () => {
    // Prepare
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 }), anOrder('o2', { mug: 5 })] });

    // Act
    const results = await shop.cancelsAll([
      { orderId: 'o1', reason: 'customer' },
      { orderId: 'o2' },
      { orderId: 'o1', reason: 'fraud' },
    ]);

    // Assess
    expect(results.map(({ orderId, outcome }) => [orderId, outcome])).toEqual([
      ['o1', 'cancelled'],
      ['o2', 'cancelled'],
      ['o1', 'already_cancelled'],
    ]);
    expect((await shop.order('o1')).cancellationReason).toBe('customer');
    expect(shop.wire.writes()).toHaveLength(1);
  });

  test('counts the drift of an order that is named twice only once', async () => {
    // Prepare
    const shop = openShop({
      orders: [anOrder('o1', { mug: 5 })],
      products: { mug: { stock: 10, reserved: 2 } },
    });

    // Act
    const results = await shop.cancelsAll(['o1', 'o1']);

    // Assess
    expect(results.map((result) => 'drift' in result && result.drift)).toEqual([3, 0]);
  });

  test('counts the conflicts of an order that is named twice only once', async () => {
    // Prepare: the cancellation was interrupted, and another request writes to the product
    const held = anOrder('o1', { mug: 5 }, { status: 'cancelled', version: 2 });
    const shop = openShop({ orders: [held] });
    shop.wire.next('TransactWriteItems', cancelledFor('None', 'TransactionConflict'));

    // Act
    const results = await shop.cancelsAll(['o1', 'o1']);

    // Assess
    expect(results).toMatchObject([
      { outcome: 'already_cancelled', conflicts: 1 },
      { outcome: 'already_cancelled', conflicts: 0 },
    ]);
  });

  test('sends no request for an empty list', async () => {
    // Prepare
    const shop = openShop();

    // Act
    const results = await shop.cancelsAll([]);

    // Assess
    expect(results).toEqual([]);
    expect(shop.wire.sent).toEqual([]);
  });
});
