import { createHash } from 'node:crypto';

/**
 * The shard, from 0 to `count` - 1, that an item is written to. Any spread that is even will do:
 * readers merge all shards, so nobody ever asks which shard an item went to, and `count` may grow
 * without moving anything.
 */
export const shardOf = (id: string, count: number): number =>
  createHash('sha256').update(id).digest().readUInt32BE(0) % count;

/** Every value that a sharded index key can have. */
export const shardKeys = (key: string, count: number): string[] =>
  Array.from({ length: count }, (_, shard) => `${key}#${shard}`);
