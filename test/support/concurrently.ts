/** Runs tasks at the same time, and counts their results. */

/**
 * Runs `task` for every item, all at once or at most `limit` at a time.
 *
 * @returns the results in the order of the items
 */
export const concurrently = async <Item, Result>(
  items: readonly Item[],
  task: (item: Item, index: number) => Promise<Result>,
  { limit = items.length }: { readonly limit?: number } = {},
): Promise<Result[]> => {
  const results: Result[] = [];
  const waiting = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of waiting) results[index] = await task(item, index);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  return results;
};

/**
 * How often each value occurs.
 *
 * @example
 * tally(['placed', 'refused', 'refused']); // { placed: 1, refused: 2 }
 */
export const tally = (values: readonly string[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
};

/** `count` names: `order-1`, `order-2` and so on. */
export const numbered = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${name}-${index + 1}`);
