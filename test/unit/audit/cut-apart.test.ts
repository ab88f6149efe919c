/** A restore brings each table back from another moment. */
import { describe, expect, test } from '@jest/globals';
import { seededRandom } from '../../../lib/seeded-random.ts';
import { adjustStock } from '../../../lib/use-cases/adjust-stock.ts';
import { createProduct } from '../../../lib/use-cases/create-product.ts';
import { deleteOrder } from '../../../lib/use-cases/delete-order.ts';
import { deleteProduct } from '../../../lib/use-cases/delete-product.ts';
import { transitionOrder } from '../../../lib/use-cases/transition-order.ts';
import { auditOf, repairOf, told } from '../../support/audits.ts';
import { NOW, TABLES } from '../../support/builders.ts';
import { cancelLines } from '../../support/cancel-lines.ts';
import { createFakeDynamoDB, type Row } from '../../support/fake-dynamodb.ts';
import { type FakeShop, openShop } from '../../support/fake-shop.ts';
import { runs } from '../../support/runs.ts';
import { describeTables } from '../../support/table-descriptions.ts';
import { unitRuntime } from '../../support/unit-runtime.ts';

const runtime = unitRuntime({ now: () => new Date(Date.parse(NOW) + 3_600_000) });

const SHELVES = [TABLES.products, TABLES.orders, TABLES.stockMovements] as const;

type Snapshot = ReadonlyMap<string, readonly Row[]>;

const named = (count: number) => Array.from({ length: count }, (_, index) => `p${index}`);

/** A shop that lives for a while, and what its tables were after each transaction. */
const historyOf = async (
  random: () => number,
  products: readonly string[],
): Promise<readonly Snapshot[]> => {
  const snapshots: Snapshot[] = [];
  const db = createFakeDynamoDB(describeTables(), {
    committed: () => snapshots.push(new Map(SHELVES.map((table) => [table, db.rows(table)]))),
  });
  const shop = openShop({ db });
  const ports = shop.ports();
  const one = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
  const few = () => products.slice(0, 4);
  const anOrder = () => `o${Math.floor(random() * 8)}`;
  const some = () => Math.ceil(random() * 3);
  const deeds: readonly (() => Promise<unknown>)[] = [
    () => shop.places(anOrder(), { [one(few())]: some() }),
    () => shop.places(anOrder(), { [one(few())]: some(), p0: some(), p3: 1 }),
    () => shop.places(anOrder(), Object.fromEntries(products.map((id) => [id, 1]))),
    () => shop.cancels(anOrder()),
    () => shop.cancels(anOrder(), { restock: false }),
    () =>
      cancelLines(
        {
          orderId: anOrder(),
          items: [{ productId: one(few()), quantity: 1 }],
          idempotencyKey: `k${some()}`,
        },
        ports,
      ),
    () => transitionOrder(anOrder(), 'confirmed', ports),
    () => transitionOrder(anOrder(), 'shipped', ports),
    () => transitionOrder(anOrder(), 'delivered', ports),
    () =>
      adjustStock({ productId: one(few()), quantity: some(), referenceId: `a${some()}` }, ports),
    () => deleteOrder(anOrder(), ports),
    () => deleteProduct(one(few()), ports),
    () => createProduct({ id: one(few()), name: 'Again', stockQuantity: 20 }, ports),
  ];
  await shop.sells(Object.fromEntries(products.map((id) => [id, 20])));
  for (let deed = 0; deed < 40; deed += 1) await one(deeds)();
  return snapshots;
};

/** Each table from another moment, at most eight transactions apart. */
const cutApart = (history: readonly Snapshot[], random: () => number): FakeShop => {
  const shop = openShop();
  const begin = Math.floor(random() * Math.max(1, history.length - 8));
  for (const table of SHELVES) {
    const moment = history[Math.min(history.length - 1, begin + Math.floor(random() * 8))];
    for (const row of moment?.get(table) ?? []) shop.db.put(table, row);
  }
  return shop;
};

/**
 * Cuts a history apart in a few ways, and repairs what comes of it.
 *
 * @returns how many of the shops were damaged
 */
const mendCuts = async (
  history: readonly Snapshot[],
  cuts: number,
  random: () => number,
): Promise<number> => {
  let damaged = 0;
  for (let cut = 0; cut < cuts; cut += 1) {
    const shop = cutApart(history, random);
    const { before, after } = await repairOf(shop, { runtime });
    if (before.findings.length > 0) damaged += 1;
    expect(after && told(after)).toEqual([]);
    expect((await shop.verdict()).violations).toEqual([]);
  }
  return damaged;
};

const SEEDS = Array.from({ length: runs(3) }, (_, index) => index + 1);

describe('A shop whose tables were restored from different moments', () => {
  let damaged = 0;

  test.each(SEEDS)('is mended until it keeps the laws (seed %i)', async (seed) => {
    const random = seededRandom(seed);

    damaged += await mendCuts(await historyOf(random, named(4)), 3, random);
  });

  test('is mended if large orders were in the middle of their transactions', async () => {
    const random = seededRandom(1);

    expect(await mendCuts(await historyOf(random, named(60)), 1, random)).toBe(1);
  });

  test('was damaged by most of these cuts', () => {
    expect(damaged).toBeGreaterThan(SEEDS.length);
  });

  test('keeps the laws as it is if all tables are from one moment', async () => {
    const random = seededRandom(99);
    const history = await historyOf(random, named(4));
    const shop = openShop();
    for (const [table, rows] of history.at(-1) ?? [])
      for (const row of rows) shop.db.put(table, row);

    expect(told(await auditOf(shop, { runtime }))).toEqual([]);
  });
});
