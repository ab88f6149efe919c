import { describe, expect, test } from '@jest/globals';
import { decideCancellation } from '../../../lib/domain/cancellation.ts';
import type { Change, CommitResult, Refusal } from '../../../lib/domain/change.ts';
import type { Order } from '../../../lib/domain/order.ts';
import { Progress, type Task, type TaskResult } from '../../../lib/group-commit/progress.ts';
import {
  emptyMemory,
  type Limits,
  type Memory,
  settleGroup,
} from '../../../lib/group-commit/settle.ts';
import { aCancelledOrder, anOrder, aProduct, manyLines, NOW } from '../../support/builders.ts';

const committed: CommitResult = { type: 'committed', conflicts: 0 };

type Why = 'goods_left';

const cancellation = (order: Order): Task<Why> => ({
  order,
  decide: (current, at) => decideCancellation(current, {}, at, 49),
});

/** How a task ended, in one word. */
const endOf = (result: TaskResult<Why>): string =>
  result.type === 'settled' ? (result.here ? 'done here' : 'done before') : result.type;

type Script = readonly (
  | CommitResult
  | ((changes: readonly Change[], writeId: string) => CommitResult)
)[];

const NO_LIMITS: Limits = {
  maxConflicts: Number.POSITIVE_INFINITY,
  maxRefusals: Number.POSITIVE_INFINITY,
};

/**
 * Settles a group with a commit that answers from a script and remembers what it was asked. Its
 * commits are called w1, w2 …
 */
const settle = async (
  group: readonly Progress<Why>[],
  script: Script,
  {
    memory = emptyMemory(),
    limits = NO_LIMITS,
    remaining = () => 60_000,
  }: { memory?: Memory; limits?: Limits; remaining?: () => number } = {},
) => {
  const commits: (readonly Change[])[] = [];
  const options: { writeId: string; maxConflicts: number }[] = [];
  const answers = [...script];
  const conflicts = await settleGroup(group, memory, limits, {
    commit: async (changes, one) => {
      commits.push(changes);
      options.push(one);
      const answer = answers.shift();
      if (!answer) throw new Error('Nothing more was expected to be committed');
      return typeof answer === 'function' ? answer(changes, one.writeId) : answer;
    },
    remaining,
    now: () => new Date(NOW),
    newId: () => `w${memory.sent.size + commits.length + 1}`,
    maxChanges: 100,
  });
  return { results: group.map((progress) => progress.result()), conflicts, commits, options };
};

/** Cancels orders as one group. */
const cancel = (orders: readonly Order[], script: Script) =>
  settle(
    orders.map((order) => new Progress(cancellation(order))),
    script,
  );

const refused =
  (found: (change: Change) => Partial<Refusal> | undefined, conflicts = 0) =>
  (changes: readonly Change[]): CommitResult => ({
    type: 'refused',
    refusals: changes.flatMap((change) => {
      const what = found(change);
      return what ? [{ ...change, ...what } as Refusal] : [];
    }),
    conflicts,
  });

const orderIds = (changes: readonly Change[] = []) =>
  changes.flatMap((change) => (change.type === 'update-order' ? [change.order.id] : []));

