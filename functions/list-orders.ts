import { statusesOf } from '../lib/domain/order-status.ts';
import { http } from '../lib/http/edge.ts';
import { listResponse, Positions } from '../lib/http/list.ts';
import { listOrders as operation } from '../lib/http/operations/list-orders.ts';
import { orderResource } from '../lib/http/resources.ts';
import { shopFromEnvironment } from '../lib/shop.ts';

const shop = shopFromEnvironment();

export const handler = http(operation, async ({ query: { limit, cursor, status }, remaining }) =>
  listResponse(`orders?status=${status ?? ''}`, cursor, Positions.index, orderResource, (part) =>
    shop.store.ordersByStatus(statusesOf(status), { limit, remaining, ...part }),
  ),
);
