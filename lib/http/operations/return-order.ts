import * as z from 'zod/mini';
import { optional, optionalText, partLines } from '../../fields.ts';
import { defineOperation } from '../operation.ts';
import { OrderPath } from '../parameters.ts';
import { OrderResource } from '../resources.ts';

export const returnOrder = defineOperation({
  method: 'post',
  path: '/orders/{orderId}/return',
  operationId: 'returnOrder',
  scope: 'countermand/orders',
  summary: 'Take goods back',
  description: 'Units that were shipped come back, once for each key.',
  parameters: OrderPath,
  body: z.strictObject({
    items: partLines,
    restock: optional(z.boolean()),
    reason: optionalText(255),
    note: optionalText(1_000),
  }),
  idempotencyKey: 'Required',
  answers: {
    200: { description: 'The order; also when they came back before', body: OrderResource },
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
