import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decideCancellation, type NotCancellable } from '../../../lib/domain/cancellation.ts';
import type { Change, CommitResult, Refusal } from '../../../lib/domain/change.ts';
import type { Order } from '../../../lib/domain/order.ts';
import type { StockMovement } from '../../../lib/domain/stock-movement.ts';
import { type EnginePorts, type RunResult, runTasks } from '../../../lib/group-commit/engine.ts';
import type { Task } from '../../../lib/group-commit/progress.ts';
import { systemRuntime } from '../../../lib/runtime.ts';
import {
  aCancelledOrder,
  aLine,
  anOrder,
  aProduct,
  manyLines,
  NOW,
} from '../../support/builders.ts';

type Why = NotCancellable;

const cancellation = (order: Order): Task<Why> => ({
  order,
  decide: (current, at) => decideCancellation(current, {}, at, 49),
});

const committed: CommitResult = { type: 'committed', conflicts: 0 };

const ordersIn = (changes: readonly Change[]): string[] =>
  changes.flatMap((change) => (change.type === 'update-order' ? [change.order.id] : []));

const productsIn = (changes: readonly Change[]): string[] =>
  changes.flatMap((change) =>
    change.type === 'move-stock' || change.type === 'require-no-product' ? [change.productId] : [],
  );

const movementsIn = (changes: readonly Change[]): StockMovement[] =>
  changes.flatMap((change) => (change.type === 'record-movement' ? [change.movement] : []));

type Options = Parameters<EnginePorts['commit']>[1];

type Answer = (
  changes: readonly Change[],
  options: Options,
) => CommitResult | Promise<CommitResult>;

/**
 * Runs tasks with a commit that gives these answers, and records the commits. `movements` are those
 * of the commits that it answered as successful.
 */
const runWith = async (
  tasks: readonly Task<Why>[],
  answer: Answer,
  differences: Partial<EnginePorts> = {},
) => {
  const commits: { orders: string[]; actions: number; maxConflicts: number }[] = [];
  const movements: StockMovement[] = [];
  const result = await runTasks(tasks, {
    commit: async (changes, options) => {
      const { maxConflicts } = options;
      commits.push({ orders: ordersIn(changes), actions: changes.length, maxConflicts });
      const answered = await answer(changes, options);
      if (answered.type === 'committed') movements.push(...movementsIn(changes));
      return answered;
    },
    remaining: () => 60_000,
    now: () => new Date(NOW),
    newId: () => `w${commits.length + 1}`,
    capacity: { actions: 100, bytes: 4 * 1024 * 1024 },
    inFlight: 16,
    ...differences,
  });
  return { ...result, commits, movements };
};

/** Cancels orders. */
const run = (
  orders: readonly Order[],
  answer: Answer = () => committed,
  differences: Partial<EnginePorts> = {},
) => runWith(orders.map(cancellation), answer, differences);

/** The result of each task, in one word. */
const ends = ({ results }: RunResult<Why>): string[] =>
  results.map((one) =>
    one.type === 'settled' ? (one.here ? 'done here' : 'done before') : one.type,
  );

const named = (names: readonly string[], lines: Record<string, number> = { mug: 1 }): Order[] =>
  names.map((name) => anOrder(name, lines));

/** A commit that is exhausted by conflicts on some of its orders. */
const contested = (
  changes: readonly Change[],
  are: (change: Extract<Change, { type: 'update-order' }>) => boolean,
): CommitResult => ({
  type: 'exhausted',
  contested: changes.filter((change) => change.type === 'update-order' && are(change)),
  conflicts: 4,
});

const about = (changes: readonly Change[], ...names: string[]): boolean =>
  ordersIn(changes).some((id) => names.includes(id));

