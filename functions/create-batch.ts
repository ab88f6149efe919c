import { http, json } from '../lib/http/edge.ts';
import { createBatch as operation } from '../lib/http/operations/create-batch.ts';
import { Problem } from '../lib/http/problem.ts';
import { requireScopeToWriteOff } from '../lib/http/writing-off.ts';
import { queueFromEnvironment } from '../lib/queue/cancellation-queue.ts';
import { shopFromEnvironment } from '../lib/shop.ts';
import { startBatch } from '../lib/use-cases/cancellation-batches.ts';
import { previewBatch } from '../lib/use-cases/preview-batch.ts';

const shop = shopFromEnvironment();
const queueFor = queueFromEnvironment(shop.runtime);

export const handler = http(operation, async (asked) => {
  const { body, remaining, caller, report } = asked;
  requireScopeToWriteOff(asked, { orders: body.orderIds.length });
  const { dryRun: isDryRun, ...cancellation } = body;
  if (isDryRun) {
    return json(200, await previewBatch(cancellation, { ...shop, remaining, by: caller }));
  }
  const batchId = shop.runtime.newId();
  const queue = queueFor(caller);
  const result = await startBatch({ id: batchId, ...cancellation }, { ...shop, queue, remaining });
  report({ batchId, outcome: result.outcome, orders: body.orderIds.length });
  if (result.outcome === 'unfinished') throw new Problem('try_again', 'Send it again');
  const { accepted } = result;
  return json(202, { batchId, accepted }, { location: `/cancellations/${batchId}` });
});
