import { http, json } from '../lib/http/edge.ts';
import { Problem } from '../lib/http/problem.ts';
import { CreateProductBody } from '../lib/http/schemas.ts';
import { shopFromEnvironment } from '../lib/shop.ts';
import { createProduct } from '../lib/use-cases/create-product.ts';

const shop = shopFromEnvironment();

export const handler = http({ body: CreateProductBody }, async ({ body, remaining }) => {
  const { id = shop.runtime.newId(), ...rest } = body;
  const result = await createProduct({ id, ...rest }, { ...shop, remaining });
  switch (result.outcome) {
    case 'created':
      return json(201, result.product, { location: `/products/${id}` });
    case 'already_created':
      return json(200, result.product);
    case 'product_exists':
      throw new Problem('product_exists', `Product ${id} has another name or opening stock`);
    case 'unfinished':
      throw new Problem(
        'try_again',
        `Product ${id} could not be created in time; send it again with this id`,
        { id },
      );
  }
});
