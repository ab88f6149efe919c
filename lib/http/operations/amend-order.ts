import * as z from 'zod/mini';
import { metadata, moment, optional, optionalWord } from '../../fields.ts';
import { defineOperation } from '../operation.ts';
import { OrderPath } from '../parameters.ts';
import { OrderResource } from '../resources.ts';

export const amendOrder = defineOperation({
  method: 'patch',
  path: '/orders/{orderId}',
  operationId: 'amendOrder',
  scope: 'countermand/orders',
  summary: 'Change an order',
  description: 'Its metadata, and the time at which it expires.',
  parameters: OrderPath,
  body: z.strictObject({ metadata: optional(metadata), expiresAt: optionalWord(moment) }),
  answers: { 200: { description: 'The order', body: OrderResource } },
  problems: ['order_not_found'],
});
