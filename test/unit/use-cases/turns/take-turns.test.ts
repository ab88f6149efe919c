/**
 * Workers take turns as long as that goes well. Whatever goes wrong with the turns, everything is
 * cancelled, and soon.
 */
import { describe, expect, test } from '@jest/globals';
import type { TurnToWrite } from '../../../../lib/group-commit/engine.ts';
import { expectLawsHold } from '../../../support/audit.ts';
import { asPlaced, TABLES } from '../../../support/builders.ts';
import {
  actionsOf,
  always,
  cancelledWhere,
  connectionRefused,
  connectionReset,
  type Fault,
  first,
  internalServerError,
  meanwhile,
  refusedWith,
  silence,
  type When,
} from '../../../support/faults.ts';
import { openSlowShop, type SlowShop, type Worker } from '../../../support/slow-shop.ts';
import { ordersOf } from '../../../support/workloads.ts';

/** Five groups of a batch of its own. */
const BATCH = 200;

const hotShop = (batches = 2) => {
  const orders = ordersOf('hot', batches * BATCH, 1).map(asPlaced);
  const shop = openSlowShop(orders);
  const ids = orders.map(({ id }) => id);
  return { shop, batch: (number: number) => ids.slice((number - 1) * BATCH, number * BATCH) };
};

/** So many groups that all move one product. */
const groups = (count: number): string[][] => Array.from({ length: count }, () => ['mug']);

const isTurn: When = (request) => actionsOf(request).some(({ table }) => table === TABLES.turns);
const turnsIn = ({ wire }: SlowShop): number => wire.sent.filter(isTurn).length;

const takes = ({ ports: { takeTurn, remaining } }: Worker, count: number) =>
  takeTurn(groups(count), remaining);

/** Starts group after group, each when the one before is done, and passes the turn on. */
const writes = async (shop: SlowShop, turn: TurnToWrite | undefined, count: number) => {
  for (let left = count - 1; left >= 0; left -= 1) {
    await shop.time.sleep(22);
    turn?.goOn(left);
  }
  await turn?.end();
};

describe('A worker', () => {
  test('takes the turn with one request, and gives it back with one', async () => {
    const { shop } = hotShop(0);
    const worker = shop.worker(1);

    await shop.time.run(takes(worker, 5).then((turn) => turn?.end()));

    expect(turnsIn(shop)).toBe(2);
    expect(shop.db.get(TABLES.turns, { id: 'writing' })).toEqual({
      id: 'writing',
      writeId: expect.any(String),
    });
  });

  test('takes no turn for two groups, which are sooner written', async () => {
    const { shop } = hotShop(0);

    expect(await shop.time.run(takes(shop.worker(1), 2))).toBeUndefined();
    expect(turnsIn(shop)).toBe(0);
  });

  test('that meets another one asks once, and writes when the other’s last group has ended', async () => {
    const { shop } = hotShop(0);
    const [one, two] = [shop.worker(1), shop.worker(2)];
    const turn = await shop.time.run(takes(one, 5));
    const start = shop.time.elapsed();
    let others = Number.NaN;

    await shop.time.run(
      Promise.all([
        writes(shop, turn, 5).then(() => {
          others = shop.time.elapsed() - start;
        }),
        takes(two, 5),
      ]),
    );

    // Taken, asked for, passed on, taken.
    expect(turnsIn(shop)).toBe(4);
    // Five rounds, and the transaction that passes the turn on.
    expect(others).toBe(122.1);
    expect(shop.time.elapsed() - start).toBeGreaterThan(110);
    expect(shop.time.elapsed() - start).toBeLessThan(140);
  });

  test.each([
    { whose: 'ahead', ahead: 60_000, requests: 10 },
    { whose: 'behind', ahead: -60_000, requests: 5 },
  ])(
    'whose clock is $whose waits at most twice as long as the other one writes',
    async ({ ahead, requests }) => {
      const { shop } = hotShop(0);
      const [one, two] = [shop.worker(1), shop.worker(2, { ahead })];
      const turn = await shop.time.run(takes(one, 20));

      await shop.time.run(Promise.all([writes(shop, turn, 20), takes(two, 5)]));

      expect(shop.time.elapsed()).toBeGreaterThan(20 * 22);
      expect(shop.time.elapsed()).toBeLessThan(2 * 20 * 22);
      expect(turnsIn(shop)).toBeLessThanOrEqual(requests);
    },
  );

  test('keeps a long turn by renewing it', async () => {
    const { shop } = hotShop(0);
    const [one, two] = [shop.worker(1), shop.worker(2)];
    const turn = await shop.time.run(takes(one, 200));

    await shop.time.run(Promise.all([writes(shop, turn, 200), takes(two, 5)]));

    expect(shop.time.elapsed()).toBeGreaterThan(200 * 22);
    expect(shop.time.elapsed()).toBeLessThan(200 * 22 + 100);
    // Eight renewals, and as many looks.
    expect(turnsIn(shop)).toBeLessThanOrEqual(20);
  });

  test('renews its turn one write at a time when DynamoDB answers slowly', async () => {
    const { shop } = hotShop(0);
    const turn = await shop.time.run(takes(shop.worker(1), 200));
    const before = turnsIn(shop);
    shop.disturb(
      always(isTurn, async (answer) => {
        await shop.time.sleep(900);
        return answer();
      }),
    );

    await shop.time.run(writes(shop, turn, 200));

    // 4,400 ms of groups: at most one renewal in 900 ms, and the write that passes the turn on.
    expect(turnsIn(shop) - before).toBeLessThanOrEqual(6);
    expect(shop.time.elapsed()).toBeLessThan(200 * 22 + 2_000);
  });

  test('takes a turn for 150,000 products', async () => {
    const { shop } = hotShop(0);
    const products = Array.from({ length: 50_000 }, (_, index) => `p${index}`);
    const batch = [products, products.map((id) => `${id}a`), products.map((id) => `${id}b`)];
    const { takeTurn, remaining } = shop.worker(1).ports;

    const turn = await shop.time.run(takeTurn(batch, remaining));
    await shop.time.run(Promise.resolve(turn?.end()));

    expect(turnsIn(shop)).toBe(2);
  });

  test('waits two seconds at most for one that died with its turn', async () => {
    const { shop, batch } = hotShop(1);
    await shop.time.run(takes(shop.worker(1), 5));
    const died = shop.time.elapsed();

    await shop.time.run(shop.worker(2).works([batch(1)]));

    const usual = hotShop(1);
    await usual.shop.time.run(usual.shop.worker(2).works([usual.batch(1)]));
    const waited = shop.time.elapsed() - died - usual.shop.time.elapsed();
    expect(waited).toBeGreaterThan(1_000);
    expect(waited).toBeLessThan(2_000);
    await expectLawsHold(shop);
  });

  test('writes after ten seconds without a turn, if another one keeps it', async () => {
    const { shop } = hotShop(0);
    const turn = await shop.time.run(takes(shop.worker(1), 1_000));
    const start = shop.time.elapsed();

    const [, mine] = await shop.time.run(
      Promise.all([
        writes(shop, turn, 600),
        takes(shop.worker(2), 5).then((none) => [none, shop.time.elapsed() - start] as const),
      ]),
    );

    expect(mine).toEqual([undefined, expect.any(Number)]);
    expect(mine[1]).toBeGreaterThan(5_000);
    expect(mine[1]).toBeLessThanOrEqual(10_000);
  });

  test('that has little time left writes without a turn, in time', async () => {
    const { shop, batch } = hotShop(1);
    const turn = await shop.time.run(takes(shop.worker(1), 10));
    const end = shop.time.elapsed() + 600;
    const worker = shop.worker(2, { remaining: () => Math.max(0, end - shop.time.elapsed()) });

    await shop.time.run(
      Promise.all([
        writes(shop, turn, 100),
        worker.works([batch(1)]).then(() => expect(shop.time.elapsed()).toBeLessThan(end)),
      ]),
    );

    await expectLawsHold(shop);
  });

  test('takes no second turn for orders that it left for later, which may take long', async () => {
    const { shop, batch } = hotShop(1);
    const isWrite: When = (request) => actionsOf(request).length > 1;
    shop.disturb(first(20, isWrite, cancelledWhere('TransactionConflict')));

    await shop.time.run(shop.worker(1).works([batch(1)]));

    expect(turnsIn(shop)).toBe(2);
    await expectLawsHold(shop);
  });
});

