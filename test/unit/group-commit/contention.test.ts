/**
 * What others at a hot product, and throttling, cost a batch in transactions. Faults and waits come
 * from a fixed seed, so these counts are the same at every run, on every machine.
 */
import { describe, expect, test } from '@jest/globals';
import { seededRandom } from '../../../lib/seeded-random.ts';
import { cancelOrders } from '../../../lib/use-cases/cancel-orders.ts';
import { anOrder, asPlaced, NOW } from '../../support/builders.ts';
import { cancelledFor, type Fault, noFault } from '../../support/fake-wire.ts';
import { unitRuntime } from '../../support/unit-runtime.ts';
import { aShop, type UnitShop } from '../../support/unit-shop.ts';
import { ordersOf, productId } from '../../support/workloads.ts';

/** More transactions than any of these tests sends. */
const MANY = 5_000;

const MINUTE_MS = 60_000;

/** The codes that a transaction is cancelled for, if `code` is what its action at a product meets. */
const at =
  (product: string, code: string): Fault =>
  (answer, request, signal) => {
    const { TransactItems } = request.input as {
      TransactItems: { Update?: { TableName: string; Key: { id?: string } } }[];
    };
    const codes = TransactItems.map(({ Update }) =>
      Update?.TableName === 'products' && Update.Key.id === product ? code : 'None',
    );
    return codes.includes(code)
      ? cancelledFor(...codes)(answer, request, signal)
      : noFault(answer, request, signal);
  };

/** Cancels all of a shop's orders in one batch; only waiting takes time. */
const cancelAll = async (
  shop: UnitShop,
  ids: readonly string[],
  faultAt: (now: number) => Fault,
) => {
  const clock = { now: Date.parse(NOW) };
  const random = seededRandom(1);
  shop.wire.next(
    'TransactWriteItems',
    ...Array.from(
      { length: MANY },
      (): Fault =>
        (...request) =>
          faultAt(clock.now - Date.parse(NOW))(...request),
    ),
  );
  const results = await cancelOrders(
    ids.map((orderId) => ({ orderId })),
    {
      store: shop.storeOf({ random, sleep: async (ms) => (clock.now += ms) }),
      remaining: () => MINUTE_MS - (clock.now - Date.parse(NOW)),
      runtime: unitRuntime({ now: () => new Date(clock.now) }),
    },
  );
  expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['cancelled']));
  expect(shop.verdict()).toEqual({ violations: [], unfinished: [] });
  return {
    transactions: shop.wire.writes().length,
    seconds: (clock.now - Date.parse(NOW)) / 1_000,
  };
};

describe('490 orders of one product, ten transactions if nothing is in the way,', () => {
  const orders = Array.from({ length: 490 }, (_, index) => anOrder(`o${index}`, { mug: 1 }));
  const ids = orders.map(({ id }) => id);

  test('stay in ten groups when nine of ten transactions meet others', async () => {
    const random = seededRandom(7);

    const { transactions } = await cancelAll(aShop({ orders }), ids, () =>
      random() < 0.9 ? at('mug', 'TransactionConflict') : noFault,
    );

    // Ten successes of which each takes ten attempts on average.
    expect(transactions).toBe(71);
  });

  test('wait as they are while the product is throttled for 2.4 seconds', async () => {
    const { transactions, seconds } = await cancelAll(aShop({ orders }), ids, (now) =>
      now < 2_400 ? at('mug', 'ThrottlingError') : noFault,
    );

    // The first one waits, and the others for it.
    expect(transactions).toBe(19);
    expect(seconds).toBeLessThan(4);
  });
});

test('Of a batch as in a shop whose hottest product is contested, what does not need it goes on without', async () => {
  const orders = ordersOf('zipf', 490, 1).map(asPlaced);
  const ids = orders.map(({ id }) => id);
  const random = seededRandom(7);
  const undisturbed = await cancelAll(aShop({ orders }), ids, () => noFault);

  const { transactions } = await cancelAll(aShop({ orders }), ids, () =>
    random() < 0.9 ? at(productId(0), 'TransactionConflict') : noFault,
  );

  expect(undisturbed.transactions).toBe(19);
  expect(transactions).toBe(74);
});
