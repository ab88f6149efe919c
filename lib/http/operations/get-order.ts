import { defineOperation } from '../operation.ts';
import { OrderPath } from '../parameters.ts';
import { OrderResource } from '../resources.ts';

export const getOrder = defineOperation({
  method: 'get',
  path: '/orders/{orderId}',
  operationId: 'getOrder',
  scope: 'countermand/read',
  summary: 'Read an order',
  parameters: OrderPath,
  answers: { 200: { description: 'The order', body: OrderResource } },
  problems: ['order_not_found'],
});
