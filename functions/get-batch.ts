import { http, json } from '../lib/http/edge.ts';
import { Problem } from '../lib/http/problem.ts';
import { BatchPath } from '../lib/http/schemas.ts';
import { shopFromEnvironment } from '../lib/shop.ts';
import { batchProgress } from '../lib/use-cases/cancellation-batches.ts';

const shop = shopFromEnvironment();

export const handler = http({ path: BatchPath }, async ({ path: { batchId }, remaining }) => {
  const progress = await batchProgress(batchId, { ...shop, remaining });
  if (!progress) throw new Problem('batch_not_found', `There is no batch ${batchId}`);
  return json(200, progress);
});
