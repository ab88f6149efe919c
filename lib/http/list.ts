import * as z from 'zod/mini';
import type { Page } from '../use-cases/ports.ts';
import { decodeCursor, encodeCursor, invalidCursor } from './cursor.ts';
import { json } from './edge.ts';

/** What the database takes for a key: no key of ours has other characters, or is longer. */
const key = z.string().check(z.regex(/^[\x20-\x7e]{1,1024}$/));

/** Where lists can be gone on with; as the store describes it. */
export const Positions = {
  product: z.strictObject({ id: key }),
  movement: z.strictObject({ referenceId: key, entry: key }),
  index: z.strictObject({ until: key, given: z.record(key, z.record(key, key)) }),
};

/**
 * Answers one part of a list as `{ items, nextCursor? }`.
 *
 * @param list names the list and all that selects its items; a cursor works for no other
 * @param present makes of an item what callers see of it
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
    // DynamoDB itself refuses a position that no list of ours ever had.
    if (after && (error as Error).name === 'ValidationException') throw invalidCursor();
    throw error;
  }
};
