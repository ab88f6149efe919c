import * as z from 'zod/mini';
import type { Page } from '../use-cases/ports.ts';
import { decodeCursor, encodeCursor, invalidCursor } from './cursor.ts';
import { json } from './edge.ts';

/** The values that keys in positions can have: printable ASCII of limited length. */
const key = z.string().check(z.regex(/^[\x20-\x7e]{1,1024}$/));

/** The positions of the store, as schemas for decoded cursors. */
export const Positions = {
  product: z.strictObject({ id: key }),
  movement: z.strictObject({ referenceId: key, entry: key }),
  index: z.strictObject({ until: key, given: z.record(key, z.record(key, key)) }),
};

/**
 * Answers one page of a list as `{ items, nextCursor? }`.
 *
 * @param list the name of the list, with everything that selects its items; a cursor is bound to it
 * @param present converts an item into what callers see
 */
export const listResponse = async <Item, Position>(
  list: string,
  cursor: string | undefined,
  position: z.ZodMiniType<Position>,
  present: (item: Item) => unknown,
  read: (after: Position | undefined) => Promise<Page<Item, Position>>,
) => {
  const after = decodeCursor(list, cursor, position);
  try {
    const { items, next } = await read(after);
    const nextCursor = next && encodeCursor(list, next);
    return json(200, {
      items: items.map(present),
      ...(nextCursor !== undefined && { nextCursor }),
    });
  } catch (error) {
    // DynamoDB refuses a forged position that does not fit its index.
    if (after && (error as Error).name === 'ValidationException') throw invalidCursor();
    throw error;
  }
};
