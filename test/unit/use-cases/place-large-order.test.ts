import { describe, expect, test } from '@jest/globals';
import { adjustStock } from '../../../lib/use-cases/adjust-stock.ts';
import { placeOrder } from '../../../lib/use-cases/place-order.ts';
import type { Ports } from '../../../lib/use-cases/ports.ts';
import { sweepOrders } from '../../../lib/use-cases/sweep-orders.ts';
import { expectLawsHold } from '../../support/audit.ts';
import { manyLines, NOW } from '../../support/builders.ts';
import { cancelLines } from '../../support/cancel-lines.ts';
import { type FakeShop, openShop } from '../../support/fake-shop.ts';
import { late, meanwhile, noFault } from '../../support/faults.ts';
import { mortal, survives } from '../../support/unit-death.ts';
import { unitRuntime } from '../../support/unit-runtime.ts';

const LINES = 120;
const items = manyLines(LINES).map(({ productId }) => ({ productId, quantity: 2 }));

/** A shop with stock for two such orders, except for the stock that `short` gives. */
const aLargeShop = (short: Record<string, number> = {}): FakeShop =>
  openShop({
    products: Object.fromEntries(
      items.map(({ productId }) => [productId, { stock: short[productId] ?? 4 }]),
    ),
  });

const place = (shop: FakeShop, differences: Partial<Ports> = {}) =>
  placeOrder({ id: 'o1', items }, shop.ports(differences));

/** A runtime whose clock is this many seconds ahead. */
const at = (seconds: number) =>
  unitRuntime({ now: () => new Date(Date.parse(NOW) + seconds * 1_000) });

/** The sweep that finds the order interrupted, a minute later. */
const sweep = (shop: FakeShop, differences: Partial<Ports> = {}) =>
  sweepOrders(shop.ports({ runtime: at(60), ...differences }));

const reserved = async (shop: FakeShop): Promise<number> => {
  const counters = await Promise.all(items.map(({ productId }) => shop.stockOf(productId)));
  return counters.reduce((sum, { reserved: held }) => sum + held, 0);
};

describe('Placing an order of 120 lines', () => {
  test('reserves all lines in 3 transactions', async () => {
    // Prepare
    const shop = aLargeShop();

    // Act
    const result = await place(shop);

    // Assess
    expect(result).toEqual({ outcome: 'placed', order: await shop.order('o1') });
    expect(await shop.order('o1')).toMatchObject({ status: 'pending', version: 3 });
    expect(await shop.order('o1')).not.toHaveProperty('placing');
    expect(shop.wire.operations()).toEqual(Array.from({ length: 3 }, () => 'TransactWriteItems'));
    expect(await reserved(shop)).toBe(2 * LINES);
    await expectLawsHold(shop);
  });

  test('by 3 callers at once places it once, and reports it as placed to all of them', async () => {
    // Prepare
    const shop = aLargeShop();

    // Act
    const results = await Promise.all([place(shop), place(shop), place(shop)]);

    // Assess
    for (const { outcome } of results) expect(['placed', 'already_placed']).toContain(outcome);
    expect(results.filter(({ outcome }) => outcome === 'placed').length).toBeLessThanOrEqual(1);
    expect(await reserved(shop)).toBe(2 * LINES);
    await expectLawsHold(shop);
  });

  test('with other lines is refused while an interrupted placement has the id', async () => {
    // Prepare
    const shop = aLargeShop();
    await survives(place(shop, { store: mortal(shop.store, 1) }));

    // Act
    const result = await placeOrder({ id: 'o1', items: items.slice(1) }, shop.ports());

    // Assess
    expect(result).toEqual({ outcome: 'order_exists' });
    await expectLawsHold(shop, { unfinished: ['o1'] });
  });

  test('stops if the order is cancelled after the first transaction', async () => {
    // Prepare: another request cancels it after the first transaction
    const shop = aLargeShop();
    shop.wire.next(
      'TransactWriteItems',
      noFault,
      meanwhile(() => shop.cancelsAll(['o1'])),
    );

    // Act
    const result = await place(shop);

    // Assess
    expect(result).toMatchObject({ outcome: 'already_placed', order: { status: 'cancelled' } });
    expect(await reserved(shop)).toBe(0);
    await expectLawsHold(shop);
  });

  test('starts again if the sweep gives the order up after the first transaction', async () => {
    // Prepare
    const shop = aLargeShop();
    shop.wire.next(
      'TransactWriteItems',
      noFault,
      meanwhile(() => sweep(shop)),
    );

    // Act
    const result = await place(shop);

    // Assess
    expect(result).toMatchObject({ outcome: 'placed', order: { status: 'pending' } });
    expect(await reserved(shop)).toBe(2 * LINES);
    await expectLawsHold(shop);
  });
});

