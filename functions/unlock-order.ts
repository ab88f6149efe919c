import { http } from '../lib/http/edge.ts';
import { unlockOrder as operation } from '../lib/http/operations/unlock-order.ts';
import { changeAnswer, changeWritten } from '../lib/http/order-changes.ts';
import { shopFromEnvironment } from '../lib/shop.ts';
import { unlockOrder } from '../lib/use-cases/lock-order.ts';

const shop = shopFromEnvironment();

export const handler = http(operation, async ({ path: { orderId }, remaining, caller, report }) => {
  const result = await unlockOrder(orderId, { ...shop, remaining, by: caller });
  report(changeWritten(orderId, result));
  return changeAnswer(orderId, result);
});
