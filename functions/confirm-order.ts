import { http } from '../lib/http/edge.ts';
import { confirmOrder as operation } from '../lib/http/operations/confirm-order.ts';
import { transitionAnswer, transitionWritten } from '../lib/http/transitions.ts';
import { shopFromEnvironment } from '../lib/shop.ts';
import { transitionOrder } from '../lib/use-cases/transition-order.ts';

const shop = shopFromEnvironment();

export const handler = http(operation, async ({ path: { orderId }, remaining, caller, report }) => {
  const result = await transitionOrder(orderId, 'confirmed', { ...shop, remaining, by: caller });
  report(transitionWritten(orderId, result));
  return transitionAnswer(orderId, result);
});
