/** The shop is open while it is audited: a scan sees every table at many moments. */
import { describe, expect, test } from '@jest/globals';
import type { AuditReport } from '../../../lib/audit/report.ts';
import { seededRandom } from '../../../lib/seeded-random.ts';
import { adjustStock } from '../../../lib/use-cases/adjust-stock.ts';
import { createProduct } from '../../../lib/use-cases/create-product.ts';
import { deleteOrder } from '../../../lib/use-cases/delete-order.ts';
import { deleteProduct } from '../../../lib/use-cases/delete-product.ts';
import { transitionOrder } from '../../../lib/use-cases/transition-order.ts';
import { auditOf, told } from '../../support/audits.ts';
import { NOW } from '../../support/builders.ts';
import { cancelLines } from '../../support/cancel-lines.ts';
import { numbered } from '../../support/concurrently.ts';
import { createFakeDynamoDB } from '../../support/fake-dynamodb.ts';
import { type FakeShop, openShop } from '../../support/fake-shop.ts';
import { runs } from '../../support/runs.ts';
import { describeTables } from '../../support/table-descriptions.ts';
import { unitRuntime } from '../../support/unit-runtime.ts';

const SHOPPERS = 3;
const DEEDS = 20;

const AN_HOUR_FAST = unitRuntime({ now: () => new Date(Date.parse(NOW) + 3_600_000) });

const PRODUCTS = numbered('p', 4);

/** Shoppers who do one thing after another. */
const keepOpen = async (shop: FakeShop, random: () => number): Promise<void> => {
  const one = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;
  const product = () => one(PRODUCTS);
  const order = () => `o${Math.floor(random() * 12)}`;
  const ports = shop.ports();
  let deeds = 0;
  const shops = async (): Promise<void> => {
    for (let deed = 0; deed < DEEDS; deed += 1) {
      deeds += 1;
      await one<() => Promise<unknown>>([
        () => shop.places(order(), { [product()]: 1, [product()]: 2 }),
        () => shop.places(order(), Object.fromEntries(PRODUCTS.map((id) => [id, 1]))),
        () => shop.cancels(order()),
        () => shop.cancels(order(), { restock: false }),
        () =>
          cancelLines(
            {
              orderId: order(),
              items: [{ productId: product(), quantity: 1 }],
              idempotencyKey: `k${deeds}`,
            },
            ports,
          ),
        () => transitionOrder(order(), 'confirmed', ports),
        () => transitionOrder(order(), 'shipped', ports),
        () => adjustStock({ productId: product(), quantity: 2, referenceId: `a${deeds}` }, ports),
        () => deleteOrder(order(), ports),
        () => deleteProduct(product(), ports),
        () => createProduct({ id: product(), name: 'Again', stockQuantity: 50 }, ports),
      ])();
    }
  };
  await Promise.all(Array.from({ length: SHOPPERS }, shops));
};

/** Audits a shop while it is open. */
const auditWhileOpen = async (
  shop: FakeShop,
  seed: number,
  differences: Parameters<typeof auditOf>[1] = {},
): Promise<AuditReport> => {
  const [report] = await Promise.all([
    auditOf(shop, differences),
    keepOpen(shop, seededRandom(seed)),
  ]);
  return report;
};

const SEEDS = Array.from({ length: runs(3) }, (_, index) => index + 1);

describe('An audit of an open shop', () => {
  test.each(SEEDS)('tells nothing that is not so (seed %i)', async (seed) => {
    const shop = openShop();
    // A page is short, so that a scan takes many requests.
    shop.db.limits.page = 10;
    await shop.sells(Object.fromEntries(PRODUCTS.map((id) => [id, 50])));

    const report = await auditWhileOpen(shop, seed);

    expect(told(report)).toEqual([]);
    expect((await shop.verdict()).violations).toEqual([]);
  });

  test('tells nothing that is not so while the indexes lag behind', async () => {
    let ticks = 0;
    const now = () => {
      ticks += 1;
      return new Date(Date.parse(NOW) + ticks);
    };
    const db = createFakeDynamoDB(describeTables(), { now, lag: () => 2_000 });
    const shop = openShop({ db });
    shop.db.limits.page = 10;
    await shop.sells(Object.fromEntries(PRODUCTS.map((id) => [id, 50])));

    const report = await auditWhileOpen(shop, 5);

    expect(told(report)).toEqual([]);
  });

  test.each(SEEDS)(
    'tells nothing that is not so by a clock that is fast (seed %i)',
    async (seed) => {
      const shop = openShop();
      shop.db.limits.page = 10;
      await shop.sells(Object.fromEntries(PRODUCTS.map((id) => [id, 50])));

      const report = await auditWhileOpen(shop, seed, { runtime: AN_HOUR_FAST });

      expect(told(report)).toEqual([]);
    },
  );

  test('still finds what is wrong, by its name', async () => {
    const shop = openShop();
    await shop.sells({ ...Object.fromEntries(PRODUCTS.map((id) => [id, 50])), still: 10 });
    await shop.hasOrders({ held: { still: 3 } });
    await shop.tampersWith('products', 'still', { reservedQuantity: 2, availableQuantity: 8 });

    const report = await auditWhileOpen(shop, 6);

    expect(new Set(report.findings.map(({ subject }) => subject))).toEqual(new Set(['still']));
  });
});
