import { expect, test } from '@jest/globals';
import { inParts } from '../../lib/batches.ts';
import type { MovementType, StockMovement } from '../../lib/domain/stock-movement.ts';
import { opening, reservation } from '../../lib/domain/stock-movement.ts';
import { createStore } from '../../lib/dynamodb/store.ts';
import { systemRuntime } from '../../lib/runtime.ts';
import { seededRandom } from '../../lib/seeded-random.ts';
import type { IndexPosition, MovementPosition, Store } from '../../lib/use-cases/ports.ts';
import { numbered, tally } from '../support/concurrently.ts';
import { onAnyEngine, onEveryEngine } from '../support/engines.ts';
import { restoration } from '../support/movements.ts';
import type { Shop } from '../support/shop.ts';
import { openShopBehindProxy } from '../support/shop-behind-proxy.ts';
import { shuffled } from '../support/shuffled.ts';

const PAGE = 7;
const FIRST_MS = Date.parse('2026-01-01T00:00:00.000Z');

/** Three movements share each millisecond. On a busy day, many more do. */
const timeOf = (index: number): string => new Date(FIRST_MS + Math.floor(index / 3)).toISOString();

/** The movements of `count` orders of one product. Every second order was cancelled. */
const ledger = (name: string, count: number, from = 0): StockMovement[] =>
  numbered(name, count).flatMap((orderId, index) => {
    const line = { productId: 'beans', quantity: 1 + (index % 3) };
    const time = timeOf(from + 2 * index);
    const reserved = reservation({ id: orderId, round: 1 }, line, time);
    return index % 2 === 0
      ? [reserved]
      : [reserved, restoration(orderId, line, line.quantity, timeOf(from + 2 * index + 1))];
  });

const record = async (shop: Pick<Shop, 'makes'>, movements: readonly StockMovement[]) => {
  for (const part of inParts(shuffled(movements, seededRandom(3)), 100)) {
    await shop.makes(part.map((movement) => ({ type: 'record-movement', movement })));
  }
};

const keyOf = ({ referenceId, entry }: StockMovement): string => `${referenceId} ${entry}`;
const keysOf = (movements: readonly StockMovement[]): string[] => movements.map(keyOf).sort();

const isNewestFirst = (movements: readonly StockMovement[]): boolean =>
  movements.every(
    ({ createdAt }, index) => createdAt <= (movements[index - 1]?.createdAt ?? createdAt),
  );

type Reading = {
  readonly movementType?: MovementType;
  readonly limit?: number;
  /** Called after each page. Returns the store that reads the next one, if it is another. */
  readonly between?: (page: number) => Promise<Store | undefined>;
};

/** Reads a product's movements page by page to the end. */
const readAll = async (
  store: Store,
  { movementType, limit = PAGE, between }: Reading = {},
): Promise<StockMovement[][]> => {
  const pages: StockMovement[][] = [];
  let reader = store;
  let after: IndexPosition | undefined;
  do {
    const { items, next } = await reader.movementsOfProduct('beans', {
      limit,
      movementType,
      after,
      remaining: () => 10_000,
    });
    pages.push([...items]);
    // A position travels to the caller and back as JSON.
    after = next && JSON.parse(JSON.stringify(next));
    if (after) reader = (await between?.(pages.length)) ?? reader;
  } while (after);
  return pages;
};

