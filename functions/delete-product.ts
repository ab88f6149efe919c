import { http, noContent } from '../lib/http/edge.ts';
import { deleteProduct as operation } from '../lib/http/operations/delete-product.ts';
import { Problem, productNotFound } from '../lib/http/problem.ts';
import { shopFromEnvironment } from '../lib/shop.ts';
import { deleteProduct } from '../lib/use-cases/delete-product.ts';

const shop = shopFromEnvironment();

export const handler = http(operation, async ({ path: { productId }, remaining, report }) => {
  const result = await deleteProduct(productId, { ...shop, remaining });
  report({ productId, ...result });
  switch (result.outcome) {
    case 'deleted':
      return noContent();
    case 'not_found':
      throw productNotFound([productId]);
    case 'product_in_use':
      throw new Problem('product_in_use', `Orders hold some of ${productId}`);
    case 'unfinished':
      throw new Problem(
        'try_again',
        `Product ${productId} could not be deleted in time; ask again`,
      );
  }
});
