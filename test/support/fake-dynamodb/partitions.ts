/**
 * Partitions, each of which takes only so many units a second.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html
 */
import { FakeError } from './errors.ts';

export type PartitionLimits = {
  /** Units that one partition takes in a second. */
  readonly write: number;
  readonly read: number;
  /** The partitions of each table and of each index. */
  readonly count: number;
};

/** What DynamoDB promises of every partition. */
export const AWS_PARTITIONS: PartitionLimits = { write: 1_000, read: 3_000, count: 1 };

/** Units that a request needs of the partition that has a key of a table or an index. */
export type Use = {
  readonly kind: 'write' | 'read';
  /** A table, or an index of one. */
  readonly source: string;
  readonly key: unknown;
  readonly units: number;
};

export type Partitions = {
  /** Whether all of these can be had now; only then they are used up. */
  readonly take: (uses: () => readonly Use[]) => boolean;
};

/** Partitions that never have enough of it. */
export const BOUNDLESS: Partitions = { take: () => true };

/** A request that partitions have no room for. */
export const throttled = (): FakeError => new FakeError('ThrottlingException');

type Bucket = { left: number; at: number };

export const createPartitions = (now: () => number, limits: PartitionLimits): Partitions => {
  const buckets = new Map<string, Bucket>();

  const bucketOf = ({ kind, source, key }: Use): Bucket => {
    const name = `${kind} ${source} ${hashOf(String(key)) % limits.count}`;
    const bucket = buckets.get(name) ?? { left: limits[kind], at: now() };
    buckets.set(name, bucket);
    const refilled = bucket.left + ((now() - bucket.at) * limits[kind]) / 1_000;
    bucket.left = Math.min(limits[kind], refilled);
    bucket.at = now();
    return bucket;
  };

  return {
    take: (uses) => {
      const wanted = new Map<Bucket, number>();
      for (const use of uses()) {
        const bucket = bucketOf(use);
        wanted.set(bucket, (wanted.get(bucket) ?? 0) + use.units);
      }
      if (![...wanted].every(([{ left }, units]) => left >= units)) return false;
      for (const [bucket, units] of wanted) bucket.left -= units;
      return true;
    },
  };
};

const hashOf = (text: string): number => {
  let hash = 0;
  for (let at = 0; at < text.length; at += 1) hash = (hash * 31 + text.charCodeAt(at)) >>> 0;
  return hash;
};
