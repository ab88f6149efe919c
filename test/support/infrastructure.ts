/** What serverless.yml says, read once and kept, because reading it takes seconds. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Infrastructure, readInfrastructure } from '../../local/infrastructure.ts';
import { PROJECT_FOLDER } from '../../local/serverless-command.ts';

/** All that the result depends on. */
const SOURCES = ['serverless.yml', 'local/infrastructure.ts', 'local/intrinsics.ts'];

const CACHE_FOLDER = join(PROJECT_FOLDER, 'node_modules', '.cache', 'countermand');

export const infrastructure = async (): Promise<Infrastructure> => {
  const hash = createHash('sha256');
  for (const source of SOURCES) hash.update(await readFile(join(PROJECT_FOLDER, source)));
  const file = join(CACHE_FOLDER, `infrastructure-${hash.digest('hex').slice(0, 16)}.json`);
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Infrastructure;
  } catch {
    const result = await readInfrastructure();
    await mkdir(CACHE_FOLDER, { recursive: true });
    // Written aside and moved, so that nobody ever reads half of it.
    await writeFile(`${file}.${process.pid}`, JSON.stringify(result));
    await rename(`${file}.${process.pid}`, file);
    return result;
  }
};
