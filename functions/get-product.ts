import { storeFromEnvironment } from '../lib/dynamodb/store.ts';
import { http, json } from '../lib/http/edge.ts';
import { productNotFound } from '../lib/http/problem.ts';
import { ProductPath } from '../lib/http/schemas.ts';

const store = storeFromEnvironment();

export const handler = http({ path: ProductPath }, async ({ path: { productId } }) => {
  const product = await store.getProduct(productId);
  if (!product) throw productNotFound([productId]);
  return json(200, product);
});