describe('An order of 120 lines whose placement dies', () => {
  test.each([0, 1, 2])('after %i transactions is finished by the next call', async (cut) => {
    // Prepare
    const shop = aLargeShop();
    expect(await survives(place(shop, { store: mortal(shop.store, cut) }))).toBe(false);
    expect(await shop.verdict()).toEqual({ violations: [], unfinished: cut === 0 ? [] : ['o1'] });

    // Act
    const result = await place(shop);

    // Assess
    expect(result).toMatchObject({ outcome: cut === 0 ? 'placed' : 'already_placed' });
    expect((await shop.order('o1')).items).toEqual(
      manyLines(LINES).map((line) => ({
        ...line,
        quantity: 2,
        reservedQuantity: 2,
      })),
    );
    expect(await reserved(shop)).toBe(2 * LINES);
    await expectLawsHold(shop);
  });

  test.each([1, 2])('after %i transactions is given up by the sweep', async (cut) => {
    // Prepare
    const shop = aLargeShop();
    await survives(place(shop, { store: mortal(shop.store, cut) }));

    // Act
    await sweep(shop);

    // Assess
    expect(await shop.store.getOrder('o1', () => 1_000)).toBeUndefined();
    expect((await shop.movements()).filter(({ orderId }) => orderId === 'o1')).toEqual([]);
    expect(await reserved(shop)).toBe(0);
    await expectLawsHold(shop);
  });

  test('is given up by the next sweep if a sweep dies, too, after any transaction', async () => {
    for (let cut = 0; ; cut += 1) {
      // Prepare
      const shop = aLargeShop();
      await survives(place(shop, { store: mortal(shop.store, 2) }));
      const [dying] = await sweep(shop, { store: mortal(shop.store, cut) });
      expect((await shop.verdict()).violations).toEqual([]);

      // Act
      await sweep(shop, { runtime: at(120) });

      // Assess
      expect(await shop.store.getOrder('o1', () => 1_000)).toBeUndefined();
      expect((await shop.movements()).filter(({ orderId }) => orderId === 'o1')).toEqual([]);
      expect(await reserved(shop)).toBe(0);
      await expectLawsHold(shop);
      if (dying?.outcome !== 'failed') {
        // 98 lines held and given back, 49 at a time, and their movements deleted, 33 lines at a time.
        expect(cut).toBe(2 + 3);
        return;
      }
    }
  });

  test('cannot be confirmed', async () => {
    // Prepare
    const shop = aLargeShop();
    await survives(place(shop, { store: mortal(shop.store, 1) }));
    const { transitionOrder } = await import('../../../lib/use-cases/transition-order.ts');

    // Act
    const result = await transitionOrder('o1', 'confirmed', shop.ports());

    // Assess
    expect(result).toMatchObject({ outcome: 'invalid_transition', order: { placing: true } });
  });
});

