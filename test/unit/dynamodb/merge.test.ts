import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { mergeShards } from '../../../lib/dynamodb/merge.ts';

const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const taken: T[] = [];
  for await (const item of items) taken.push(item);
  return taken;
};

async function* shard<T>(items: readonly T[], read: T[] = []): AsyncGenerator<T> {
  for (const item of items) {
    read.push(item);
    yield item;
  }
}

const less = (a: number, b: number): boolean => a < b;

describe('Merging shards', () => {
  test('yields all items in order', async () => {
    const merged = mergeShards([shard([1, 4, 9]), shard([2, 3]), shard([5])], less);

    expect(await all(merged)).toEqual([1, 2, 3, 4, 5, 9]);
  });

  test('yields nothing from no shards or empty shards', async () => {
    expect(await all(mergeShards([], less))).toEqual([]);
    expect(await all(mergeShards([shard<number>([]), shard<number>([])], less))).toEqual([]);
  });

  test('can merge in descending order', async () => {
    const merged = mergeShards([shard([9, 4, 1]), shard([3, 2])], (a, b) => a > b);

    expect(await all(merged)).toEqual([9, 4, 3, 2, 1]);
  });

  test('yields equal items in the order of the shards', async () => {
    const first: [number, string][] = [
      [1, 'a'],
      [1, 'b'],
    ];
    const second: [number, string][] = [[1, 'c']];

    const merged = await all(mergeShards([shard(first), shard(second)], ([a], [b]) => a < b));

    expect(merged.map(([, name]) => name).join('')).toBe('abc');
  });

  test('yields the sorted concatenation of any shards', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(fc.integer()), { maxLength: 6 }), async (numbers) => {
        const shards = numbers.map((some) => [...some].sort((a, b) => a - b));
        const expected = shards.flat().sort((a, b) => a - b);

        expect(
          await all(
            mergeShards(
              shards.map((some) => shard(some)),
              less,
            ),
          ),
        ).toEqual(expected);
      }),
    );
  });

  test('reads an item only when it is needed', async () => {
    // Prepare
    const read: number[][] = [[], []];
    const merged = mergeShards([shard([1, 2, 3, 4], read[0]), shard([10, 20, 30], read[1])], less);

    // Act
    expect(read).toEqual([[], []]);
    await merged.next();
    await merged.next();

    // Assess: the first item of each shard, and one more of the shard that was taken from
    expect(read).toEqual([[1, 2], [10]]);
  });

  test('throws the error of a shard', async () => {
    const broken = async function* (): AsyncGenerator<number> {
      yield 1;
      throw new Error('lost');
    };

    await expect(all(mergeShards([shard([5]), broken()], less))).rejects.toThrow('lost');
  });
});
