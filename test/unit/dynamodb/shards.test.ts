import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { shardKeys, shardOf } from '../../../lib/dynamodb/shards.ts';

describe('Shards', () => {
  test('an id always has the same shard', () => {
    // Literal values, because another shard for an id would break all cursors.
    expect(['o1', 'o2', 'o3', '1', '2'].map((id) => shardOf(id, 8))).toEqual([2, 1, 4, 3, 2]);
  });

  test('the shard of an id is one of the shards that are read', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 1_000 }), (id, count) => {
        expect(shardKeys('key', count)).toContain(`key#${shardOf(id, count)}`);
      }),
    );
  });

  test('8,000 ids spread evenly over 8 shards, with 900 to 1,100 each', () => {
    const counts = Array.from({ length: 8 }, () => 0);
    for (let id = 0; id < 8_000; id += 1) {
      const shard = shardOf(String(id), 8);
      counts[shard] = (counts[shard] ?? 0) + 1;
    }

    for (const count of counts) {
      expect(count).toBeGreaterThan(900);
      expect(count).toBeLessThan(1_100);
    }
  });

  test('a single shard takes every id', () => {
    expect(shardOf('anything', 1)).toBe(0);
    expect(shardKeys('pending', 1)).toEqual(['pending#0']);
  });

  test('keys are numbered from 0', () => {
    expect(shardKeys('pending', 3)).toEqual(['pending#0', 'pending#1', 'pending#2']);
  });

  test('a higher number of shards keeps all keys of the lower one', () => {
    expect(shardKeys('mug', 8)).toEqual(expect.arrayContaining(shardKeys('mug', 5)));
  });
});