describe('Cancelling many orders in one run', () => {
  test('commits orders that share a product in one transaction', async () => {
    const result = await run(named(['o1', 'o2', 'o3']));

    expect(result.commits).toMatchObject([{ orders: ['o1', 'o2', 'o3'], actions: 7 }]);
    expect(ends(result)).toEqual(['done here', 'done here', 'done here']);
  });

  test('returns the results in the order of the requests, however the orders were packed', async () => {
    const orders = Array.from({ length: 150 }, (_, index) =>
      anOrder(`o${index}`, { [`p${index % 7}`]: 1, [`q${index % 11}`]: 1 }),
    );

    const { results } = await run(orders);

    expect(results.map((one) => (one.type === 'settled' ? one.order.id : one.type))).toEqual(
      orders.map(({ id }) => id),
    );
  });

  test('commits nothing for orders that are cancelled or shipped, and cancels the rest', async () => {
    const result = await run([
      aCancelledOrder('o1', { mug: 1 }),
      anOrder('o2', { mug: 1 }, { status: 'shipped' }),
      anOrder('o3', { mug: 1 }),
    ]);

    expect(ends(result)).toEqual(['done before', 'rejected', 'done here']);
    expect(result.commits).toMatchObject([{ orders: ['o3'] }]);
  });

  test('packs only the 492 orders that need a write when 98 of 590 are cancelled already', async () => {
    const orders = Array.from({ length: 590 }, (_, index) =>
      index % 6 === 5 ? aCancelledOrder(`o${index}`, { mug: 1 }) : anOrder(`o${index}`, { mug: 1 }),
    );

    const result = await run(orders);

    expect(result.commits).toHaveLength(Math.ceil((590 - 98) / 49));
    expect(ends(result)).toEqual(
      orders.map((_, index) => (index % 6 === 5 ? 'done before' : 'done here')),
    );
  });

  test('commits nothing for an empty list', async () => {
    expect(await run([])).toEqual({ results: [], conflicts: 0, commits: [], movements: [] });
  });

  test('commits an order of 99 lines alone, in 3 steps', async () => {
    const large = anOrder('large', manyLines(99));
    const result = await run([anOrder('o1', { p000: 1 }), large, anOrder('o2', { p000: 1 })]);

    expect(result.commits.map(({ orders }) => orders)).toEqual([
      ['large'],
      ['large'],
      ['large'],
      ['o1', 'o2'],
    ]);
    expect(ends(result)).toEqual(['done here', 'done here', 'done here']);
  });
});

test('A large order never moves the product of its last step while other orders move it', async () => {
  const flying = new Set<string>();
  const orders = [
    anOrder('large', manyLines(99)),
    ...named(
      Array.from({ length: 98 }, (_, index) => `o${index}`),
      { p098: 1 },
    ),
  ];

  const result = await run(orders, async (changes) => {
    const products = productsIn(changes);
    expect(products.filter((product) => flying.has(product))).toEqual([]);
    for (const product of products) flying.add(product);
    await setImmediate();
    for (const product of products) flying.delete(product);
    return committed;
  });

  expect(result.commits).toHaveLength(3 + 2);
  expect(ends(result)).toEqual(orders.map(() => 'done here'));
});

describe('The result of each order', () => {
  const half = anOrder(
    'o1',
    manyLines(60).map((line, index) =>
      index < 49 ? { ...line, reservedQuantity: 0, cancelledQuantity: 1 } : line,
    ),
    { status: 'cancelled', version: 2 },
  );

  test('is `here` only if this run cancelled the order', async () => {
    const { results } = await run([
      half,
      anOrder('o2', { mug: 1 }),
      aCancelledOrder('o3', { mug: 1 }),
    ]);

    expect(results).toMatchObject([
      { type: 'settled', here: false, order: { version: 3 } },
      { type: 'settled', here: true, order: { version: 2 } },
      { type: 'settled', here: false, order: { version: 2 } },
    ]);
  });

  test('comes from a commit with a write id of its own', async () => {
    const ids: string[] = [];
    await run(
      Array.from({ length: 120 }, (_, index) => anOrder(`o${index}`, { mug: 1 })),
      (_, { writeId }) => {
        ids.push(writeId);
        return committed;
      },
      { newId: systemRuntime.newId },
    );

    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(3);
  });

  test('is `here` for all 40 orders of an unanswered commit after 20 of them show its write id', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `o${index}`);
    const half = new Set(names.slice(20));
    let unheard: string | undefined;
    const result = await run(named(names), (changes, { writeId }) => {
      if (unheard === undefined) {
        unheard = writeId;
        return contested(changes, (change) => half.has(change.order.id));
      }
      const refusals = changes.flatMap((change): Refusal[] =>
        change.type === 'update-order'
          ? [{ ...change, found: change.order, ...(unheard && { writeId: unheard }) }]
          : [],
      );
      return { type: 'refused', refusals, conflicts: 0 };
    });

    expect(ends(result)).toEqual(names.map(() => 'done here'));
    expect(result.commits.map(({ orders }) => orders.length)).toEqual([40, 20]);
  });
});

