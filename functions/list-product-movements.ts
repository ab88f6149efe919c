import type { ProductMovementsPosition } from '../lib/dynamodb/stock-movements.ts';
import { storeFromEnvironment } from '../lib/dynamodb/store.ts';
import { http } from '../lib/http/edge.ts';
import { listResponse } from '../lib/http/list.ts';
import { productNotFound } from '../lib/http/problem.ts';
import { ProductMovementsQuery, ProductPath } from '../lib/http/schemas.ts';

const store = storeFromEnvironment();

export const handler = http(
  { path: ProductPath, query: ProductMovementsQuery },
  async ({ path: { productId }, query: { limit, cursor, movementType } }) => {
    if (!(await store.getProduct(productId))) throw productNotFound([productId]);
    const list = `products/${productId}/movements?movementType=${movementType ?? ''}`;
    return listResponse(list, cursor, (after?: ProductMovementsPosition) =>
      store.movementsOfProduct(productId, { limit, movementType, after }),
    );
  },
);
