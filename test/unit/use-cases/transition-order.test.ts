import { describe, expect, test } from '@jest/globals';
import type { Destination } from '../../../lib/domain/order-status.ts';
import type { Ports } from '../../../lib/use-cases/ports.ts';
import { sweepOrders } from '../../../lib/use-cases/sweep-orders.ts';
import { transitionOrder } from '../../../lib/use-cases/transition-order.ts';
import { expectLawsHold } from '../../support/audit.ts';
import { aCancelledOrder, aLine, anOrder, manyLines } from '../../support/builders.ts';
import { type FakeShop, openShop } from '../../support/fake-shop.ts';
import { connectionReset, meanwhile, noFault } from '../../support/faults.ts';
import { mortal, survives } from '../../support/unit-death.ts';
import { unitRuntime } from '../../support/unit-runtime.ts';

const aMinuteLater = unitRuntime({ now: () => new Date('2026-03-02T12:01:00.000Z') });

const take = (shop: FakeShop, to: Destination, ports: Partial<Ports> = {}) =>
  transitionOrder('o1', to, shop.ports(ports));

const aConfirmedOrder = () =>
  openShop({
    orders: [anOrder('o1', { mug: 2, cup: 1 }, { status: 'confirmed' }), anOrder('o2', { mug: 5 })],
  });

describe('Taking an order to its next status', () => {
  test('confirms, ships and delivers it, and only shipping moves stock', async () => {
    // Prepare
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 }), anOrder('o2', { mug: 5 })] });
    const counters = async () => {
      const { stockQuantity, reservedQuantity, availableQuantity } = await shop.product('mug');
      return [stockQuantity, reservedQuantity, availableQuantity];
    };

    // Act and assess
    expect(await counters()).toEqual([107, 7, 100]);
    for (const [to, expected] of [
      ['confirmed', [107, 7, 100]],
      ['shipped', [105, 5, 100]],
      ['delivered', [105, 5, 100]],
    ] as const) {
      expect(await take(shop, to)).toEqual({
        outcome: 'moved',
        order: await shop.order('o1'),
        drift: 0,
      });
      expect((await shop.order('o1')).status).toBe(to);
      expect(await counters()).toEqual(expected);
      await expectLawsHold(shop);
    }
  });

  test('reports an unknown order as not found', async () => {
    expect(await take(openShop(), 'confirmed')).toEqual({
      outcome: 'not_found',
      drift: 0,
    });
  });

  test('is unfinished when no time is left', async () => {
    const shop = aConfirmedOrder();

    expect(await take(shop, 'shipped', { remaining: () => 0 })).toMatchObject({
      outcome: 'unfinished',
    });
    expect((await shop.order('o1')).status).toBe('confirmed');
  });

  test.each([
    ['a cancelled', aCancelledOrder('o1', { mug: 2 }), 'shipped'],
    ['a pending', anOrder('o1', { mug: 2 }), 'shipped'],
    ['a confirmed', anOrder('o1', { mug: 2 }, { status: 'confirmed' }), 'delivered'],
  ] as const)('is refused for %s order if the status is not the next', async (_, order, to) => {
    const shop = openShop({ orders: [order] });

    expect(await take(shop, to)).toMatchObject({ outcome: 'invalid_transition', order });
    expect(shop.wire.writes()).toEqual([]);
  });
});

