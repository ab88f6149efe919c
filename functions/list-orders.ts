import { statusesOf } from '../lib/domain/order-status.ts';
import { http } from '../lib/http/edge.ts';
import { listResponse, Positions } from '../lib/http/list.ts';
import { orderResource } from '../lib/http/resources.ts';
import { OrdersQuery } from '../lib/http/schemas.ts';
import { shopFromEnvironment } from '../lib/shop.ts';

const shop = shopFromEnvironment();

export const handler = http(
  { query: OrdersQuery },
  async ({ query: { limit, cursor, status }, remaining }) =>
    listResponse(`orders?status=${status ?? ''}`, cursor, Positions.index, async (after) => {
      const page = await shop.store.ordersByStatus(statusesOf(status), { limit, after, remaining });
      return { ...page, items: page.items.map(orderResource) };
    }),
);
