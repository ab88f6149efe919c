import type { CancellationBatch } from '../domain/cancellation-batch.ts';
import type { TimeBudget } from '../time-budget.ts';
import type { Database } from './database.ts';
import { batches } from './items.ts';
import { getItem } from './read.ts';

export const getBatch = async (
  db: Database,
  id: string,
  remaining: TimeBudget,
): Promise<CancellationBatch | undefined> => {
  const item = await getItem(db, db.tables.cancellationBatches, { id }, remaining);
  return item && batches.fromItem(item);
};
