import * as z from 'zod/mini';
import { defineOperation } from '../operation.ts';
import { list } from '../parameters.ts';
import { ProductResource, pageOf } from '../resources.ts';

export const listProducts = defineOperation({
  method: 'get',
  path: '/products',
  operationId: 'listProducts',
  scope: 'countermand/read',
  summary: 'List products',
  query: z.strictObject(list),
  answers: { 200: { description: 'A part of the list', body: pageOf(ProductResource) } },
  problems: ['invalid_cursor'],
});
