import { defineOperation } from '../operation.ts';
import { OrderPath } from '../parameters.ts';
import { OrderResource } from '../resources.ts';

export const unlockOrder = defineOperation({
  method: 'post',
  path: '/orders/{orderId}/unlock',
  operationId: 'unlockOrder',
  scope: 'countermand/orders',
  summary: 'Let go of an order that was locked',
  parameters: OrderPath,
  answers: { 200: { description: 'The order; also when it was so already', body: OrderResource } },
  problems: ['order_not_found', 'invalid_transition'],
});
