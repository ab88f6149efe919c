import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { inBatches, inParts, joinGroups } from '../../lib/batches.ts';

test('A list is cut into parts in its order, the last of which may be shorter', () => {
  expect(inParts([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  expect(inParts([], 2)).toEqual([]);
});

describe('Working in batches', () => {
  test('tells the results in the order of the batches, with no more at a time than asked for', async () => {
    let working = 0;
    let most = 0;
    const sums = await inBatches([1, 2, 3, 4, 5, 6, 7], { size: 2, atOnce: 3 }, async (batch) => {
      working += 1;
      most = Math.max(most, working);
      await setImmediate();
      working -= 1;
      return batch.reduce((sum, one) => sum + one, 0);
    });

    expect(sums).toEqual([3, 7, 11, 7]);
    expect(most).toBe(3);
  });

  test('begins no more when one of them fails', async () => {
    const begun: number[] = [];
    const working = inBatches([1, 2, 3, 4], { size: 1, atOnce: 2 }, async ([one = 0]) => {
      begun.push(one);
      if (one === 1) throw new Error('No');
    });

    await expect(working).rejects.toThrow('No');
    await setImmediate();
    expect(begun).toEqual([1, 2]);
  });
});

describe('Joining groups', () => {
  test('divides none of them', () => {
    expect(joinGroups([[1, 2], [3], [4, 5, 6], [7]], 3)).toEqual([[1, 2, 3], [4, 5, 6], [7]]);
  });

  test('makes one part even of nothing', () => {
    expect(joinGroups([], 3)).toEqual([[]]);
  });
});
