/** How far the streams of the tables have been read. */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** The sequence number of the last record that was handled, by shard. */
export type StreamPositions = {
  get(shard: string): string | undefined;
  set(shard: string, sequenceNumber: string): void;
};

/**
 * @param file outlives this process. Without one, every stream is read from its beginning.
 */
export const openStreamPositions = (file?: string): StreamPositions => {
  const text = file !== undefined && existsSync(file) ? readFileSync(file, 'utf8') : '{}';
  const positions = new Map(Object.entries(JSON.parse(text) as Record<string, string>));
  return {
    get: (shard) => positions.get(shard),
    set: (shard, sequenceNumber) => {
      positions.set(shard, sequenceNumber);
      if (file === undefined) return;
      // A kill while it is written leaves the file from before; then some records come again.
      writeFileSync(`${file}.new`, JSON.stringify(Object.fromEntries(positions)));
      renameSync(`${file}.new`, file);
    },
  };
};
