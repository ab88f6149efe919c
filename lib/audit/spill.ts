import { createReadStream } from 'node:fs';
import { appendFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** A record begins with its key: the id of the product or order that it is about. */
export type SpillRecord = readonly [key: string, ...rest: unknown[]];

/** All records of some keys, in the sequence in which they were added. It can be read repeatedly. */
export type SpillPart<R extends SpillRecord> = { readonly records: () => AsyncGenerator<R> };

/**
 * Records that do not fit into memory, in temporary files. All records of a key are in one part, so
 * each part can be worked on alone.
 */
export type Spill<R extends SpillRecord> = {
  readonly add: (record: R) => void;
  /** Writes out what has been added, if it is much. To be called now and then. */
  readonly settle: () => Promise<void>;
  /** The parts, one by one; each is deleted when the next one is asked for. Nothing may be added. */
  readonly parts: () => AsyncGenerator<SpillPart<R>>;
};

export type SpillOptions = {
  readonly folder: string;
  readonly name: string;
  /** The number of files. */
  readonly files?: number;
  /** Characters that are kept in memory before they are written. */
  readonly buffered?: number;
  /** The largest part, in bytes; a larger one is divided by another hash of its keys. */
  readonly largest?: number;
  readonly depth?: number;
};

/** A part of one key cannot be divided, so dividing ends somewhere. */
const DEEPEST = 4;

export const createSpill = <R extends SpillRecord>(options: SpillOptions): Spill<R> => {
  const { folder, name, files = 64, depth = 0 } = options;
  const { buffered = 2 ** 22, largest = 2 ** 25 } = options;
  const pathOf = (part: number): string => join(folder, `${name}-${part}`);
  const buffers = new Map<number, string[]>();
  const written = new Set<number>();
  let waiting = 0;

  const writeOut = async (): Promise<void> => {
    for (const [part, lines] of buffers) {
      await appendFile(pathOf(part), lines.join(''));
      written.add(part);
    }
    buffers.clear();
    waiting = 0;
  };

  const divide = async (path: string, part: number): Promise<Spill<R>> => {
    const spill = createSpill<R>({
      ...options,
      name: `${name}-${part}`,
      files: 16,
      depth: depth + 1,
    });
    for await (const record of readRecords<R>(path)) {
      spill.add(record);
      await spill.settle();
    }
    await rm(path);
    return spill;
  };

  return {
    add(record) {
      const line = `${JSON.stringify(record)}\n`;
      const part = hash(record[0], depth) % files;
      const lines = buffers.get(part) ?? [];
      lines.push(line);
      buffers.set(part, lines);
      waiting += line.length;
    },
    async settle() {
      if (waiting >= buffered) await writeOut();
    },
    async *parts() {
      await writeOut();
      for (const part of written) {
        const path = pathOf(part);
        const { size } = await stat(path);
        if (size > largest && depth < DEEPEST) {
          const divided = await divide(path, part);
          yield* divided.parts();
        } else {
          yield { records: () => readRecords<R>(path) };
          await rm(path);
        }
      }
    },
  };
};

async function* readRecords<R extends SpillRecord>(path: string): AsyncGenerator<R> {
  let rest = '';
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: 2 ** 18 })) {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line);
  }
}

/** FNV-1a. The depth is mixed in, so that dividing a part does not leave all keys together. */
const hash = (key: string, depth: number): number => {
  let sum = 0x811c9dc5 ^ depth;
  for (let index = 0; index < key.length; index += 1) {
    sum = Math.imul(sum ^ key.charCodeAt(index), 0x01000193);
  }
  return Math.imul(sum ^ (sum >>> 15), 0x2c1b3c6d) >>> 0;
};