describe('Facts that one group finds about a product', () => {
  /** Answers like a shop in which the product has fewer units reserved than its orders hold. */
  const shopWith = (reserved: number): { answer: Answer; refusals: () => number } => {
    let left = reserved;
    let refusals = 0;
    const answer: Answer = (changes) => {
      const move = changes.find((change) => change.type === 'move-stock');
      if (!move) return committed;
      const { reservedDelta, expected = { reservedQuantity: left } } = move;
      if (left + reservedDelta < 0 || expected.reservedQuantity !== left) {
        refusals += 1;
        const found = aProduct('mug', { stock: 500, reserved: left });
        return { type: 'refused', refusals: [{ ...move, found }], conflicts: 0 };
      }
      left += reservedDelta;
      return committed;
    };
    return { answer, refusals: () => refusals };
  };
  const orders = named(Array.from({ length: 200 }, (_, index) => `o${index}`));

  test('are used by all later groups: a short product refuses 1 commit of 6', async () => {
    const shop = shopWith(30);

    const result = await run(orders, shop.answer);

    expect(shop.refusals()).toBe(1);
    // Five groups, and the one that was sent again.
    expect(result.commits).toHaveLength(6);
    expect(ends(result)).toEqual(orders.map(() => 'done here'));
    const drift = result.results.map((one) => one.drift);
    expect(drift).toEqual(orders.map((_, index) => (index < 30 ? 0 : 1)));
  });

  test('are replaced after one refusal when the product has more units reserved by then', async () => {
    const [short, restocked] = [shopWith(30), shopWith(1_000)];
    let commits = 0;
    const result = await run(orders, (changes, options) => {
      commits += 1;
      // The first group is refused once; after the second one more units are reserved.
      return (commits <= 3 ? short : restocked).answer(changes, options);
    });

    expect(restocked.refusals()).toBe(1);
    const drift = result.results.map((one) => one.drift);
    expect(drift.reduce((sum, one) => sum + one, 0)).toBe(2 * 49 - 30);
  });
});

