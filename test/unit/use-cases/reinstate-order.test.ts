/** Taking a cancellation back: in its grace, and after the units were released. */
import { describe, expect, test } from '@jest/globals';
import type { Order } from '../../../lib/domain/order.ts';
import { adjustStock } from '../../../lib/use-cases/adjust-stock.ts';
import { cancelOrder } from '../../../lib/use-cases/cancel-orders.ts';
import { deleteOrder } from '../../../lib/use-cases/delete-order.ts';
import type { Ports } from '../../../lib/use-cases/ports.ts';
import { reinstateOrder } from '../../../lib/use-cases/reinstate-order.ts';
import { sweepOrders } from '../../../lib/use-cases/sweep-orders.ts';
import { transitionOrder } from '../../../lib/use-cases/transition-order.ts';
import { expectLawsHold } from '../../support/audit.ts';
import { anOrder, EARLIER, manyLines } from '../../support/builders.ts';
import { cancelLines } from '../../support/cancel-lines.ts';
import { type FakeShop, openShop } from '../../support/fake-shop.ts';
import { actionsOf, connectionReset, meanwhile, noFault } from '../../support/faults.ts';
import { mortal, survives } from '../../support/unit-death.ts';
import { unitRuntime } from '../../support/unit-runtime.ts';

/** How many rows each transaction wrote or checked. */
const sizesOfWrites = (shop: FakeShop): number[] =>
  shop.wire.writes().map((request) => actionsOf(request).length);

const GRACE = 600;
const ITS_LAST_MOMENT = '2026-03-02T12:09:59.999Z';
const ITS_END = '2026-03-02T12:10:00.000Z';

const at = (shop: FakeShop, now: string): Ports =>
  shop.ports({ runtime: unitRuntime({ now: () => new Date(now) }) });

const aShop = (differences: Partial<Order> = {}, stock: Record<string, object> = {}): FakeShop =>
  openShop({ orders: [anOrder('o1', { mug: 2, cup: 1 }, differences)], products: stock });

const cancels = (shop: FakeShop, request: object = { graceSeconds: GRACE }) =>
  cancelOrder({ orderId: 'o1', reason: 'customer', ...request }, shop.ports());

const reinstates = (shop: FakeShop, ports = shop.ports()) => reinstateOrder('o1', {}, ports);

const reserved = async (shop: FakeShop, productId: string): Promise<number> =>
  (await shop.product(productId)).reservedQuantity;

describe('A cancellation with a grace', () => {
  test('cancels the order for everybody, and keeps its units', async () => {
    const shop = aShop();

    const first = await cancels(shop);

    expect(first).toMatchObject({
      outcome: 'cancelled',
      restored: [],
      order: { status: 'cancelled', releaseAt: ITS_END },
    });
    expect(await reserved(shop, 'mug')).toBe(2);
    expect(await cancels(shop, {})).toEqual({ ...first, outcome: 'already_cancelled' });
    expect(await transitionOrder('o1', 'confirmed', shop.ports())).toMatchObject({
      outcome: 'invalid_transition',
    });
    expect(await deleteOrder('o1', shop.ports())).toEqual({ outcome: 'order_not_deletable' });
    await expectLawsHold(shop);
  });

  test('writes the order and nothing else', async () => {
    const shop = aShop();
    const before = shop.wire.operations().length;

    await cancels(shop);

    expect(shop.wire.operations().slice(before)).toEqual(['GetItem', 'TransactWriteItems']);
    expect(sizesOfWrites(shop).slice(-1)).toEqual([1]);
  });

  test('ends when the sweep comes after its time, and not before', async () => {
    const shop = aShop();
    await cancels(shop);

    await sweepOrders(at(shop, ITS_LAST_MOMENT));
    expect(await reserved(shop, 'mug')).toBe(2);

    await sweepOrders(at(shop, ITS_END));
    expect(await reserved(shop, 'mug')).toBe(0);
    expect(await shop.order('o1')).not.toHaveProperty('releaseAt');
    expect(await cancels(shop)).toMatchObject({
      outcome: 'already_cancelled',
      restored: [
        { productId: 'mug', quantity: 2 },
        { productId: 'cup', quantity: 1 },
      ],
    });
    await expectLawsHold(shop);
  });

  test('writes its goods off at its end, if they are lost', async () => {
    const shop = aShop({}, { mug: { stock: 10 } });
    await cancels(shop, { graceSeconds: GRACE, restock: false });
    expect(await shop.stockOf('mug')).toMatchObject({ stock: 10, reserved: 2 });

    await sweepOrders(at(shop, ITS_END));

    expect(await shop.stockOf('mug')).toMatchObject({ stock: 8, reserved: 0 });
  });

  test('is not given to an order that is still being placed', async () => {
    const shop = aShop({ placing: true });

    expect(await cancels(shop)).toMatchObject({ restored: [{ productId: 'mug' }, {}] });
    expect(await reserved(shop, 'mug')).toBe(0);
    expect(await reinstates(shop)).toMatchObject({ outcome: 'invalid_transition' });
  });
});

