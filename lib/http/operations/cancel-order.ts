import * as z from 'zod/mini';
import { mergeLines } from '../../domain/order.ts';
import { cancellation, id, lines, optional } from '../../fields.ts';
import { defineOperation } from '../operation.ts';
import { OrderPath } from '../parameters.ts';
import { OrderResource, RestoredResource } from '../resources.ts';

/** A partial cancellation has to fit one transaction: one action for the order, two per product. */
const MAX_PARTIAL_PRODUCTS = 49;

export const cancelOrder = defineOperation({
  method: 'post',
  path: '/orders/{orderId}/cancel',
  operationId: 'cancelOrder',
  scope: 'countermand/cancel',
  summary: 'Cancel an order, or some of its units, and give the stock back once',
  parameters: OrderPath,
  body: z.strictObject({
    ...cancellation,
    items: optional(
      lines.check(
        z.refine((items) => mergeLines(items).length <= MAX_PARTIAL_PRODUCTS, {
          error: `Must name at most ${MAX_PARTIAL_PRODUCTS} different products`,
        }),
      ),
    ),
  }),
  idempotencyKey: 'Required with items',
  answers: {
    200: {
      description: 'What became of it, the order, and the units that came back',
      body: z.strictObject({
        outcome: z.enum(['cancelled', 'already_cancelled']),
        order: OrderResource,
        restored: z.array(RestoredResource),
      }),
    },
    202: {
      description: 'The queue will finish it',
      body: z.strictObject({ outcome: z.literal('accepted'), orderId: id }),
    },
  },
  problems: [
    'idempotency_key_required',
    'forbidden',
    'order_not_found',
    'line_not_found',
    'order_not_cancellable',
    'quantity_exceeded',
    'reference_reused',
  ],
});
