import type { FileHandle } from 'node:fs/promises';
import { open } from 'node:fs/promises';
import { jsonLines } from '../../lib/import/json-lines.ts';
import { decodeUtf8 } from '../../lib/import/utf8.ts';
import { wrongUsage } from '../failure.ts';
import { FeedLine } from './event.ts';

const CHUNK = 2 ** 16;
/** Between two looks at the end of a file that grows, in milliseconds. */
const PAUSE_MS = 500;

export type Feed = {
  /** A path, or `-` for standard input. */
  readonly path: string;
  /** Whether the end of the file is not the end of the feed. */
  readonly follow: boolean;
  readonly pause: (milliseconds: number) => Promise<void>;
};

/** The bytes of a file, piece by piece; with `follow`, also those that it gets later. */
async function* bytesOf({ path, follow, pause }: Feed): AsyncGenerator<Uint8Array> {
  if (path === '-') {
    yield* process.stdin;
    return;
  }
  const file = await opened(path);
  try {
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(CHUNK), 0, CHUNK, null);
      if (bytesRead > 0) yield buffer.subarray(0, bytesRead);
      else if (follow) await pause(PAUSE_MS);
      else return;
    }
  } finally {
    await file.close();
  }
}

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
