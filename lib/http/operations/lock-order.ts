import * as z from 'zod/mini';
import { optionalText } from '../../fields.ts';
import { defineOperation } from '../operation.ts';
import { OrderPath } from '../parameters.ts';
import { OrderResource } from '../resources.ts';

export const lockOrder = defineOperation({
  method: 'post',
  path: '/orders/{orderId}/lock',
  operationId: 'lockOrder',
  scope: 'countermand/orders',
  summary: 'Lock an order',
  description:
    'Somebody has it in hand: nothing cancels it, and it does not expire, until it is unlocked or shipped.',
  parameters: OrderPath,
  body: z.strictObject({ reason: optionalText(255) }),
  answers: { 200: { description: 'The order; also when it was so already', body: OrderResource } },
  problems: ['order_not_found', 'invalid_transition'],
});
