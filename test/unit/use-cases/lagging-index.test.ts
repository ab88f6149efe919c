import { describe, expect, test } from '@jest/globals';
import type { StockMovement } from '../../../lib/domain/stock-movement.ts';
import { adjustStock } from '../../../lib/use-cases/adjust-stock.ts';
import { createProduct } from '../../../lib/use-cases/create-product.ts';
import { deleteProduct } from '../../../lib/use-cases/delete-product.ts';
import type { Ports } from '../../../lib/use-cases/ports.ts';
import { expectLawsHold } from '../../support/audit.ts';
import { aMovement, NOW } from '../../support/builders.ts';
import { openShop } from '../../support/fake-shop.ts';
import { mortal, survives } from '../../support/unit-death.ts';
import { unitRuntime } from '../../support/unit-runtime.ts';

const LAG_MS = 5_000;
/** The time budget of an invocation. */
const BUDGET_MS = 10_000;
/** How long a transaction takes. */
const COMMIT_MS = 10;

/**
 * A shop in which the list of a product's movements lags five seconds behind.
 *
 * @param counted how many adjustments the mug has, an even number; with 0 there is no mug
 */
const aLaggingShop = async (counted = 0) => {
  const mug = counted > 0 ? { mug: { stock: 0 } } : {};
  const shop = openShop({ products: { cup: {}, ...mug } });
  for (let count = 0; count < counted; count += 1) {
    const quantity = count % 2 === 0 ? 1 : -1;
    await shop.records(aMovement({ referenceId: `early${count}`, quantity, stockDelta: quantity }));
  }
  let clock = Date.parse(NOW);
  const past: { readonly at: number; readonly movements: readonly StockMovement[] }[] = [
    { at: 0, movements: await shop.movements() },
  ];
  const broken: unknown[] = [];
  const runtime = unitRuntime({
    now: () => new Date(clock),
    random: () => 0.5,
    sleep: async (milliseconds) => {
      const until = clock + milliseconds;
      await unitRuntime().sleep(0);
      clock = Math.max(clock, until);
    },
  });
  const shown = (): readonly StockMovement[] =>
    past.findLast(({ at }) => at <= clock - LAG_MS)?.movements ?? [];

  const store: Ports['store'] = {
    ...shop.store,
    commit: async (...commit) => {
      clock += COMMIT_MS;
      const result = await shop.store.commit(...commit);
      past.push({ at: clock, movements: await shop.movements() });
      broken.push(...(await shop.verdict()).violations);
      return result;
    },
    movementsOfProduct: async (productId, { limit, after }) => {
      const from = Number(after?.until ?? 0);
      const items = shown().filter((movement) => movement.productId === productId);
      const next = { partition: productId, until: String(from + limit), key: [] };
      return {
        items: items.slice(from, from + limit),
        places: [],
        ...(items.length > from + limit && { next }),
      };
    },
  };

  /** Ports of another invocation, with a full time budget. */
  const ports = (differences: Partial<Ports> = {}): Ports => {
    const end = clock + BUDGET_MS;
    return { store, runtime, remaining: () => Math.max(0, end - clock), ...differences };
  };

  return {
    ports,
    broken,
    store,
    verdict: shop.verdict,
    creates: (stockQuantity = 10, differences: Partial<Ports> = {}) =>
      createProduct({ id: 'mug', name: 'The mug', stockQuantity }, ports(differences)),
    deletes: (differences: Partial<Ports> = {}) => deleteProduct('mug', ports(differences)),
    adjusts: (referenceId: string, quantity = 1) =>
      adjustStock({ productId: 'mug', quantity, referenceId }, ports()),
    movements: async () => (await shop.movements()).filter(({ productId }) => productId === 'mug'),
    products: () => shop.db.rows('products').map(({ id }) => id),
  };
};

type LaggingShop = Awaited<ReturnType<typeof aLaggingShop>>;

/** No law was ever broken, and the only movement of the mug is its opening. */
const expectNewMug = async (shop: LaggingShop, stockQuantity: number): Promise<void> => {
  expect(shop.broken).toEqual([]);
  await expectLawsHold(shop);
  expect(await shop.movements()).toMatchObject([{ quantity: stockQuantity }]);
};

const expectNoMug = async (shop: LaggingShop): Promise<void> => {
  expect(shop.broken).toEqual([]);
  await expectLawsHold(shop);
  expect(await shop.movements()).toEqual([]);
  expect(shop.products()).toEqual(['cup']);
};

