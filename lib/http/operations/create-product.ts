import * as z from 'zod/mini';
import { id, metadata, optional, optionalWord, quantityOr, text } from '../../fields.ts';
import { defineOperation } from '../operation.ts';
import { ProductResource } from '../resources.ts';

export const createProduct = defineOperation({
  method: 'post',
  path: '/products',
  operationId: 'createProduct',
  scope: 'countermand/stock',
  summary: 'Open a product',
  description:
    'Its opening stock is its first movement. Repeating the call with the same content answers with the product as it is now.',
  body: z.strictObject({
    id: optionalWord(id),
    name: text(255),
    stockQuantity: quantityOr(0, 0),
    metadata: optional(metadata),
  }),
  names: 'id',
  idempotencyKey: 'Becomes the id where the body has none',
  answers: {
    201: { description: 'The product', body: ProductResource, location: 'The product' },
    200: { description: 'The product, opened so before', body: ProductResource },
  },
  problems: ['product_exists'],
});
