import * as z from 'zod/mini';
import { moment, optionalWord } from '../../fields.ts';
import { defineOperation } from '../operation.ts';
import { OrderPath } from '../parameters.ts';
import { OrderResource } from '../resources.ts';

export const reinstateOrder = defineOperation({
  method: 'post',
  path: '/orders/{orderId}/reinstate',
  operationId: 'reinstateOrder',
  scope: 'countermand/orders',
  summary: 'Reinstate an order',
  description: 'Takes the cancellation of a whole order back.',
  parameters: OrderPath,
  body: z.strictObject({ expiresAt: optionalWord(moment) }),
  answers: {
    200: { description: 'The order; also when it was reinstated before', body: OrderResource },
  },
  problems: [
    'order_not_found',
    'invalid_transition',
    'product_not_found',
    'product_closed',
    'insufficient_stock',
  ],
});
