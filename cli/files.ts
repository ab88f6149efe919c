import { open, readFile, rename, unlink } from 'node:fs/promises';
import { wrongUsage } from './failure.ts';

/** The file system, as far as commands need it. All text is UTF-8. Throws a Failure if it must not. */
export type Files = {
  /** @returns undefined when there is no such file */
  readonly read: (path: string) => Promise<string | undefined>;
  /** Replaces the whole file or nothing of it, also when the process is killed in the middle. */
  readonly write: (path: string, text: string) => Promise<void>;
  /** Returns when the text is on the disk. */
  readonly append: (path: string, text: string) => Promise<void>;
};

const UTF8 = new TextDecoder('utf-8', { fatal: true });

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

const put = async (path: string, flags: 'a' | 'w', text: string): Promise<void> => {
  const file = await open(path, flags);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
};

const unwritable = (path: string, error: unknown) =>
  wrongUsage(`${path} cannot be written: ${(error as Error).message}.`);

export const systemFiles: Files = {
  async read(path) {
    try {
      return UTF8.decode(await readFile(path));
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw wrongUsage(`${path} cannot be read: ${(error as Error).message}.`);
    }
  },
  async write(path, text) {
    // A name of its own for each process, because two may write the same result.
    const draft = `${path}.${process.pid}.new`;
    try {
      await put(draft, 'w', text);
      await rename(draft, path);
    } catch (error) {
      await unlink(draft).catch(() => {});
      throw unwritable(path, error);
    }
  },
  async append(path, text) {
    try {
      await put(path, 'a', text);
    } catch (error) {
      throw unwritable(path, error);
    }
  },
};
