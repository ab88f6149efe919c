import * as z from 'zod/mini';
import type { Page, Reading } from '../use-cases/ports.ts';
import { decodeCursor, encodeCursor, invalidCursor } from './cursor.ts';
import { json } from './edge.ts';

/** What the database takes for a key: no key of ours has other characters, or is longer. */
const key = z.string().check(z.regex(/^[\x20-\x7e]{1,1024}$/));

/** Where lists can be gone on with; as the store describes it. */
export const Positions = {
  product: z.strictObject({ id: key }),
  movement: z.strictObject({ referenceId: key, entry: z.exactOptional(key) }),
  index: z.strictObject({ until: key, key: z.readonly(z.array(key).check(z.maxLength(2))) }),
};

/**
 * What Lambda can answer, in bytes, less what the cursor, the headers and all around them take.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const MOST_BYTES_OF_ITEMS = 6_291_556 - 64 * 1024;

/** Bytes of a part of an answer's body as Lambda sends it: once more as a JSON string. */
const bytesAsSent = (part: unknown): number =>
  Buffer.byteLength(JSON.stringify(JSON.stringify(part)));

/** Says of items in turn whether they still have room in one answer; the first one always has. */
const roomForItems = (): ((item: unknown) => boolean) => {
  let bytes = 0;
  return (item) => {
    const isFirst = bytes === 0;
    bytes += bytesAsSent(item);
    return isFirst || bytes <= MOST_BYTES_OF_ITEMS;
  };
};

/**
 * Answers one part of a list as `{ items, nextCursor? }`. It ends before it outgrows what Lambda can
 * answer.
 *
 * @param list names the list and all that selects its items; a cursor works for no other
 * @param present makes of an item what callers see of it
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
    // DynamoDB itself refuses a position that no list of ours ever had.
    if (after && (error as Error).name === 'ValidationException') throw invalidCursor();
    throw error;
  }
};
