import { describe, expect, test } from '@jest/globals';
import type { Order } from '../../../lib/domain/order.ts';
import { TimeIsUpError } from '../../../lib/time-budget.ts';
import { cancelOrder } from '../../../lib/use-cases/cancel-orders.ts';
import { deleteOrder } from '../../../lib/use-cases/delete-order.ts';
import { placeOrder } from '../../../lib/use-cases/place-order.ts';
import type { Ports } from '../../../lib/use-cases/ports.ts';
import { sweepOrders } from '../../../lib/use-cases/sweep-orders.ts';
import { transitionOrder } from '../../../lib/use-cases/transition-order.ts';
import { expectLawsHold } from '../../support/audit.ts';
import {
  aCancelledOrder,
  aLine,
  anOrder,
  aProduct,
  manyLines,
  NOW,
} from '../../support/builders.ts';
import { type FakeShop, openShop } from '../../support/fake-shop.ts';
import { meanwhile } from '../../support/faults.ts';
import { mortal, survives } from '../../support/unit-death.ts';
import { unitRuntime } from '../../support/unit-runtime.ts';

/** A runtime whose clock is this many seconds ahead. */
const later = (seconds: number) =>
  unitRuntime({ now: () => new Date(Date.parse(NOW) + seconds * 1_000) });

/** A sweep one minute after the last step of the interrupted order. */
const sweep = (shop: FakeShop, differences: Partial<Ports> = {}) =>
  sweepOrders(shop.ports({ runtime: later(60), ...differences }));

const items = manyLines(120).map(({ productId, quantity }) => ({ productId, quantity }));

/** A shop for an order of 120 lines, and work on the order that takes three transactions. */
const LARGE_ORDERS = {
  placed: {
    openShop: () =>
      openShop({ products: Object.fromEntries(items.map(({ productId }) => [productId, {}])) }),
    work: (ports: Ports) => placeOrder({ id: 'o1', items }, ports),
  },
  cancelled: {
    openShop: () => openShop({ orders: [anOrder('o1', manyLines(120), { status: 'confirmed' })] }),
    work: (ports: Ports) => cancelOrder({ orderId: 'o1', reason: 'customer' }, ports),
  },
  shipped: {
    openShop: () => openShop({ orders: [anOrder('o1', manyLines(120), { status: 'confirmed' })] }),
    work: (ports: Ports) => transitionOrder('o1', 'shipped', ports),
  },
} as const;
const KINDS = ['placed', 'cancelled', 'shipped'] as const;
type Kind = (typeof KINDS)[number];

const interrupted = async (kind: Kind, cut: number): Promise<FakeShop> => {
  const shop = LARGE_ORDERS[kind].openShop();
  await survives(LARGE_ORDERS[kind].work(shop.ports({ store: mortal(shop.store, cut) })));
  return shop;
};

/** An interrupted placement is deleted in the end; any other interrupted work is finished. */
const expectFinished = async (shop: FakeShop, kind: Kind): Promise<void> => {
  await expectLawsHold(shop);
  if (kind === 'placed') {
    expect(shop.db.rows('orders')).toEqual([]);
    expect((await shop.movements()).filter(({ orderId }) => orderId === 'o1')).toEqual([]);
    return;
  }
  expect(await shop.order('o1')).toMatchObject({ status: kind });
  const counted = kind === 'shipped' ? 'shippedQuantity' : 'cancelledQuantity';
  expect((await shop.order('o1')).items).toEqual(
    manyLines(120).map((line) => ({ ...line, reservedQuantity: 0, [counted]: 1 })),
  );
  expect(await shop.product('p119')).toMatchObject({
    stockQuantity: kind === 'shipped' ? 100 : 101,
    reservedQuantity: 0,
  });
};

describe('A sweep whose time ends while it looks for due orders', () => {
  const timeIsUp = new TimeIsUpError('Too late');
  /** The time is up after the first due orders, if there are any. */
  const looksForMore = (shop: FakeShop, first: readonly string[]): Partial<Ports> => {
    let left = 60_000;
    return {
      remaining: () => left,
      store: {
        ...shop.store,
        ordersDue: async function* () {
          if (first.length > 0) yield first;
          left = 0;
          throw timeIsUp;
        },
      },
    };
  };

  test('reports the orders that it has finished', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 1 }, { expiresAt: NOW })] });

    const swept = await sweep(shop, looksForMore(shop, ['o1']));

    expect(swept).toMatchObject([{ orderId: 'o1', duty: 'expire', outcome: 'done', drift: 0 }]);
  });

  test('fails if it has finished none', async () => {
    const shop = openShop();

    const swept = await sweep(shop, looksForMore(shop, []));

    expect(swept).toMatchObject([{ outcome: 'failed', error: timeIsUp, drift: 0 }]);
  });
});

