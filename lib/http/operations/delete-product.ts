import { defineOperation } from '../operation.ts';
import { ProductPath } from '../parameters.ts';

export const deleteProduct = defineOperation({
  method: 'delete',
  path: '/products/{productId}',
  operationId: 'deleteProduct',
  scope: 'countermand/admin',
  summary: 'Delete a product',
  description:
    'Also deletes its movements. A product of which orders hold units cannot be deleted.',
  parameters: ProductPath,
  answers: { 204: { description: 'Deleted' } },
  problems: ['product_not_found', 'product_in_use'],
});
