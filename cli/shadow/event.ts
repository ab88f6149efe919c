import { en } from 'zod/locales';
import * as z from 'zod/mini';
import { id, partLines, quantity } from '../../lib/fields.ts';
import { SENDABLE_KEY } from '../../lib/idempotency-key.ts';

z.config(en());

/**
 * What every line has.
 *
 * - `idempotencyKey`: the other shop's name for the cancellation of a part. Without it, a line is
 *   about the cancellation of the whole order.
 * - `eventId`: its own id. A line with an id that was there before is the same event again.
 */
const about = {
  orderId: id,
  idempotencyKey: z.optional(
    z.string().check(z.regex(SENDABLE_KEY, 'Must be 1 to 255 visible ASCII characters')),
  ),
  eventId: z.optional(z.string()),
  at: z.optional(z.string()),
};

/**
 * One line of a feed.
 *
 * - `cancelled`: the other shop has cancelled an order, or with `items` a part of it.
 * - `restored`: it has given units of a product back, for such a cancellation.
 */
export const FeedLine = z.discriminatedUnion('type', [
  z.object({ type: z.literal('cancelled'), ...about, items: z.optional(partLines) }).check(
    z.refine(
      ({ items, idempotencyKey }) => (items === undefined) === (idempotencyKey === undefined),
      {
        path: ['items'],
        error: 'A part needs both items and idempotencyKey',
      },
    ),
  ),
  z.object({ type: z.literal('restored'), ...about, productId: id, quantity: quantity(1) }),
]);
export type FeedLine = z.output<typeof FeedLine>;

/** The schema of one line, for docs/shadow-feed.schema.json. */
export const feedLineSchema = (): object =>
  z.toJSONSchema(FeedLine, { io: 'input', unrepresentable: 'any' });
