/** Everything that can happen between two or three operations on one order of one product. */
import { describe, expect, test } from '@jest/globals';
import { asPlugin } from '../mutants/apply.ts';
import { MUTANTS } from '../mutants/list.ts';
import { type Searched, searchWorlds } from './campaign.ts';
import { LONG_PAIRS, PAIRS, type SmallWorld, TRIPLES } from './small.ts';

/** What went wrong: the first history of each small world that has one. */
const failures = (all: readonly Searched[]): string[] =>
  all.flatMap(({ found }) => found.failure ?? []);

const sum = (all: readonly Searched[], of: (found: Searched['found']) => number): number =>
  all.reduce((total, { found }) => total + of(found), 0);

/** All that happened, and all faults that came, by name. */
const names = (all: readonly Searched[]): Set<string> =>
  new Set(all.flatMap(({ found }) => [...Object.keys(found.counts), ...Object.keys(found.faults)]));

const isOf =
  (begins: SmallWorld['begins'], ...operations: SmallWorld['operations']) =>
  (world: SmallWorld): boolean =>
    world.begins === begins && operations.every((name, at) => world.operations[at] === name);

/** Worlds in which the two meet, and few enough for every day; `npm run simulate` has all. */
const EVERY_DAY = [
  isOf('confirmed', 'cancel', 'ship'),
  isOf('confirmed', 'cancel by queue', 'cancel in part'),
  isOf('absent', 'place', 'cancel'),
  isOf('expired', 'cancel', 'sweep'),
  isOf('grace over', 'reinstate', 'sweep'),
  isOf('confirmed', 'ship in part', 'cancel in part'),
];

/** Those of the long pairs that have few histories: not a call-off that meets many transactions. */
const SHORTER = LONG_PAIRS.filter(
  ({ operations: [one, other] }) =>
    !one?.startsWith('call off') || other === 'reinstate' || other === 'unlock',
);

/** What callers have to be told at least once, or else the worlds are too small. */
const TOLD = [
  'cancel 409 order_not_cancellable',
  'cancel 409 order_locked',
  'cancel 200 cancelled',
  'cancel 200 already_cancelled',
  'try to cancel 200 cancelled',
  'reinstate 200',
  'reinstate 409 insufficient_stock',
  'reinstate 409 product_closed',
  'reinstate 409 invalid_transition',
  'lock 200',
  'unlock 200',
  'amend 200',
  'ship in part 200',
  'ship in part 409 invalid_transition',
  'return 200',
  'return 409 quantity_exceeded',
  'count 200',
  'count 409 stock_changed',
  'adjust many 200',
  'place 409 product_closed',
  'call off 202 ',
  'list holders 200',
];

describe('Two operations on one order', () => {
  test('break no law in any interleaving, whatever they are and however the order begins', async () => {
    const worlds = [...PAIRS, ...SHORTER];

    const all = await searchWorlds({ worlds, hasFault: false });

    expect(failures(all)).toEqual([]);
    expect(all.length).toBeGreaterThan(250);
    expect(sum(all, ({ calm }) => calm)).toBeGreaterThan(1_500);
    const told = [...names(all)].map((name) => name.replace(/^told: /, '').trim());
    expect(TOLD.filter((answer) => !told.includes(answer.trim()))).toEqual([]);
  }, 900_000);

  test('break no law wherever one fault strikes', async () => {
    const worlds = PAIRS.filter((world) => EVERY_DAY.some((isOne) => isOne(world)));

    const all = await searchWorlds({ worlds, hasFault: true });

    expect(failures(all)).toEqual([]);
    expect(all).toHaveLength(EVERY_DAY.length);
    expect(sum(all, ({ faulty }) => faulty)).toBeGreaterThan(1_500);
    const faults = [
      'request lost',
      'answer lost',
      'connection lost under way',
      'killed',
      'conflict',
      'throttled',
      'throttled inside',
      'index late',
    ];
    const came = names(all);
    expect(faults.filter((fault) => !came.has(fault))).toEqual([]);
  }, 900_000);
});

describe('Three operations on one order', () => {
  test('break no law in any interleaving when it is placed, cancelled and deleted at once', async () => {
    const worlds = TRIPLES.filter(({ operations }) => operations.includes('delete order'));

    const all = await searchWorlds({ worlds, hasFault: false });

    expect(failures(all)).toEqual([]);
    expect(sum(all, ({ calm }) => calm)).toBeGreaterThan(100);
  }, 900_000);
});

describe('A mistake', () => {
  test('is found without chance: two cancellations of which one overwrites the other', async () => {
    // Prepare: updates of orders have lost their optimistic lock
    const plugins = MUTANTS.filter(({ name }) => name === 'order without a lock').map(asPlugin);
    const worlds = PAIRS.filter(isOf('confirmed', 'cancel', 'ship'));

    const [searched] = await searchWorlds({ worlds, hasFault: false, plugins });

    expect(searched?.found.failure).toContain('VIOLATION order o1');
  }, 900_000);

  test('is found where a fault strikes, if only a fault shows it: throttling taken for a missing order', async () => {
    // Prepare: a throttled action counts as a condition that failed and found nothing
    const plugins = MUTANTS.filter(({ name }) => name === 'throttle as a refusal').map(asPlugin);
    const worlds = PAIRS.filter(isOf('confirmed', 'cancel', 'ship'));

    const [calm] = await searchWorlds({ worlds, hasFault: false, plugins });
    const [faulty] = await searchWorlds({ worlds, hasFault: true, plugins });

    expect(calm?.found.failure).toBeUndefined();
    expect(calm?.found.calm).toBeGreaterThan(0);
    expect(faulty?.found.failure).toContain('FAULT throttled inside');
    expect(faulty?.found.failure).toContain('is told that there is no such order');
  }, 900_000);
});
