import { http } from '../lib/http/edge.ts';
import { listResponse, Positions } from '../lib/http/list.ts';
import { ListQuery } from '../lib/http/schemas.ts';
import { shopFromEnvironment } from '../lib/shop.ts';

const shop = shopFromEnvironment();

export const handler = http({ query: ListQuery }, async ({ query: { limit, cursor } }) =>
  listResponse('products', cursor, Positions.product, (after) =>
    shop.store.listProducts({ limit, after }),
  ),
);
