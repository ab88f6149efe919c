import { http, json } from '../lib/http/edge.ts';
import { callOffProduct as operation } from '../lib/http/operations/call-off-product.ts';
import { Problem, productNotFound } from '../lib/http/problem.ts';
import { requireScopeToWriteOff } from '../lib/http/writing-off.ts';
import { queueFromEnvironment } from '../lib/queue/cancellation-queue.ts';
import { shopFromEnvironment } from '../lib/shop.ts';
import { startCallOff } from '../lib/use-cases/start-call-off.ts';

const shop = shopFromEnvironment();
const queueFor = queueFromEnvironment(shop.runtime);

export const handler = http(operation, async (asked) => {
  const { path, body, remaining, caller, report } = asked;
  const { productId } = path;
  requireScopeToWriteOff(asked, { productId });
  const batchId = shop.runtime.newId();
  const queue = queueFor(caller);
  const request = { id: batchId, productId, ...body };
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
    case 'unfinished':
      report({ productId, outcome: result.outcome });
      throw new Problem('try_again', 'Send it again');
  }
});
