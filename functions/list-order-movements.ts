import { http } from '../lib/http/edge.ts';
import { listResponse, Positions } from '../lib/http/list.ts';
import { orderNotFound } from '../lib/http/problem.ts';
import { MovementsQuery, OrderPath } from '../lib/http/schemas.ts';
import { shopFromEnvironment } from '../lib/shop.ts';

const shop = shopFromEnvironment();

export const handler = http(
  { path: OrderPath, query: MovementsQuery },
  async ({ path: { orderId }, query: { limit, cursor, movementType } }) => {
    const order = await shop.store.getOrder(orderId);
    if (!order) throw orderNotFound(orderId);
    const list = `orders/${orderId}/movements?movementType=${movementType ?? ''}`;
    return listResponse(list, cursor, Positions.movement, (after) =>
      shop.store.movementsOfReferences(order.movementReferences, { limit, movementType, after }),
    );
  },
);
