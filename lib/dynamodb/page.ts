import type { Page } from '../use-cases/ports.ts';

export type Taking<T> = {
  readonly limit: number;
  /** Called for each item in sequence: whether the page can hold it too. The first item always fits. */
  readonly fits?: ((item: T) => boolean) | undefined;
};

/**
 * Takes up to `limit` items that fit. Returns the position of the next page only if there is another
 * item.
 */
export const takePage = async <T, Position>(
  items: AsyncIterable<T>,
  { limit, fits = () => true }: Taking<T>,
  positionOf: (last: T) => Position,
): Promise<Page<T, Position>> => {
  const taken: T[] = [];
  for await (const item of items) {
    const last = taken.at(-1);
    const hasRoom = taken.length < limit && fits(item);
    if (last !== undefined && !hasRoom) return { items: taken, next: positionOf(last) };
    taken.push(item);
  }
  return { items: taken };
};
