import { storeFromEnvironment } from '../lib/dynamodb/store.ts';
import { http } from '../lib/http/edge.ts';
import { listResponse, Positions } from '../lib/http/list.ts';
import { orderNotFound } from '../lib/http/problem.ts';
import { MovementsQuery, OrderPath } from '../lib/http/schemas.ts';

const store = storeFromEnvironment();

export const handler = http(
  { path: OrderPath, query: MovementsQuery },
  async ({ path: { orderId }, query: { limit, cursor, movementType } }) => {
    const order = await store.getOrder(orderId);
    if (!order) throw orderNotFound(orderId);
    const list = `orders/${orderId}/movements?movementType=${movementType ?? ''}`;
    return listResponse(list, cursor, Positions.movement, (after) =>
      store.movementsOfReferences(order.movementReferences, { limit, movementType, after }),
    );
  },
);
