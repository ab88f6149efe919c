import * as z from 'zod/mini';
import { optionalText, optionalWord, quantityChange, referenceId } from '../../fields.ts';
import { defineOperation } from '../operation.ts';
import { ProductPath } from '../parameters.ts';
import { StockMovementResource } from '../resources.ts';

export const adjustStock = defineOperation({
  method: 'post',
  path: '/products/{productId}/adjustments',
  operationId: 'adjustStock',
  scope: 'countermand/stock',
  summary: 'Adjust the stock',
  description:
    'Units come in (a positive quantity) or go out (a negative one), once for each reference. The stock never falls below what orders hold.',
  parameters: ProductPath,
  body: z.strictObject({
    quantity: quantityChange,
    referenceId: optionalWord(referenceId),
    reason: optionalText(255),
    note: optionalText(1_000),
  }),
  names: 'referenceId',
  idempotencyKey: 'Becomes the referenceId where the body has none',
  answers: {
    201: { description: 'The movement', body: StockMovementResource },
    200: { description: 'The movement, recorded before', body: StockMovementResource },
  },
  problems: ['product_not_found', 'reference_reused', 'insufficient_stock'],
});
