import { http } from '../lib/http/edge.ts';
import { listResponse, Positions } from '../lib/http/list.ts';
import { productNotFound } from '../lib/http/problem.ts';
import { MovementsQuery, ProductPath } from '../lib/http/schemas.ts';
import { shopFromEnvironment } from '../lib/shop.ts';

const shop = shopFromEnvironment();

export const handler = http(
  { path: ProductPath, query: MovementsQuery },
  async ({ path: { productId }, query: { limit, cursor, movementType } }) => {
    if (!(await shop.store.getProduct(productId))) throw productNotFound([productId]);
    const list = `products/${productId}/movements?movementType=${movementType ?? ''}`;
    return listResponse(list, cursor, Positions.index, (after) =>
      shop.store.movementsOfProduct(productId, { limit, movementType, after }),
    );
  },
);