describe('Reinstating an order in its grace', () => {
  test.each(['pending', 'confirmed'] as const)(
    'leads back to the status from before, and touches no product: %s',
    async (status) => {
      const shop = aShop({ status, expiresAt: ITS_LAST_MOMENT });
      const before = await shop.order('o1');
      await cancels(shop);
      const writes = sizesOfWrites(shop).length;

      const result = await reinstates(shop);

      const { expiresAt: _, ...rest } = before;
      expect(result).toMatchObject({ outcome: 'reinstated', order: { status } });
      expect(await shop.order('o1')).toEqual({
        ...rest,
        version: 3,
        round: 2,
        roundSince: expect.any(String),
        writeId: expect.any(String),
        statusSince: expect.any(String),
        updatedAt: expect.any(String),
      });
      expect(sizesOfWrites(shop).slice(writes)).toEqual([1]);
      await expectLawsHold(shop);
    },
  );

  test('is possible until the sweep has come', async () => {
    const shop = aShop();
    await cancels(shop);

    expect(await reinstates(shop, at(shop, '2026-03-09T00:00:00.000Z'))).toMatchObject({
      outcome: 'reinstated',
    });
  });

  test('answers the same again, and writes nothing', async () => {
    const shop = aShop();
    await cancels(shop);
    const first = await reinstates(shop);
    const writes = shop.wire.writes().length;

    expect(await reinstates(shop)).toEqual(first);
    expect(shop.wire.writes()).toHaveLength(writes);
  });

  test('lets the order be cancelled again, under the name of its next round', async () => {
    const shop = aShop();
    await cancels(shop);
    await reinstates(shop);

    expect(await cancels(shop, {})).toMatchObject({
      outcome: 'cancelled',
      restored: [{ productId: 'mug', quantity: 2 }, {}],
      order: { movementReferences: ['order_o1', 'order_o1~2_cancellation'] },
    });
    await expectLawsHold(shop);
  });

  test('gives the order a new expiry only if it is asked to', async () => {
    const shop = aShop({ expiresAt: ITS_END });
    await cancels(shop);
    await reinstateOrder('o1', { expiresAt: ITS_LAST_MOMENT }, shop.ports());

    expect(await shop.order('o1')).toMatchObject({ expiresAt: ITS_LAST_MOMENT });
  });
});

