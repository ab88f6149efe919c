import * as z from 'zod/mini';
import { CALL_OFF_SCOPES } from '../../domain/call-off.ts';
import { cancellation, id, optional, quantity } from '../../fields.ts';
import { defineOperation } from '../operation.ts';
import { ProductPath } from '../parameters.ts';
import { CallOffPreviewResource } from '../resources.ts';

export const callOffProduct = defineOperation({
  method: 'post',
  path: '/products/{productId}/call-off',
  operationId: 'callOffProduct',
  scope: 'countermand/stock',
  summary: 'Call a product off',
  description: [
    'Closes the product, and cancels its lines, or their whole orders, wherever units of it are held. This happens soon. `GET /cancellations/{batchId}` tells how far it is, and which orders cannot be cancelled. It is done when nothing of the product is reserved. Opening the product again ends it. A repeated call with the same `Idempotency-Key` within 7 days changes nothing.',
    'With `upTo` it takes only so many units, of the newest orders first, and the product stays as it is: with `restock: false` this records a loss of reserved goods, and cancels what can no longer be delivered, at once. The last order may lose a part of its line. This needs an `Idempotency-Key`.',
    'With `dryRun` it only tells what it would do to the orders that hold the product now.',
  ].join('\n\n'),
  parameters: ProductPath,
  body: z
    .strictObject({
      scope: z.enum(CALL_OFF_SCOPES),
      ...cancellation,
      upTo: optional(quantity(1)),
      dryRun: optional(z.boolean()),
    })
    .check(
      z.refine(({ scope, upTo }) => upTo === undefined || scope === 'line', {
        path: ['upTo'],
        error: 'Only lines can be taken up to a number of units',
      }),
    ),
  idempotencyKey: 'Required with upTo',
  answers: {
    200: {
      description:
        'Of a dry run: what would become of each order, newest first, the units that would come back, and the transactions and write units of DynamoDB that the cancellations would take, indexes apart. If it is not complete, because there are more than about 10,000 orders or they could not all be found in time, all of this is about the orders that are listed',
      body: CallOffPreviewResource,
    },
    202: {
      description:
        'The id to ask for its progress, and how many orders hold the product, as far as they could be counted in time',
      body: z.strictObject({ batchId: id, accepted: z.int() }),
      location: 'The progress of the call-off',
    },
  },
  problems: ['idempotency_key_required', 'product_not_found', 'reference_reused', 'forbidden'],
});
