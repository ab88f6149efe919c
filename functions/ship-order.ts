import { http } from '../lib/http/edge.ts';
import { shipOrder as operation } from '../lib/http/operations/ship-order.ts';
import { transitionAnswer, transitionWritten } from '../lib/http/transitions.ts';
import { reportDrift } from '../lib/observability/cancellations.ts';
import { shopFromEnvironment } from '../lib/shop.ts';
import { transitionOrder } from '../lib/use-cases/transition-order.ts';

const shop = shopFromEnvironment();

export const handler = http(operation, async ({ path: { orderId }, remaining, caller, report }) => {
  const result = await transitionOrder(orderId, 'shipped', { ...shop, remaining, by: caller });
  if ('drift' in result) reportDrift(orderId, result.drift, caller);
  report(transitionWritten(orderId, result));
  return transitionAnswer(orderId, result);
});