describe('Reinstating an order whose units were released', () => {
  test('reserves again what the cancellation released, and leaves cancelled what was cancelled in part', async () => {
    // Prepare
    const shop = aShop({ status: 'confirmed' }, { mug: { stock: 5 }, cup: { stock: 5 } });
    const items = [{ productId: 'mug', quantity: 1 }];
    await cancelLines({ orderId: 'o1', items, idempotencyKey: 'k1' }, shop.ports());
    await cancels(shop, {});

    // Act
    const result = await reinstates(shop);

    // Assess
    expect(result).toMatchObject({
      outcome: 'reinstated',
      order: {
        status: 'confirmed',
        round: 2,
        items: [
          { productId: 'mug', reservedQuantity: 1, cancelledQuantity: 1 },
          { productId: 'cup', reservedQuantity: 1, cancelledQuantity: 0 },
        ],
      },
    });
    expect(await shop.stockOf('mug')).toMatchObject({ reserved: 1, available: 4 });
    const again = (await shop.movements()).filter(
      ({ referenceId }) => referenceId === 'order_o1~2',
    );
    expect(again.map(({ quantity }) => quantity)).toEqual([-1, -1]);
    await expectLawsHold(shop);
  });

  test('reserves goods that were written off anew', async () => {
    const shop = aShop({}, { mug: { stock: 5 }, cup: { stock: 5 } });
    await cancels(shop, { restock: false });

    expect(await reinstates(shop)).toMatchObject({ outcome: 'reinstated' });

    expect(await shop.order('o1')).not.toHaveProperty('restock');
    expect(await shop.stockOf('mug')).toEqual({ stock: 3, reserved: 2, available: 1 });
    await expectLawsHold(shop);
  });

  test.each<[string, (shop: FakeShop) => Promise<unknown>, object]>([
    [
      'sold',
      (shop) => adjustStock({ productId: 'mug', quantity: -4, referenceId: 'sold' }, shop.ports()),
      {
        outcome: 'insufficient_stock',
        shortages: [{ productId: 'mug', requested: 2, available: 1 }],
      },
    ],
    [
      'closed',
      (shop) => shop.tampersWith('products', 'mug', { closed: true }),
      { outcome: 'product_closed', productIds: ['mug'] },
    ],
    [
      'deleted',
      (shop) => shop.loses('products', 'mug'),
      { outcome: 'product_not_found', productIds: ['mug'] },
    ],
  ])('reserves nothing if a product was %s meanwhile', async (_, becomes, expected) => {
    const shop = aShop({}, { mug: { stock: 5 }, cup: { stock: 5 } });
    await cancels(shop, {});
    await becomes(shop);
    const before = await shop.order('o1');

    expect(await reinstates(shop)).toEqual(expected);

    expect(await shop.order('o1')).toEqual(before);
    expect(await reserved(shop, 'cup')).toBe(0);
  });

  test.each<[string, Partial<Order>]>([
    ['pending', {}],
    ['confirmed', { status: 'confirmed' }],
    ['shipped', { status: 'shipped' }],
  ])('is no transition of an order that is %s', async (_, differences) => {
    const shop = aShop(differences);

    expect(await reinstates(shop)).toMatchObject({ outcome: 'invalid_transition' });
  });

  test('is no transition of an order that was cancelled part by part', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 1 })] });
    const items = [{ productId: 'mug', quantity: 1 }];
    await cancelLines({ orderId: 'o1', items, idempotencyKey: 'k1' }, shop.ports());

    expect(await reinstates(shop)).toMatchObject({ outcome: 'invalid_transition' });
  });

  test('of an unknown order finds none', async () => {
    expect(await reinstateOrder('o9', {}, openShop().ports())).toEqual({ outcome: 'not_found' });
  });
});

describe('Reinstating a large order', () => {
  const LINES = manyLines(120);

  const aLargeShop = async (stock: Record<string, object> = {}): Promise<FakeShop> => {
    const shop = openShop({
      orders: [anOrder('o1', LINES, { status: 'confirmed' })],
      products: {
        ...Object.fromEntries(LINES.map(({ productId }) => [productId, { stock: 3 }])),
        ...stock,
      },
    });
    await cancels(shop, {});
    return shop;
  };

  const cancelledAgain = async (shop: FakeShop, before: Order): Promise<void> => {
    expect(await shop.order('o1')).toMatchObject({
      status: 'cancelled',
      cancelledAt: before.cancelledAt,
      cancelledFrom: 'confirmed',
      items: before.items,
      restoredQuantities: before.restoredQuantities,
    });
    expect(await shop.order('o1')).not.toHaveProperty('reinstating');
    await expectLawsHold(shop);
  };

  test('takes three steps, and the order stays cancelled until the last', async () => {
    const shop = await aLargeShop();
    const writes = shop.wire.writes().length;
    const broken = shop.watches([]);

    expect(await reinstates(shop)).toMatchObject({
      outcome: 'reinstated',
      order: { status: 'confirmed', version: 7, round: 2 },
    });

    expect(shop.wire.writes()).toHaveLength(writes + 3);
    expect(broken).toEqual([]);
    await expectLawsHold(shop);
  });

  test('gives back what it has reserved if a product of a later step is short, and names them all', async () => {
    const shop = await aLargeShop();
    const short = ['p060', 'p119'];
    for (const productId of short) {
      await adjustStock({ productId, quantity: -3, referenceId: productId }, shop.ports());
    }
    const before = await shop.order('o1');

    expect(await reinstates(shop)).toEqual({
      outcome: 'insufficient_stock',
      shortages: short.map((productId) => ({ productId, requested: 1, available: 0 })),
    });

    await cancelledAgain(shop, before);
  });

  test.each([1, 2])('is given up by the sweep after a crash after step %i', async (steps) => {
    const shop = await aLargeShop();
    const before = await shop.order('o1');
    await survives(reinstates(shop, shop.ports({ store: mortal(shop.store, steps) })));
    expect(await shop.order('o1')).toMatchObject({ reinstating: 'reserving', status: 'cancelled' });

    await sweepOrders(at(shop, '2026-03-02T12:02:00.000Z'));

    await cancelledAgain(shop, before);
    expect(await reinstates(shop)).toMatchObject({ outcome: 'reinstated', order: { round: 3 } });
    await expectLawsHold(shop);
  });

  test('is finished by the next call after a crash', async () => {
    const shop = await aLargeShop();
    await survives(reinstates(shop, shop.ports({ store: mortal(shop.store, 1) })));

    expect(await reinstates(shop)).toMatchObject({ outcome: 'reinstated', order: { round: 2 } });
    await expectLawsHold(shop);
  });

  test('waits until an interrupted cancellation has released everything', async () => {
    const shop = openShop({ orders: [anOrder('o1', LINES)] });
    await survives(cancelOrder({ orderId: 'o1' }, shop.ports({ store: mortal(shop.store, 1) })));

    expect(await reinstates(shop)).toMatchObject({ outcome: 'reinstated' });
    await expectLawsHold(shop);
  });
});

