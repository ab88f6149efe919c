import * as z from 'zod/mini';
import { MAX_QUANTITY, optional, optionalText } from '../../fields.ts';
import { defineOperation } from '../operation.ts';
import { ProductPath } from '../parameters.ts';
import { StockMovementResource } from '../resources.ts';

/** A reference that the caller chooses. It can never be equal to a cause that the system names. */
const referenceId = z.string().check(
  z.regex(/^[A-Za-z0-9._-]{1,64}$/, 'Must be 1 to 64 letters, digits, dots, _ or -'),
  z.refine((value) => !/^(order|product)_/.test(value), {
    error: 'Must not begin with order_ or product_',
  }),
);

export const adjustStock = defineOperation({
  method: 'post',
  path: '/products/{productId}/adjustments',
  operationId: 'adjustStock',
  scope: 'countermand/stock',
  summary: 'Change the stock, never below what is reserved',
  parameters: ProductPath,
  body: z.strictObject({
    quantity: z.int().check(
      z.minimum(-MAX_QUANTITY),
      z.maximum(MAX_QUANTITY),
      z.refine((value) => value !== 0, { error: 'Must not be 0' }),
    ),
    referenceId: optional(referenceId),
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
