import { describe, expect, test } from '@jest/globals';
import { decideCancellation, type NotCancellable } from '../../../lib/domain/cancellation.ts';
import type { Change, CommitResult, Refusal } from '../../../lib/domain/change.ts';
import type { Order } from '../../../lib/domain/order.ts';
import type { StockMovement } from '../../../lib/domain/stock-movement.ts';
import { Progress, type Task, type TaskResult } from '../../../lib/group-commit/progress.ts';
import {
  emptyMemory,
  type Limits,
  type Memory,
  settleGroup,
} from '../../../lib/group-commit/settle.ts';
import { aCancelledOrder, anOrder, aProduct, manyLines, NOW } from '../../support/builders.ts';

const committed: CommitResult = { type: 'committed', conflicts: 0 };

type Why = NotCancellable;

const cancellation = (order: Order): Task<Why> => ({
  order,
  decide: (current, at) => decideCancellation(current, {}, at, 49),
});

/** The result of a task, in one word. */
const endOf = (result: TaskResult<Why>): string =>
  result.type === 'settled' ? (result.here ? 'done here' : 'done before') : result.type;

type Script = readonly (
  | CommitResult
  | ((changes: readonly Change[], writeId: string) => CommitResult)
)[];

const NO_LIMITS: Limits = { maxConflicts: Number.POSITIVE_INFINITY };

const movementsIn = (changes: readonly Change[] = []): StockMovement[] =>
  changes.flatMap((change) => (change.type === 'record-movement' ? [change.movement] : []));

let ids = 0;

/**
 * Settles a group with a commit that answers from a script and remembers what it was asked.
 * `movements` are those of the commits that it answered as successful. If the group rejects, `error`
 * is why.
 */
