import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { decideCancellation } from '../../../lib/domain/cancellation.ts';
import type { Change, CommitResult } from '../../../lib/domain/change.ts';
import type { Order, OrderLine } from '../../../lib/domain/order.ts';
import { runTasks } from '../../../lib/group-commit/engine.ts';
import type { TaskResult } from '../../../lib/group-commit/progress.ts';
import { aLine, anOrder, NOW } from '../../support/builders.ts';

const ORDERS = 1_000;
/** Orders of one line that fit into one transaction when they share their product. */
const MOST_IN_A_GROUP = 49;

/** A million lines take little memory, because orders share them: one line for each product. */
const ordersOf = (lines: number): Order[] => {
  const all = Array.from({ length: Math.max(400, lines) }, (_, number) => aLine(`p${number}`, 1));
  return Array.from({ length: ORDERS }, (_, index) =>
    anOrder(
      `o${index}`,
      Array.from({ length: lines }, (_, line) => all[(index * 7 + line) % all.length] as OrderLine),
    ),
  );
};

/**
 * Cancels orders with a clock that moves by 1 with each decision and with each answer to a commit.
 * `late` counts the decisions and commits that began when the time was up. `done` are the orders
 * that hold nothing any more after what was committed.
 */
const runFor = async (
  orders: readonly Order[],
  time: number,
  answer: (changes: readonly Change[]) => CommitResult = () => ({
    type: 'committed',
    conflicts: 0,
  }),
) => {
  let passed = 0;
  /** Orders that are being committed. */
  let flying = 0;
  /** How many of them when the time ended. */
  let underWay = 0;
  const pass = (): void => {
    passed += 1;
    if (passed === time) underWay = flying;
  };
  const late = { decisions: 0, commits: 0 };
  const done = new Set<string>();
  const { results } = await runTasks(
    orders.map((order) => ({
      order,
      decide: (current: Order, at: string) => {
        if (passed >= time) late.decisions += 1;
        pass();
        return decideCancellation(current, {}, at, 49);
      },
    })),
    {
      commit: async (changes) => {
        if (passed >= time) late.commits += 1;
        const updated = changes.flatMap((one) => (one.type === 'update-order' ? [one.order] : []));
        flying += updated.length;
        await setImmediate();
        pass();
        flying -= updated.length;
        const result = answer(changes);
        for (const { id, items } of result.type === 'committed' ? updated : []) {
          if (items.every(({ reservedQuantity }) => reservedQuantity === 0)) done.add(id);
        }
        return result;
      },
      remaining: () => Math.max(0, time - passed),
      now: () => new Date(NOW),
      newId: () => `w${passed}`,
      capacity: { actions: 100, bytes: 4 * 1024 * 1024 },
      inFlight: 16,
    },
  );
  return { results, late, underWay, done };
};

const toldOf = (result: TaskResult<unknown>): string =>
  result.type === 'settled' && result.here ? 'done here' : result.type;

describe.each([1, 50, 300, 1_000])('When the time is up for 1,000 orders of %i lines', (lines) => {
  const orders = ordersOf(lines);

  test.each([
    ['while the first orders are decided', 300],
    ['just after all orders are decided', ORDERS],
    ['when the first transactions begin', ORDERS + 20],
    ['in the middle of the transactions', ORDERS + 400],
  ])(
    '%s, no further commit is sent, and each order is told as what it is: done here or unfinished',
    async (_, time) => {
      const { results, late, underWay, done } = await runFor(orders, time);

      expect(late.commits).toBe(0);
      // Orders in flight are decided once more, to see whether they are done.
      expect(late.decisions).toBeLessThanOrEqual(underWay + MOST_IN_A_GROUP);
      expect(results.map(toldOf)).toEqual(
        orders.map(({ id }) => (done.has(id) ? 'done here' : 'unfinished')),
      );
      expect(done.size).toBeLessThan(ORDERS);
    },
  );

  test('and all commits are exhausted, no group is halved and no order is tried alone', async () => {
    const { results, late, underWay } = await runFor(orders, ORDERS + 100, (changes) => ({
      type: 'exhausted',
      contested: changes,
      conflicts: 4,
    }));

    expect(late.commits).toBe(0);
    expect(late.decisions).toBeLessThanOrEqual(underWay + MOST_IN_A_GROUP);
    expect(new Set(results.map(({ type }) => type))).toEqual(new Set(['unfinished']));
  });
});

test('A run whose time ends halfway reports exactly the orders that it has committed as cancelled here', async () => {
  const { results, done } = await runFor(ordersOf(1), ORDERS + 400);

  expect(done.size).toBeGreaterThan(0);
  expect(results.filter((result) => toldOf(result) === 'done here')).toHaveLength(done.size);
});

test('Contested orders are not decided again when the time ends with the uncontested ones', async () => {
  // 40 decisions to pack them and 40 to commit them; then 20 for the uncontested, and a commit.
  const time = 40 + 40 + 1 + 20 + 1;
  const orders = Array.from({ length: 40 }, (_, index) => anOrder(`o${index}`, { mug: 1 }));

  const { late } = await runFor(orders, time, (changes) => ({
    type: 'exhausted',
    contested: changes.slice(20, 40),
    conflicts: 4,
  }));

  expect(late).toEqual({ decisions: 0, commits: 0 });
});

test('Orders are unfinished, not failed, when the time ends before the one that fails is found', async () => {
  const orders = Array.from({ length: 40 }, (_, index) => anOrder(`o${index}`, { mug: 1 }));

  const { results } = await runFor(orders, 40 + 40 + 1, () => {
    throw new Error('It is about one of them');
  });

  expect(results).toEqual(orders.map(() => ({ type: 'unfinished', drift: 0 })));
});

test('A single order is neither decided nor committed when no time is left', async () => {
  const { results, late } = await runFor([anOrder('o1', { mug: 1 })], 0);

  expect(results).toEqual([{ type: 'unfinished', drift: 0 }]);
  expect(late).toEqual({ decisions: 0, commits: 0 });
});
