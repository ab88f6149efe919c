import type { FileHandle } from 'node:fs/promises';
import { open, stat } from 'node:fs/promises';
import { jsonLines } from '../../lib/import/json-lines.ts';
import { decodeUtf8 } from '../../lib/import/utf8.ts';
import { wrongUsage } from '../failure.ts';
import { FeedLine } from './event.ts';

const CHUNK = 2 ** 16;
/** Between two looks at the end of a file that grows, in milliseconds. */
const PAUSE_MS = 500;
/** Looks at a file that was replaced: its writer may have it open for a moment. */
const LOOKS_AT_OLD = 10;

export type Feed = {
  /** A path, or `-` for standard input. */
  readonly path: string;
  /** Whether the end of the file is not the end of the feed. */
  readonly follow: boolean;
  readonly pause: (milliseconds: number) => Promise<void>;
};

/**
 * The bytes of a file, piece by piece. With `follow`, also those that it gets later, and after it those
 * of the file that takes its place.
 */
async function* bytesOf({ path, follow, pause }: Feed): AsyncGenerator<Uint8Array> {
  if (path === '-') {
    yield* process.stdin;
    return;
  }
  let file = await opened(path);
  let position = 0;
  let idle = 0;
  try {
    for (;;) {
      // Looked at before the read, which then has everything that was written until the file was left.
      const left = follow ? await whyLeft(path, file, position) : undefined;
      const { bytesRead, buffer } = await file.read(Buffer.alloc(CHUNK), 0, CHUNK, null);
      position += bytesRead;
      idle = bytesRead > 0 ? 0 : idle + 1;
      if (bytesRead > 0) yield buffer.subarray(0, bytesRead);
      else if (!follow) return;
      else if (left === 'emptied' || (left === 'replaced' && idle > LOOKS_AT_OLD)) {
        await file.close();
        file = await opened(path);
        position = 0;
      } else await pause(PAUSE_MS);
    }
  } finally {
    await file.close();
  }
}

/** Whether the path is another file by now, or the file was emptied and begins anew. */
const whyLeft = async (
  path: string,
  file: FileHandle,
  position: number,
): Promise<'replaced' | 'emptied' | undefined> => {
  const [old, now] = await Promise.all([file.stat(), stat(path).catch(() => undefined)]);
  // Between two files there may be none. A pipe has no size.
  if (now === undefined || !old.isFile()) return undefined;
  if (now.ino !== old.ino || now.dev !== old.dev) return 'replaced';
  return old.size < position ? 'emptied' : undefined;
};

const opened = (path: string): Promise<FileHandle> =>
  open(path).catch((error: Error) => {
    throw wrongUsage(`${path} cannot be read: ${error.message}.`);
  });

/** @throws Failure that names the first line that is wrong */
export async function* readFeed(feed: Feed): AsyncGenerator<FeedLine> {
  const name = feed.path === '-' ? 'standard input' : feed.path;
  try {
    for await (const { line, value } of jsonLines(decodeUtf8(bytesOf(feed), name), name)) {
      const { success, data, error } = FeedLine.safeParse(value);
      if (!success) {
        const [issue] = error.issues;
        throw wrongUsage(`${name} line ${line}: ${issue?.path.join('.')}: ${issue?.message}.`);
      }
      yield data;
    }
  } catch (error) {
    if (error instanceof Error && error.name === 'UnreadableError') {
      throw wrongUsage(`${error.message}.`);
    }
    throw error;
  }
}
