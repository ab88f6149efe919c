import type { Files } from '../files.ts';

/** Characters that are kept until they are written. */
const BUFFERED = 2 ** 20;

/** A file with a line of JSON for each thing, however many there are. */
export const openReportFile = async (path: string | undefined, files: Files) => {
  if (path === undefined) return { add: () => {}, close: async () => {} };
  await files.write(path, '');
  let lines: string[] = [];
  let waiting = 0;
  let writing = Promise.resolve();
  const flush = (): void => {
    const text = lines.join('');
    lines = [];
    waiting = 0;
    writing = writing.then(() => files.append(path, text));
    // Whoever closes the file hears of it.
    writing.catch(() => undefined);
  };
  return {
    add: (thing: object): void => {
      const line = `${JSON.stringify(thing)}\n`;
      lines.push(line);
      waiting += line.length;
      if (waiting >= BUFFERED) flush();
    },
    close: async (): Promise<void> => {
      flush();
      await writing;
    },
  };
};
