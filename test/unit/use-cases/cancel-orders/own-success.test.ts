import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { orderToItem } from '../../../../lib/dynamodb/items.ts';
import { type CancellationResult, cancelOrder } from '../../../../lib/use-cases/cancel-orders.ts';
import { deleteOrder } from '../../../../lib/use-cases/delete-order.ts';
import { placeOrder } from '../../../../lib/use-cases/place-order.ts';
import { expectLawsHold } from '../../../support/audit.ts';
import { aLine, anOrder, manyLines, TABLES } from '../../../support/builders.ts';
import { type FakeShop, openShop } from '../../../support/fake-shop.ts';
import {
  cancelledFor,
  connectionReset,
  type Fault,
  meanwhile,
  noFault,
  refusedWith,
  resetAfter,
} from '../../../support/faults.ts';
import { mortal, survives } from '../../../support/unit-death.ts';
import { unitRuntime } from '../../../support/unit-runtime.ts';

beforeEach(() => {
  // The SDK's own waits are a random part of their ceiling.
  jest.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(() => {
  jest.restoreAllMocks();
});

const ORDERS = 40;
/** Units that the orders hold of the product, and that its counter has lost. */
const DRIFT = 5;
/** A group puts up with so many conflicts before it is halved. */
const PATIENCE = 4;

/** 40 orders of two mugs each, of which the counter has lost some. */
const shopWithForty = () => {
  const orders = Array.from({ length: ORDERS }, (_, index) => anOrder(`o${index}`, { mug: 2 }));
  return openShop({
    orders,
    products: { mug: { stock: 200, reserved: ORDERS * 2 - DRIFT } },
    maxAttempts: 1,
  });
};

const cancelForty = (shop: FakeShop): Promise<CancellationResult[]> =>
  shop.cancelsAll(Array.from({ length: ORDERS }, (_, index) => `o${index}`));

const times = (count: number, fault: Fault): Fault[] => Array.from({ length: count }, () => fault);

/** Others are at the product, which stands behind the orders. */
const conflict = cancelledFor(
  ...Array.from({ length: ORDERS }, () => 'None'),
  'TransactionConflict',
);
const throttled = refusedWith('ThrottlingException');

const driftOf = (results: readonly CancellationResult[]): number =>
  results.reduce((sum, { drift }) => sum + drift, 0);

const expectAllOurs = async (
  shop: FakeShop,
  results: readonly CancellationResult[],
): Promise<void> => {
  expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['cancelled']));
  expect(driftOf(results)).toBe(DRIFT);
  expect((await shop.product('mug')).reservedQuantity).toBe(0);
  const restorations = (await shop.movements()).filter((one) => one.movementType === 'restoration');
  expect(restorations).toHaveLength(ORDERS);
  const told = results.flatMap((result) => ('restored' in result ? (result.restored ?? []) : []));
  expect(told).toHaveLength(ORDERS);
};

