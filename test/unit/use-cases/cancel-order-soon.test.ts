/**
 * What many callers of one hot product cost, and how long they wait. Transactions take as long as
 * on AWS, and transactions that meet at an item conflict. Waits come from a fixed seed and time is
 * virtual, so the counts are the same at every run, on every machine.
 */
import { expect, test } from '@jest/globals';
import type { CancellationRequest } from '../../../lib/domain/cancellation.ts';
import { createClient } from '../../../lib/dynamodb/client.ts';
import { createStore } from '../../../lib/dynamodb/store.ts';
import { seededRandom } from '../../../lib/seeded-random.ts';
import { cancelOrderSoon } from '../../../lib/use-cases/cancel-order-soon.ts';
import { cancelOrders } from '../../../lib/use-cases/cancel-orders.ts';
import { expectLawsHold } from '../../support/audit.ts';
import { anOrder, NOW, TABLES } from '../../support/builders.ts';
import { openShop } from '../../support/fake-shop.ts';
import { createFakeWire } from '../../support/fake-wire.ts';
import { createIdleTime } from '../../support/idle-time.ts';
import type { DynamoRequest } from '../../support/network.ts';
import { unitRuntime } from '../../support/unit-runtime.ts';

/** Milliseconds that a read takes. */
const READ_MS = 4;
const transactionTime = ({ input }: DynamoRequest): number =>
  12 + 0.1 * (input as { TransactItems: unknown[] }).TransactItems.length;

/** Milliseconds of the batching window of the queue function. */
const WINDOW_MS = 1_000;

/** A shop with these orders of one product, and a DynamoDB as slow as on AWS. */
const slowShop = (ids: readonly string[]) => {
  const shop = openShop({ orders: ids.map((id) => anOrder(id, { hot: 1 })) });
  const time = createIdleTime();
  const wire = createFakeWire(shop.db, { hold: (sent) => time.sleep(transactionTime(sent)) });
  const runtime = unitRuntime({ ...time.runtime(NOW), random: seededRandom(3) });
  const fake = createStore(createClient({ ...wire.config, maxAttempts: 1 }), TABLES, runtime);
  const store: typeof fake = {
    ...fake,
    getOrders: async (...asked) => {
      await time.sleep(READ_MS);
      return fake.getOrders(...asked);
    },
  };
  return { ports: { store, runtime, remaining: () => 10_000 }, time, wire, shop };
};

/** Callers who each cancel these orders one after the other, and the queue function. */
const cancelAll = async (callers: readonly (readonly string[])[]) => {
  const ids = callers.flat();
  const { ports, time, wire, shop } = slowShop(ids);
  const queued: CancellationRequest[] = [];
  const answers: { readonly status: 200 | 202; readonly after: number }[] = [];
  let calling = callers.length;

  const caller = async (orderIds: readonly string[]): Promise<void> => {
    for (const orderId of orderIds) {
      const start = time.elapsed();
      const { outcome } = await cancelOrderSoon({ orderId }, ports);
      if (outcome === 'unfinished') queued.push({ orderId });
      else expect(outcome).toBe('cancelled');
      answers.push({
        status: outcome === 'unfinished' ? 202 : 200,
        after: time.elapsed() - start,
      });
    }
    calling -= 1;
  };
  const worker = async (): Promise<void> => {
    while (calling > 0 || queued.length > 0) {
      await time.sleep(WINDOW_MS);
      const results = await cancelOrders(queued.splice(0, 1_000), ports);
      expect(results.filter(({ outcome }) => outcome !== 'cancelled')).toEqual([]);
    }
  };
  await time.run(Promise.all([worker(), ...callers.map(caller)]));

  await expectLawsHold(shop);
  const waits = answers.map(({ after }) => after).sort((a, b) => a - b);
  return {
    transactions: wire.writes().length,
    /** The wait that 95 of 100 callers did not exceed, in milliseconds. */
    at95Percent: waits[Math.ceil(waits.length * 0.95) - 1],
    /** How many callers got 200 instead of 202. */
    done: answers.filter(({ status }) => status === 200).length,
  };
};

const callersOf = (callers: number, each: number): string[][] =>
  Array.from({ length: callers }, (_, caller) =>
    Array.from({ length: each }, (_, index) => `o${caller}-${index}`),
  );

test.each([
  // About half of those who meet others try once more; the queue needs one transaction for many.
  { callers: 32, each: 1, transactions: 50, done: 3 },
  { callers: 32, each: 10, transactions: 470, done: 24 },
  // Two callers who meet by chance usually both succeed.
  { callers: 2, each: 10, transactions: 27, done: 14 },
])('$callers callers of $each orders take at most 1.6 transactions per order', async (expected) => {
  const { callers, each } = expected;

  const { transactions, done, at95Percent } = await cancelAll(callersOf(callers, each));

  expect({ transactions, done }).toEqual({
    transactions: expected.transactions,
    done: expected.done,
  });
  expect(transactions / (callers * each)).toBeLessThanOrEqual(1.6);
  expect(at95Percent).toBeLessThanOrEqual(300);
});

test('Of 8 concurrent callers of one order, one cancels it and 7 learn that it is already cancelled', async () => {
  const { ports, time } = slowShop(['o1']);

  const results = await time.run(
    Promise.all(Array.from({ length: 8 }, () => cancelOrderSoon({ orderId: 'o1' }, ports))),
  );

  expect(results.map(({ outcome }) => outcome).sort()).toEqual([
    ...Array(7).fill('already_cancelled'),
    'cancelled',
  ]);
});
