import { statusesOf } from '../lib/domain/order-status.ts';
import { http } from '../lib/http/edge.ts';
import { listResponse, Positions } from '../lib/http/list.ts';
import { listOrders as operation } from '../lib/http/operations/list-orders.ts';
import { orderResource } from '../lib/http/resources.ts';
import { shopFromEnvironment } from '../lib/shop.ts';

const shop = shopFromEnvironment();

export const handler = http(operation, async ({ query, remaining }) => {
  const { limit, cursor, status, from, to } = query;
  const list = `orders?status=${status ?? ''}&from=${from ?? ''}&to=${to ?? ''}`;
  return listResponse(list, cursor, Positions.index, orderResource, (part) =>
    shop.store.ordersByStatus(statusesOf(status), { limit, from, to, remaining, ...part }),
  );
});
