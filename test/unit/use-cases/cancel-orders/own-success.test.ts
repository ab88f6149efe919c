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
  // The waits of the SDK are a random part of their ceiling.
  jest.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(() => {
  jest.restoreAllMocks();
});

const ORDERS = 40;
/** Units that the orders hold and that the counter of the product lacks. */
const DRIFT = 5;
/** Conflicts after which a group is halved. */
const PATIENCE = 4;

/** 40 orders of two mugs each, with 5 units fewer reserved than they hold. */
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

/** Another request writes to the product, whose change comes after those of the orders. */
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

describe('When the answer about a group of 40 cancelled orders was lost', () => {
  // The first request is refused because the product is short. The faults are for later requests.
  test.each<[string, Fault[]]>([
    ['the next two attempts are throttled', [connectionReset, throttled, throttled]],
    ['the next 4 attempts are throttled', [connectionReset, ...times(PATIENCE, throttled)]],
    [
      'the next 4 attempts conflict at the product',
      [connectionReset, ...times(PATIENCE, conflict)],
    ],
    [
      'the next 8 attempts conflict',
      [connectionReset, ...times(2 * PATIENCE, cancelledFor('None', 'TransactionConflict'))],
    ],
    [
      'one attempt conflicts at an order and one at the product',
      [connectionReset, cancelledFor('TransactionConflict'), conflict],
    ],
    [
      'the next 6 attempts are told that the first is in progress',
      [connectionReset, ...times(6, refusedWith('TransactionInProgressException'))],
    ],
    [
      'one is told that the first is in progress, and 4 conflict',
      [
        connectionReset,
        refusedWith('TransactionInProgressException'),
        ...times(PATIENCE, conflict),
      ],
    ],
    [
      'the next attempt has expired credentials',
      [connectionReset, refusedWith('ExpiredTokenException')],
    ],
  ])('and %s: all are reported as cancelled, with the drift', async (_, faults) => {
    // Prepare
    const shop = shopWithForty();
    shop.wire.next('TransactWriteItems', noFault, ...faults);

    // Act
    const results = await cancelForty(shop);

    // Assess
    await expectAllOurs(shop, results);
  });

  test.each([PATIENCE, 2 * PATIENCE])(
    'and it takes effect only after %i conflicts: all are reported as cancelled, with the drift',
    async (conflicts) => {
      // Prepare: the request is on its way for longer than the client waits
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

  test('and it arrives only after half of the group is cancelled: it has no effect', async () => {
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
    ['the next attempt is refused', []],
    ['one conflicts at an order', [cancelledFor('TransactionConflict')]],
    ['4 conflict at the product', times(PATIENCE, conflict)],
    [
      '4 conflict at the product, and one at an order',
      [...times(PATIENCE, conflict), cancelledFor('TransactionConflict')],
    ],
  ])('and another request changes one order, %s: all 40 are cancelled here', async (_, faults) => {
    // Prepare: the token is forgotten, so that only the written rows show the success
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

  test('and another request deletes one order: all 40 are reported as cancelled', async () => {
    // Prepare: o0 has no drift, so that it can be deleted
    const shop = shopWithForty();
    shop.wire.next(
      'TransactWriteItems',
      noFault,
      resetAfter(async () => {
        await deleteOrder('o0', shop.ports());
      }),
      // The commit of the deletion itself.
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

describe('When the answer to the first step of a large order was lost, and another request goes on', () => {
  test.each<[string, Fault[]]>([
    ['the next attempt is refused', []],
    ['the next attempt conflicts at the order', [cancelledFor('TransactionConflict')]],
    [
      'two attempts are throttled and the third conflicts at the order',
      [throttled, throttled, cancelledFor('TransactionConflict')],
    ],
  ])('the order is reported as cancelled, with its drift, when %s', async (_, faults) => {
    // Prepare: nothing is reserved of the first product
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
      // The step of the other request.
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

describe('A cancellation by another request is reported as already cancelled', () => {
  test('if this call only finishes it', async () => {
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

  test('if an earlier attempt of this call did not reach DynamoDB', async () => {
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

describe('When a large order is deleted and placed again during its cancellation', () => {
  const later = (shop: FakeShop) =>
    shop.ports({ runtime: unitRuntime({ now: () => new Date('2026-03-02T12:00:05.000Z') }) });
  const again = manyLines(60).map(({ productId }) => ({ productId, quantity: 1 }));
  const aLargeOrder = () =>
    openShop({
      orders: [anOrder('o1', manyLines(60)), anOrder('o2', [aLine('p000', 4), aLine('p059', 4)])],
    });

  test('the new order is cancelled completely: facts about the old one are not used', async () => {
    // Prepare: another request takes the first step before us, and finishes before our second step
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

  test('the new order is left alone if this call has cancelled the old one', async () => {
    // Prepare: another request finishes the cancellation between our two steps
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
