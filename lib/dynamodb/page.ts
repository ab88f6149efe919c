import type { Page } from '../use-cases/ports.ts';

export type Taking<T> = {
  readonly limit: number;
  /** Asked of each item in turn whether it still has room, as the first one has in any case. */
  readonly fits?: ((item: T) => boolean) | undefined;
};

/** Takes up to `limit` items that fit, and says where to go on only if there is another one. */
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
