/** Cuts a list into parts of at most `size`. */
export const inParts = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );

/**
 * Works on batches of at most `size` items. It runs `atOnce` batches in parallel, and starts the
 * next ones when all of these are done.
 *
 * @returns the results in the order of the batches
 */
export const inBatches = async <Item, Result>(
  items: readonly Item[],
  { size, atOnce }: { readonly size: number; readonly atOnce: number },
  work: (batch: readonly Item[]) => Promise<Result>,
): Promise<Result[]> => {
  const results: Result[] = [];
  for (const batches of inParts(inParts(items, size), atOnce)) {
    results.push(...(await Promise.all(batches.map((batch) => work(batch)))));
  }
  return results;
};

/**
 * Joins groups into parts of at most `size` items, in sequence, without dividing a group.
 *
 * @param groups each at most `size` items
 * @returns at least one part; an empty one when there are no items
 */
export const joinGroups = <Item>(groups: readonly (readonly Item[])[], size: number): Item[][] => {
  const parts: Item[][] = [[]];
  for (const group of groups) {
    const last = parts.at(-1) ?? [];
    if (last.length + group.length > size) parts.push([...group]);
    else last.push(...group);
  }
  return parts;
};