const settle = async (
  group: readonly Progress<Why>[],
  script: Script,
  {
    memory = emptyMemory(),
    limits = NO_LIMITS,
    remaining = () => 60_000,
    actions = 100,
  }: { memory?: Memory; limits?: Limits; remaining?: () => number; actions?: number } = {},
) => {
  const commits: (readonly Change[])[] = [];
  const movements: StockMovement[] = [];
  const options: { writeId: string; maxConflicts: number }[] = [];
  const answers = [...script];
  let error: unknown;
  const stoppedAt = await settleGroup(group, memory, limits, {
    commit: async (changes, one) => {
      commits.push(changes);
      options.push(one);
      const answer = answers.shift();
      if (!answer) throw new Error('Nothing more was expected to be committed');
      const result = typeof answer === 'function' ? answer(changes, one.writeId) : answer;
      if (result.type === 'committed') movements.push(...movementsIn(changes));
      return result;
    },
    remaining,
    now: () => new Date(NOW),
    newId: () => {
      ids += 1;
      return `w${ids}`;
    },
    capacity: { actions, bytes: 4 * 1024 * 1024 },
  }).catch((thrown: unknown) => {
    error = thrown;
    return undefined;
  });
  const results = group.map((progress) => progress.result());
  return { results, stoppedAt, conflicts: memory.conflicts, error, commits, movements, options };
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
  test('makes one commit for all of them', async () => {
    const { results, commits, movements } = await cancel(
      [anOrder('o1', { mug: 1 }), anOrder('o2', { mug: 2 }), anOrder('o3', { cup: 3 })],
      [committed],
    );

    expect(results.map(endOf)).toEqual(['done here', 'done here', 'done here']);
    expect(results.map(({ drift }) => drift)).toEqual([0, 0, 0]);
    expect(movements).toMatchObject([
      { orderId: 'o1', productId: 'mug', quantity: 1 },
      { orderId: 'o2', productId: 'mug', quantity: 2 },
      { orderId: 'o3', productId: 'cup', quantity: 3 },
    ]);
    expect(commits).toHaveLength(1);
  });

  test('makes no commit for orders that are cancelled or delivered already', async () => {
    const { results, commits } = await cancel(
      [aCancelledOrder('o1', { mug: 1 }), anOrder('o2', { mug: 2 }, { status: 'delivered' })],
      [],
    );

    expect(results.map(endOf)).toEqual(['done before', 'rejected']);
    expect(commits).toEqual([]);
  });

  test('does nothing for an empty group', async () => {
    expect(await cancel([], [])).toMatchObject({ results: [], conflicts: 0, commits: [] });
  });

  test('drops an order that was shipped in the meantime and sends the others again', async () => {
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

  test('handles a short product, a deleted product and a deleted order of one refusal in one resend', async () => {
    const { results, commits, movements } = await cancel(
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
      { type: 'settled', drift: 0 },
      { type: 'settled', drift: 3 },
      { type: 'not_found' },
    ]);
    expect(movements).toMatchObject([
      { orderId: 'o1', productId: 'mug', reservedDelta: -3 },
      { orderId: 'o2', productId: 'mug', reservedDelta: -1 },
    ]);
    expect(commits).toHaveLength(2);
  });

  test('adds up the conflicts of all commits', async () => {
    const { conflicts } = await cancel(
      [anOrder('o1', { mug: 3 })],
      [
        refused((change) => (change.type === 'move-stock' ? {} : undefined), 2),
        { type: 'committed', conflicts: 3 },
      ],
    );

    expect(conflicts).toBe(5);
  });

  test('reports an order whose commit is exhausted as unfinished', async () => {
    const { results } = await cancel(
      [aCancelledOrder('o1', { mug: 1 }), anOrder('o2', { mug: 2 })],
      [{ type: 'exhausted', conflicts: 4 }],
    );

    expect(results.map(endOf)).toEqual(['done before', 'unfinished']);
  });

  test('takes 3 commits for an order of 99 lines', async () => {
    const { results, commits, movements } = await cancel(
      [anOrder('o1', manyLines(99))],
      [committed, committed, committed],
    );

    expect(results).toMatchObject([{ type: 'settled', here: true, order: { version: 4 } }]);
    expect(movements).toHaveLength(99);
    expect(commits.map(({ length }) => length)).toEqual([99, 99, 3]);
  });

  test('takes the second step from its own first step, not from what an earlier refusal found', async () => {
    const confirmed = anOrder('o1', manyLines(60), { status: 'confirmed', version: 5 });
    const { results, commits, movements } = await cancel(
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
    expect(movements).toHaveLength(59);
    expect(commits).toHaveLength(4);
  });

  test('moves only what is left if another request has taken a step of the same cancellation', async () => {
    const found = anOrder(
      'o1',
      manyLines(60).map((line, index) =>
        index < 55 ? { ...line, reservedQuantity: 0, cancelledQuantity: 1 } : line,
      ),
      { status: 'cancelled', version: 3 },
    );
    const { results, movements } = await cancel(
      [anOrder('o1', manyLines(60))],
      [
        committed,
        refused((change) => (change.type === 'update-order' ? { found } : undefined)),
        committed,
      ],
    );

    expect(results).toMatchObject([{ type: 'settled', here: true, order: { version: 4 } }]);
    expect(movements).toHaveLength(49 + 5);
  });

  test('fails only the order whose decision throws', async () => {
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

  test('fails an order after 4 refusals that each found enough units, and the error says what they found', async () => {
    const enough = refused((change) =>
      change.type === 'move-stock' ? { found: aProduct('mug', { reserved: 50 }) } : undefined,
    );
    const { results, error, commits } = await cancel(
      [aCancelledOrder('o1', { mug: 1 }), anOrder('o2', { mug: 1 })],
      [enough, enough, enough, enough],
    );

    expect(results.map(endOf)).toEqual(['done before', 'unfinished']);
    expect(error).toMatchObject({
      message: expect.stringMatching(/move-stock.*"reservedQuantity":50/),
    });
    expect(commits).toHaveLength(4);
  });

  test('fails an order after 4 refusals alike in a row, whatever the refusal before them found', async () => {
    const finding = (reserved: number) =>
      refused((change) =>
        change.type === 'move-stock' ? { found: aProduct('mug', { reserved }) } : undefined,
      );
    const { error, commits } = await cancel(
      [anOrder('o1', { mug: 1 })],
      [finding(40), ...Array(4).fill(finding(50))],
    );

    expect(error).toMatchObject({ message: expect.stringMatching(/^Conditions fail/) });
    expect(commits).toHaveLength(5);
  });

  test('cancels an order whose refusals each found another product to be gone', async () => {
    const gone = (productId: string) =>
      refused((change) =>
        change.type === 'move-stock' && change.productId === productId ? {} : undefined,
      );
    const products = manyLines(6).map(({ productId }) => productId);

    const { results, error } = await cancel(
      [anOrder('o1', manyLines(6))],
      [...products.map(gone), committed],
    );

    expect(error).toBeUndefined();
    expect(results.map(endOf)).toEqual(['done here']);
  });

  test('a commit that throws rejects the group, and the engine finds the order that it is about', async () => {
    const thrown = new Error('Nobody foresaw this');
    const { results, error } = await cancel(
      [aCancelledOrder('o1', { mug: 1 }), anOrder('o2', { mug: 1 }), anOrder('o3', { mug: 1 })],
      [
        () => {
          throw thrown;
        },
      ],
    );

    expect(error).toBe(thrown);
    expect(results.map(endOf)).toEqual(['done before', 'unfinished', 'unfinished']);
  });

  test('adds up the drift of all steps', async () => {
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

describe('An order with a product that is gone', () => {
  /** What a cancellation commits after a refusal that found no mugs, and what else it `found`. */
  const commitWithoutMugs = async (found: (change: Change) => Partial<Refusal> | undefined) => {
    const { commits } = await cancel(
      [anOrder('o1', { mug: 2, cup: 1 })],
      [
        refused((change) =>
          change.type === 'move-stock' && change.productId === 'mug' ? {} : found(change),
        ),
        committed,
      ],
    );
    return commits[1];
  };

  test('remembers that nothing of it came back, in the commit that requires that it is gone', async () => {
    expect(await commitWithoutMugs(() => undefined)).toMatchObject([
      { type: 'update-order', order: { restoredQuantities: [0, 1] } },
      { type: 'move-stock', productId: 'cup' },
      { type: 'require-no-product', productId: 'mug' },
      { type: 'record-movement', movement: { productId: 'cup' } },
    ]);
  });

  test('remembers what came back of it before, in the commit that requires its movement', async () => {
    const commit = await commitWithoutMugs((change) =>
      change.type === 'record-movement' && change.movement.productId === 'mug'
        ? { found: change.movement }
        : undefined,
    );

    expect(commit).toMatchObject([
      { type: 'update-order', order: { restoredQuantities: [2, 1] } },
      { type: 'move-stock', productId: 'cup' },
      { type: 'require-movement', movement: { productId: 'mug' } },
      { type: 'record-movement', movement: { productId: 'cup' } },
    ]);
  });
});

describe('A group that has grown since it was packed', () => {
  const grown = (id: string) => anOrder(id, { mug: 1, cup: 1 }, { version: 2 });

  /** Cancels two orders of one line each after a refusal that finds a second line in both. */
  const cancelGrown = (actions: number) =>
    settle(
      ['o1', 'o2'].map((id) => new Progress(cancellation(anOrder(id, { mug: 1 })))),
      [
        refused((change) =>
          change.type === 'update-order' ? { found: grown(change.order.id) } : undefined,
        ),
        committed,
      ],
      { actions },
    );

  test('is committed if it needs exactly the 8 actions that a transaction holds', async () => {
    const { results, commits } = await cancelGrown(8);

    expect(commits.map(({ length }) => length)).toEqual([5, 8]);
    expect(results.map(endOf)).toEqual(['done here', 'done here']);
  });

  test('stops if it needs one action more, and names no items: it has to be halved', async () => {
    const { results, stoppedAt, commits } = await cancelGrown(7);

    expect(stoppedAt).toEqual([]);
    expect(commits).toHaveLength(1);
    expect(results.map(endOf)).toEqual(['unfinished', 'unfinished']);
  });

  test('is committed if it is a single order, which nothing can halve', async () => {
    const { results, commits } = await settle(
      [new Progress(cancellation(anOrder('o1', { mug: 1, cup: 1 })))],
      [committed],
      { actions: 4 },
    );

    expect(commits.map(({ length }) => length)).toEqual([5]);
    expect(results.map(endOf)).toEqual(['done here']);
  });
});

describe('When no time is left', () => {
  test('an order that needs a commit stays unfinished, and nothing is sent', async () => {
    const { results, stoppedAt, error, commits } = await settle(
      [
        new Progress(cancellation(anOrder('o1', { mug: 1 }))),
        new Progress(cancellation(aCancelledOrder('o2', { mug: 1 }))),
      ],
      [],
      { remaining: () => 0 },
    );

    expect([stoppedAt, error, commits]).toEqual([undefined, undefined, []]);
    expect(results.map(endOf)).toEqual(['unfinished', 'done before']);
  });
});

/** A refusal that found this order. */
const foundOrder = (found: Order | undefined, writeId?: string) =>
  refused((change) =>
    change.type === 'update-order'
      ? { ...(found && { found }), ...(writeId !== undefined && { writeId }) }
      : undefined,
  );

const exhausted: CommitResult = { type: 'exhausted', conflicts: 4 };

/** A cancelled order of 60 lines, of which the first 49, or `released`, were given back. */
const halfCancelled = (differences: Partial<Order> = {}, released = 49) =>
  anOrder(
    'o1',
    manyLines(60).map((line, index) =>
      index < released ? { ...line, reservedQuantity: 0, cancelledQuantity: 1 } : line,
    ),
    { status: 'cancelled', version: 2, ...differences },
  );

describe('Whether this run cancelled the order (`here`)', () => {
  test('is true for a cancellation that it commits, with all movements', async () => {
    const { results, movements } = await cancel([anOrder('o1', { mug: 1, cup: 2 })], [committed]);

    expect(results).toMatchObject([{ type: 'settled', here: true }]);
    expect(movements).toHaveLength(2);
  });

  test('is false for an order that was cancelled before, and nothing is committed', async () => {
    const order = aCancelledOrder('o1', { mug: 1 });
    const { results, commits } = await cancel([order], []);

    expect(results).toEqual([{ type: 'settled', here: false, order, drift: 0 }]);
    expect(commits).toEqual([]);
  });

  test('is false for an order that another request cancelled just before', async () => {
    const found = aCancelledOrder('o1', { mug: 1 });
    const { results } = await cancel([anOrder('o1', { mug: 1 })], [foundOrder(found)]);

    expect(results).toEqual([{ type: 'settled', here: false, order: found, drift: 0 }]);
  });

  test('is false if another request began the cancellation, even though this run moves the other 11 lines', async () => {
    const { results, commits } = await cancel([halfCancelled()], [committed]);

    expect(commits[0]?.filter(({ type }) => type === 'move-stock')).toHaveLength(11);
    expect(results).toMatchObject([{ type: 'settled', here: false, order: { version: 3 } }]);
  });

  test('is true for an order that another request only confirmed, and its units move once', async () => {
    const found = anOrder('o1', { mug: 1 }, { status: 'confirmed', version: 2 });
    const { results, movements } = await cancel(
      [anOrder('o1', { mug: 1 })],
      [foundOrder(found), committed],
    );

    expect(results).toMatchObject([{ type: 'settled', here: true, order: { version: 3 } }]);
    expect(movements).toMatchObject([{ productId: 'mug', quantity: 1 }]);
  });

  test('stays true if another request changes the order after the first step', async () => {
    const { results } = await cancel(
      [anOrder('o1', manyLines(60))],
      [committed, foundOrder(anOrder('o1', manyLines(60), { status: 'delivered', version: 9 }))],
    );

    expect(results).toMatchObject([
      { type: 'settled', here: true, order: { status: 'delivered' } },
    ]);
  });

  test('stays true if the order is deleted after the first step', async () => {
    const { results } = await cancel(
      [anOrder('o1', manyLines(60))],
      [committed, foundOrder(undefined)],
    );

    expect(results).toMatchObject([{ type: 'settled', here: true, order: { version: 2 } }]);
  });

  test('stays true if another order has taken the id after the first step, and that order is left alone', async () => {
    const another = anOrder('o1', { mug: 1 }, { createdAt: NOW });
    const { results, commits } = await cancel(
      [anOrder('o1', manyLines(60))],
      [committed, foundOrder(another)],
    );

    expect(commits).toHaveLength(2);
    expect(results).toMatchObject([
      { type: 'settled', here: true, order: { version: 2, status: 'cancelled' } },
    ]);
  });
});

describe('A commit whose outcome is unknown', () => {
  const orders = () => ['o1', 'o2'].map((id) => anOrder(id, { mug: 5 }));
  /** The mug has 7 of the 10 units that the two orders hold. */
  const short = refused((change) =>
    change.type === 'move-stock' ? { found: aProduct('mug', { reserved: 7 }) } : undefined,
  );
  const cancelledAt = (id: string, version = 2) =>
    aCancelledOrder(id, { mug: 5 }, { version, cancelledAt: NOW });

  test.each([
    ['got no clear answer', exhausted],
    [
      'threw an error',
      () => {
        throw new Error('The credentials have expired');
      },
    ],
    ['was refused, and arrived once more', short],
  ] as const)('is recognised, with its drift, by its write id after it %s', async (_, unheard) => {
    // Prepare
    const memory = emptyMemory();
    const group = orders().map((order) => new Progress(cancellation(order)));
    let unheardId = '';
    const [o1, o2] = group.map((one) => [one]);
    const { commits } = await settle(
      group,
      [
        short,
        (changes, writeId) => {
          unheardId = writeId;
          return typeof unheard === 'function' ? unheard(changes) : unheard;
        },
        exhausted,
      ],
      { memory },
    );

    // Act: its group is halved
    const first = await settle(
      o1 ?? [],
      [(changes) => foundOrder(cancelledAt('o1'), unheardId)(changes)],
      { memory },
    );
    const second = await settle(o2 ?? [], [], { memory });

    // Assess: one refusal is enough for both orders, and nothing moves again
    expect([...first.results, ...second.results]).toMatchObject([
      { type: 'settled', here: true, drift: 0 },
      { type: 'settled', here: true, drift: 3 },
    ]);
    expect(movementsIn(commits[1])).toMatchObject([
      { orderId: 'o1', reservedDelta: -5 },
      { orderId: 'o2', reservedDelta: -2 },
    ]);
    expect([first.movements, second.commits]).toEqual([[], []]);
  });

  test('is recognised by a movement if another request has written to the order since', async () => {
    const memory = emptyMemory();
    const group = [new Progress(cancellation(anOrder('o1', { mug: 5 })))];
    await settle(group, [exhausted], { memory });

    const { results } = await settle(
      group,
      [
        refused((change) => {
          if (change.type === 'update-order') return { found: cancelledAt('o1', 3), writeId: 'x' };
          return change.type === 'record-movement'
            ? { found: change.movement, writeId: [...memory.sent.keys()][0] ?? '' }
            : undefined;
        }),
      ],
      { memory },
    );

    expect(results).toMatchObject([{ type: 'settled', here: true, order: { version: 3 } }]);
  });

  test('is recognised even after one order was taken for cancelled by another request', async () => {
    const memory = emptyMemory();
    const group = orders().map((order) => new Progress(cancellation(order)));
    const [o1, o2] = group.map((one) => [one]);
    await settle(group, [short, exhausted], { memory });
    const unheardId = [...memory.sent.keys()].at(-1) ?? '';

    await settle(o1 ?? [], [foundOrder(cancelledAt('o1', 3), 'somebody')], { memory });
    await settle(o2 ?? [], [foundOrder(cancelledAt('o2'), unheardId)], { memory });

    expect(group.map((one) => one.result())).toMatchObject([
      { type: 'settled', here: true, order: { version: 3 }, drift: 0 },
      { type: 'settled', here: true, order: { version: 2 }, drift: 3 },
    ]);
  });

  test('counts once, even if its write id is found twice', async () => {
    const memory = emptyMemory();
    const group = [new Progress(cancellation(anOrder('o1', manyLines(60))))];
    const gone = refused((change) =>
      change.type === 'move-stock' && change.productId === 'p000' ? {} : undefined,
    );
    const unheard = await settle(group, [gone, exhausted], { memory });
    const unheardId = [...memory.sent.keys()].at(-1) ?? '';
    const seen = foundOrder(halfCancelled(), unheardId);

    const { results, movements } = await settle(group, [seen, seen, committed], { memory });

    expect(results).toMatchObject([{ type: 'settled', here: true, drift: 1 }]);
    expect(results).toMatchObject([{ order: { version: 3 } }]);
    expect([movementsIn(unheard.commits[1]), movements]).toMatchObject([
      { length: 48 },
      { length: 11 },
    ]);
  });

  test('is not taken for successful when the order was cancelled with another write id', async () => {
    const memory = emptyMemory();
    const group = [new Progress(cancellation(anOrder('o1', { mug: 5 })))];
    await settle(group, [exhausted], { memory });

    const found = foundOrder(cancelledAt('o1'), 'somebody');
    const { results } = await settle(group, [found], { memory });

    expect(results).toMatchObject([{ type: 'settled', here: false, drift: 0 }]);
  });
});

describe('The limit of a group', () => {
  test('is 7 conflicts of one commit, which the commit is told', async () => {
    const limits: Limits = { maxConflicts: 7 };
    const group = [new Progress(cancellation(anOrder('o1', { mug: 1 })))];

    const { results, options, conflicts } = await settle(group, [exhausted], { limits });

    expect(options).toMatchObject([{ maxConflicts: 7 }]);
    expect(conflicts).toBe(4);
    expect(results).toEqual([{ type: 'unfinished', drift: 0 }]);
  });

  /** A refusal that finds another version each time. */
  const changing = (version: number) => foundOrder(anOrder('o1', manyLines(60), { version }));

  test('is 3 refusals in a row, after which the order is unfinished', async () => {
    const limits: Limits = { maxConflicts: 3 };
    const group = [new Progress(cancellation(anOrder('o1', manyLines(60))))];

    const { results, commits } = await settle(group, [2, 3, 4, 5].map(changing), { limits });

    expect(commits).toHaveLength(3);
    expect(results).toEqual([{ type: 'unfinished', drift: 0 }]);
  });

  test('counts refusals from 0 again after each success', async () => {
    const limits: Limits = { maxConflicts: 3 };
    const group = [new Progress(cancellation(anOrder('o1', manyLines(60))))];
    const missing = (productId: string) =>
      refused((change) =>
        change.type === 'move-stock' && change.productId === productId ? {} : undefined,
      );

    const { results } = await settle(
      group,
      [changing(2), changing(3), committed, missing('p050'), missing('p051'), committed],
      { limits },
    );

    expect(results).toMatchObject([{ type: 'settled', here: true, drift: 2 }]);
  });
});