describe('Placing an order of 120 lines whose last product is short', () => {
  const short = { p010: 4, p119: 1 };

  test('reports the shortage, and leaves no order, no movement and no reservation', async () => {
    // Prepare
    const shop = aLargeShop(short);

    // Act
    const result = await place(shop);

    // Assess
    expect(result).toEqual({
      outcome: 'insufficient_stock',
      shortages: [{ productId: 'p119', requested: 2, available: 1 }],
    });
    expect(await shop.store.getOrder('o1', () => 1_000)).toBeUndefined();
    expect((await shop.movements()).filter(({ orderId }) => orderId === 'o1')).toEqual([]);
    expect(await reserved(shop)).toBe(0);
    await expectLawsHold(shop);
  });

  test('tells of everything that is missing, whichever step would have needed it', async () => {
    // Prepare: of 240 units, these are short in the first, the second and the third step
    const shop = aLargeShop({ p000: 0, p010: 1, p060: 1, p119: 1 });
    const before = await shop.verdict();

    // Act
    const result = await place(shop);

    // Assess
    expect(result).toEqual({
      outcome: 'insufficient_stock',
      shortages: [
        { productId: 'p000', requested: 2, available: 0 },
        { productId: 'p010', requested: 2, available: 1 },
        { productId: 'p060', requested: 2, available: 1 },
        { productId: 'p119', requested: 2, available: 1 },
      ],
    });
    expect(shop.db.rows('orders')).toEqual([]);
    expect(await shop.verdict()).toEqual(before);
  });

  test('tells of every product that does not exist, and then not of what is short', async () => {
    // Prepare
    const shop = aLargeShop({ p060: 1 });
    await shop.loses('products', 'p061');
    await shop.loses('products', 'p119');

    // Act
    const result = await place(shop);

    // Assess
    expect(result).toEqual({ outcome: 'product_not_found', productIds: ['p061', 'p119'] });
    expect(shop.db.rows('orders')).toEqual([]);
  });

  test('reports a product that does not exist', async () => {
    // Prepare
    const shop = aLargeShop();
    await shop.loses('products', 'p119');

    // Act
    const result = await place(shop);

    // Assess
    expect(result).toEqual({ outcome: 'product_not_found', productIds: ['p119'] });
    expect(await shop.store.getOrder('o1', () => 1_000)).toBeUndefined();
  });

  test('succeeds with the same id after the stock is raised', async () => {
    // Prepare
    const shop = aLargeShop(short);
    await place(shop);
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

    // Act
    const result = await place(shop);

    // Assess
    expect(result).toMatchObject({ outcome: 'placed', order: { version: 3 } });
    expect(await reserved(shop)).toBe(2 * LINES);
  });

  test.each([3, 4, 5, 6])(
    'is taken back by the next call if it dies after %i transactions',
    async (cut) => {
      // Prepare: two steps were placed; then each gives back 49 lines, or deletes 49 pairs
      const shop = aLargeShop(short);
      await survives(place(shop, { store: mortal(shop.store, cut) }));
      expect((await shop.verdict()).violations).toEqual([]);
      const before = shop.wire.writes().length;

      // Act
      const result = await place(shop);

      // Assess
      expect(result).toMatchObject({ outcome: 'insufficient_stock' });
      expect(shop.wire.writes().length - before).toBeLessThan(20);
      expect(await shop.store.getOrder('o1', () => 1_000)).toBeUndefined();
      await expectLawsHold(shop);
    },
  );

  test('leaves the units of another order reserved', async () => {
    // Prepare
    const shop = aLargeShop(short);
    await placeOrder({ id: 'o2', items: items.slice(0, 119) }, shop.ports());

    // Act
    await place(shop);

    // Assess
    expect(await reserved(shop)).toBe(2 * 119);
    await expectLawsHold(shop);
  });

  test('is unfinished when the time ends, and is given up by the sweep', async () => {
    // Prepare: two steps are taken and the third is refused, and then the time is up
    const shop = aLargeShop(short);
    const remaining = () => (shop.wire.writes().length < 3 ? 60_000 : 0);

    // Act
    const result = await place(shop, { remaining });

    // Assess
    expect(result).toEqual({ outcome: 'unfinished' });
    await expectLawsHold(shop, { unfinished: ['o1'] });
    await sweep(shop);
    expect(await shop.store.getOrder('o1', () => 1_000)).toBeUndefined();
    await expectLawsHold(shop);
  });
});

describe('An order of 120 lines that is being placed', () => {
  test('cannot be cancelled in part, and is placed by the next call', async () => {
    // Prepare
    const shop = aLargeShop();
    await survives(place(shop, { store: mortal(shop.store, 1) }));
    const before = await shop.order('o1');

    // Act
    const result = await cancelLines(
      { orderId: 'o1', items: [{ productId: 'p000', quantity: 1 }], idempotencyKey: 'k1' },
      shop.ports(),
    );

    // Assess
    expect(result).toMatchObject({
      outcome: 'not_cancellable',
      why: 'being_placed',
    });
    expect(await shop.order('o1')).toEqual(before);
    expect(await place(shop)).toMatchObject({ outcome: 'already_placed' });
    await expectLawsHold(shop);
  });

  test('by two identical calls at once is placed, although the stock is enough for only one order', async () => {
    for (const turns of [0, 1, 2, 5, 9]) {
      // Prepare: stock for one of them
      const shop = aLargeShop(Object.fromEntries(items.map(({ productId }) => [productId, 2])));
      const broken = shop.watches([0, turns, 0, turns, turns].map((count) => late(noFault, count)));

      // Act
      const results = await Promise.all([place(shop), place(shop)]);

      // Assess
      for (const { outcome } of results) expect(['placed', 'already_placed']).toContain(outcome);
      expect(broken).toEqual([]);
      expect(await reserved(shop)).toBe(2 * LINES);
      await expectLawsHold(shop);
    }
  });
});

