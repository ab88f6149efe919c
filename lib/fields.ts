/** The rules for fields, the same over HTTP and in messages. */
import * as z from 'zod/mini';
import { CANCELLATION_REASONS, mergeLines } from './domain/order.ts';
import type { ProductQuantity } from './domain/stock-movement.ts';
import { wordsFrom } from './settings.ts';

export const MAX_QUANTITY = 1_000_000_000;
const MAX_ORDER_LINES = 1_000;

/** `.` and `..` are no ids, because URL parsers remove them from a path. */
export const ID = /^(?!\.{1,2}$)[A-Za-z0-9.-]{1,64}$/;

/**
 * The characters that every part of the system can store: those that an SQS message may contain.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
 */
export const STORABLE = /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u;

export const id = z
  .string()
  .check(
    z.regex(ID, 'Must be 1 to 64 letters, digits, dots or hyphens, and not only a dot or two'),
  );

/** Whole units, from a minimum to `MAX_QUANTITY`. */
export const quantity = (minimum: number) =>
  z.int().check(z.minimum(minimum), z.maximum(MAX_QUANTITY));

/** Units that come in, or with a minus go out. */
export const quantityChange = z.int().check(
  z.minimum(-MAX_QUANTITY),
  z.maximum(MAX_QUANTITY),
  z.refine((value) => value !== 0, { error: 'Must not be 0' }),
);

/** A reference that the caller chooses. It can never be equal to a cause that the system names. */
export const referenceId = z.string().check(
  z.regex(/^[A-Za-z0-9._-]{1,64}$/, 'Must be 1 to 64 letters, digits, dots, _ or -'),
  z.refine((value) => !/^(order|product)_/.test(value), {
    error: 'Must not begin with order_ or product_',
  }),
);

const storable = z.string().check(
  z.refine((value) => STORABLE.test(value), {
    error: 'Must be well-formed Unicode without control characters',
  }),
);

const storableText = () => storable.check(z.trim());

/** Text of at least one character, trimmed. */
export const text = (length: number) => storableText().check(z.minLength(1), z.maxLength(length));

/** An optional field; null counts as absent. */
export const optional = <Schema extends z.ZodMiniType>(schema: Schema) =>
  z.optional(
    z.pipe(
      z.nullish(schema),
      z.transform((value) => value ?? undefined),
    ),
  );

const isBlank = (value: unknown): boolean => typeof value === 'string' && value.trim() === '';

/**
 * An optional text that has a form of its own, such as an id, a time or a word of a list; null and
 * blank text count as absent.
 */
export const optionalWord = <Schema extends z.ZodMiniType<string>>(schema: Schema) =>
  z.optional(
    z.pipe(
      z.transform((value: unknown) => (isBlank(value) ? undefined : value)),
      optional(schema),
    ),
  );

/** Optional text, trimmed; null and blank text count as absent. */
export const optionalText = (length: number) =>
  z.optional(
    z.pipe(
      z.nullish(storableText().check(z.maxLength(length))),
      z.transform((value) => value || undefined),
    ),
  );

/** Optional whole units; `fallback` when absent or null. */
export const quantityOr = (fallback: number, minimum: number) =>
  z._default(
    z.pipe(
      z.nullish(quantity(minimum)),
      z.transform((value) => value ?? fallback),
    ),
    fallback,
  );

const line = { productId: id, quantity: quantity(1) };

const linesOf = <Line extends z.ZodMiniType<ProductQuantity>>(each: Line) =>
  z.array(each).check(
    z.minLength(1),
    z.maxLength(MAX_ORDER_LINES),
    z.refine((items) => mergeLines(items).every(({ quantity: sum }) => sum <= MAX_QUANTITY), {
      error: `Must not add up to more than ${MAX_QUANTITY} units of one product`,
    }),
    z.describe('Units of products. Several lines of one product are added up.'),
  );

/** Units of products; several lines of one product are added up. */
export const lines = linesOf(z.strictObject(line));

/** An operation on a part has to fit one transaction: one action for the order, two per product. */
const MAX_PART_PRODUCTS = 49;

const partLinesOf = <Line extends z.ZodMiniType<ProductQuantity>>(each: Line) =>
  linesOf(each).check(
    z.refine((items) => mergeLines(items).length <= MAX_PART_PRODUCTS, {
      error: `Must name at most ${MAX_PART_PRODUCTS} different products`,
    }),
  );

/** Units of an order's products, for an operation on a part of the order. */
export const partLines = partLinesOf(z.strictObject(line));

/** The same in a message, in which unknown fields are ignored. */
export const partLinesOfMessage = partLinesOf(z.object(line));

/** A time with its time zone, of any year. */
export const timeWithZone = z.iso.datetime({ offset: true, abort: true });

/** As the system writes times: in UTC with milliseconds. */
export const inUtc = z.transform((value: string) => new Date(value).toISOString());

/** A moment with its time zone; kept in UTC with milliseconds. */
export const moment = z.pipe(
  timeWithZone.check(
    // Close to the years 0 and 9999, a time zone can lead to a year that does not sort as text.
    z.refine((value) => /^(?!9999)[2-9]/.test(value), {
      error: 'Must be in the years 2000 to 9998',
    }),
  ),
  inUtc,
);

const MAX_METADATA_FIELDS = 20;
const MAX_METADATA_BYTES = 2_048;

/** The SDK takes an object with a `constructor` of its own for one of a class. */
const metadataName = storable.check(
  z.minLength(1),
  z.refine((name) => name !== 'constructor', { error: 'Must not be named constructor' }),
);

/** Zod leaves this name out of every record without a word, and so do many programs. */
const PROTOTYPE = '__proto__';

const withoutPrototype = z.transform((value: unknown, { issues }) => {
  if (typeof value === 'object' && value !== null && Object.hasOwn(value, PROTOTYPE)) {
    const message = `Must not be named ${PROTOTYPE}`;
    issues.push({ code: 'custom', path: [PROTOTYPE], input: value, message });
  }
  return value;
});

/** A flat object of texts, which are kept as they are. Its size is that of its JSON in UTF-8. */
export const metadata = z.pipe(
  withoutPrototype,
  z.record(metadataName, storable).check(
    z.refine((value) => Object.keys(value).length <= MAX_METADATA_FIELDS, {
      error: `Must have at most ${MAX_METADATA_FIELDS} fields`,
    }),
    z.refine((value) => Buffer.byteLength(JSON.stringify(value)) <= MAX_METADATA_BYTES, {
      error: `Must be at most ${MAX_METADATA_BYTES} bytes of JSON`,
    }),
  ),
);

/** For so long a cancelled order keeps its units, up to a week. */
export const graceSeconds = z.int().check(z.minimum(0), z.maximum(604_800));

/** Why an order is cancelled, and whether its goods go back on the shelf. */
export const cancellation = {
  reason: optionalWord(
    z.enum([...CANCELLATION_REASONS, ...wordsFrom(process.env, 'SHOP_REASONS')]),
  ),
  note: optionalText(1_000),
  restock: optional(z.boolean()),
};
