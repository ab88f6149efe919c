import * as z from 'zod/mini';
import { metadata, optional, optionalText } from '../../fields.ts';
import { defineOperation } from '../operation.ts';
import { ProductPath } from '../parameters.ts';
import { ProductResource } from '../resources.ts';

export const updateProduct = defineOperation({
  method: 'patch',
  path: '/products/{productId}',
  operationId: 'updateProduct',
  scope: 'countermand/stock',
  summary: 'Change a product',
  description: 'Its name, its metadata, and whether it is closed for new orders.',
  parameters: ProductPath,
  body: z.strictObject({
    name: optionalText(255),
    metadata: optional(metadata),
    closed: optional(z.boolean()),
  }),
  answers: { 200: { description: 'The product', body: ProductResource } },
  problems: ['product_not_found'],
});
