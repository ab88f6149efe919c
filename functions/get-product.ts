import { http, json } from '../lib/http/edge.ts';
import { productNotFound } from '../lib/http/problem.ts';
import { ProductPath } from '../lib/http/schemas.ts';
import { shopFromEnvironment } from '../lib/shop.ts';

const shop = shopFromEnvironment();

export const handler = http({ path: ProductPath }, async ({ path: { productId } }) => {
  const product = await shop.store.getProduct(productId);
  if (!product) throw productNotFound([productId]);
  return json(200, product);
});
