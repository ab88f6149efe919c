/** Path and query parameters that several routes share. */
import * as z from 'zod/mini';
import { MOVEMENT_TYPES } from '../domain/stock-movement.ts';
import { id } from '../fields.ts';

export const ProductPath = z.strictObject({ productId: id });
export const OrderPath = z.strictObject({ orderId: id });

/** Which page of a list. `cursor` may be any text here; `decodeCursor` checks it. */
export const list = {
  limit: z._default(
    z.pipe(
      z.pipe(z.string().check(z.regex(/^\d{1,3}$/, 'Must be a whole number')), z.transform(Number)),
      z.int().check(z.minimum(1), z.maximum(100)),
    ),
    25,
  ),
  cursor: z.optional(z.string()),
};

export const movementType = z.optional(z.enum(MOVEMENT_TYPES));