describe('Reinstating at the same time as others', () => {
  test('ten callers reinstate once', async () => {
    const shop = aShop({}, { mug: { stock: 5 }, cup: { stock: 5 } });
    await cancels(shop, {});

    const results = await Promise.all(Array.from({ length: 10 }, () => reinstates(shop)));

    expect(results.map(({ outcome }) => outcome)).toEqual(Array(10).fill('reinstated'));
    expect(await reserved(shop, 'mug')).toBe(2);
    await expectLawsHold(shop);
  });

  test('a lost answer is told as success', async () => {
    const shop = aShop({}, { mug: { stock: 5 }, cup: { stock: 5 } });
    await cancels(shop, {});
    shop.watches([connectionReset]);

    expect(await reinstates(shop)).toMatchObject({ outcome: 'reinstated' });
    expect(await reserved(shop, 'mug')).toBe(2);
  });

  test('does not take back a cancellation that came after it', async () => {
    // Prepare: the answer is lost, and somebody cancels before the caller tries again
    const shop = aShop({}, { mug: { stock: 5 }, cup: { stock: 5 } });
    await cancels(shop, {});
    const LATER = '2026-03-02T12:00:01.000Z';
    shop.watches([
      meanwhile(async () => {
        await reinstates(shop);
        await cancelOrder({ orderId: 'o1' }, at(shop, LATER));
      }),
      noFault,
    ]);

    // Act
    const result = await reinstates(shop);

    // Assess
    expect(result).toMatchObject({ outcome: 'invalid_transition' });
    expect(await shop.order('o1')).toMatchObject({ status: 'cancelled', cancelledAt: LATER });
    await expectLawsHold(shop);
  });

  test('spares an order that was placed later under the same id', async () => {
    const shop = aShop();
    await cancels(shop);
    const another = anOrder('o1', { mug: 2, cup: 1 }, { createdAt: '2026-03-01T09:00:00.000Z' });
    shop.watches([meanwhile(() => shop.has(another))]);

    expect(await reinstates(shop)).toEqual({ outcome: 'not_found' });
    expect(await shop.order('o1')).toEqual(another);
    expect(another.createdAt).not.toBe(EARLIER);
  });
});

describe('An order that has expired', () => {
  test('can be reinstated for as long as the setting says', async () => {
    const shop = aShop({ expiresAt: EARLIER });

    await sweepOrders({ ...shop.ports(), expiryGraceSeconds: GRACE });

    expect(await shop.order('o1')).toMatchObject({
      status: 'cancelled',
      cancellationReason: 'expired',
      releaseAt: ITS_END,
    });
    expect(await reserved(shop, 'mug')).toBe(2);
    expect(await reinstates(shop)).toMatchObject({ outcome: 'reinstated' });
    await sweepOrders({ ...at(shop, ITS_END), expiryGraceSeconds: GRACE });
    expect(await shop.order('o1')).toMatchObject({ status: 'pending' });
  });
});