describe('Everything is cancelled, and soon, although', () => {
  const SOON_MS = 3_000;

  /** Two workers, each with a batch. */
  const bothWork = async (fault?: (shop: SlowShop) => Fault) => {
    const { shop, batch } = hotShop();
    if (fault) shop.disturb(always(isTurn, fault(shop)));
    const workers = [1, 2].map((number) => ({ number, worker: shop.worker(number) }));
    await shop.time.run(
      Promise.all(workers.map(({ number, worker }) => worker.works([batch(number)]))),
    );
    await expectLawsHold(shop);
    expect(shop.time.elapsed()).toBeLessThan(SOON_MS);
    return { shop, warnings: workers.flatMap(({ worker }) => worker.warnings) };
  };

  test.each<{ what: string; fault: Fault }>([
    { what: 'the row is throttled', fault: cancelledWhere('ThrottlingError') },
    { what: 'others are always at the row', fault: cancelledWhere('TransactionConflict') },
    { what: 'the table is throttled', fault: refusedWith('ThrottlingException') },
    { what: 'nothing reaches the row', fault: connectionRefused },
    { what: 'nothing answers about the row', fault: silence },
    { what: 'all answers about the row are lost', fault: connectionReset },
    { what: 'all answers about the row are errors', fault: internalServerError },
  ])('$what', async ({ fault }) => {
    const { warnings } = await bothWork(() => fault);

    expect(warnings).toEqual([]);
  });

  test.each(['AccessDeniedException', 'ResourceNotFoundException'])(
    'the row ends in %s, of which somebody is told',
    async (name) => {
      const { warnings } = await bothWork(() => refusedWith(name));

      expect(warnings.length).toBeGreaterThan(0);
      expect(new Set(warnings.map((error) => (error as Error).name))).toEqual(new Set([name]));
    },
  );

  test('the row is damaged', async () => {
    const { warnings } = await bothWork((shop) => {
      shop.db.put(TABLES.turns, { id: 'writing', doneAt: 'soon' });
      return (answer) => answer();
    });

    expect(warnings.length).toBeGreaterThan(0);
  });

  test('the turn expires early, and both write at the same time', async () => {
    const { shop } = await bothWork((of) =>
      meanwhile(() => of.db.remove(TABLES.turns, { id: 'writing' })),
    );

    expect(shop.attempts.map(({ end }) => end)).toContain('conflict');
  });
});
