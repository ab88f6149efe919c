import * as z from 'zod/mini';
import type { Page, Reading } from '../use-cases/ports.ts';
import { decodeCursor, encodeCursor, invalidCursor } from './cursor.ts';
import { json } from './edge.ts';

/** The values that keys in positions can have: printable ASCII of limited length. */
const key = z.string().check(z.regex(/^[\x20-\x7e]{1,1024}$/));

/** A place in an index. */
const index = {
  partition: key,
  until: z.iso.datetime({ precision: 3 }),
  key: z.readonly(z.array(key).check(z.maxLength(2))),
};

/** The positions of the store, as schemas for decoded cursors. */
export const Positions = {
  product: z.strictObject({ id: key }),
  movement: z.strictObject({ referenceId: key, entry: z.exactOptional(key) }),
  index: z.strictObject(index),
  holder: z.strictObject({ ...index, found: z.int().check(z.minimum(0)) }),
};

/**
 * The bytes that Lambda can answer, without those for the cursor, the headers and the rest.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const MOST_BYTES_OF_ITEMS = 6_291_556 - 64 * 1024;

/** The bytes that a part of a body adds to Lambda's answer, in which the body is a JSON string. */
const bytesAsSent = (part: unknown): number =>
  Buffer.byteLength(JSON.stringify(JSON.stringify(part)));

/** Returns for each item in sequence whether the answer can hold it too. The first always fits. */
const roomForItems = (): ((item: unknown) => boolean) => {
  let bytes = 0;
  return (item) => {
    const isFirst = bytes === 0;
    bytes += bytesAsSent(item);
    return isFirst || bytes <= MOST_BYTES_OF_ITEMS;
  };
};

/**
 * Answers one page of a list as `{ items, nextCursor? }`. It ends before it is larger than Lambda can
 * answer.
 *
 * @param list the name of the list, with everything that selects its items; a cursor is bound to it
 * @param present converts an item into what callers see
 */
export const listResponse = async <Item, Position>(
  list: string,
  cursor: string | undefined,
  position: z.ZodMiniType<Position>,
  present: (item: Item) => unknown,
  read: (part: Pick<Reading<Item, Position>, 'after' | 'fits'>) => Promise<Page<Item, Position>>,
) => {
  const after = decodeCursor(list, cursor, position);
  try {
    const hasRoom = roomForItems();
    const { items, next } = await read({ after, fits: (item) => hasRoom(present(item)) });
    const nextCursor = next && encodeCursor(list, next);
    return json(200, {
      items: items.map(present),
      ...(nextCursor !== undefined && { nextCursor }),
    });
  } catch (error) {
    // The store refuses a position that does not fit its index: forged, or of more shards.
    if (after && (error as Error).name === 'ValidationException') throw invalidCursor();
    throw error;
  }
};
