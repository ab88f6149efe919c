/** Finds the serverless command of this project. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LOCAL_REGION, LOCAL_STAGE } from './aws.ts';

export const PROJECT_FOLDER = fileURLToPath(new URL('..', import.meta.url));

const binary = (): string => {
  const manifest = createRequire(import.meta.url).resolve('serverless/package.json');
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: { serverless: string } };
  return resolve(dirname(manifest), bin.serverless);
};

/**
 * The command line that runs serverless for the stage `local`. The command is Node itself, not
 * `npx` or the link in `.bin`, because those do not forward signals to the process that they start.
 */
export const serverlessCommand = (...args: readonly string[]): [string, ...string[]] => [
  process.execPath,
  binary(),
  ...args,
  '--stage',
  LOCAL_STAGE,
  '--region',
  LOCAL_REGION,
];
