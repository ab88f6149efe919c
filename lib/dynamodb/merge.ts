/**
 * Merges sorted shards into one sorted sequence. Reads from a shard only when its next item is
 * needed.
 *
 * @param before whether the first comes strictly before the second
 */
export async function* mergeShards<T>(
  shards: readonly AsyncIterator<T>[],
  before: (a: T, b: T) => boolean,
): AsyncGenerator<T> {
  const heads = await Promise.all(
    shards.map(async (shard) => ({ shard, next: await shard.next() })),
  );
  for (;;) {
    const ready = heads.flatMap(({ shard, next }) =>
      next.done ? [] : [{ shard, value: next.value }],
    );
    const [first, ...others] = ready;
    if (!first) return;
    const least = others.reduce((a, b) => (before(b.value, a.value) ? b : a), first);
    yield least.value;
    const head = heads.find(({ shard }) => shard === least.shard);
    if (head) head.next = await head.shard.next();
  }
}
