import { http } from '../lib/http/edge.ts';
import { deliverOrder as operation } from '../lib/http/operations/deliver-order.ts';
import { transitionAnswer, transitionWritten } from '../lib/http/transitions.ts';
import { reportDrift } from '../lib/observability/cancellations.ts';
import { shopFromEnvironment } from '../lib/shop.ts';
import { transitionOrder } from '../lib/use-cases/transition-order.ts';

const shop = shopFromEnvironment();

export const handler = http(operation, async ({ path: { orderId }, remaining, caller, report }) => {
  const result = await transitionOrder(orderId, 'delivered', { ...shop, remaining, by: caller });
  reportDrift(orderId, result.drift, caller);
  report(transitionWritten(orderId, result));
  return transitionAnswer(orderId, result);
});
