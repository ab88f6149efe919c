import type { Page } from '../use-cases/ports.ts';

/**
 * Takes up to `limit` items. Returns the position of the next page only if there is another item.
 */
export const takePage = async <T, Position>(
  items: AsyncIterable<T>,
  limit: number,
  positionAfter: (taken: readonly T[]) => Position,
): Promise<Page<T, Position>> => {
  const taken: T[] = [];
  for await (const item of items) {
    if (taken.length === limit) return { items: taken, next: positionAfter(taken) };
    taken.push(item);
  }
  return { items: taken };
};