const duplicate = <T>(value: T): [T, T] => [value, value];

describe.each(KINDS)('A large order whose caller dies while it is %s', (kind) => {
  test.each([1, 2])('after %i transactions is finished or given up by the sweep', async (cut) => {
    // Prepare
    const shop = await interrupted(kind, cut);
    await expectLawsHold(shop, { unfinished: ['o1'] });
    const broken = shop.watches([]);

    // Act
    const swept = await sweep(shop);

    // Assess
    expect(swept).toMatchObject([{ orderId: 'o1', duty: 'finish', outcome: 'done', drift: 0 }]);
    expect(broken).toEqual([]);
    await expectFinished(shop, kind);
    expect(await sweep(shop, { runtime: later(9_999) })).toEqual([]);
  });

  test('is left alone by the sweep for a minute after its last step', async () => {
    const shop = await interrupted(kind, 1);
    const before = await shop.order('o1');

    expect(await sweep(shop, { runtime: later(59.999) })).toEqual([]);
    expect(await shop.order('o1')).toEqual(before);
  });

  test('is finished by the next sweep if a sweep dies after any of its transactions', async () => {
    for (let cut = 0; ; cut += 1) {
      // Prepare
      const shop = await interrupted(kind, 1);
      const [dying] = await sweep(shop, { store: mortal(shop.store, cut) });
      expect((await shop.verdict()).violations).toEqual([]);

      // Act
      await sweep(shop, { runtime: later(120) });

      // Assess
      await expectFinished(shop, kind);
      if (dying?.outcome === 'done') return;
      expect(dying).toMatchObject({ outcome: 'failed', error: { name: 'Death' } });
    }
  });

  test('is finished once by two sweeps at the same time', async () => {
    // Prepare
    const shop = await interrupted(kind, 2);
    const broken = shop.watches([]);

    // Act
    const sweeps = await Promise.all([sweep(shop), sweep(shop)]);

    // Assess
    expect(sweeps).toMatchObject(
      duplicate([{ orderId: 'o1', duty: 'finish', outcome: 'done', drift: 0 }]),
    );
    expect(broken).toEqual([]);
    await expectFinished(shop, kind);
  });
});