describe('Cancelling a group of orders', () => {
  test('is one commit for all of them', async () => {
    const { results, commits } = await cancel(
      [anOrder('o1', { mug: 1 }), anOrder('o2', { mug: 2 }), anOrder('o3', { cup: 3 })],
      [committed],
    );

    expect(results.map(endOf)).toEqual(['done here', 'done here', 'done here']);
    expect(results[1]).toMatchObject({
      here: true,
      movements: [{ productId: 'mug', quantity: 2 }],
      drift: 0,
    });
    expect(commits).toHaveLength(1);
  });

  test('commits nothing for orders that need nothing', async () => {
    const { results, commits } = await cancel(
      [aCancelledOrder('o1', { mug: 1 }), anOrder('o2', { mug: 2 }, { status: 'delivered' })],
      [],
    );

    expect(results.map(endOf)).toEqual(['done before', 'rejected']);
    expect(commits).toEqual([]);
  });

  test('an empty group is no work', async () => {
    expect(await cancel([], [])).toMatchObject({ results: [], conflicts: 0, commits: [] });
  });

  test('an order that turns out to be shipped is dropped, and the others are sent again', async () => {
    const shipped = anOrder('o2', { mug: 2 }, { status: 'shipped', version: 2 });
    const { results, commits } = await cancel(
      [anOrder('o1', { mug: 1 }), anOrder('o2', { mug: 2 }), anOrder('o3', { mug: 4 })],
      [
        refused((change) =>
          change.type === 'update-order' && change.order.id === 'o2'
            ? { found: shipped }
            : undefined,
        ),
        committed,
      ],
    );

    expect(results.map(endOf)).toEqual(['done here', 'rejected', 'done here']);
    expect(orderIds(commits[1])).toEqual(['o1', 'o3']);
    expect(commits[1]).toContainEqual(
      expect.objectContaining({ type: 'move-stock', productId: 'mug', reservedDelta: -5 }),
    );
  });

  test('several surprises in one refusal are all taken in', async () => {
    const { results, commits } = await cancel(
      [anOrder('o1', { mug: 3 }), anOrder('o2', { mug: 3, cup: 1 }), anOrder('o3', { pot: 1 })],
      [
        refused((change) => {
          if (change.type === 'update-order' && change.order.id === 'o3') return {};
          if (change.type !== 'move-stock' || change.productId === 'pot') return undefined;
          return change.productId === 'mug' ? { found: aProduct('mug', { reserved: 4 }) } : {};
        }),
        committed,
      ],
    );

    expect(results).toMatchObject([
      { type: 'settled', drift: 0, movements: [{ reservedDelta: -3 }] },
      { type: 'settled', drift: 3, movements: [{ productId: 'mug', reservedDelta: -1 }] },
      { type: 'not_found' },
    ]);
    expect(commits).toHaveLength(2);
  });

  test('conflicts of all attempts are counted', async () => {
    const { conflicts } = await cancel(
      [anOrder('o1', { mug: 3 })],
      [
        refused((change) => (change.type === 'move-stock' ? {} : undefined), 2),
        { type: 'committed', conflicts: 3 },
      ],
    );

    expect(conflicts).toBe(5);
  });

  test('what is not done when the time is up is unfinished', async () => {
    const { results } = await cancel(
      [aCancelledOrder('o1', { mug: 1 }), anOrder('o2', { mug: 2 })],
      [{ type: 'exhausted', conflicts: 4 }],
    );

    expect(results.map(endOf)).toEqual(['done before', 'unfinished']);
  });

  test('an order of many lines goes on until nothing is left', async () => {
    const { results, commits } = await cancel(
      [anOrder('o1', manyLines(99))],
      [committed, committed, committed],
    );

    expect(results).toMatchObject([{ type: 'settled', here: true, order: { version: 4 } }]);
    expect(results[0]).toHaveProperty('movements.length', 99);
    expect(commits.map(({ length }) => length)).toEqual([99, 99, 3]);
  });

  test('what was found of an order is forgotten once it has been looked at', async () => {
    const confirmed = anOrder('o1', manyLines(60), { status: 'confirmed', version: 5 });
    const { results, commits } = await cancel(
      [anOrder('o1', manyLines(60))],
      [
        refused((change) => (change.type === 'update-order' ? { found: confirmed } : undefined)),
        committed,
        refused((change) =>
          change.type === 'move-stock' && change.productId === 'p055' ? {} : undefined,
        ),
        committed,
      ],
    );

    expect(results).toMatchObject([
      { type: 'settled', here: true, drift: 1, order: { version: 7 } },
    ]);
    expect(results[0]).toHaveProperty('movements.length', 59);
    expect(commits).toHaveLength(4);
  });

  test('an order that somebody else has taken on between two steps is shared work: its movements are for the ledger to tell', async () => {
    const found = anOrder(
      'o1',
      manyLines(60).map((line, index) =>
        index < 55 ? { ...line, reservedQuantity: 0, cancelledQuantity: 1 } : line,
      ),
      { status: 'cancelled', version: 3 },
    );
    const { results } = await cancel(
      [anOrder('o1', manyLines(60))],
      [
        committed,
        refused((change) => (change.type === 'update-order' ? { found } : undefined)),
        committed,
      ],
    );

    expect(results).toMatchObject([{ type: 'settled', here: true, order: { version: 4 } }]);
    expect(results[0]).not.toHaveProperty('movements');
  });

  test('an order about which nothing can be decided fails alone', async () => {
    const error = new Error('Nobody foresaw this order');
    const strange: Task<Why> = {
      order: anOrder('o1', { mug: 1 }),
      decide: () => {
        throw error;
      },
    };

    const { results, commits } = await settle(
      [new Progress(strange), new Progress(cancellation(anOrder('o2', { mug: 1 })))],
      [committed],
    );

    expect(results).toMatchObject([{ type: 'failed', error }, { type: 'settled' }]);
    expect(orderIds(commits[0])).toEqual(['o2']);
  });

  test('conditions that fail on what should satisfy them are not tried for ever', async () => {
    const enough = refused((change) =>
      change.type === 'move-stock' ? { found: aProduct('mug', { reserved: 50 }) } : undefined,
    );
    const { results, commits } = await cancel(
      [aCancelledOrder('o1', { mug: 1 }), anOrder('o2', { mug: 1 })],
      [enough, enough, enough, enough],
    );

    expect(results.map(endOf)).toEqual(['done before', 'failed']);
    expect(commits).toHaveLength(4);
  });

  test('a commit that fails says of all that were in it that they failed', async () => {
    const error = new Error('Nobody foresaw this');
    const { results } = await cancel(
      [aCancelledOrder('o1', { mug: 1 }), anOrder('o2', { mug: 1 }), anOrder('o3', { mug: 1 })],
      [
        () => {
          throw error;
        },
      ],
    );

    expect(results.map(endOf)).toEqual(['done before', 'failed', 'failed']);
    expect(results[1]).toMatchObject({ error });
  });

  test('drift of all its steps is added up', async () => {
    const gone = refused((change) =>
      change.type === 'move-stock' && ['p000', 'p060'].includes(change.productId) ? {} : undefined,
    );
    const { results } = await cancel(
      [anOrder('o1', manyLines(80))],
      [gone, committed, gone, committed],
    );

    expect(results).toMatchObject([{ type: 'settled', here: true, drift: 2 }]);
  });
});
