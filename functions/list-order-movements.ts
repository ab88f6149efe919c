import { http } from '../lib/http/edge.ts';
import { listResponse, Positions } from '../lib/http/list.ts';
import { listOrderMovements as operation } from '../lib/http/operations/list-order-movements.ts';
import { orderNotFound } from '../lib/http/problem.ts';
import { movementResource } from '../lib/http/resources.ts';
import { shopFromEnvironment } from '../lib/shop.ts';

const shop = shopFromEnvironment();

export const handler = http(
  operation,
  async ({ path: { orderId }, query: { limit, cursor, movementType }, remaining }) => {
    const order = await shop.store.getOrder(orderId, remaining);
    if (!order) throw orderNotFound(orderId);
    const list = `orders/${orderId}/movements?movementType=${movementType ?? ''}`;
    return listResponse(list, cursor, Positions.movement, movementResource, (part) =>
      shop.store.movementsOfReferences(order.movementReferences, {
        limit,
        movementType,
        remaining,
        ...part,
      }),
    );
  },
);
