import { http, json } from '../lib/http/edge.ts';
import { getProduct as operation } from '../lib/http/operations/get-product.ts';
import { productNotFound } from '../lib/http/problem.ts';
import { productResource } from '../lib/http/resources.ts';
import { shopFromEnvironment } from '../lib/shop.ts';

const shop = shopFromEnvironment();

export const handler = http(operation, async ({ path: { productId }, remaining }) => {
  const product = await shop.store.getProduct(productId, remaining);
  if (!product) throw productNotFound([productId]);
  return json(200, productResource(product));
});
