import * as z from 'zod/mini';
import { defineOperation } from '../operation.ts';
import { list, movementType, ProductPath } from '../parameters.ts';
import { pageOf, StockMovementResource } from '../resources.ts';

export const listProductMovements = defineOperation({
  method: 'get',
  path: '/products/{productId}/movements',
  operationId: 'listProductMovements',
  scope: 'countermand/read',
  summary: 'List the movements of a product',
  description: 'The newest first.',
  parameters: ProductPath,
  query: z.strictObject({ ...list, movementType }),
  answers: { 200: { description: 'A part of the list', body: pageOf(StockMovementResource) } },
  problems: ['product_not_found', 'invalid_cursor'],
});
