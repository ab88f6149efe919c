import * as z from 'zod/mini';
import type { Page } from '../use-cases/ports.ts';
import { decodeCursor, encodeCursor, invalidCursor } from './cursor.ts';
import { json } from './edge.ts';

/** Where lists can be gone on with; as the store describes it. */
export const Positions = {
  product: z.strictObject({ id: z.string() }),
  movement: z.strictObject({ referenceId: z.string(), entry: z.string() }),
  index: z.strictObject({
    until: z.string(),
    given: z.record(z.string(), z.record(z.string(), z.string())),
  }),
};

/**
 * Answers one part of a list as `{ items, nextCursor? }`.
 *
 * @param list names the list and all that selects its items; a cursor works for no other
 */
export const listResponse = async <Item, Position>(
  list: string,
  cursor: string | undefined,
  position: z.ZodMiniType<Position>,
  read: (after: Position | undefined) => Promise<Page<Item, Position>>,
) => {
  const after = decodeCursor(list, cursor, position);
  try {
    const { items, next } = await read(after);
    const nextCursor = next && encodeCursor(list, next);
    return json(200, { items, ...(nextCursor !== undefined && { nextCursor }) });
  } catch (error) {
    // DynamoDB itself refuses a position that no list of ours ever had.
    if (after && (error as Error).name === 'ValidationException') throw invalidCursor();
    throw error;
  }
};
