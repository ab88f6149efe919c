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

const storeOver = ({ client, tables }: EngineShop, shards: number) =>
  createStore(client, { ...tables, productMovementShards: shards }, systemRuntime);

/** Brings one unit in for each reference, many in a millisecond, as a group commit does. */
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

onAnyEngine('10,000 movements of one product', (engine) => {
  test('are read in pages of 37, none missing and none twice, while more come in and the shards grow from 4 to 8', async () => {
    const shop = await engine.openShop();
    await shop.sells({ beans: 0 });
    const four = storeOver(shop, 4);
    const eight = storeOver(shop, 8);
    const early = numbered('early', 5_000);
    const late = numbered('late', 5_000);
    await records(four, early);
    await records(eight, late);

    const read: StockMovement[] = [];
    let after: IndexPosition | undefined;
    let pages = 0;
    do {
      // What comes in meanwhile is newer than all that is still to be read.
      if (pages % 40 === 1) await records(eight, [`meanwhile-${pages}`]);
      const page = await eight.movementsOfProduct('beans', { limit: PAGE, after });
      read.push(...page.items);
      expect(page.items.length).toBe(page.next ? PAGE : page.items.length);
      after = page.next && JSON.parse(JSON.stringify(page.next));
      pages += 1;
    } while (after);

    expect(read.map(({ referenceId }) => referenceId).sort()).toEqual([...early, ...late].sort());
    for (const [index, { createdAt }] of read.entries()) {
      expect(createdAt <= (read[index - 1]?.createdAt ?? createdAt)).toBe(true);
    }
    expect(pages).toBe(Math.ceil(10_000 / PAGE));
  });
});
