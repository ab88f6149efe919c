import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Works with an empty folder, which is deleted afterwards. */
export const withTemporaryFolder = async <Result>(
  work: (folder: string) => Promise<Result>,
): Promise<Result> => {
  const folder = await mkdtemp(join(tmpdir(), 'countermand-audit-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
};