describe('When commits conflict with other requests, the engine', () => {
  const never: Answer = (changes) => ({ type: 'exhausted', contested: changes, conflicts: 4 });

  test('commits the other 39 orders first, and retries the contested one last without a conflict limit', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `o${index}`);
    const result = await run(named(names), (changes) =>
      about(changes, 'o17') ? contested(changes, ({ order }) => order.id === 'o17') : committed,
    );

    expect(ends(result)).toEqual(
      names.map((name) => (name === 'o17' ? 'unfinished' : 'done here')),
    );
    // The last commit has no limit on conflicts.
    expect(result.commits).toEqual(
      [
        [names, 4],
        [names.filter((name) => name !== 'o17'), 4],
        [['o17'], Number.POSITIVE_INFINITY],
      ].map(([orders, maxConflicts]) => expect.objectContaining({ orders, maxConflicts })),
    );
  });

  test('retries together the orders that need a contested product or movement', async () => {
    const orders = [
      anOrder('o1', { mug: 1, cup: 1 }),
      anOrder('o2', { mug: 1 }),
      anOrder('o3', { cup: 1 }),
      anOrder('o4', { mug: 1 }),
    ];
    let answers = 0;
    const result = await run(orders, (changes) => {
      answers += 1;
      if (answers > 1) return committed;
      return {
        type: 'exhausted',
        contested: changes.filter(
          (change) =>
            (change.type === 'move-stock' && change.productId === 'cup') ||
            (change.type === 'record-movement' && change.movement.orderId === 'o4'),
        ),
        conflicts: 4,
      };
    });

    expect(result.commits.map((commit) => commit.orders)).toEqual([
      ['o1', 'o2', 'o3', 'o4'],
      ['o2'],
      ['o1', 'o3', 'o4'],
    ]);
    expect(ends(result)).toEqual(orders.map(() => 'done here'));
  });

  test('keeps a group whole if every order needs the contested product, with limits of 4, 4, 16 and 64', async () => {
    let conflicts = 0;
    const result = await run(named(['o1', 'o2', 'o3']), (changes, { maxConflicts }) => {
      conflicts += maxConflicts;
      if (conflicts > 50) return committed;
      return {
        type: 'exhausted',
        contested: changes.filter(({ type }) => type === 'move-stock'),
        conflicts: maxConflicts,
      };
    });

    expect(result.commits).toMatchObject(
      [4, 4, 16, 64].map((maxConflicts) => ({ orders: ['o1', 'o2', 'o3'], maxConflicts })),
    );
    expect(ends(result)).toEqual(Array(3).fill('done here'));
  });

  test('halves a group that is exhausted four times, down to single orders', async () => {
    const result = await run(named(['o1', 'o2']), (changes) =>
      ordersIn(changes).length > 1 ? never(changes, { maxConflicts: 4, writeId: '' }) : committed,
    );

    expect(result.commits.map(({ orders }) => orders)).toEqual([
      ...Array(4).fill(['o1', 'o2']),
      ['o1'],
      ['o2'],
    ]);
    expect(ends(result)).toEqual(['done here', 'done here']);
  });

  test('leaves all orders unfinished, without halving the group, when the time is up', async () => {
    let left = 1;
    const result = await run(
      named(['o1', 'o2', 'o3', 'o4']),
      (...asked) => {
        left = 0;
        return never(...asked);
      },
      { remaining: () => left },
    );

    expect(ends(result)).toEqual(Array.from({ length: 4 }, () => 'unfinished'));
    expect(result.commits).toHaveLength(1);
  });

  test('reports uncontested orders as done when the time ends before the contested ones are retried', async () => {
    let left = 2;
    const result = await run(
      named(['o1', 'o2', 'o3', 'o4']),
      (changes) => {
        left -= 1;
        return about(changes, 'o1', 'o2')
          ? contested(changes, ({ order }) => order.id < 'o3')
          : committed;
      },
      { remaining: () => Math.max(0, left) },
    );

    expect(ends(result)).toEqual(['unfinished', 'unfinished', 'done here', 'done here']);
    expect(result.commits).toHaveLength(2);
  });

  test('commits the other orders after 4 refusals about a product that only one order needs', async () => {
    const orders = [anOrder('o0', { mug: 9 }), ...named(['o1', 'o2', 'o3', 'o4'], { cup: 1 })];
    let reserved = 0;
    let attempts = 0;
    const result = await run(orders, (changes) => {
      const mugs = changes.find((one) => one.type === 'move-stock' && one.productId === 'mug');
      if (mugs?.type !== 'move-stock') return committed;
      attempts += 1;
      if (attempts >= 50) return { type: 'exhausted', conflicts: 0 };
      reserved = (reserved % 5) + 1;
      const found = aProduct('mug', { reserved });
      return { type: 'refused', refusals: [{ ...mugs, found }], conflicts: 0 };
    });

    expect(ends(result)).toEqual(['unfinished', ...Array(4).fill('done here')]);
    // It leaves the group, and goes on when the others are done.
    const before = result.commits.findLastIndex(({ orders: some }) => some.includes('o4'));
    expect(before).toBe(4);
  });

  test('moves each line once if the group of an order is split between its two steps', async () => {
    const grown = anOrder('o1', manyLines(60), { version: 2 });
    const answers: Answer[] = [
      (changes) => ({
        type: 'refused',
        refusals: changes.flatMap((change): Refusal[] =>
          change.type === 'update-order' && change.order.id === 'o1'
            ? [{ ...change, found: grown }]
            : [],
        ),
        conflicts: 0,
      }),
      // The first step of the larger order needs a commit of its own; its second step is sent
      // together with the other order.
      () => committed,
      (changes) => contested(changes, ({ order }) => order.id === 'o2'),
    ];
    const result = await run(named(['o1', 'o2']), (changes, options) =>
      (answers.shift() ?? (() => committed))(changes, options),
    );

    expect(ends(result)).toEqual(['done here', 'done here']);
    expect(result.results[0]).toMatchObject({ here: true, order: { version: 4 } });
    const moved = result.movements.filter(({ orderId }) => orderId === 'o1');
    expect(moved.map(({ productId }) => productId).sort()).toEqual(
      grown.items.map(({ productId }) => productId),
    );
  });

  test('adds up the conflicts of all groups', async () => {
    const orders = Array.from({ length: 100 }, (_, index) => anOrder(`o${index}`, { mug: 1 }));

    const { conflicts, commits } = await run(orders, () => ({ type: 'committed', conflicts: 2 }));

    expect(commits).toHaveLength(3);
    expect(conflicts).toBe(6);
  });
});

