/** The whole system under everything that AWS may do, in virtual time, seed by seed. */
import { describe, expect, test } from '@jest/globals';
import { asPlugin } from '../mutants/apply.ts';
import { MUTANTS } from '../mutants/list.ts';
import { explainSeed, type Result, simulateSeeds } from './campaign.ts';
import { FAULTS } from './swarm.ts';

const SEEDS = 300;

/** What went wrong, in a line for each seed. */
const complaints = (results: readonly Result[]): string[] =>
  results.flatMap(({ seed, violations: [first] }) =>
    first ? [`seed ${seed}: ${first.law}: ${first.about}`] : [],
  );

const totals = (all: readonly Readonly<Record<string, number>>[]): Map<string, number> => {
  const sums = new Map<string, number>();
  for (const one of all) {
    for (const [name, count] of Object.entries(one)) {
      sums.set(name, (sums.get(name) ?? 0) + count);
    }
  }
  return sums;
};

/** What callers have to be told at least once, or else the shoppers are too timid. */
const ANSWERS = [
  'place 201',
  'place 200',
  'place 404 product_not_found',
  'place 409 order_exists',
  'place 409 insufficient_stock',
  'cancel 200 cancelled',
  'cancel 200 already_cancelled',
  'cancel 202 accepted',
  'cancel 404 order_not_found',
  'cancel 409 order_not_cancellable',
  'cancel in part 200 cancelled',
  'cancel in part 200 already_cancelled',
  'cancel in part 409 quantity_exceeded',
  'cancel in part 409 reference_reused',
  'cancel in part 409 order_not_cancellable',
  'cancel many 202',
  'confirm 200',
  'ship 200',
  'ship 409 invalid_transition',
  'deliver 200',
  'delete order 204',
  'delete order 409 order_not_deletable',
  'delete product 204',
  'delete product 409 product_in_use',
  'create product 201',
  'create product 409 product_exists',
  'adjust 201',
  'adjust 409 reference_reused',
  'adjust 409 insufficient_stock',
  'place 409 product_closed',
  'cancel 409 order_locked',
  'cancel in part 409 order_locked',
  'try to cancel 200 cancelled',
  'try to cancel 200 already_cancelled',
  'try to cancel 409 order_not_cancellable',
  'try to cancel many 200',
  'reinstate 200',
  'reinstate 404 order_not_found',
  'reinstate 409 invalid_transition',
  'reinstate 409 insufficient_stock',
  'reinstate 409 product_closed',
  'lock 200',
  'lock 409 invalid_transition',
  'unlock 200',
  'amend 200',
  'ship in part 200',
  'ship in part 409 quantity_exceeded',
  'ship in part 409 reference_reused',
  'ship in part 409 invalid_transition',
  'return 200',
  'return 409 quantity_exceeded',
  'return 409 reference_reused',
  'count 200',
  'count 409 stock_changed',
  'count 409 insufficient_stock',
  'count 409 reference_reused',
  'adjust many 200',
  'update product 200',
  'update product 404 product_not_found',
  'call off 202',
  'call off 409 reference_reused',
  'call off 404 product_not_found',
  'list holders 200',
];

describe('Whatever AWS does', () => {
  test(`no law is broken in ${SEEDS} histories, all callers are told the truth, and nothing is left half done`, async () => {
    const results = await simulateSeeds({ from: 1, seeds: SEEDS });

    expect(complaints(results)).toEqual([]);
    expect(results).toHaveLength(SEEDS);
    const faults = totals(results.map((result) => result.faults));
    expect(FAULTS.filter((kind) => !faults.has(kind))).toEqual([]);
    const counts = totals(results.map((result) => result.counts));
    const told = [...counts.keys()].map((name) => name.replace(/^told: /, '').trim());
    expect(ANSWERS.filter((answer) => !told.includes(answer))).toEqual([]);
    expect(counts.get('cancellations')).toBeGreaterThan(SEEDS);
  }, 900_000);
});

describe('Thousands of orders that are cancelled at once', () => {
  test('are cancelled once each, whatever AWS does and whoever else deals with them', async () => {
    const results = await simulateSeeds({ from: 1, seeds: 4, world: 'rush' });

    expect(complaints(results)).toEqual([]);
    const counts = totals(results.map((result) => result.counts));
    expect(counts.get('cancellations')).toBeGreaterThan(3_000);
    // Group commit, not one after the other
    expect(counts.get('commits')).toBeLessThan(1_000);
    const faults = totals(results.map((result) => result.faults));
    expect([...faults.values()].reduce((sum, count) => sum + count, 0)).toBeGreaterThan(200);
  }, 900_000);
});

describe('A seed', () => {
  test('has one history, however many turns of the event loop the code is given for a step', async () => {
    const [once, again, patiently] = [
      await simulateSeeds({ from: 1, seeds: 20 }),
      await simulateSeeds({ from: 1, seeds: 20, threads: 1 }),
      await simulateSeeds({ from: 1, seeds: 20, turns: 5 }),
    ].map((results) => results.map(({ hash }) => hash));

    expect(again).toEqual(once);
    expect(patiently).toEqual(once);
    expect(new Set(once).size).toBe(20);
  }, 900_000);
});

const mutantsOf = (name: string) =>
  MUTANTS.filter((mutant) => mutant.name === name).map((mutant) => asPlugin(mutant));

test('A rush has one history, whatever the same thread has simulated before it', async () => {
  const [, after] = await simulateSeeds({ from: 3, seeds: 2, world: 'rush', threads: 1 });
  const [alone] = await simulateSeeds({ from: 4, seeds: 1, world: 'rush' });

  expect(after?.hash).toBe(alone?.hash);
}, 900_000);

describe('A mistake', () => {
  test('of the queue function is found: a message is deleted although its cancellation has failed', async () => {
    const plugins = mutantsOf('failed message acknowledged');

    const results = await simulateSeeds({ from: 1, seeds: 60, mostFailures: 1, plugins });

    const [first] = complaints(results);
    expect(first).toMatch(/^seed \d+: answers: queue\d+ acknowledges \w+\.m\d+ for \w+ at receive/);
  }, 900_000);

  test('is found, and told as a short history that still shows it', async () => {
    // Prepare: updates of orders have lost their optimistic lock
    const plugins = mutantsOf('order without a lock');

    // Act
    const results = await simulateSeeds({ from: 1, seeds: 50, mostFailures: 1, plugins });
    const failed = results.find(({ violations }) => violations.length > 0);
    const text = await explainSeed(failed?.seed ?? 0, { isShrunk: true, plugins });

    // Assess
    expect(failed?.violations[0]).toMatchObject({ law: 'version' });
    const [, left, of] = /with (\d+) of (\d+) deeds/.exec(text) ?? [];
    expect(Number(left)).toBeLessThanOrEqual(4);
    expect(Number(left)).toBeLessThan(Number(of));
    expect(text).toContain('VIOLATION order');
  }, 900_000);
});
