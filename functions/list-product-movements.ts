import { http } from '../lib/http/edge.ts';
import { listResponse, Positions } from '../lib/http/list.ts';
import { listProductMovements as operation } from '../lib/http/operations/list-product-movements.ts';
import { productNotFound } from '../lib/http/problem.ts';
import { movementResource } from '../lib/http/resources.ts';
import { shopFromEnvironment } from '../lib/shop.ts';

const shop = shopFromEnvironment();

export const handler = http(
  operation,
  async ({ path: { productId }, query: { limit, cursor, movementType }, remaining }) => {
    if (!(await shop.store.getProduct(productId, remaining))) throw productNotFound([productId]);
    const list = `products/${productId}/movements?movementType=${movementType ?? ''}`;
    return listResponse(list, cursor, Positions.index, movementResource, (part) =>
      shop.store.movementsOfProduct(productId, { limit, movementType, remaining, ...part }),
    );
  },
);