describe('Limits on conflicts and refusals', () => {
  /** How often each group was sent, by the names of its orders. */
  const attempts = (commits: readonly { orders: readonly string[] }[]): Record<string, number> => {
    const counts: Record<string, number> = {};
    for (const { orders } of commits) {
      const name = orders.join(' ');
      counts[name] = (counts[name] ?? 0) + 1;
    }
    return counts;
  };

  test('the commit of several orders may have 4 conflicts', async () => {
    const result = await run(named(['o1', 'o2']));

    expect(result.commits).toMatchObject([{ maxConflicts: 4 }]);
  });

  test('after 4 refusals in a row, a group goes on without the orders that the refusals are about', async () => {
    let reserved = 0;
    const orders = [...named(['o1', 'o2'], { mug: 9 }), ...named(['o3'], { cup: 1 })];
    const result = await run(orders, (changes) => {
      const move = changes.find((one) => one.type === 'move-stock' && one.productId === 'mug');
      if (move?.type !== 'move-stock' || reserved === 10) return committed;
      reserved += 1;
      const found = aProduct('mug', { reserved });
      return { type: 'refused', refusals: [{ ...move, found }], conflicts: 0 };
    });

    expect(attempts(result.commits)).toEqual({ 'o1 o2 o3': 4, o3: 1, 'o1 o2': 7 });
    expect(ends(result)).toEqual(['done here', 'done here', 'done here']);
  });

  test('a single order has no limit, and succeeds after 20 refusals', async () => {
    let reserved = 0;
    const result = await run(named(['o1'], { mug: 99 }), (changes) => {
      const move = changes.find((change) => change.type === 'move-stock');
      reserved += 1;
      if (!move || reserved > 20) return committed;
      const found = aProduct('mug', { reserved });
      return { type: 'refused', refusals: [{ ...move, found }], conflicts: 0 };
    });

    expect(attempts(result.commits)).toEqual({ o1: 21 });
    expect(result.commits[0]).toMatchObject({ maxConflicts: Number.POSITIVE_INFINITY });
    expect(ends(result)).toEqual(['done here']);
  });
});

describe('The conflict limit of a commit', () => {
  const limitsOf = ({ commits }: Awaited<ReturnType<typeof run>>): unknown[] =>
    commits.map(({ orders, maxConflicts }) => [orders.join(' '), maxConflicts]);

  test('of a single order is 4 as long as other orders wait, and infinite after that', async () => {
    const orders = [anOrder('large', manyLines(49)), ...named(['o1', 'o2'])];
    const result = await run(orders, (changes, { maxConflicts }) =>
      about(changes, 'large') && maxConflicts === 4
        ? { type: 'exhausted', contested: changes, conflicts: 4 }
        : committed,
    );

    expect(limitsOf(result)).toEqual([
      ['large', 4],
      ['o1 o2', 4],
      ['large', Number.POSITIVE_INFINITY],
    ]);
    expect(ends(result)).toEqual(orders.map(() => 'done here'));
  });

  test('of a single order is what the caller asks for', async () => {
    const patience = { maxConflicts: 2 };
    const result = await run(named(['o1']), () => committed, { patience });

    expect(limitsOf(result)).toEqual([['o1', 2]]);
  });

  test('begins with 4 again for orders that had to leave a group', async () => {
    let attempts = 0;
    const result = await run(named(['o1', 'o2', 'o3']), (changes) => {
      attempts += 1;
      if (attempts === 1) return contested(changes, () => true);
      return attempts === 2 ? contested(changes, ({ order }) => order.id !== 'o3') : committed;
    });

    expect(limitsOf(result)).toEqual([
      ['o1 o2 o3', 4],
      ['o1 o2 o3', 4],
      ['o3', Number.POSITIVE_INFINITY],
      ['o1 o2', 4],
    ]);
  });
});

