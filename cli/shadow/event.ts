import { en } from 'zod/locales';
import * as z from 'zod/mini';
import { id, quantity } from '../../lib/fields.ts';

z.config(en());

/**
 * One line of a feed.
 *
 * - `cancelled`: the other shop has cancelled an order.
 * - `restored`: it has given units of a product back, for the cancellation of an order.
 * - `eventId`: its own id. A line with an id that was there before is the same event again.
 */
export const FeedLine = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('cancelled'),
    orderId: id,
    eventId: z.optional(z.string()),
    at: z.optional(z.string()),
  }),
  z.object({
    type: z.literal('restored'),
    orderId: id,
    productId: id,
    quantity: quantity(1),
    eventId: z.optional(z.string()),
    at: z.optional(z.string()),
  }),
]);
export type FeedLine = z.output<typeof FeedLine>;