describe('An order of 120 lines that was given up', () => {
  /** Given up by its caller, which died before it cleared the order away. */
  const aGivenUpOrder = async (): Promise<FakeShop> => {
    const shop = aLargeShop({ p119: 1 });
    await survives(place(shop, { store: mortal(shop.store, 2 + 1 + 2) }));
    expect(await shop.order('o1')).toMatchObject({ status: 'cancelled', placing: true });
    expect(await reserved(shop)).toBe(0);
    return shop;
  };

  const restock = (shop: FakeShop) =>
    adjustStock({ productId: 'p119', quantity: 5, referenceId: 'found' }, shop.ports());

  test('is cleared away and placed again by the next call', async () => {
    // Prepare
    const shop = await aGivenUpOrder();
    await restock(shop);

    // Act
    const result = await place(shop, { runtime: at(1) });

    // Assess
    expect(result).toMatchObject({ outcome: 'placed', order: { status: 'pending', version: 3 } });
    expect(await reserved(shop)).toBe(2 * LINES);
    await expectLawsHold(shop);
  });

  test('is cleared away by the sweep, and can be placed again', async () => {
    // Prepare
    const shop = await aGivenUpOrder();
    await restock(shop);
    await sweep(shop);
    expect(shop.db.rows('orders')).toEqual([]);

    // Act
    const result = await place(shop, { runtime: at(61) });

    // Assess
    expect(result).toMatchObject({ outcome: 'placed' });
    await expectLawsHold(shop);
  });

  test('is not cleared away once a new order has taken its id', async () => {
    // Prepare: before the sweep clears it away, it is placed again, and its customer cancels it
    const shop = await aGivenUpOrder();
    await restock(shop);
    let isDone = false;
    const store: Ports['store'] = {
      ...shop.store,
      getOrder: async (...which) => {
        if (!isDone) {
          isDone = true;
          await place(shop, { runtime: at(1) });
          await shop.cancelsAll([{ orderId: 'o1', reason: 'customer' }]);
        }
        return shop.store.getOrder(...which);
      },
    };

    // Act
    await sweep(shop, { store: { ...store, getOrders: shop.store.getOrders } });

    // Assess
    expect(isDone).toBe(true);
    expect(await shop.order('o1')).toMatchObject({
      status: 'cancelled',
      cancellationReason: 'customer',
    });
    await expectLawsHold(shop);
  });

  test('becomes a cancelled order that is no longer due if its movements do not sum to 0', async () => {
    // Prepare: a reserved unit is lost past the code of the shop
    const shop = aLargeShop({ p119: 1 });
    await survives(place(shop, { store: mortal(shop.store, 3) }));
    await shop.stocks({
      ...(await shop.product('p000')),
      reservedQuantity: 1,
      availableQuantity: 3,
    });

    // Act
    const swept = await sweep(shop);

    // Assess
    expect(swept).toMatchObject([{ orderId: 'o1', outcome: 'done', drift: 1 }]);
    expect(await shop.order('o1')).toMatchObject({
      status: 'cancelled',
      cancellationReason: 'inventory',
    });
    expect(await shop.order('o1')).not.toHaveProperty('placing');
    expect(shop.db.get('orders', { id: 'o1' })).not.toHaveProperty('dueAt');
    expect(await sweep(shop, { runtime: at(9_999) })).toEqual([]);

    // Whoever asks for it again is not told that it was placed.
    expect(await place(shop)).toEqual({ outcome: 'order_exists' });
    expect(await shop.cancelsAll(['o1'])).toMatchObject([{ outcome: 'already_cancelled' }]);
  });
});
