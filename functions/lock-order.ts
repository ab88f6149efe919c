import { http } from '../lib/http/edge.ts';
import { lockOrder as operation } from '../lib/http/operations/lock-order.ts';
import { changeAnswer, changeWritten } from '../lib/http/order-changes.ts';
import { shopFromEnvironment } from '../lib/shop.ts';
import { lockOrder } from '../lib/use-cases/lock-order.ts';

const shop = shopFromEnvironment();

export const handler = http(
  operation,
  async ({ path: { orderId }, body, remaining, caller, report }) => {
    const result = await lockOrder(orderId, body.reason, { ...shop, remaining, by: caller });
    report(changeWritten(orderId, result));
    return changeAnswer(orderId, result);
  },
);
