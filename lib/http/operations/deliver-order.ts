import { defineOperation } from '../operation.ts';
import { OrderPath } from '../parameters.ts';
import { OrderResource } from '../resources.ts';

export const deliverOrder = defineOperation({
  method: 'post',
  path: '/orders/{orderId}/deliver',
  operationId: 'deliverOrder',
  scope: 'countermand/orders',
  summary: 'Deliver an order',
  description: 'Delivering it again changes nothing.',
  parameters: OrderPath,
  answers: {
    200: { description: 'The order; also when it was there already', body: OrderResource },
  },
  problems: ['order_not_found', 'invalid_transition'],
});