describe('When a group of orders was cancelled, and the answer was lost', () => {
  // The first request finds out that the product is short; what becomes of the next ones:
  test.each<[string, Fault[]]>([
    ['the next two attempts are throttled', [connectionReset, throttled, throttled]],
    ['attempts are throttled until it is halved', [connectionReset, ...times(PATIENCE, throttled)]],
    [
      'others are at the product until it is halved',
      [connectionReset, ...times(PATIENCE, conflict)],
    ],
    [
      'others are at the product until it is halved twice',
      [connectionReset, ...times(2 * PATIENCE, cancelledFor('None', 'TransactionConflict'))],
    ],
    [
      'others are at one of the orders',
      [connectionReset, cancelledFor('TransactionConflict'), conflict],
    ],
    [
      'the first attempt is said to be still at work',
      [connectionReset, ...times(6, refusedWith('TransactionInProgressException'))],
    ],
    [
      'it is said to be still at work, and then others are at the product',
      [
        connectionReset,
        refusedWith('TransactionInProgressException'),
        ...times(PATIENCE, conflict),
      ],
    ],
    [
      'the credentials expire for a moment',
      [connectionReset, refusedWith('ExpiredTokenException')],
    ],
  ])('and %s: all are ours, and so is the drift', async (_, faults) => {
    // Prepare
    const shop = shopWithForty();
    shop.wire.next('TransactWriteItems', noFault, ...faults);

    // Act
    const results = await cancelForty(shop);

    // Assess
    await expectAllOurs(shop, results);
  });

  test.each([PATIENCE, 2 * PATIENCE])(
    'and its request arrives only after %i conflicts, when the group is halved: all are ours',
    async (conflicts) => {
      // Prepare: the request is on its way for longer than its sender waits
      const shop = shopWithForty();
      let arrives = (): unknown => undefined;
      shop.wire.next(
        'TransactWriteItems',
        noFault,
        (answer) => {
          arrives = answer;
          throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
        },
        ...times(conflicts, cancelledFor('None', 'TransactionConflict')),
        meanwhile(() => arrives()),
      );

      // Act
      const results = await cancelForty(shop);

      // Assess
      await expectAllOurs(shop, results);
    },
  );

  test('and its request arrives only after half of the group is cancelled: it does nothing', async () => {
    // Prepare
    const shop = shopWithForty();
    let arrives = (): unknown => undefined;
    shop.wire.next(
      'TransactWriteItems',
      noFault,
      (answer) => {
        arrives = answer;
        throw Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
      },
      ...times(PATIENCE, cancelledFor('None', 'TransactionConflict')),
      noFault,
      meanwhile(() => arrives()),
    );

    // Act
    const results = await cancelForty(shop);

    // Assess
    await expectAllOurs(shop, results);
  });

  test.each<[string, Fault[]]>([
    ['the same request tells so', []],
    ['others are at the orders', [cancelledFor('TransactionConflict')]],
    ['the group is halved', times(PATIENCE, conflict)],
    [
      'the group is halved, and others are at the orders',
      [...times(PATIENCE, conflict), cancelledFor('TransactionConflict')],
    ],
  ])('and somebody writes to one of the orders at once, %s: all are ours', async (_, faults) => {
    // Prepare: the token is forgotten, so that nothing but what was written can tell
    const shop = shopWithForty();
    shop.wire.next(
      'TransactWriteItems',
      noFault,
      resetAfter(async () => {
        shop.db.forgetTokens();
        const order = await shop.order('o0');
        shop.db.put('orders', orderToItem({ ...order, version: order.version + 1 }, TABLES));
      }),
      ...faults,
    );

    // Act
    const results = await cancelForty(shop);

    // Assess
    expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['cancelled']));
    expect(driftOf(results)).toBe(DRIFT);
    expect(await shop.order('o0')).toMatchObject({ status: 'cancelled', version: 3 });
    expect((await shop.product('mug')).reservedQuantity).toBe(0);
  });

  test('and somebody deletes one of the orders at once: all are ours', async () => {
    // Prepare: o0 has no drift, so that it can be deleted
    const shop = shopWithForty();
    shop.wire.next(
      'TransactWriteItems',
      noFault,
      resetAfter(async () => {
        await deleteOrder('o0', shop.ports());
      }),
      // The deletion's own.
      noFault,
      ...times(PATIENCE, conflict),
    );

    // Act
    const results = await cancelForty(shop);

    // Assess
    expect(shop.db.get('orders', { id: 'o0' })).toBeUndefined();
    expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['cancelled']));
    expect(driftOf(results)).toBe(DRIFT);
  });
});

describe('When the first step of a large order was taken unheard, and somebody else goes on', () => {
  test.each<[string, Fault[]]>([
    ['the next attempt is refused', []],
    ['the next attempt meets them at the order', [cancelledFor('TransactionConflict')]],
    [
      'the next attempts are throttled, and then meet them at the order',
      [throttled, throttled, cancelledFor('TransactionConflict')],
    ],
  ])('it was cancelled here, drift and all, when %s', async (_, faults) => {
    // Prepare: of the very first line nothing is reserved any more
    const shop = openShop({
      orders: [anOrder('o1', manyLines(60))],
      products: { p000: { stock: 10, reserved: 0 } },
      maxAttempts: 1,
    });
    shop.wire.next(
      'TransactWriteItems',
      noFault,
      resetAfter(async () => {
        shop.db.forgetTokens();
        await cancelOrder({ orderId: 'o1' }, shop.ports());
      }),
      // The other's step.
      noFault,
      ...faults,
    );

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'cancelled', drift: 1, order: { version: 3 } });
    expect(result).toHaveProperty('restored.length', 60);
  });
});

