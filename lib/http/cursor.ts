import { createHash } from 'node:crypto';
import type * as z from 'zod/mini';
import { Problem } from './problem.ts';

/**
 * Encodes a position in a list as a cursor for the caller. The checksum binds it to its list and
 * detects changes. It is no protection, and needs to be none: a cursor only reaches items of its
 * list.
 *
 * @param list the name of the list, with everything that selects its items
 */
export const encodeCursor = (list: string, position: unknown): string => {
  const payload = Buffer.from(JSON.stringify(position)).toString('base64url');
  return `${payload}.${checksum(list, payload)}`;
};

/** @throws Problem `invalid_cursor` when the cursor belongs to another list or was changed */
export const decodeCursor = <Position>(
  list: string,
  cursor: string | undefined,
  schema: z.ZodMiniType<Position>,
): Position | undefined => {
  if (cursor === undefined) return undefined;
  const [payload = '', sum] = cursor.split('.');
  if (cursor !== `${payload}.${sum}` || sum !== checksum(list, payload)) throw invalidCursor();
  const position = schema.safeParse(readJson(payload));
  if (!position.success) throw invalidCursor();
  return position.data;
};

export const invalidCursor = (): Problem =>
  new Problem('invalid_cursor', 'Begin again without a cursor');

const readJson = (payload: string): unknown => {
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
};

const checksum = (list: string, payload: string): string =>
  createHash('sha256')
    .update(JSON.stringify([list, payload]))
    .digest('base64url')
    .slice(0, 16);
