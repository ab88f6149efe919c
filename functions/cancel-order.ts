import { cancellationAnswer } from '../lib/http/cancellations.ts';
import { http } from '../lib/http/edge.ts';
import { requireIdempotencyKey } from '../lib/http/idempotency-key.ts';
import { cancelOrder as operation } from '../lib/http/operations/cancel-order.ts';
import { Problem } from '../lib/http/problem.ts';
import { requireScopeToWriteOff } from '../lib/http/writing-off.ts';
import { reportCancellations } from '../lib/observability/cancellations.ts';
import { queueFromEnvironment } from '../lib/queue/cancellation-queue.ts';
import { shopFromEnvironment } from '../lib/shop.ts';
import { cancelOrderSoon } from '../lib/use-cases/cancel-order-soon.ts';
import { cancelOrder } from '../lib/use-cases/cancel-orders.ts';
import { dryRun } from '../lib/use-cases/dry-run.ts';

const shop = shopFromEnvironment();
const queueFor = queueFromEnvironment(shop.runtime);

export const handler = http(operation, async (asked) => {
  const { path, body, idempotencyKey, remaining, caller } = asked;
  const { orderId } = path;
  requireScopeToWriteOff(asked, { orderId });
  const ports = { ...shop, remaining, by: caller };
  const { items, dryRun: isDryRun, ...rest } = body;
  const part = items && { items, idempotencyKey: requireIdempotencyKey(idempotencyKey) };
  const request = { orderId, ...rest, ...part };
  const result = isDryRun
    ? await cancelOrder(request, dryRun(ports).ports)
    : await cancelOrderSoon(request, ports);
  // The edge logs the error. It knows whether it is ours, or one that a retry may solve.
  if (result.outcome === 'failed') throw result.error;
  if (!isDryRun) reportCancellations([result], [caller]);
  if (result.outcome === 'unfinished') {
    if (isDryRun) throw new Problem('try_again', 'Ask again');
    if (part) throw new Problem('try_again', 'Send it again with the same Idempotency-Key');
    // The product is hot: the queue function can put many of its cancellations into one
    // transaction.
    const { orderCreatedAt, orderRound } = result;
    await queueFor(caller).send([{ ...request, orderCreatedAt, orderRound }], remaining);
  }
  return cancellationAnswer(result);
});
