import { http, json } from '../lib/http/edge.ts';
import { getBatch as operation } from '../lib/http/operations/get-batch.ts';
import { Problem } from '../lib/http/problem.ts';
import { batchResource } from '../lib/http/resources.ts';
import { shopFromEnvironment } from '../lib/shop.ts';
import { batchProgress } from '../lib/use-cases/cancellation-batches.ts';

const shop = shopFromEnvironment();

export const handler = http(operation, async ({ path: { batchId }, remaining }) => {
  const progress = await batchProgress(batchId, { ...shop, remaining });
  if (!progress) throw new Problem('batch_not_found', `There is no batch ${batchId}`);
  return json(200, batchResource(progress));
});
