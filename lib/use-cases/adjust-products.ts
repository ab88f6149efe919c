import { inBatches } from '../batches.ts';
import { groupBy } from '../group-by.ts';
import { atMost } from '../time-budget.ts';
import { type AdjustmentRequest, type AdjustmentResult, adjustStock } from './adjust-stock.ts';
import { type CountRequest, type CountResult, countStock } from './count-stock.ts';
import type { Ports } from './ports.ts';

/** An adjustment, or a count of the stock on hand. */
export type StockEntry = AdjustmentRequest | Omit<CountRequest, 'expectedStockQuantity'>;

/** `failed`: an unexpected error. It affects this entry only. */
export type StockEntryResult =
  | AdjustmentResult
  | CountResult
  | { readonly outcome: 'failed'; readonly error: unknown };

/** Products that are worked on at the same time. */
const AT_ONCE = 20;

/**
 * Makes many adjustments and counts, each on its own. Those of one product are made one after the
 * other, in their sequence. Each product gets its share of the time, so that a busy one costs no
 * other its turn.
 *
 * @returns each entry with its result, in their sequence
 */
export const adjustProducts = async (
  entries: readonly StockEntry[],
  ports: Ports,
): Promise<{ readonly entry: StockEntry; readonly result: StockEntryResult }[]> => {
  const products = groupBy([...entries.entries()], ([, { productId }]) => productId);
  const share = ports.remaining() / Math.ceil(products.size / AT_ONCE);
  const results: { entry: StockEntry; result: StockEntryResult }[] = [];
  await inBatches([...products.values()], { size: 1, atOnce: AT_ONCE }, async ([own = []]) => {
    const remaining = atMost(ports.remaining, share, ports.runtime);
    for (const [index, entry] of own) {
      results[index] = { entry, result: await make(entry, { ...ports, remaining }) };
    }
  });
  return results;
};

const make = async (entry: StockEntry, ports: Ports): Promise<StockEntryResult> => {
  try {
    return 'quantity' in entry ? await adjustStock(entry, ports) : await countStock(entry, ports);
  } catch (error) {
    return { outcome: 'failed', error };
  }
};
