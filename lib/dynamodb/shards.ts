import { createHash } from 'node:crypto';

/**
 * The shard, from 0 to `count` - 1, that an item is written to. It only has to spread evenly:
 * readers merge all shards and never compute the shard of an item. So `count` may grow without a
 * migration.
 */
export const shardOf = (id: string, count: number): number =>
  createHash('sha256').update(id).digest().readUInt32BE(0) % count;

/** All values of a sharded index key. */
export const shardKeys = (key: string, count: number): string[] =>
  Array.from({ length: count }, (_, shard) => `${key}#${shard}`);