describe('Shipping an order', () => {
  test('writes one adjustment for each product', async () => {
    // Prepare
    const shop = aConfirmedOrder();

    // Act
    await take(shop, 'shipped');

    // Assess
    const shipment = (await shop.movements()).filter(
      (one) => one.referenceId === 'order_o1_shipment',
    );
    expect(shipment).toMatchObject([
      {
        productId: 'mug',
        movementType: 'adjustment',
        quantity: -2,
        stockDelta: -2,
        reservedDelta: -2,
      },
      {
        productId: 'cup',
        movementType: 'adjustment',
        quantity: -1,
        stockDelta: -1,
        reservedDelta: -1,
      },
    ]);
    expect(shop.wire.operations()).toEqual(['GetItem', 'TransactWriteItems']);
  });

  test('again writes nothing and returns the same result', async () => {
    // Prepare
    const shop = aConfirmedOrder();
    const first = await take(shop, 'shipped');

    // Act
    const again = await take(shop, 'shipped');

    // Assess
    expect(again).toEqual(first);
    expect(shop.wire.writes()).toHaveLength(1);
  });

  test('20 times concurrently moves the stock once', async () => {
    // Prepare
    const shop = aConfirmedOrder();

    // Act
    const results = await Promise.all(Array.from({ length: 20 }, () => take(shop, 'shipped')));

    // Assess
    expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['moved']));
    expect(await shop.product('mug')).toMatchObject({ stockQuantity: 105, reservedQuantity: 5 });
    await expectLawsHold(shop);
  });

  test('after a lost answer moves the stock once', async () => {
    // Prepare
    const shop = aConfirmedOrder();
    shop.wire.next('TransactWriteItems', connectionReset);

    // Act
    const result = await take(shop, 'shipped');

    // Assess
    expect(result).toMatchObject({ outcome: 'moved' });
    expect(await shop.product('mug')).toMatchObject({ stockQuantity: 105, reservedQuantity: 5 });
  });

  test('is refused if the order is cancelled first', async () => {
    // Prepare
    const shop = aConfirmedOrder();
    shop.wire.next(
      'TransactWriteItems',
      meanwhile(() => shop.cancelsAll(['o1'])),
    );

    // Act
    const result = await take(shop, 'shipped');

    // Assess
    expect(result).toMatchObject({ outcome: 'invalid_transition', order: { status: 'cancelled' } });
    expect(await shop.product('mug')).toMatchObject({ stockQuantity: 107, reservedQuantity: 5 });
    await expectLawsHold(shop);
  });

  test('makes a concurrent cancellation `not_cancellable` if it comes first', async () => {
    // Prepare
    const shop = aConfirmedOrder();
    shop.wire.next(
      'TransactWriteItems',
      meanwhile(() => take(shop, 'shipped')),
    );

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'not_cancellable', order: { status: 'shipped' } });
    expect(await shop.product('mug')).toMatchObject({ stockQuantity: 105, reservedQuantity: 5 });
    await expectLawsHold(shop);
  });

  test('and cancelling it at once: exactly one of them succeeds', async () => {
    for (let round = 0; round < 20; round += 1) {
      const shop = aConfirmedOrder();

      const [shipped, [cancelled]] = await Promise.all(
        round % 2 === 0
          ? [take(shop, 'shipped'), shop.cancelsAll(['o1'])]
          : ([shop.cancelsAll(['o1']), take(shop, 'shipped')].reverse() as [
              ReturnType<typeof take>,
              ReturnType<FakeShop['cancelsAll']>,
            ]),
      );

      const outcomes = [shipped.outcome, cancelled?.outcome];
      expect([
        ['moved', 'not_cancellable'],
        ['invalid_transition', 'cancelled'],
      ]).toContainEqual(outcomes);
      expect((await shop.product('mug')).reservedQuantity).toBe(5);
      expect((await shop.product('mug')).stockQuantity).toBe(outcomes[0] === 'moved' ? 105 : 107);
      await expectLawsHold(shop);
    }
  });

  test('with drift lowers each counter by what it has, and the movement says so', async () => {
    // Prepare
    const shop = openShop({
      orders: [anOrder('o1', { mug: 5 }, { status: 'confirmed' })],
      products: { mug: { stock: 3, reserved: 2 } },
    });

    // Act
    const result = await take(shop, 'shipped');

    // Assess
    expect(result).toMatchObject({ outcome: 'moved', drift: 3 });
    expect(await shop.product('mug')).toMatchObject({
      stockQuantity: 0,
      reservedQuantity: 0,
      availableQuantity: 0,
    });
    expect(
      (await shop.movements()).filter(({ referenceId }) => referenceId === 'order_o1_shipment'),
    ).toMatchObject([{ quantity: -5, stockDelta: -3, reservedDelta: -2 }]);
  });

  test('ships the other products if one was deleted', async () => {
    // Prepare
    const shop = aConfirmedOrder();
    await shop.loses('products', 'cup');

    // Act
    const result = await take(shop, 'shipped');

    // Assess
    expect(result).toMatchObject({ outcome: 'moved', order: { status: 'shipped' } });
    expect(
      (await shop.movements()).filter(({ referenceId }) => referenceId === 'order_o1_shipment'),
    ).toMatchObject([{ productId: 'mug' }]);
  });
});

describe('Shipping a large order', () => {
  const aLargeOrder = (lines: number) =>
    openShop({ orders: [anOrder('o1', manyLines(lines), { status: 'confirmed' })] });

  test.each([
    [49, 1],
    [50, 2],
    [98, 2],
    [99, 3],
    [120, 3],
  ])('of %i lines takes %i transactions', async (lines, transactions) => {
    const shop = aLargeOrder(lines);

    expect(await take(shop, 'shipped')).toMatchObject({ outcome: 'moved' });
    expect(shop.wire.writes()).toHaveLength(transactions);
    await expectLawsHold(shop);
  });

  test.each([1, 2])(
    'is finished by the next call, delivery or sweep if it dies after %i transactions',
    async (cut) => {
      for (const finish of [
        (shop: FakeShop) => take(shop, 'shipped'),
        (shop: FakeShop) => take(shop, 'delivered'),
        (shop: FakeShop) => sweepOrders(shop.ports({ runtime: aMinuteLater })),
      ]) {
        // Prepare
        const shop = aLargeOrder(120);
        await survives(take(shop, 'shipped', { store: mortal(shop.store, cut) }));
        await expectLawsHold(shop, { unfinished: ['o1'] });

        // Act
        await finish(shop);

        // Assess
        await expectLawsHold(shop);
        expect(
          (await shop.movements()).filter((one) => one.referenceId === 'order_o1_shipment'),
        ).toHaveLength(120);
        expect(['shipped', 'delivered']).toContain((await shop.order('o1')).status);
      }
    },
  );

  test('succeeds if another caller finishes and delivers it in between', async () => {
    // Prepare
    const shop = aLargeOrder(60);
    shop.wire.next(
      'TransactWriteItems',
      noFault,
      meanwhile(() => take(shop, 'delivered')),
    );

    // Act
    const result = await take(shop, 'shipped');

    // Assess
    expect(result).toMatchObject({ outcome: 'moved', order: { status: 'delivered' } });
    expect(
      (await shop.movements()).filter((one) => one.referenceId === 'order_o1_shipment'),
    ).toHaveLength(60);
    await expectLawsHold(shop);
  });

  test('makes it not cancellable with the first transaction, although it still holds units', async () => {
    // Prepare
    const shop = aLargeOrder(120);
    await survives(take(shop, 'shipped', { store: mortal(shop.store, 1) }));

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'not_cancellable', order: { status: 'shipped' } });
    expect((await shop.order('o1')).items.at(-1)).toEqual(aLine('p119', 1));
  });
});
