import * as z from 'zod/mini';
import { optional, partLines } from '../../fields.ts';
import { defineOperation } from '../operation.ts';
import { OrderPath } from '../parameters.ts';
import { OrderResource } from '../resources.ts';

export const shipOrder = defineOperation({
  method: 'post',
  path: '/orders/{orderId}/ship',
  operationId: 'shipOrder',
  scope: 'countermand/orders',
  summary: 'Ship an order',
  description: 'Takes the goods out of the stock. What has shipped can no longer be cancelled.',
  parameters: OrderPath,
  body: z.strictObject({ items: optional(partLines) }),
  idempotencyKey: 'Required with items',
  answers: {
    200: { description: 'The order; also when it was there already', body: OrderResource },
  },
  problems: [
    'idempotency_key_required',
    'order_not_found',
    'line_not_found',
    'invalid_transition',
    'quantity_exceeded',
    'reference_reused',
  ],
});
