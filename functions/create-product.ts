import { http, json } from '../lib/http/edge.ts';
import { createProduct as operation } from '../lib/http/operations/create-product.ts';
import { Problem } from '../lib/http/problem.ts';
import { productResource } from '../lib/http/resources.ts';
import { shopFromEnvironment } from '../lib/shop.ts';
import { createProduct } from '../lib/use-cases/create-product.ts';

const shop = shopFromEnvironment();

export const handler = http(operation, async ({ body, remaining, caller, report }) => {
  const { id } = body;
  const result = await createProduct(body, { ...shop, remaining, by: caller });
  report({ productId: id, outcome: result.outcome, units: body.stockQuantity });
  switch (result.outcome) {
    case 'created':
      return json(201, productResource(result.product), { location: `/products/${id}` });
    case 'already_created':
      return json(200, productResource(result.product));
    case 'product_exists':
      throw new Problem('product_exists', `Product ${id} has another name or opening stock`);
    case 'unfinished':
      throw new Problem(
        'try_again',
        `Product ${id} could not be created in time; send it again with this id`,
      );
  }
});
