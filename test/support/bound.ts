/** The theoretical minimum that cancelling a batch costs. */
import { inParts } from '../../lib/batches.ts';
import type { NewOrder } from '../../lib/domain/placement.ts';
import { MAX_BATCH_GET_KEYS } from '../../lib/dynamodb/limits.ts';
import { COMMIT_CAPACITY } from '../../lib/use-cases/ports.ts';

export type Bound = { readonly requests: number; readonly writeUnits: number };

/**
 * For N orders with L lines of U different products: every order, the movement of every line and
 * every product has to be written at least once, in a transaction, and every order read. No scheme
 * may reach it, because groups that share a product write it once in each group.
 */
export const boundOf = (orders: readonly NewOrder[], batchSize: number): Bound => {
  let requests = 0;
  let writeUnits = 0;
  for (const batch of inParts(orders, batchSize)) {
    const lines = batch.flatMap(({ items }) => items.map(({ productId }) => productId));
    const actions = batch.length + lines.length + new Set(lines).size;
    writeUnits += 2 * actions;
    requests +=
      Math.ceil(actions / COMMIT_CAPACITY.actions) + Math.ceil(batch.length / MAX_BATCH_GET_KEYS);
  }
  return { requests, writeUnits };
};
