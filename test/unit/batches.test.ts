import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { inBatches, inParts, joinGroups } from '../../lib/batches.ts';

test('A list is cut into parts in order, and the last part may be shorter', () => {
  expect(inParts([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
  expect(inParts([], 2)).toEqual([]);
});

describe('Working in batches', () => {
  test('returns the results in order, and works on 3 batches at a time at most', async () => {
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

  test('starts no further batch after one has failed', async () => {
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
  test('makes parts of at most 3 and splits no group', () => {
    expect(joinGroups([[1, 2], [3], [4, 5, 6], [7]], 3)).toEqual([[1, 2, 3], [4, 5, 6], [7]]);
  });

  test('makes one empty part from no groups', () => {
    expect(joinGroups([], 3)).toEqual([[]]);
  });
});
