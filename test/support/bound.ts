/** The least that cancelling a batch can cost, however it is done. */
import { inParts } from '../../lib/batches.ts';
import type { NewOrder } from '../../lib/domain/placement.ts';
import { MAX_BATCH_GET_KEYS } from '../../lib/dynamodb/limits.ts';
import { COMMIT_CAPACITY } from '../../lib/use-cases/ports.ts';

export type Bound = { readonly requests: number; readonly writeUnits: number };

/**
 * Of N orders with L lines of U different products: every order, every line's movement and every
 * product has to be written once at least, in a transaction, and every order read. Nobody may ever
 * reach it, since groups that share a product pay for it in each of them.
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
