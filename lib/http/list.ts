import type { Page } from '../dynamodb/stock-movements.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import { json } from './edge.ts';

/**
 * Answers one part of a list as `{ items, nextCursor? }`.
 *
 * @param list names the list and all that selects its items; a cursor works for no other
 */
export const listResponse = async <Item, Position>(
  list: string,
  cursor: string | undefined,
  read: (after?: Position) => Promise<Page<Item, Position>>,
) => {
  const { items, next } = await read(decodeCursor<Position>(list, cursor));
  return json(200, { items, ...(next !== undefined && { nextCursor: encodeCursor(list, next) }) });
};
