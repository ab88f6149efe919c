import type { MovementKey } from '../lib/dynamodb/stock-movements.ts';
import { storeFromEnvironment } from '../lib/dynamodb/store.ts';
import { http } from '../lib/http/edge.ts';
import { listResponse } from '../lib/http/list.ts';
import { orderNotFound } from '../lib/http/problem.ts';
import { OrderMovementsQuery, OrderPath } from '../lib/http/schemas.ts';

const store = storeFromEnvironment();

export const handler = http(
  { path: OrderPath, query: OrderMovementsQuery },
  async ({ path: { orderId }, query: { limit, cursor } }) => {
    const order = await store.getOrder(orderId);
    if (!order) throw orderNotFound(orderId);
    return listResponse(`orders/${orderId}/movements`, cursor, (after?: MovementKey) =>
      store.movementsOfReferences(order.movementReferences, { limit, after }),
    );
  },
);