describe('The size of a group', () => {
  test('is one order if that order takes several steps, even if each step is small', async () => {
    const tasks = [anOrder('large', manyLines(5)), anOrder('o1', { p000: 1 })].map((order) => ({
      order,
      decide: (current: Order, at: string) => decideCancellation(current, {}, at, 2),
    }));

    const { commits } = await runWith(tasks, () => committed);

    expect(commits.map(({ orders }) => orders)).toEqual([['large'], ['large'], ['large'], ['o1']]);
  });

  /** What makes an order large: lines that hold nothing any more, past operations, products. */
  const LARGE: Readonly<Record<string, (id: string) => Order>> = {
    'lines that hold nothing': (id) =>
      anOrder(id, [
        aLine('mug', 1),
        ...manyLines(200).map((line) => ({ ...line, reservedQuantity: 0, cancelledQuantity: 1 })),
      ]),
    'references of past operations': (id) =>
      anOrder(
        id,
        { mug: 1 },
        {
          movementReferences: Array.from(
            { length: 300 },
            (_, index) => `order_${id}_part_${'of-an-order'.repeat(8)}_${index}`,
          ),
        },
      ),
    products: (id) =>
      anOrder(
        id,
        manyLines(20).map(({ productId }) => aLine(`${id}-${productId}-${'x'.repeat(50)}`, 1)),
      ),
  };

  test.each(Object.entries(LARGE))(
    'keeps below the bytes of a transaction when orders have many %s',
    async (_, large) => {
      const bytes = 100_000;
      const sizes: number[] = [];
      const orders = Array.from({ length: 8 }, (_, index) => large(`o${index}`));
      const result = await run(
        orders,
        (changes) => {
          sizes.push(JSON.stringify(changes).length);
          return committed;
        },
        { capacity: { actions: 1_000, bytes } },
      );

      expect(ends(result)).toEqual(orders.map(() => 'done here'));
      expect(Math.max(...sizes)).toBeLessThanOrEqual(bytes);
    },
  );
});

describe('The groups in flight', () => {
  test('are as many as allowed, and no more, when they share no product', async () => {
    const orders = Array.from({ length: 7 }, (_, index) =>
      anOrder(
        `o${index}`,
        manyLines(40).map(({ productId }) => aLine(`${index}-${productId}`, 1)),
      ),
    );
    const counts: number[] = [];
    let flying = 0;
    const result = await run(
      orders,
      async () => {
        flying += 1;
        counts.push(flying);
        await setImmediate();
        flying -= 1;
        return committed;
      },
      { inFlight: 3 },
    );

    expect(ends(result)).toEqual(orders.map(() => 'done here'));
    expect(Math.max(...counts)).toBe(3);
  });
});

describe('The turn to write', () => {
  /** Three groups that have to go one after the other. */
  const orders = ['o1', 'o2', 'o3'].map((id) => anOrder(id, manyLines(40)));
  const products = [...manyLines(40).keys()].map((index) => `p${String(index).padStart(3, '0')}`);

  /** Counts what is done with turns. Each decision takes 1 of the time, and each commit takes 10. */
  const runWithTurns = async (time: number) => {
    const turns: unknown[] = [];
    let left = time;
    const result = await runWith(
      orders.map((order) => ({
        order,
        decide: (current: Order, at: string) => {
          left -= 1;
          return decideCancellation(current, {}, at, 49);
        },
      })),
      () => {
        left -= 10;
        return committed;
      },
      {
        remaining: () => Math.max(0, left),
        takeTurn: async (groups) => {
          turns.push(groups);
          return {
            goOn: (count) => {
              turns.push(count);
            },
            end: async () => {
              turns.push('end');
            },
          };
        },
      },
    );
    return { turns, told: ends(result) };
  };

  test('is taken for the products of all groups, hears how many groups are left, and ends', async () => {
    const { turns, told } = await runWithTurns(1_000);

    expect(told).toEqual(['done here', 'done here', 'done here']);
    expect(turns).toEqual([[products, products, products], 2, 1, 0, 'end']);
  });

  test('ends with 2 groups left when the time is up after the first', async () => {
    const { turns, told } = await runWithTurns(3 + 1 + 1);

    expect(told).toEqual(['done here', 'unfinished', 'unfinished']);
    expect(turns).toEqual([[products, products, products], 2, 'end']);
  });

  test('is not taken when the time is up before anything is sent', async () => {
    const { turns, told } = await runWithTurns(3);

    expect(told).toEqual(['unfinished', 'unfinished', 'unfinished']);
    expect(turns).toEqual([]);
  });
});

