import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createClient } from '../../../../lib/dynamodb/client.ts';
import { createStore } from '../../../../lib/dynamodb/store.ts';
import { cancelOrder } from '../../../../lib/use-cases/cancel-orders.ts';
import { expectLawsHold } from '../../../support/audit.ts';
import { anOrder, EARLIER, manyLines, TABLES } from '../../../support/builders.ts';
import { openShop } from '../../../support/fake-shop.ts';
import { cancelledFor, noFault, refusedWith, silence } from '../../../support/faults.ts';
import { unitRuntime } from '../../../support/unit-runtime.ts';

beforeEach(() => {
  // The waits of the SDK are a random part of their ceiling.
  jest.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(() => {
  jest.restoreAllMocks();
});

const conflict = cancelledFor('None', 'TransactionConflict');

/** `orderCreatedAt` and `orderRound` tell the order from another one, and from a later round. */
const UNFINISHED = {
  orderId: 'o1',
  outcome: 'unfinished',
  orderCreatedAt: EARLIER,
  orderRound: 1,
  conflicts: 0,
  drift: 0,
};

describe('When the time is up', () => {
  test('before the first request, nothing is written', async () => {
    // Prepare
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });

    // Act
    const [result] = await shop.cancelsAll(['o1'], { remaining: () => 0 });

    // Assess
    // The order was not read, so its creation time is unknown.
    expect(result).toEqual({ orderId: 'o1', outcome: 'unfinished', conflicts: 0, drift: 0 });
    expect(shop.wire.writes()).toEqual([]);
    expect((await shop.order('o1')).status).toBe('pending');
  });

  test('during conflicts, the order is unfinished and unchanged', async () => {
    // Prepare: every answer takes 40 of 100 milliseconds
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });
    let left = 100;
    const slowConflict: typeof conflict = (...request) => {
      left -= 40;
      return conflict(...request);
    };
    shop.wire.next('TransactWriteItems', slowConflict, slowConflict, slowConflict, noFault);

    // Act
    const [result] = await shop.cancelsAll(['o1'], { remaining: () => Math.max(0, left) });

    // Assess
    expect(result).toEqual({ ...UNFINISHED, conflicts: 3 });
    expect(await shop.order('o1')).toMatchObject({ status: 'pending', version: 1 });
    expect((await shop.product('mug')).reservedQuantity).toBe(2);
    expect(await shop.restorations('o1')).toEqual([]);
  });

  test('a wait that is longer than the time left is not begun', async () => {
    // Prepare: the first wait would take almost 20 milliseconds, and 15 are left
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });
    const runtime = unitRuntime({ random: () => 0.99 });
    const store = createStore(createClient(shop.wire.config), TABLES, runtime);
    shop.wire.next('TransactWriteItems', conflict);

    // Act
    const result = await cancelOrder({ orderId: 'o1' }, shop.ports({ store, remaining: () => 15 }));

    // Assess
    expect(result).toEqual({ ...UNFINISHED, conflicts: 1 });
    expect(shop.wire.writes()).toHaveLength(1);
  });

  test('a hanging request is aborted, and the order is unfinished', async () => {
    // Prepare
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });
    let left = 1;
    shop.wire.next('TransactWriteItems', async (...request) => {
      try {
        return await silence(...request);
      } finally {
        left = 0;
      }
    });

    // Act
    const [result] = await shop.cancelsAll(['o1'], { remaining: () => left });

    // Assess
    expect(result).toEqual({ ...UNFINISHED, conflicts: 0 });
  });

  test('in the middle of a batch, each result matches the state of its order', async () => {
    // Prepare: the time ends with the first commit; 16 transactions are in flight then
    const orders = Array.from({ length: 20 }, (_, index) =>
      anOrder(
        `o${index}`,
        manyLines(49).map((line) => ({ ...line, productId: `o${index}.${line.productId}` })),
      ),
    );
    const shop = openShop({ orders });
    let left = 1_000;
    shop.wire.next('TransactWriteItems', (answer) => {
      left = 0;
      return answer();
    });

    // Act
    const results = await shop.cancelsAll(
      orders.map(({ id }) => id),
      { remaining: () => left },
    );

    // Assess
    for (const { orderId, outcome } of results) {
      const { status } = await shop.order(orderId);
      expect([orderId, outcome, status]).toEqual(
        status === 'cancelled'
          ? [orderId, 'cancelled', 'cancelled']
          : [orderId, 'unfinished', 'pending'],
      );
    }
    expect(results.at(-1)?.outcome).toBe('unfinished');
    await expectLawsHold(shop);
  });

  test('a later call cancels the order', async () => {
    // Prepare
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });
    await shop.cancelsAll(['o1'], { remaining: () => 0 });

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'cancelled' });
  });
});

describe('When the order cannot be read', () => {
  const throttled = refusedWith('ProvisionedThroughputExceededException');

  test('because of throttling until the time is up, it fails and nothing is written', async () => {
    // Prepare: there is time for three attempts
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })], maxAttempts: 1 });
    shop.wire.next('GetItem', throttled, throttled, throttled);

    // Act
    const [result] = await shop.cancelsAll(['o1'], {
      remaining: () => (shop.wire.sent.length < 3 ? 1_000 : 0),
    });

    // Assess
    expect(result).toMatchObject({
      outcome: 'failed',
      error: { name: 'ProvisionedThroughputExceededException' },
    });
    expect(shop.wire.sent).toHaveLength(3);
    expect(shop.wire.writes()).toEqual([]);
  });

  test('three times, the fourth read succeeds and the order is cancelled', async () => {
    // Prepare: more faults than the SDK makes attempts
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })], maxAttempts: 1 });
    shop.wire.next('GetItem', throttled, refusedWith('InternalServerError', 500), throttled);

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'cancelled' });
    expect(shop.wire.operations()).toEqual([
      'GetItem',
      'GetItem',
      'GetItem',
      'GetItem',
      'TransactWriteItems',
    ]);
  });

  test('because access is denied, the read is not retried', async () => {
    // Prepare
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })], maxAttempts: 1 });
    shop.wire.next('GetItem', refusedWith('AccessDeniedException'));

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'failed', error: { name: 'AccessDeniedException' } });
    expect(shop.wire.sent).toHaveLength(1);
  });
});
