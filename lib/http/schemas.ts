import { en } from 'zod/locales';
import * as z from 'zod/mini';
import { CANCELLATION_REASONS, mergeLines } from '../domain/order.ts';
import { MOVEMENT_TYPES } from '../domain/stock-movement.ts';

z.config(en());

const MAX_QUANTITY = 1_000_000_000;
const MAX_ORDER_LINES = 1_000;
/** An order has to fit one transaction: an action for itself and two for each of its products. */
const MAX_ORDER_PRODUCTS = 49;

const id = z
  .string()
  .check(z.regex(/^[A-Za-z0-9.-]{1,64}$/, 'Must be 1 to 64 letters, digits, dots or hyphens'));

const quantity = (minimum: number) => z.int().check(z.minimum(minimum), z.maximum(MAX_QUANTITY));

const text = (length: number) => z.string().check(z.trim(), z.minLength(1), z.maxLength(length));

const lines = z.array(z.strictObject({ productId: id, quantity: quantity(1) })).check(
  z.minLength(1),
  z.maxLength(MAX_ORDER_LINES),
  z.refine((items) => mergeLines(items).length <= MAX_ORDER_PRODUCTS, {
    error: `Must name at most ${MAX_ORDER_PRODUCTS} different products`,
  }),
  z.refine((items) => mergeLines(items).every((line) => line.quantity <= MAX_QUANTITY), {
    error: `Must not add up to more than ${MAX_QUANTITY} units of one product`,
  }),
);

export const ProductPath = z.strictObject({ productId: id });
export const OrderPath = z.strictObject({ orderId: id });

export const CreateProductBody = z.strictObject({
  id: z.optional(id),
  name: text(255),
  stockQuantity: z._default(quantity(0), 0),
});

export const PlaceOrderBody = z.strictObject({ id: z.optional(id), items: lines });

/** Why an order is cancelled; the same words over HTTP and in a queue message. */
const cancellation = {
  reason: z.optional(z.enum(CANCELLATION_REASONS)),
  note: z.optional(text(1_000)),
};

export const CancelOrderBody = z.strictObject(cancellation);
export const CancellationMessage = z.strictObject({ orderId: id, ...cancellation });

const list = {
  limit: z._default(
    z.pipe(
      z.pipe(z.string().check(z.regex(/^\d{1,3}$/, 'Must be a whole number')), z.transform(Number)),
      z.int().check(z.minimum(1), z.maximum(100)),
    ),
    25,
  ),
  cursor: z.optional(z.string().check(z.maxLength(8_192))),
};

export const OrderMovementsQuery = z.strictObject(list);
export const ProductMovementsQuery = z.strictObject({
  ...list,
  movementType: z.optional(z.enum(MOVEMENT_TYPES)),
});
