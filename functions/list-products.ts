import { http } from '../lib/http/edge.ts';
import { listResponse, Positions } from '../lib/http/list.ts';
import { listProducts as operation } from '../lib/http/operations/list-products.ts';
import { productResource } from '../lib/http/resources.ts';
import { shopFromEnvironment } from '../lib/shop.ts';

const shop = shopFromEnvironment();

export const handler = http(operation, async ({ query: { limit, cursor }, remaining }) =>
  listResponse('products', cursor, Positions.product, productResource, (part) =>
    shop.store.listProducts({ limit, remaining, ...part }),
  ),
);
