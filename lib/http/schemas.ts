import { en } from 'zod/locales';
import * as z from 'zod/mini';
import { CANCELLATION_REASONS, mergeLines } from '../domain/order.ts';
import { ORDER_STATUSES } from '../domain/order-status.ts';
import { MOVEMENT_TYPES } from '../domain/stock-movement.ts';

z.config(en());

const MAX_QUANTITY = 1_000_000_000;
const MAX_ORDER_LINES = 1_000;
/** A partial cancellation has to fit one transaction: one action for the order, two for a product. */
const MAX_PARTIAL_PRODUCTS = 49;

const id = z
  .string()
  .check(z.regex(/^[A-Za-z0-9.-]{1,64}$/, 'Must be 1 to 64 letters, digits, dots or hyphens'));

const quantity = (minimum: number) => z.int().check(z.minimum(minimum), z.maximum(MAX_QUANTITY));

/** Text that can be stored: JSON can say half a character, UTF-8 and so DynamoDB cannot keep it. */
const text = (length: number) =>
  z.string().check(
    z.refine((value) => value.isWellFormed(), { error: 'Must be well-formed Unicode' }),
    z.trim(),
    z.minLength(1),
    z.maxLength(length),
  );

const lines = z.array(z.strictObject({ productId: id, quantity: quantity(1) })).check(
  z.minLength(1),
  z.maxLength(MAX_ORDER_LINES),
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

export const AdjustStockBody = z.strictObject({
  quantity: z.int().check(
    z.minimum(-MAX_QUANTITY),
    z.maximum(MAX_QUANTITY),
    z.refine((value) => value !== 0, { error: 'Must not be 0' }),
  ),
  referenceId: z.optional(
    z.string().check(
      z.regex(/^[A-Za-z0-9._-]{1,64}$/, 'Must be 1 to 64 letters, digits, dots, _ or -'),
      z.refine((value) => !/^(order|product)_/.test(value), {
        error: 'Must not begin with order_ or product_',
      }),
    ),
  ),
  reason: z.optional(text(255)),
});

/** Why an order is cancelled; the same words over HTTP and in a queue message. */
const cancellation = {
  reason: z.optional(z.enum(CANCELLATION_REASONS)),
  note: z.optional(text(1_000)),
};

export const CancelOrderBody = z.strictObject({
  ...cancellation,
  restock: z.optional(z.boolean()),
  items: z.optional(
    lines.check(
      z.refine((items) => mergeLines(items).length <= MAX_PARTIAL_PRODUCTS, {
        error: `Must name at most ${MAX_PARTIAL_PRODUCTS} different products`,
      }),
    ),
  ),
});

/** `restock` is used by messages that the system sends to itself. */
export const CancellationMessage = z.strictObject({
  orderId: id,
  ...cancellation,
  restock: z.optional(z.boolean()),
});

export const IdempotencyKey = id;

export const BatchBody = z.strictObject({
  orderIds: z.array(id).check(z.minLength(1), z.maxLength(1_000)),
  reason: cancellation.reason,
});

export const BatchPath = z.strictObject({ batchId: id });

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

const movementType = z.optional(z.enum(MOVEMENT_TYPES));

export const ListQuery = z.strictObject(list);
export const MovementsQuery = z.strictObject({ ...list, movementType });

/** As long as the longest reference that the system makes itself. */
export const ReferenceMovementsQuery = z.strictObject({
  ...list,
  movementType,
  referenceId: z
    .string()
    .check(z.regex(/^[A-Za-z0-9._-]{1,160}$/, 'Must be letters, digits, dots, _ or -')),
});

export const OrdersQuery = z.strictObject({
  ...list,
  status: z.optional(z.enum([...ORDER_STATUSES, 'active'])),
});
