import { defineOperation } from '../operation.ts';
import { OrderPath } from '../parameters.ts';
import { OrderResource } from '../resources.ts';

export const confirmOrder = defineOperation({
  method: 'post',
  path: '/orders/{orderId}/confirm',
  operationId: 'confirmOrder',
  scope: 'countermand/orders',
  summary: 'Confirm an order',
  description: 'A confirmed order expires no more. Confirming it again changes nothing.',
  parameters: OrderPath,
  answers: {
    200: { description: 'The order; also when it was there already', body: OrderResource },
  },
  problems: ['order_not_found', 'invalid_transition'],
});
