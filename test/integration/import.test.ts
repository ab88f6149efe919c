/** An export of a Rails database with known faults comes in, on a real engine. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { auditShop } from '../../lib/audit/audit-shop.ts';
import { withTemporaryFolder } from '../../lib/audit/temporary-folder.ts';
import { systemRuntime } from '../../lib/runtime.ts';
import { seededRandom } from '../../lib/seeded-random.ts';
import type { Store } from '../../lib/use-cases/ports.ts';
import { rowsOf } from '../support/audit.ts';
import { auditPorts, told } from '../support/audits.ts';
import type { EngineShop } from '../support/engine-shop.ts';
import { onAnyEngine } from '../support/engines.ts';
import { comparable, importsInto, railsExport } from '../support/imports.ts';
import { exportRails, type Planted, wordsOf } from '../support/rails-export.ts';

const ORDERS = 200;
const FEW_ORDERS = 40;

const findingsOf = (shop: EngineShop) =>
  withTemporaryFolder((folder) => auditShop(auditPorts(shop, shop.client, folder, systemRuntime)));

const rows = async ({ client, tables }: EngineShop): Promise<string[][]> => {
  const all = [tables.products, tables.orders, tables.stockMovements];
  return Promise.all(all.map(async (table) => comparable(await rowsOf(client, table))));
};

const imports = (shop: EngineShop) => importsInto(shop, shop.client, systemRuntime);

/** A store that dies after some commits; the last one may or may not have taken effect. */
const dyingStore = (store: Store, commits: number, random: () => number): Store => {
  let left = commits;
  return {
    ...store,
    async commit(...call) {
      left -= 1;
      if (left < 0) throw new Error('killed');
      if (left === 0 && random() < 0.5) throw new Error('killed');
      const result = await store.commit(...call);
      if (left <= 0) throw new Error('killed');
      return result;
    },
  };
};

onAnyEngine('An export of a Rails database', (engine) => {
  let folder: string;
  let few: string;
  const planted: string[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'countermand-rails-'));
    few = join(folder, 'few');
    const onPlanted = (fault: Planted) => planted.push(wordsOf(fault));
    await exportRails({ folder, orders: ORDERS, onPlanted });
    await exportRails({ folder: few, orders: FEW_ORDERS, seed: 2 });
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('comes in: the report names each fault and nothing else, and the audit finds none', async () => {
    const shop = await engine.openShop();
    const source = railsExport(folder);

    const dry = await imports(shop)(source, { isApplied: false });
    expect((await rows(shop)).flat()).toEqual([]);
    const report = await imports(shop)(source);

    expect(report.findings.map(wordsOf).sort()).toEqual([...planted].sort());
    expect({ ...dry, isApplied: true }).toEqual(report);
    expect(report.differences).toEqual([]);
    expect(told(await findingsOf(shop))).toEqual([]);

    const before = await rows(shop);
    const again = await imports(shop)(source);
    expect(again).toMatchObject({
      products: { new: 0, different: 0 },
      orders: { new: 0, different: 0 },
      movements: 0,
    });
    expect(again.findings.map(wordsOf).sort()).toEqual([...planted].sort());
    expect(await rows(shop)).toEqual(before);
  });

  test('ends the same when it is killed at any moment', async () => {
    const [whole, killed] = [await engine.openShop(), await engine.openShop()];
    const random = seededRandom(1);
    const source = railsExport(few);
    await imports(whole)(source);

    let deaths = 0;
    for (let isDone = false; !isDone; ) {
      const shop = dyingStore(killed.store, 1 + Math.floor(random() * 60), random);
      isDone = await imports(killed)(source, { shop }).then(
        () => true,
        () => false,
      );
      if (!isDone) deaths += 1;
      if (deaths === 1) {
        const { findings, unfinished } = await findingsOf(killed);
        expect({ findings, unfinished }).toEqual({
          findings: [],
          unfinished: expect.any(Number),
        });
      }
    }

    expect(deaths).toBeGreaterThan(1);
    expect(await rows(killed)).toEqual(await rows(whole));
    expect(told(await findingsOf(killed))).toEqual([]);
  });

  test('comes in once, although two imports run at once', async () => {
    const [one, two] = [await engine.openShop(), await engine.openShop()];
    const source = railsExport(few);
    await imports(one)(source);

    await Promise.all([imports(two)(source), imports(two)(source)]);

    expect(await rows(two)).toEqual(await rows(one));
    expect(told(await findingsOf(two))).toEqual([]);
  });
});
