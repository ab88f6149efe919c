import * as z from 'zod/mini';
import { defineOperation } from '../operation.ts';
import { list, movementType, OrderPath } from '../parameters.ts';
import { pageOf, StockMovementResource } from '../resources.ts';

export const listOrderMovements = defineOperation({
  method: 'get',
  path: '/orders/{orderId}/movements',
  operationId: 'listOrderMovements',
  scope: 'countermand/read',
  summary: 'List the movements of an order',
  description: 'The oldest cause first.',
  parameters: OrderPath,
  query: z.strictObject({ ...list, movementType }),
  answers: { 200: { description: 'A part of the list', body: pageOf(StockMovementResource) } },
  problems: ['order_not_found', 'invalid_cursor'],
});
