import { storeFromEnvironment } from '../lib/dynamodb/store.ts';
import { http } from '../lib/http/edge.ts';
import { listResponse, Positions } from '../lib/http/list.ts';
import { productNotFound } from '../lib/http/problem.ts';
import { MovementsQuery, ProductPath } from '../lib/http/schemas.ts';

const store = storeFromEnvironment();

export const handler = http(
  { path: ProductPath, query: MovementsQuery },
  async ({ path: { productId }, query: { limit, cursor, movementType } }) => {
    if (!(await store.getProduct(productId))) throw productNotFound([productId]);
    const list = `products/${productId}/movements?movementType=${movementType ?? ''}`;
    return listResponse(list, cursor, Positions.index, (after) =>
      store.movementsOfProduct(productId, { limit, movementType, after }),
    );
  },
);
