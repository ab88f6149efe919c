import * as z from 'zod/mini';
import { defineOperation } from '../operation.ts';
import { list, ProductPath } from '../parameters.ts';
import { HolderResource, pageOf } from '../resources.ts';

export const listProductOrders = defineOperation({
  method: 'get',
  path: '/products/{productId}/orders',
  operationId: 'listProductOrders',
  scope: 'countermand/read',
  summary: 'List the orders that hold units of a product',
  parameters: ProductPath,
  query: z.strictObject(list),
  answers: { 200: { description: 'A part of the list', body: pageOf(HolderResource) } },
  problems: ['product_not_found', 'invalid_cursor'],
});
