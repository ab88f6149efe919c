import { defineOperation } from '../operation.ts';
import { ProductPath } from '../parameters.ts';
import { ProductResource } from '../resources.ts';

export const getProduct = defineOperation({
  method: 'get',
  path: '/products/{productId}',
  operationId: 'getProduct',
  scope: 'countermand/read',
  summary: 'Read a product',
  parameters: ProductPath,
  answers: { 200: { description: 'The product', body: ProductResource } },
  problems: ['product_not_found'],
});
