import { storeFromEnvironment } from '../lib/dynamodb/store.ts';
import { http } from '../lib/http/edge.ts';
import { listResponse, Positions } from '../lib/http/list.ts';
import { ListQuery } from '../lib/http/schemas.ts';

const store = storeFromEnvironment();

export const handler = http({ query: ListQuery }, async ({ query: { limit, cursor } }) =>
  listResponse('products', cursor, Positions.product, (after) =>
    store.listProducts({ limit, after }),
  ),
);
