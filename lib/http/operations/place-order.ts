import * as z from 'zod/mini';
import { id, lines, metadata, moment, optional, optionalWord } from '../../fields.ts';
import { defineOperation } from '../operation.ts';
import { OrderResource } from '../resources.ts';

export const placeOrder = defineOperation({
  method: 'post',
  path: '/orders',
  operationId: 'placeOrder',
  scope: 'countermand/orders',
  summary: 'Place an order',
  description:
    'Reserves every unit, or nothing. Lines of one product are merged. Repeating the call with the same id and content answers with the order as it is now.',
  body: z.strictObject({
    id: optionalWord(id),
    items: lines,
    expiresAt: optionalWord(moment),
    metadata: optional(metadata),
  }),
  names: 'id',
  idempotencyKey: 'Becomes the id where the body has none',
  answers: {
    201: { description: 'The order', body: OrderResource, location: 'The order' },
    200: { description: 'The order, placed so before', body: OrderResource },
  },
  problems: ['order_exists', 'product_not_found', 'product_closed', 'insufficient_stock'],
});