describe('A sweep', () => {
  const expired = (id: string, lines: Record<string, number> = { mug: 1 }): Order =>
    anOrder(id, lines, { expiresAt: NOW });

  test('makes one query per shard and nothing else when no order is due', async () => {
    const shop = openShop({
      orders: [
        anOrder('o1', { mug: 1 }),
        anOrder('o2', { mug: 1 }, { expiresAt: '2027-01-01T00:00:00.000Z' }),
        aCancelledOrder('o3', { mug: 1 }),
      ],
    });

    expect(await sweep(shop)).toEqual([]);
    expect(shop.wire.operations()).toEqual(['Query', 'Query']);
  });

  test('leaves orders alone that are no longer due although the index still says so', async () => {
    // Prepare
    const orders = [
      anOrder('confirmed', { mug: 1 }, { status: 'confirmed', expiresAt: NOW }),
      aCancelledOrder('cancelled', { mug: 1 }),
      anOrder('resumed', [aLine('mug', 2, { reservedQuantity: 1 })], {
        placing: true,
        updatedAt: new Date(Date.parse(NOW) + 1).toISOString(),
      }),
    ];
    const shop = openShop({ orders });
    const store: Ports['store'] = {
      ...shop.store,
      ordersDue: async function* () {
        yield ['confirmed', 'cancelled', 'resumed', 'deleted'];
      },
    };

    // Act
    const swept = await sweep(shop, { store });

    // Assess
    expect(swept).toEqual([]);
    expect(shop.wire.writes()).toEqual([]);
  });

  test('does not give up a placement that its caller has resumed since the read', async () => {
    // Prepare
    const shop = await interrupted('placed', 1);
    const resume = () =>
      survives(
        placeOrder(
          { id: 'o1', items },
          // One transaction to find the order, and one to take its next step.
          shop.ports({ runtime: later(60), store: mortal(shop.store, 2) }),
        ),
      );
    shop.wire.next('TransactWriteItems', meanwhile(resume));

    // Act
    await sweep(shop);

    // Assess: two of three steps are taken, and none is taken back
    expect(await shop.order('o1')).toMatchObject({ status: 'pending', placing: true, version: 2 });
    expect((await shop.product('p097')).reservedQuantity).toBe(1);
    await expectLawsHold(shop, { unfinished: ['o1'] });
  });

  test('reports a damaged order and an order of a damaged product as failed, and expires the others', async () => {
    // Prepare: one damaged order, one order of a damaged product, and three orders without damage
    const shop = openShop({
      orders: [
        expired('o1'),
        expired('o2'),
        expired('o3', { cup: 1 }),
        expired('o4'),
        expired('o5'),
      ],
    });
    shop.db.put('orders', { ...shop.db.get('orders', { id: 'o2' }), items: 'oops' });
    shop.db.put('products', { id: 'cup', name: 'A cup that lost its counters' });

    // Act
    const swept = await sweep(shop);

    // Assess
    const outcomes = Object.fromEntries(swept.map(({ orderId, outcome }) => [orderId, outcome]));
    expect(outcomes).toEqual({ o1: 'done', o2: 'failed', o3: 'failed', o4: 'done', o5: 'done' });
    for (const id of ['o1', 'o4', 'o5']) expect((await shop.order(id)).status).toBe('cancelled');
    expect(swept.filter(({ outcome }) => outcome === 'failed')).toEqual(
      duplicate(expect.objectContaining({ error: expect.any(Error) })),
    );
  });

  test('handles an order that was given up and whose product was lost in less than 20 requests', async () => {
    // Prepare: it holds nothing any more, but it was never cleared away
    const shop = openShop({
      orders: [aCancelledOrder('o1', { cup: 1 }, { placing: true }), expired('o2')],
    });
    await shop.loses('products', 'cup');

    // Act
    const swept = await sweep(shop);

    // Assess
    expect(swept.map(({ outcome }) => outcome)).toEqual(['done', 'done']);
    expect(shop.db.rows('orders').map(({ id }) => id)).toEqual(['o2']);
    expect(shop.wire.sent.length).toBeLessThan(20);
    await expectLawsHold(shop);
  });

  test('stops when its time is up, and the next sweep does the rest', async () => {
    // Prepare: too many for one transaction
    const orders = Array.from({ length: 120 }, (_, index) => expired(`o${index}`));
    const shop = openShop({ orders });
    const pending = async (): Promise<string[]> => {
      const found = await Promise.all(orders.map(({ id }) => shop.order(id)));
      return found.filter(({ status }) => status === 'pending').map(({ id }) => id);
    };
    const remaining = () => (shop.wire.writes().length === 0 ? 60_000 : 0);

    // Act
    const swept = await sweep(shop, { remaining });

    // Assess
    const left = swept.filter(({ outcome }) => outcome === 'unfinished');
    expect(left.map(({ orderId }) => orderId).sort()).toEqual((await pending()).sort());
    expect(left.length).toBeGreaterThan(0);
    expect(left.length).toBeLessThan(120);
    await sweep(shop);
    expect(await pending()).toEqual([]);
    await expectLawsHold(shop);
  });

  test('reports 3 units as drift if a product has only 2 of 5 reserved', async () => {
    const shop = openShop({
      orders: [expired('o1', { mug: 5 })],
      products: { mug: { reserved: 2 } },
    });

    expect(await sweep(shop)).toMatchObject([{ outcome: 'done', drift: 3 }]);
  });

  test('keeps an order that is given up with drift as a cancelled order', async () => {
    // Prepare: the counter of its product lacks a unit
    const shop = openShop({
      orders: [
        anOrder('o1', [aLine('mug', 2), aLine('cup', 1, { reservedQuantity: 0 })], {
          placing: true,
        }),
      ],
    });
    await shop.stocks(aProduct('mug', { stock: 100, reserved: 1, movements: 2 }));

    // Act
    const swept = await sweep(shop);

    // Assess
    expect(swept).toMatchObject([{ outcome: 'done', drift: 1 }]);
    expect(await shop.order('o1')).toMatchObject({
      status: 'cancelled',
      cancellationReason: 'inventory',
    });
    expect(await shop.order('o1')).not.toHaveProperty('placing');
    expect(await sweep(shop, { runtime: later(9_999) })).toEqual([]);
  });
});