describe('What another did is not told as ours', () => {
  test('whoever finishes what another began has not cancelled the order', async () => {
    // Prepare
    const shop = openShop({ orders: [anOrder('o1', manyLines(60))] });
    await survives(cancelOrder({ orderId: 'o1' }, shop.ports({ store: mortal(shop.store, 1) })));

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'already_cancelled' });
    expect(result).toHaveProperty('restored.length', 60);
    await expectLawsHold(shop);
  });

  test('not even if our own request before it was lost on its way', async () => {
    // Prepare
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })], maxAttempts: 1 });
    shop.wire.next(
      'TransactWriteItems',
      () => {
        throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
      },
      meanwhile(() => cancelOrder({ orderId: 'o1' }, shop.ports())),
    );

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'already_cancelled' });
    await expectLawsHold(shop);
  });
});

describe('When an order that is being cancelled step by step is placed again under its id', () => {
  const later = (shop: FakeShop) =>
    shop.ports({ runtime: unitRuntime({ now: () => new Date('2026-03-02T12:00:05.000Z') }) });
  const again = manyLines(60).map(({ productId }) => ({ productId, quantity: 1 }));
  const aLargeOrder = () =>
    openShop({
      orders: [anOrder('o1', manyLines(60)), anOrder('o2', [aLine('p000', 4), aLine('p059', 4)])],
    });

  test('what was learned of the one before is not used for the new one: nothing is skipped', async () => {
    // Prepare: another takes the first step before we do, and ends all of it before our second
    const shop = aLargeOrder();
    const other = shop.ports({ store: mortal(shop.store, 1) });
    let ours = 0;
    const store: FakeShop['store'] = {
      ...shop.store,
      commit: async (...args) => {
        ours += 1;
        if (ours === 1) await survives(cancelOrder({ orderId: 'o1' }, other));
        if (ours === 2) {
          await cancelOrder({ orderId: 'o1' }, later(shop));
          await deleteOrder('o1', later(shop));
          await placeOrder({ id: 'o1', items: again }, later(shop));
        }
        return shop.store.commit(...args);
      },
    };

    // Act
    const result = await cancelOrder({ orderId: 'o1' }, shop.ports({ store }));

    // Assess
    expect(result).toMatchObject({ outcome: 'cancelled', drift: 0 });
    expect(await shop.order('o1')).toMatchObject({ createdAt: '2026-03-02T12:00:05.000Z' });
    expect(await shop.restorations('o1')).toHaveLength(60);
    expect((await shop.product('p000')).reservedQuantity).toBe(4);
    expect((await shop.product('p030')).reservedQuantity).toBe(0);
    expect((await shop.product('p059')).reservedQuantity).toBe(4);
    await expectLawsHold(shop);
  });

  test('the new one is left alone where the one before was cancelled here', async () => {
    // Prepare: another ends all of it between our two steps
    const shop = aLargeOrder();
    let ours = 0;
    const store: FakeShop['store'] = {
      ...shop.store,
      commit: async (...args) => {
        ours += 1;
        if (ours === 2) {
          await cancelOrder({ orderId: 'o1' }, later(shop));
          await deleteOrder('o1', later(shop));
          await placeOrder({ id: 'o1', items: again }, later(shop));
        }
        return shop.store.commit(...args);
      },
    };

    // Act
    const result = await cancelOrder({ orderId: 'o1' }, shop.ports({ store }));

    // Assess
    expect(result).toMatchObject({ outcome: 'cancelled', drift: 0 });
    expect(await shop.order('o1')).toMatchObject({ status: 'pending' });
    expect((await shop.product('p030')).reservedQuantity).toBe(1);
    await expectLawsHold(shop);
  });
});
