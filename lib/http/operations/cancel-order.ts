import * as z from 'zod/mini';
import { cancellation, graceSeconds, id, optional, optionalWord, partLines } from '../../fields.ts';
import { defineOperation } from '../operation.ts';
import { OrderPath } from '../parameters.ts';
import { OrderResource, RestoredResource } from '../resources.ts';

export const cancelOrder = defineOperation({
  method: 'post',
  path: '/orders/{orderId}/cancel',
  operationId: 'cancelOrder',
  scope: 'countermand/cancel',
  summary: 'Cancel an order',
  description: [
    'What the order still holds goes back on the shelf, exactly once. Repeating the call answers the same, as `already_cancelled`, and moves nothing.',
    'With `items` some of its units are cancelled. This needs an `Idempotency-Key`, and takes effect once for each key.',
    'At a product for which many cancellations compete, the call is handed to the queue and answered with 202. The order at `location` then shows when it is done.',
  ].join('\n\n'),
  parameters: OrderPath,
  body: z
    .strictObject({
      ...cancellation,
      items: optional(partLines),
      graceSeconds: optional(graceSeconds),
      onlyIf: optionalWord(z.literal('pending')),
      dryRun: optional(z.boolean()),
    })
    .check(
      z.refine(({ items, graceSeconds: grace }) => !items || grace === undefined, {
        path: ['graceSeconds'],
        error: 'Only a whole order can have a grace',
      }),
    ),
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
      location: 'The order, which will be cancelled',
    },
  },
  problems: [
    'idempotency_key_required',
    'forbidden',
    'order_not_found',
    'line_not_found',
    'order_not_cancellable',
    'order_locked',
    'quantity_exceeded',
    'reference_reused',
  ],
});
