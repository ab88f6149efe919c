import * as z from 'zod/mini';
import { optional, optionalText, optionalWord, quantity, referenceId } from '../../fields.ts';
import { defineOperation } from '../operation.ts';
import { ProductPath } from '../parameters.ts';
import { ProductResource, StockMovementResource } from '../resources.ts';

export const countStock = defineOperation({
  method: 'put',
  path: '/products/{productId}/stock',
  operationId: 'countStock',
  scope: 'countermand/stock',
  summary: 'Count the stock',
  description: 'Sets the stock to what was counted; the difference becomes an adjustment.',
  parameters: ProductPath,
  body: z.strictObject({
    stockQuantity: quantity(0),
    expectedStockQuantity: optional(quantity(0)),
    referenceId: optionalWord(referenceId),
    reason: optionalText(255),
  }),
  names: 'referenceId',
  idempotencyKey: 'Becomes the referenceId where the body has none',
  answers: {
    200: {
      description: 'The product, and the movement if the count differed',
      body: z.strictObject({
        product: ProductResource,
        movement: z.optional(StockMovementResource),
      }),
    },
  },
  problems: ['product_not_found', 'stock_changed', 'insufficient_stock', 'reference_reused'],
});
