import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { expect, test } from '@jest/globals';
import { inBatches, inParts } from '../../lib/batches.ts';
import { adjustment, type StockMovement } from '../../lib/domain/stock-movement.ts';
import { createStore } from '../../lib/dynamodb/store.ts';
import { systemRuntime } from '../../lib/runtime.ts';
import type { IndexPosition, Page } from '../../lib/use-cases/ports.ts';
import { anOrder } from '../support/builders.ts';
import { numbered } from '../support/concurrently.ts';
import type { EngineShop } from '../support/engine-shop.ts';
import { onAnyEngine, onEveryEngine } from '../support/engines.ts';
import { timeFor } from '../support/time.ts';

const PAGE = 37;

/** Many pages of both numbers of shards. */
const EARLY = 1_000;
const LATE = 1_000;

const storeOver = ({ client, tables }: EngineShop, shards: number) =>
  createStore(client, { ...tables, productMovementShards: shards }, systemRuntime);

/** Adds one unit for each reference, with many movements in a millisecond, as a group commit does. */
const records = async (
  { commit }: Pick<EngineShop['store'], 'commit'>,
  references: readonly string[],
): Promise<void> => {
  for (const part of inParts(references, 99)) {
    const at = new Date().toISOString();
    const movements = part.map((referenceId) =>
      adjustment({ productId: 'beans', quantity: 1, referenceId }, at),
    );
    const result = await commit(
      [
        {
          type: 'move-stock',
          productId: 'beans',
          stockDelta: part.length,
          reservedDelta: 0,
          movements: part.length,
          at,
        },
        ...movements.map((movement) => ({ type: 'record-movement', movement }) as const),
      ],
      timeFor(60_000),
    );
    expect(result.type).toBe('committed');
  }
};

onAnyEngine(`${EARLY + LATE} movements of one product`, (engine) => {
  test('are read in pages of 37, none missing and none twice, while more are written and the shards grow from 4 to 8', async () => {
    const shop = await engine.openShop();
    await shop.sells({ beans: 0 });
    const four = storeOver(shop, 4);
    const eight = storeOver(shop, 8);
    const early = numbered('early', EARLY);
    const late = numbered('late', LATE);
    await records(four, early);
    await records(eight, late);

    const read: StockMovement[] = [];
    let after: IndexPosition | undefined;
    let pages = 0;
    do {
      // These movements are newer than all that is still to be read, so no page shows them.
      if (pages % 10 === 1) await records(eight, [`meanwhile-${pages}`]);
      const page = await eight.movementsOfProduct('beans', {
        limit: PAGE,
        after,
        remaining: () => 10_000,
      });
      read.push(...page.items);
      expect(page.items.length).toBe(page.next ? PAGE : page.items.length);
      after = page.next && JSON.parse(JSON.stringify(page.next));
      pages += 1;
    } while (after);

    expect(read.map(({ referenceId }) => referenceId).sort()).toEqual([...early, ...late].sort());
    for (const [index, { createdAt }] of read.entries()) {
      expect(createdAt <= (read[index - 1]?.createdAt ?? createdAt)).toBe(true);
    }
    expect(pages).toBe(Math.ceil((EARLY + LATE) / PAGE));
  });
});

/** All pages of a list. `between` gets what each page shows. */
const walk = async <Item>(
  ask: (after?: IndexPosition) => Promise<Page<Item, IndexPosition>>,
  between: (page: readonly Item[]) => Promise<unknown>,
): Promise<Item[]> => {
  const read: Item[] = [];
  let after: IndexPosition | undefined;
  do {
    const page = await ask(after);
    read.push(...page.items);
    await between(page.items);
    after = page.next && JSON.parse(JSON.stringify(page.next));
  } while (after);
  return read;
};

/** Many pages of each shard. */
const SAME_TIME = 400;
const MOMENT = '2026-03-01T10:00:00.000Z';

onEveryEngine(`${SAME_TIME} items of one time`, (engine) => {
  test('are read page by page, none twice, while the last orders of each page move on or are deleted', async () => {
    const shop = await engine.openShop();
    const ids = numbered('o', SAME_TIME);
    const placed = (id: string) => anOrder(id, { mug: 1 }, { statusSince: MOMENT });
    await inBatches(ids, { size: 1, atOnce: 10 }, async ([id = '']) => [
      await shop.has(placed(id)),
    ]);
    const gone = new Set<string>();

    const read = await walk(
      (after) =>
        shop.store.ordersByStatus(['pending', 'confirmed'], {
          limit: PAGE,
          after,
          remaining: () => 10_000,
        }),
      async (page) => {
        const [last, other, another] = page.toReversed();
        const unread = ids.findLast(
          (id) => !gone.has(id) && !page.some((order) => order.id === id),
        );
        if (last) await shop.loses('orders', last.id);
        if (other)
          await shop.has({
            ...other,
            status: 'confirmed',
            statusSince: '2026-03-01T10:00:00.001Z',
          });
        if (another) await shop.has({ ...another, version: 2 });
        if (unread !== undefined) {
          gone.add(unread);
          await shop.loses('orders', unread);
        }
      },
    );

    const seen = read.map(({ id }) => id);
    expect(seen).toEqual([...new Set(seen)]);
    expect([...new Set([...seen, ...gone])].sort()).toEqual([...ids].sort());
  });

  test('are read page by page while the last movement of each page is deleted', async () => {
    const shop = await engine.openShop();
    const causes = numbered('cause', SAME_TIME);
    await inBatches(causes, { size: 1, atOnce: 10 }, async ([referenceId = '']) => [
      await shop.records(adjustment({ productId: 'mug', quantity: 1, referenceId }, MOMENT)),
    ]);

    const read = await walk(
      (after) =>
        shop.store.movementsOfProduct('mug', { limit: PAGE, after, remaining: () => 10_000 }),
      async (page) => {
        const { referenceId, entry } = page.at(-1) as StockMovement;
        await shop.client.send(
          new DeleteCommand({
            TableName: shop.tables.stockMovements,
            Key: { referenceId, entry },
          }),
        );
      },
    );

    expect(read.map(({ referenceId }) => referenceId).sort()).toEqual([...causes].sort());
  });
});
