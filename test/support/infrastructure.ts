/** What serverless.yml says. It is read once and cached, because reading it takes seconds. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Infrastructure,
  readConfiguration,
  type ServerlessConfiguration,
  toInfrastructure,
} from '../../local/infrastructure.ts';
import { PROJECT_FOLDER } from '../../local/serverless-command.ts';

/** Everything that the result depends on. */
const SOURCES = [
  'serverless.yml',
  'deployment/watching.cjs',
  'deployment/authorization.ts',
  'lib/http/scopes.ts',
  'local/infrastructure.ts',
  'local/intrinsics.ts',
];

const CACHE_FOLDER = join(PROJECT_FOLDER, 'node_modules', '.cache', 'countermand');

export const infrastructure = async (): Promise<Infrastructure> =>
  toInfrastructure(await configuration());

/** The whole configuration, as serverless prints it. */
export const configuration = async (): Promise<ServerlessConfiguration> => {
  const hash = createHash('sha256');
  for (const source of SOURCES) hash.update(await readFile(join(PROJECT_FOLDER, source)));
  const file = join(CACHE_FOLDER, `configuration-${hash.digest('hex').slice(0, 16)}.json`);
  try {
    return JSON.parse(await readFile(file, 'utf8')) as ServerlessConfiguration;
  } catch {
    const result = await readConfiguration();
    await mkdir(CACHE_FOLDER, { recursive: true });
    // Written aside and renamed, so that no process reads a part of it.
    await writeFile(`${file}.${process.pid}`, JSON.stringify(result));
    await rename(`${file}.${process.pid}`, file);
    return result;
  }
};
