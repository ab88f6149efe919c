/**
 * What cancelling costs, in requests and write units. The orders come from a fixed seed, so these
 * counts are the same at every run, on every machine.
 */
import { setImmediate } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { decideCancellation } from '../../../lib/domain/cancellation.ts';
import type { Order } from '../../../lib/domain/order.ts';
import { runTasks } from '../../../lib/group-commit/engine.ts';
import { systemRuntime } from '../../../lib/runtime.ts';
import { COMMIT_CAPACITY, LINES_PER_COMMIT } from '../../../lib/use-cases/ports.ts';
import { expectLawsHold } from '../../support/audit.ts';
import { boundOf } from '../../support/bound.ts';
import { anOrder, asPlaced, NOW, TABLES } from '../../support/builders.ts';
import { type Attempt, type Cost, costOf } from '../../support/cost.ts';
import { type FakeShop, openShop } from '../../support/fake-shop.ts';
import { ordersOf, type Workload } from '../../support/workloads.ts';

const BATCH = 1_000;
const SEED = 1;

/** The requests that were sent to DynamoDB, all of them answered. */
const attempts = ({ wire }: FakeShop): Attempt[] =>
  wire.sent.map(({ operation, bytes }) => ({
    operation,
    input: JSON.parse(bytes),
    end: 'answered',
  }));

describe.each<{ workload: Workload; requests: number; overBound: number }>([
  { workload: 'uniform', requests: 52, overBound: 1.07 },
  { workload: 'zipf', requests: 48, overBound: 1.09 },
  { workload: 'shared', requests: 46, overBound: 1.02 },
  { workload: 'hot', requests: 31, overBound: 1.02 },
])('Cancelling a batch of 1,000 $workload orders', ({ workload, requests, overBound }) => {
  const orders = ordersOf(workload, BATCH, SEED);
  let shop: FakeShop;
  let cost: Cost;

  beforeAll(async () => {
    shop = openShop({ orders: orders.map(asPlaced) });
    const results = await shop.cancelsAll(
      orders.map(({ id }) => ({ orderId: id, reason: 'customer' as const })),
    );
    expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['cancelled']));
    cost = costOf(attempts(shop), TABLES);
  });

  test(`takes at most ${requests} requests, reads included`, () => {
    expect(cost.requests).toBeLessThanOrEqual(requests);
  });

  test(`uses at most ${overBound} times the theoretical minimum of write units`, () => {
    const ratio = cost.writeUnits / boundOf(orders, BATCH).writeUnits;

    expect(ratio).toBeGreaterThanOrEqual(1);
    expect(ratio).toBeLessThanOrEqual(overBound);
  });

  test('records one restoration for each line and keeps all laws', async () => {
    await expectLawsHold(shop);
    expect(
      (await shop.movements()).filter(({ movementType }) => movementType === 'restoration'),
    ).toHaveLength(orders.flatMap(({ items }) => items).length);
  });
});

/**
 * Cancels orders on a database that takes the same time for every transaction.
 *
 * @returns how many transactions there were, and how many of them one after the other
 */
const fly = async (orders: readonly Order[]): Promise<{ all: number; inARow: number }> => {
  const count = { all: 0, inARow: 0 };
  let landing: Promise<void> | undefined;
  const land = async (): Promise<void> => {
    count.inARow += 1;
    // After these turns, all transactions that can be in flight together have been sent.
    for (let turn = 0; turn < 5; turn += 1) await setImmediate();
    landing = undefined;
  };
  const { results } = await runTasks(
    orders.map((order) => ({
      order,
      decide: (current: Order, at: string) => decideCancellation(current, {}, at, LINES_PER_COMMIT),
    })),
    {
      commit: async () => {
        count.all += 1;
        landing ??= land();
        await landing;
        return { type: 'committed', conflicts: 0 };
      },
      remaining: () => 60_000,
      now: () => new Date(NOW),
      newId: systemRuntime.newId,
      capacity: COMMIT_CAPACITY,
      inFlight: 16,
    },
  );
  expect(new Set(results.map(({ type }) => type))).toEqual(new Set(['settled']));
  return count;
};

test('A zipf batch of 1,000 takes at most 38 transactions, 21 of them in a row (mean of 4 seeds)', async () => {
  const batches = [1, 2, 3, 4].map((seed) => ordersOf('zipf', BATCH, seed).map(asPlaced));

  const flights: Awaited<ReturnType<typeof fly>>[] = [];
  for (const batch of batches) flights.push(await fly(batch));

  const mean = (of: keyof (typeof flights)[number]): number =>
    flights.reduce((sum, flight) => sum + flight[of], 0) / flights.length;
  expect(mean('all')).toBeLessThanOrEqual(38);
  expect(mean('inARow')).toBeLessThanOrEqual(21);
  // The number of transactions with the hottest product, no two of which are in flight together.
  expect(Math.max(...flights.map(({ inARow }) => inARow))).toBeLessThanOrEqual(23);
});

test('Cancelling a single order takes one read and one transaction', async () => {
  const shop = openShop({ orders: [anOrder('o1', { mug: 2, cup: 1 })] });

  await shop.cancelsAll(['o1']);

  expect(shop.wire.operations()).toEqual(['GetItem', 'TransactWriteItems']);
});