describe('While the index of its movements lags 5 seconds behind, a product', () => {
  test('can be created, deleted and created again, each within one invocation', async () => {
    const shop = await aLaggingShop();

    expect(await shop.creates()).toMatchObject({ outcome: 'created' });
    expect(await shop.deletes()).toMatchObject({ outcome: 'deleted' });
    await expectNoMug(shop);
    expect(await shop.creates(7)).toMatchObject({ outcome: 'created' });
    await expectNewMug(shop, 7);
  });

  test('can be deleted again although the index still shows movements of its predecessor', async () => {
    const shop = await aLaggingShop();

    for (const stock of [10, 7, 3]) {
      expect(await shop.creates(stock)).toMatchObject({ outcome: 'created' });
      await expectNewMug(shop, stock);
      expect(await shop.deletes()).toMatchObject({ outcome: 'deleted' });
      await expectNoMug(shop);
    }
  });

  test('can be adjusted, deleted and created again, and its references are free again', async () => {
    // Prepare: the list shows some of its movements, and others not yet
    const shop = await aLaggingShop(106);
    await shop.adjusts('late');

    // Act and assess
    expect(await shop.deletes()).toMatchObject({ outcome: 'deleted' });
    await expectNoMug(shop);
    expect(await shop.creates(7)).toMatchObject({ outcome: 'created' });
    await expectNewMug(shop, 7);
    expect(await shop.adjusts('late', -2)).toMatchObject({ outcome: 'adjusted' });
    expect(await shop.deletes()).toMatchObject({ outcome: 'deleted' });
    await expectNoMug(shop);
  });

  test('is deleted with 5 commits: none is repeated while the deletion waits for the index', async () => {
    // Prepare: the list shows the last movement five seconds after all the others
    const shop = await aLaggingShop(106);
    await shop.adjusts('late');
    let commits = 0;
    const store: Ports['store'] = {
      ...shop.store,
      commit: (...commit) => {
        commits += 1;
        return shop.store.commit(...commit);
      },
    };

    // Act
    const result = await shop.deletes({ store });

    // Assess: a commit retires it, three delete 99, 7 and 1 movements, and one deletes the product
    expect(result).toMatchObject({ outcome: 'deleted' });
    expect(commits).toBe(5);
  });

  test('without movements is deleted in less than 1 second', async () => {
    const shop = await aLaggingShop();
    await shop.creates(0);
    const { remaining, ...ports } = shop.ports();

    expect(await deleteProduct('mug', { remaining, ...ports })).toMatchObject({
      outcome: 'deleted',
    });
    expect(remaining()).toBeGreaterThan(BUDGET_MS - 1_000);
    await expectNoMug(shop);
  });

  test('can be created again after its deletion died after any of its transactions', async () => {
    for (let cut = 1; ; cut += 1) {
      // Prepare
      const shop = await aLaggingShop(106);
      await shop.adjusts('late');
      const isDone = await survives(shop.deletes({ store: mortal(shop.store, cut) }));

      // Act
      const result = await shop.creates(7);

      // Assess
      expect(result).toMatchObject({ outcome: 'created', product: { stockQuantity: 7 } });
      await expectNewMug(shop, 7);
      if (isDone) {
        // Retired, then 99, 7 and 1 movements deleted, then itself.
        expect(cut).toBe(5);
        return;
      }
    }
  });

  test('counts as deleted when its deletion ran out of time, and is deleted by the next call', async () => {
    const shop = await aLaggingShop();
    await shop.creates();
    const { remaining } = shop.ports();

    const first = await shop.deletes({ remaining: () => Math.max(0, remaining() - 9_000) });

    expect(first).toEqual({ outcome: 'unfinished' });
    expect(await shop.store.getProduct('mug', () => 1_000)).toBeUndefined();
    expect(await shop.deletes()).toMatchObject({ outcome: 'deleted' });
    await expectNoMug(shop);
  });

  test('can be deleted by two callers at once: neither is unfinished, and nothing is left', async () => {
    const shop = await aLaggingShop();
    await shop.creates();
    await shop.adjusts('r1');

    const results = await Promise.all([shop.deletes(), shop.deletes()]);

    const outcomes = results.map(({ outcome }) => outcome);
    expect(outcomes[0]).toBe('deleted');
    expect(['deleted', 'not_found']).toContain(outcomes[1]);
    await expectNoMug(shop);
  });

  test('that is deleted and created at once is the new one in the end, with a ledger of its own', async () => {
    const shop = await aLaggingShop();
    await shop.creates();

    const [deleted, created] = await Promise.all([shop.deletes(), shop.creates(7)]);

    expect(deleted).toMatchObject({ outcome: 'deleted' });
    expect(created).toMatchObject({ outcome: 'created' });
    await expectNewMug(shop, 7);
  });
});
