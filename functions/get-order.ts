import { http, json } from '../lib/http/edge.ts';
import { getOrder as operation } from '../lib/http/operations/get-order.ts';
import { orderNotFound } from '../lib/http/problem.ts';
import { orderResource } from '../lib/http/resources.ts';
import { shopFromEnvironment } from '../lib/shop.ts';

const shop = shopFromEnvironment();

export const handler = http(operation, async ({ path: { orderId }, remaining }) => {
  const order = await shop.store.getOrder(orderId, remaining);
  if (!order) throw orderNotFound(orderId);
  return json(200, orderResource(order));
});
