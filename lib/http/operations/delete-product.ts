import { defineOperation } from '../operation.ts';
import { ProductPath } from '../parameters.ts';

export const deleteProduct = defineOperation({
  method: 'delete',
  path: '/products/{productId}',
  operationId: 'deleteProduct',
  scope: 'countermand/admin',
  summary: 'Delete a product of which nothing is reserved, and its movements',
  parameters: ProductPath,
  answers: { 204: { description: 'Deleted' } },
  problems: ['product_not_found', 'product_in_use'],
});