describe('A pending order', () => {
  const at = (milliseconds: number) => new Date(Date.parse(NOW) + milliseconds).toISOString();
  const sweepNow = (shop: FakeShop, differences: Partial<Ports> = {}) =>
    sweep(shop, { runtime: later(0), ...differences });

  test.each([
    [-9_999_999, 'cancelled'],
    [0, 'cancelled'],
    [1, 'pending'],
  ])('with its expiry at %i ms is %s after a sweep at 0 ms', async (milliseconds, status) => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 }, { expiresAt: at(milliseconds) })] });

    const swept = await sweepNow(shop);

    expect((await shop.order('o1')).status).toBe(status);
    expect(swept).toMatchObject(
      status === 'pending' ? [] : [{ orderId: 'o1', duty: 'expire', outcome: 'done', drift: 0 }],
    );
    expect((await shop.product('mug')).reservedQuantity).toBe(status === 'pending' ? 2 : 0);
    await expectLawsHold(shop);
  });

  test('is cancelled with reason `expired`, and is not due after that', async () => {
    // Prepare
    const shop = openShop({ products: { mug: { stock: 3 } } });
    const order = { id: 'o1', items: [{ productId: 'mug', quantity: 3 }], expiresAt: at(60_000) };
    await placeOrder(order, shop.ports());

    // Act
    const early = await sweepNow(shop);
    const due = await sweep(shop);

    // Assess
    expect(early).toEqual([]);
    expect(due).toMatchObject([{ orderId: 'o1', duty: 'expire', outcome: 'done' }]);
    expect(await shop.order('o1')).toMatchObject({
      status: 'cancelled',
      cancellationReason: 'expired',
      cancelledAt: at(60_000),
    });
    expect((await shop.product('mug')).availableQuantity).toBe(3);
    expect(await sweep(shop, { runtime: later(9_999) })).toEqual([]);
    await expectLawsHold(shop);
  });

  test('without an expiry never expires', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 1 })] });

    expect(await sweep(shop, { runtime: later(1e9) })).toEqual([]);
  });

  test.each(['confirmed', 'shipped', 'delivered', 'cancelled'] as const)(
    'that is now %s does not expire',
    async (status) => {
      const lines = [aLine('mug', 1, { reservedQuantity: 0, shippedQuantity: 1 })];
      const shop = openShop({ orders: [anOrder('o1', lines, { status, expiresAt: at(-1) })] });

      expect(await sweepNow(shop)).toEqual([]);
      expect((await shop.order('o1')).status).toBe(status);
    },
  );

  test('that has taken the id of an expired one just before the write does not expire', async () => {
    // Prepare: the expired order is cancelled and deleted, and its customer orders again
    const shop = openShop({ products: { mug: {} } });
    const order = { id: 'o1', items: [{ productId: 'mug', quantity: 2 }] };
    await placeOrder({ ...order, expiresAt: at(-1) }, shop.ports());
    const again = async () => {
      await cancelOrder({ orderId: 'o1' }, shop.ports());
      await deleteOrder('o1', shop.ports());
      await placeOrder({ ...order, expiresAt: at(60_000) }, shop.ports());
    };
    shop.wire.next('TransactWriteItems', meanwhile(again));

    // Act
    await sweepNow(shop);

    // Assess
    expect(await shop.order('o1')).toMatchObject({ status: 'pending', expiresAt: at(60_000) });
    await expectLawsHold(shop);
  });

  test('that is confirmed just before the write does not expire', async () => {
    // Prepare
    const shop = openShop({ orders: [anOrder('o1', { mug: 1 }, { expiresAt: NOW })] });
    const confirm = () => transitionOrder('o1', 'confirmed', shop.ports());
    shop.wire.next('TransactWriteItems', meanwhile(confirm));

    // Act
    const swept = await sweepNow(shop);

    // Assess
    expect(swept).toMatchObject([{ orderId: 'o1', outcome: 'done' }]);
    expect((await shop.order('o1')).status).toBe('confirmed');
    expect((await shop.product('mug')).reservedQuantity).toBe(1);
  });

  test('of 120 lines is expired by the next sweep if a sweep dies after up to 3 transactions', async () => {
    for (const cut of [0, 1, 2, 3]) {
      // Prepare
      const shop = openShop({ orders: [anOrder('o1', manyLines(120), { expiresAt: NOW })] });
      const broken = shop.watches([]);
      await sweepNow(shop, { store: mortal(shop.store, cut) });

      // Act
      await sweep(shop);

      // Assess
      expect(broken).toEqual([]);
      expect((await shop.order('o1')).cancellationReason).toBe('expired');
      await expectFinished(shop, 'cancelled');
    }
  });

  test('expires once in any shard and page, even by two sweeps at the same time', async () => {
    // Prepare
    const orders = Array.from({ length: 60 }, (_, index) =>
      anOrder(`o${index}`, { mug: 1 }, { expiresAt: at(-index) }),
    );
    const shop = openShop({ orders });
    shop.db.limits.page = 7;
    const broken = shop.watches([]);

    // Act
    const [first, second] = await Promise.all([sweepNow(shop), sweepNow(shop)]);

    // Assess
    expect(new Set([...first, ...second].map(({ orderId }) => orderId)).size).toBe(60);
    expect(new Set([...first, ...second].map(({ outcome }) => outcome))).toEqual(new Set(['done']));
    expect(broken).toEqual([]);
    for (const { id } of orders) {
      expect((await shop.order(id)).cancellationReason).toBe('expired');
      expect(await shop.restorations(id)).toHaveLength(1);
    }
    await expectLawsHold(shop);
  });
});