onEveryEngine("A product's movements", (engine) => {
  test('are read from 8 shards in pages of 7: none is missing, none comes twice, the newest is first', async () => {
    const shop = await engine.openShop();
    const movements = [
      opening({ id: 'beans', stockQuantity: 1_000 }, timeOf(0)),
      ...ledger('order', 60),
    ];
    await record(shop, movements);
    // Another product has its own list, even if its id begins the same.
    await record(shop, [opening({ id: 'beans.decaf', stockQuantity: 5 }, timeOf(1))]);

    const pages = await readAll(shop.store);

    expect(shop.tables.productMovementShards).toBe(8);
    expect(keysOf(pages.flat())).toEqual(keysOf(movements));
    expect(isNewestFirst(pages.flat())).toBe(true);
    expect(pages.map(({ length }) => length)).toEqual(Array(13).fill(PAGE));
  });

  test('end with a full page that has no next position', async () => {
    const shop = await engine.openShop();
    await record(shop, ledger('order', 2 * PAGE).slice(0, 2 * PAGE));

    expect((await readAll(shop.store)).map(({ length }) => length)).toEqual([PAGE, PAGE]);
    expect(await readAll(shop.store, { limit: 100 })).toHaveLength(1);
  });

  test('are an empty page if the product has none or does not exist', async () => {
    const shop = await engine.openShop();

    expect(await readAll(shop.store)).toEqual([[]]);
  });

  test.each<MovementType>(['reservation', 'restoration', 'adjustment'])(
    'can be read for one type only: %s',
    async (movementType) => {
      const shop = await engine.openShop();
      const movements = [
        opening({ id: 'beans', stockQuantity: 1_000 }, timeOf(0)),
        ...ledger('order', 40),
      ];
      await record(shop, movements);

      const pages = await readAll(shop.store, { movementType });

      const wanted = movements.filter((movement) => movement.movementType === movementType);
      expect(wanted.length).toBeGreaterThan(0);
      expect(keysOf(pages.flat())).toEqual(keysOf(wanted));
      expect(isNewestFirst(pages.flat())).toBe(true);
    },
  );

  test('stay the same list when newer ones are written between the pages', async () => {
    const shop = await engine.openShop();
    const movements = ledger('order', 40);
    await record(shop, movements);

    const pages = await readAll(shop.store, {
      async between(page) {
        // These begin in the millisecond of the newest movement.
        await record(shop, ledger(`later-${page}`, 5, 79 + page));
        return undefined;
      },
    });

    expect(keysOf(pages.flat())).toEqual(keysOf(movements));
    expect(isNewestFirst(pages.flat())).toBe(true);
  });

  test('stay one list when the shards grow from 4 to 8 between the pages', async () => {
    const shop = await engine.openShop();
    const grown = shop.store;
    const store = createStore(
      shop.client,
      { ...shop.tables, productMovementShards: 4 },
      systemRuntime,
    );
    const before = ledger('order', 40);
    for (const part of inParts(before, 100)) {
      await store.commit(
        part.map((movement) => ({ type: 'record-movement', movement })),
        () => 30_000,
      );
    }

    const pages = await readAll(store, {
      async between(page) {
        if (page < 2) return store;
        // The deploy happens here; from now on movements go to all eight.
        if (page === 2) await record(shop, ledger('later', 20, 100));
        return grown;
      },
    });

    expect(keysOf(pages.flat())).toEqual(keysOf(before));
    expect(isNewestFirst(pages.flat())).toBe(true);
    const afterwards = await readAll(grown);
    expect(keysOf(afterwards.flat())).toEqual(keysOf([...before, ...ledger('later', 20, 100)]));
    expect(isNewestFirst(afterwards.flat())).toBe(true);
  });

  test('are the same in pages of one as in one page of a hundred', async () => {
    const shop = await engine.openShop();
    await record(shop, ledger('order', 12));

    const one = await readAll(shop.store, { limit: 1 });
    const hundred = await readAll(shop.store, { limit: 100 });

    expect(one.map(({ length }) => length)).toEqual(Array(18).fill(1));
    expect(keysOf(one.flat())).toEqual(keysOf(hundred.flat()));
  });
});

onAnyEngine("A page of a product's movements", (engine) => {
  test.each<[string, MovementType | undefined]>([
    ['all types', undefined],
    ['a rare type', 'adjustment'],
  ])(
    'with %s needs at most two queries for each shard, however long the ledger is',
    async (_, movementType) => {
      const { shop, customers, proxy } = await openShopBehindProxy(engine);
      await record(shop, [
        opening({ id: 'beans', stockQuantity: 1_000 }, timeOf(0)),
        ...ledger('order', 250),
      ]);

      await customers.store.movementsOfProduct('beans', {
        limit: 25,
        movementType,
        remaining: () => 10_000,
      });

      expect(tally(proxy.operations())).toEqual({ Query: expect.any(Number) });
      expect(proxy.operations().length).toBeLessThanOrEqual(2 * shop.tables.productMovementShards);
    },
  );
});

onEveryEngine("An order's movements", (engine) => {
  const readPages = async (
    shop: Shop,
    references: readonly string[],
    movementType?: MovementType,
  ) => {
    const pages: StockMovement[][] = [];
    let after: MovementPosition | undefined;
    do {
      const page = await shop.store.movementsOfReferences(references, {
        limit: PAGE,
        after,
        movementType,
        remaining: () => 10_000,
      });
      pages.push([...page.items]);
      after = page.next;
    } while (after);
    return pages;
  };

  test('are read page by page, one cause after the other', async () => {
    const shop = await engine.openShop();
    const basket = Object.fromEntries(numbered('product', 10).map((id) => [id, 1]));
    await shop.sells(basket);
    await shop.hasOrders({ ada: basket });
    await shop.cancels('ada');
    const { movementReferences } = await shop.order('ada');

    const pages = await readPages(shop, movementReferences);

    expect(movementReferences).toEqual(['order_ada', 'order_ada_cancellation']);
    expect(pages.map(({ length }) => length)).toEqual([7, 7, 6]);
    expect(pages.flat().map(({ movementType }) => movementType)).toEqual([
      ...Array(10).fill('reservation'),
      ...Array(10).fill('restoration'),
    ]);
    expect(keysOf(pages.flat())).toEqual(keysOf(await shop.movementsOf({ orderId: 'ada' })));

    const restorations = await readPages(shop, movementReferences, 'restoration');
    expect(restorations.map(({ length }) => length)).toEqual([7, 3]);
  });

  test('never include those of an order whose id begins the same', async () => {
    const shop = await engine.openShop();
    await shop.sells({ beans: 10 });
    await shop.hasOrders({
      ada: { beans: 1 },
      'ada-2': { beans: 2 },
      'ada.cancellation': { beans: 3 },
    });
    await shop.cancels('ada-2');

    const pages = await readPages(shop, (await shop.order('ada')).movementReferences);

    expect(pages.flat()).toMatchObject([{ orderId: 'ada', quantity: -1 }]);
  });
});
