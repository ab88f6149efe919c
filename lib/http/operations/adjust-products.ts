import * as z from 'zod/mini';
import {
  id,
  optional,
  optionalText,
  optionalWord,
  quantity,
  quantityChange,
  referenceId,
} from '../../fields.ts';
import { defineOperation } from '../operation.ts';
import { StockEntryResource } from '../resources.ts';

const MAX_ENTRIES = 100;

const entry = z
  .strictObject({
    productId: id,
    quantity: optional(quantityChange),
    stockQuantity: optional(quantity(0)),
    referenceId: optionalWord(referenceId),
    reason: optionalText(255),
  })
  .check(
    z.refine((value) => (value.quantity === undefined) !== (value.stockQuantity === undefined), {
      error: 'Must have either quantity or stockQuantity',
    }),
  );

export const adjustProducts = defineOperation({
  method: 'post',
  path: '/adjustments',
  operationId: 'adjustProducts',
  scope: 'countermand/stock',
  summary: 'Adjust and count the stock of many products, each on its own',
  body: z.strictObject({
    adjustments: z.array(entry).check(z.minLength(1), z.maxLength(MAX_ENTRIES)),
  }),
  idempotencyKey: 'Gives each entry that has no referenceId one of its own, the same for a repeat',
  answers: {
    200: {
      description: 'What became of each entry, in their sequence',
      body: z.strictObject({ results: z.array(StockEntryResource) }),
    },
  },
  problems: [],
});