describe('When an unexpected error is thrown, the engine', () => {
  const broken = new Error('Nobody foresaw this');

  test('reports the orders of earlier commits as done here and all others as failed', async () => {
    let ids = 0;
    const orders = Array.from({ length: 120 }, (_, index) => anOrder(`o${index}`, { mug: 1 }));
    const result = await run(orders, () => committed, {
      newId: () => {
        ids += 1;
        if (ids >= 3) throw broken;
        return `w${ids}`;
      },
    });

    const done = result.commits.flatMap((commit) => commit.orders);
    expect(done.length).toBeGreaterThanOrEqual(22 + 49);
    expect(ends(result)).toEqual(
      orders.map(({ id }) => (done.includes(id) ? 'done here' : 'failed')),
    );
    expect(result.results.find(({ type }) => type === 'failed')).toMatchObject({ error: broken });
  });

  test('fails only the one of 7 orders whose commits throw', async () => {
    const names = ['o1', 'o2', 'o3', 'o4', 'o5', 'o6', 'o7'];
    const result = await run(named(names), (changes) => {
      if (about(changes, 'o5')) throw broken;
      return committed;
    });

    expect(ends(result)).toEqual(names.map((name) => (name === 'o5' ? 'failed' : 'done here')));
    expect(result.results[4]).toMatchObject({ type: 'failed', error: broken });
  });

  test('fails the order that is left alone in its group, without another attempt', async () => {
    const result = await run(named(['o1', 'o2']), (changes) => {
      if (!about(changes, 'o1')) throw broken;
      const refusals = changes.filter(
        (one) => one.type === 'update-order' && one.order.id === 'o1',
      );
      return { type: 'refused', refusals: refusals as Refusal[], conflicts: 0 };
    });

    expect(result.results).toMatchObject([
      { type: 'not_found' },
      { type: 'failed', error: broken },
    ]);
    expect(result.commits.map(({ orders }) => orders)).toEqual([['o1', 'o2'], ['o2']]);
  });

  test('fails the order whose conditions fail on data that should satisfy them', async () => {
    const result = await run(
      [anOrder('o1', { cup: 1 }), anOrder('o2', { mug: 1 }), anOrder('o3', { cup: 1 })],
      (changes) => {
        const move = changes.find((one) => one.type === 'move-stock' && one.productId === 'mug');
        if (move?.type !== 'move-stock') return committed;
        const found = aProduct('mug', { reserved: 50 });
        return { type: 'refused', refusals: [{ ...move, found }], conflicts: 0 };
      },
    );

    expect(ends(result)).toEqual(['done here', 'failed', 'done here']);
    const message = expect.stringMatching(/move-stock.*"reservedQuantity":50/);
    expect(result.results[1]).toMatchObject({ error: { message } });
    expect(result.commits.length).toBeLessThanOrEqual(9);
  });

  test('fails all 3 orders when every commit throws', async () => {
    const result = await run(named(['o1', 'o2', 'o3']), () => {
      throw broken;
    });

    expect(ends(result)).toEqual(['failed', 'failed', 'failed']);
    expect(result.commits).toHaveLength(5);
  });

  test('fails only the order whose decision throws', async () => {
    const tasks: Task<Why>[] = named(['o1', 'o2', 'o3']).map(cancellation);
    const strange: Task<Why> = {
      order: anOrder('o9', { mug: 1 }),
      decide: () => {
        throw broken;
      },
    };

    const { results } = await runWith([strange, ...tasks], () => committed);

    expect(results).toMatchObject([
      { type: 'failed', error: broken },
      { type: 'settled' },
      { type: 'settled' },
      { type: 'settled' },
    ]);
  });

  test('fails the 60 orders of one product and cancels the 60 orders of another', async () => {
    const hot = Array.from({ length: 60 }, (_, index) => anOrder(`h${index}`, { mug: 1 }));
    const others = Array.from({ length: 60 }, (_, index) => anOrder(`c${index}`, { cup: 1 }));
    const result = await run([...hot, ...others], (changes) => {
      if (productsIn(changes).includes('mug')) throw broken;
      return committed;
    });

    const byName = new Map(
      [...hot, ...others].map(({ id }, index) => [id, ends(result)[index]] as const),
    );
    expect(hot.every(({ id }) => byName.get(id) === 'failed')).toBe(true);
    expect(others.every(({ id }) => byName.get(id) === 'done here')).toBe(true);
  });
});

