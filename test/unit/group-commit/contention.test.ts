/**
 * What conflicts at a hot product, and throttling, cost a batch in transactions. Faults and waits
 * come from a fixed seed, so these counts are the same at every run, on every machine.
 */
import { describe, expect, test } from '@jest/globals';
import { createClient } from '../../../lib/dynamodb/client.ts';
import { createStore } from '../../../lib/dynamodb/store.ts';
import { seededRandom } from '../../../lib/seeded-random.ts';
import { cancelOrders } from '../../../lib/use-cases/cancel-orders.ts';
import { expectLawsHold } from '../../support/audit.ts';
import { anOrder, asPlaced, NOW, TABLES } from '../../support/builders.ts';
import { type FakeShop, openShop } from '../../support/fake-shop.ts';
import {
  type Action,
  actionsOf,
  always,
  cancelledWhere,
  type Fault,
  isTransaction,
  noFault,
} from '../../support/faults.ts';
import { unitRuntime } from '../../support/unit-runtime.ts';
import { ordersOf, productId } from '../../support/workloads.ts';

const MINUTE_MS = 60_000;

/** Cancels a transaction that moves this product, with this reason. */
const at = (product: string, code: string): Fault => {
  const movesIt = ({ type, table, attributes }: Action): boolean =>
    type === 'Update' && table === TABLES.products && attributes.id?.S === product;
  return always((request) => actionsOf(request).some(movesIt), cancelledWhere(code, movesIt));
};

/** Cancels all of a shop's orders in one batch; only waiting takes time. */
const cancelAll = async (
  shop: FakeShop,
  ids: readonly string[],
  faultAt: (now: number) => Fault,
) => {
  const clock = { now: Date.parse(NOW) };
  const slow = unitRuntime({
    random: seededRandom(1),
    sleep: async (milliseconds) => {
      clock.now += milliseconds;
    },
  });
  shop.wire.use(
    always(isTransaction, (...request) => faultAt(clock.now - Date.parse(NOW))(...request)),
  );
  const results = await cancelOrders(
    ids.map((orderId) => ({ orderId })),
    {
      store: createStore(createClient({ ...shop.wire.config, maxAttempts: 3 }), TABLES, slow),
      remaining: () => MINUTE_MS - (clock.now - Date.parse(NOW)),
      runtime: unitRuntime({ now: () => new Date(clock.now) }),
    },
  );
  expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['cancelled']));
  await expectLawsHold(shop);
  return {
    transactions: shop.wire.writes().length,
    seconds: (clock.now - Date.parse(NOW)) / 1_000,
  };
};

describe('Cancelling 490 orders of one product', () => {
  const orders = Array.from({ length: 490 }, (_, index) => anOrder(`o${index}`, { mug: 1 }));
  const ids = orders.map(({ id }) => id);

  test('takes 10 transactions when nothing conflicts', async () => {
    const { transactions } = await cancelAll(openShop({ orders }), ids, () => noFault);

    expect(transactions).toBe(10);
  });

  test('takes 71 transactions when 9 of 10 transactions conflict', async () => {
    const random = seededRandom(7);

    const { transactions } = await cancelAll(openShop({ orders }), ids, () =>
      random() < 0.9 ? at('mug', 'TransactionConflict') : noFault,
    );

    // Ten successes, each with a chance of one in ten.
    expect(transactions).toBe(71);
  });

  test('takes 19 transactions and less than 4 seconds when the product is throttled for 2.4 seconds', async () => {
    const { transactions, seconds } = await cancelAll(openShop({ orders }), ids, (now) =>
      now < 2_400 ? at('mug', 'ThrottlingError') : noFault,
    );

    // The first group is retried, and the others wait for it.
    expect(transactions).toBe(19);
    expect(seconds).toBeLessThan(4);
  });
});

test('A zipf batch of 490 takes 74 transactions, not 19, when 9 of 10 at its hottest product conflict', async () => {
  const orders = ordersOf('zipf', 490, 1).map(asPlaced);
  const ids = orders.map(({ id }) => id);
  const random = seededRandom(7);
  const undisturbed = await cancelAll(openShop({ orders }), ids, () => noFault);

  const { transactions } = await cancelAll(openShop({ orders }), ids, () =>
    random() < 0.9 ? at(productId(0), 'TransactionConflict') : noFault,
  );

  expect(undisturbed.transactions).toBe(19);
  expect(transactions).toBe(74);
});
