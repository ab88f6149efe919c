import { http, json } from '../lib/http/edge.ts';
import { requireIdempotencyKey } from '../lib/http/idempotency-key.ts';
import { callOffProduct as operation } from '../lib/http/operations/call-off-product.ts';
import { keyReused, Problem, productNotFound } from '../lib/http/problem.ts';
import { requireScopeToWriteOff } from '../lib/http/writing-off.ts';
import { idFrom } from '../lib/idempotency-key.ts';
import { queueFromEnvironment } from '../lib/queue/cancellation-queue.ts';
import { shopFromEnvironment } from '../lib/shop.ts';
import { previewCallOff } from '../lib/use-cases/call-off/preview-call-off.ts';
import { startCallOff } from '../lib/use-cases/call-off/start-call-off.ts';

const shop = shopFromEnvironment();
const queueFor = queueFromEnvironment(shop.runtime);

export const handler = http(operation, async (asked) => {
  const { path, body, remaining, caller, report } = asked;
  const { productId } = path;
  requireScopeToWriteOff(asked, { productId });
  const { dryRun, ...callOff } = body;
  if (dryRun) {
    const preview = await previewCallOff(
      { productId, ...callOff },
      { ...shop, remaining, by: caller },
    );
    if (!preview) throw productNotFound([productId]);
    return json(200, preview);
  }
  const key =
    body.upTo === undefined ? asked.idempotencyKey : requireIdempotencyKey(asked.idempotencyKey);
  const batchId = key === undefined ? shop.runtime.newId() : idFrom('call-off', productId, key);
  const queue = queueFor(caller);
  const request = { id: batchId, productId, ...callOff };
  const result = await startCallOff(request, { ...shop, queue, remaining });
  switch (result.outcome) {
    case 'accepted': {
      const { outcome, accepted } = result;
      report({ productId, batchId, outcome, orders: accepted });
      return json(202, { batchId, accepted }, { location: `/cancellations/${batchId}` });
    }
    case 'product_not_found':
      report({ productId, outcome: result.outcome });
      throw productNotFound([productId]);
    case 'reference_reused':
      report({ productId, outcome: result.outcome });
      throw keyReused();
    case 'unfinished':
      report({ productId, outcome: result.outcome });
      throw new Problem('try_again', 'Send it again');
  }
});