describe('Orders that changed after they were read', () => {
  test('cost the other 48 orders one resend when one order was shipped', async () => {
    const names = Array.from({ length: 49 }, (_, index) => `o${index}`);
    const shipped = anOrder('o20', { mug: 1 }, { status: 'shipped', version: 3 });
    const result = await run(named(names), (changes) => {
      const refusals = changes.flatMap((change): Refusal[] =>
        change.type === 'update-order' && change.order.id === 'o20'
          ? [{ ...change, found: shipped }]
          : [],
      );
      return refusals.length > 0 ? { type: 'refused', refusals, conflicts: 0 } : committed;
    });

    expect(result.commits).toHaveLength(2);
    expect(result.commits[1]?.orders).toHaveLength(48);
    expect(ends(result)).toEqual(names.map((name) => (name === 'o20' ? 'rejected' : 'done here')));
  });

  test('cost one resend too when 5 of 49 orders were deleted', async () => {
    const names = Array.from({ length: 49 }, (_, index) => `o${index}`);
    const result = await run(named(names), (changes) => {
      const refusals = changes.flatMap((change): Refusal[] =>
        change.type === 'update-order' && change.order.id.endsWith('7') ? [change] : [],
      );
      return refusals.length > 0 ? { type: 'refused', refusals, conflicts: 0 } : committed;
    });

    expect(result.commits).toHaveLength(2);
    expect(ends(result).filter((end) => end === 'not_found')).toHaveLength(5);
  });
});

describe('For any orders and any duration of each transaction', () => {
  const someOrders = fc
    .array(
      fc.record({
        products: fc.uniqueArray(fc.oneof(fc.nat(2), fc.integer({ min: 45, max: 59 })), {
          maxLength: 6,
        }),
        status: fc.constantFrom('pending', 'pending', 'confirmed', 'shipped', 'cancelled' as const),
        large: fc.integer({ min: 0, max: 9 }),
      }),
      { maxLength: 60 },
    )
    .map((orders) =>
      orders.map(({ products, status, large }, index) =>
        anOrder(
          `o${index}`,
          large === 0
            ? manyLines(60)
            : products.map((product) => aLine(`p${String(product).padStart(3, '0')}`, 1)),
          { status: status as Order['status'] },
        ),
      ),
    );
  const waits = fc.infiniteStream(fc.nat(3));

  test('commits in flight share no product, have at most 100 changes, and keep the in-flight limit', async () => {
    await fc.assert(
      fc.asyncProperty(
        someOrders,
        waits,
        fc.integer({ min: 1, max: 6 }),
        async (orders, turns, inFlight) => {
          const flying = new Set<readonly string[]>();
          let most = 0;
          const result = await run(
            orders,
            async (changes) => {
              const products = productsIn(changes);
              const busy = new Set([...flying].flat());
              expect(products.filter((product) => busy.has(product))).toEqual([]);
              expect(changes.length).toBeLessThanOrEqual(100);
              flying.add(products);
              most = Math.max(most, flying.size);
              for (let turn = turns.next().value; turn > 0; turn -= 1) await setImmediate();
              flying.delete(products);
              return committed;
            },
            { inFlight },
          );

          expect(most).toBeLessThanOrEqual(inFlight);
          expect(result.results).toHaveLength(orders.length);
          expect(ends(result)).not.toContain('unfinished');
          expect(ends(result)).not.toContain('failed');
        },
      ),
      { numRuns: 25 },
    );
  });

  test('each unit that a cancelled order held is moved exactly once', async () => {
    await fc.assert(
      fc.asyncProperty(someOrders, async (orders) => {
        const { results, movements } = await run(orders);

        for (const [index, { id, status, items }] of orders.entries()) {
          const moved = movements.filter(({ orderId }) => orderId === id);
          const held = items.map(({ productId, quantity }) => ({ productId, quantity }));
          expect(moved).toMatchObject(status === 'shipped' ? [] : held);
          expect(results[index]).toMatchObject(
            status === 'shipped'
              ? { type: 'rejected', drift: 0 }
              : { type: 'settled', here: status !== 'cancelled', drift: 0 },
          );
        }
      }),
      { numRuns: 25 },
    );
  });
});
