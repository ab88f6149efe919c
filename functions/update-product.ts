import { http, json } from '../lib/http/edge.ts';
import { updateProduct as operation } from '../lib/http/operations/update-product.ts';
import { Problem, productNotFound } from '../lib/http/problem.ts';
import { productResource } from '../lib/http/resources.ts';
import { shopFromEnvironment } from '../lib/shop.ts';
import { updateProduct } from '../lib/use-cases/update-product.ts';

const shop = shopFromEnvironment();

export const handler = http(operation, async ({ path: { productId }, body, remaining, report }) => {
  const result = await updateProduct({ productId, ...body }, { ...shop, remaining });
  report({ productId, outcome: result.outcome });
  switch (result.outcome) {
    case 'updated':
      return json(200, productResource(result.product));
    case 'product_not_found':
      throw productNotFound([productId]);
    case 'unfinished':
      throw new Problem('try_again', `Product ${productId} could not be changed in time`);
  }
});
