import { expect, test } from '@jest/globals';
import { inParts } from '../../lib/batches.ts';
import { adjustment, type StockMovement } from '../../lib/domain/stock-movement.ts';
import { createStore } from '../../lib/dynamodb/store.ts';
import { systemRuntime } from '../../lib/runtime.ts';
import type { IndexPosition } from '../../lib/use-cases/ports.ts';
import { numbered } from '../support/concurrently.ts';
import type { EngineShop } from '../support/engine-shop.ts';
import { onAnyEngine } from '../support/engines.ts';
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
