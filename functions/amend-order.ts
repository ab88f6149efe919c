import { http } from '../lib/http/edge.ts';
import { amendOrder as operation } from '../lib/http/operations/amend-order.ts';
import { changeAnswer, changeWritten } from '../lib/http/order-changes.ts';
import { shopFromEnvironment } from '../lib/shop.ts';
import { amendOrder } from '../lib/use-cases/amend-order.ts';

const shop = shopFromEnvironment();

export const handler = http(
  operation,
  async ({ path: { orderId }, body, remaining, caller, report }) => {
    const result = await amendOrder(orderId, body, { ...shop, remaining, by: caller });
    report(changeWritten(orderId, result));
    return changeAnswer(orderId, result);
  },
);
