import { http } from '../lib/http/edge.ts';
import { requireIdempotencyKey } from '../lib/http/idempotency-key.ts';
import { shipOrder as operation } from '../lib/http/operations/ship-order.ts';
import { changeAnswer, changeWritten } from '../lib/http/order-changes.ts';
import { transitionAnswer, transitionWritten } from '../lib/http/transitions.ts';
import { reportDrift } from '../lib/observability/cancellations.ts';
import { shopFromEnvironment } from '../lib/shop.ts';
import { shipLines } from '../lib/use-cases/move-lines.ts';
import { transitionOrder } from '../lib/use-cases/transition-order.ts';

const shop = shopFromEnvironment();

export const handler = http(operation, async (asked) => {
  const { path, body, remaining, caller, report } = asked;
  const { orderId } = path;
  const ports = { ...shop, remaining, by: caller };
  if (body.items) {
    const idempotencyKey = requireIdempotencyKey(asked.idempotencyKey);
    const result = await shipLines(orderId, { items: body.items, idempotencyKey }, ports);
    reportDrift(orderId, result.drift, caller);
    report(changeWritten(orderId, result, body.items));
    return changeAnswer(orderId, result);
  }
  const result = await transitionOrder(orderId, 'shipped', ports);
  reportDrift(orderId, result.drift, caller);
  report(transitionWritten(orderId, result));
  return transitionAnswer(orderId, result);
});
