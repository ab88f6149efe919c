import * as z from 'zod/mini';
import { CALL_OFF_SCOPES } from '../../domain/call-off.ts';
import { cancellation, id } from '../../fields.ts';
import { defineOperation } from '../operation.ts';
import { ProductPath } from '../parameters.ts';

export const callOffProduct = defineOperation({
  method: 'post',
  path: '/products/{productId}/call-off',
  operationId: 'callOffProduct',
  scope: 'countermand/stock',
  summary: 'Call a product off',
  description:
    'Closes the product, and cancels its lines, or their whole orders, wherever units of it are held. This happens soon. `GET /cancellations/{batchId}` tells how far it is, and which orders cannot be cancelled. It is done when nothing of the product is reserved.',
  parameters: ProductPath,
  body: z.strictObject({ scope: z.enum(CALL_OFF_SCOPES), ...cancellation }),
  answers: {
    202: {
      description:
        'The id to ask for its progress, and how many orders hold the product, as far as they could be counted in time',
      body: z.strictObject({ batchId: id, accepted: z.int() }),
      location: 'The progress of the call-off',
    },
  },
  problems: ['product_not_found', 'forbidden'],
});
