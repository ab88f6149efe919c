/** What a deployment would create, as `serverless package` writes it. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { LOCAL_STAGE, localEnvironment } from '../../local/aws.ts';
import { PROJECT_FOLDER, serverlessCommand } from '../../local/serverless-command.ts';

export type Resource = {
  readonly Type: string;
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: string;
  readonly UpdateReplacePolicy?: string;
  // biome-ignore lint/suspicious/noExplicitAny: hundreds of shapes, each known to the test that asks
  readonly Properties: any;
};

export type Template = {
  readonly Resources: Readonly<Record<string, Resource>>;
  /** The archives that hold the functions' code. */
  readonly archives: readonly string[];
};

/** Folders that git ignores, that serverless does not read, or that other runs are writing to. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'node_modules',
  'coverage',
  'test',
  'bench',
  'docs',
  'README.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
]);

/**
 * Packages the service as a deployment would, for the stage `local`, without network or
 * credentials. It takes half a minute of processor time, so test files that run at the same time,
 * or later with the same sources, share what the first of them made.
 */
export const packageService = (): Promise<Template> => shared(LOCAL_STAGE, packageIn);

/**
 * The template of another stage, as a deployment would have it, but without the archives. Bundling
 * is what takes the time, and it is the same for every stage.
 *
 * @param params as for `serverless deploy`: `tracing=true`
 */
export const templateOf = (stage: string, ...params: readonly string[]): Promise<Template> =>
  shared([stage, ...params].join(' '), (folder) => describeIn(folder, stage, params));

/** Makes a package from a copy of the project, once for all test files. */
const shared = async (
  name: string,
  make: (folder: string) => Promise<Template>,
): Promise<Template> => {
  const folder = await mkdtemp(join(tmpdir(), 'countermand-package-'));
  try {
    await copyProject(folder);
    const made = join(tmpdir(), `countermand-template-${await hashOf(folder, name)}.json`);
    return await once(made, () => make(folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** Packaging writes into the folder of the project, where other processes may write, too. */
const copyProject = async (folder: string): Promise<void> => {
  for (const name of await readdir(PROJECT_FOLDER)) {
    if (name.startsWith('.') || LEFT_OUT.has(name)) continue;
    await cp(join(PROJECT_FOLDER, name), join(folder, name), { recursive: true });
  }
};

/** A hash of everything that the package is made from, with the installed versions. */
const hashOf = async (folder: string, name: string): Promise<string> => {
  const hash = createHash('sha256').update(process.version).update(name);
  const files = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name))
    .sort();
  for (const file of files) hash.update(relative(folder, file)).update(await readFile(file));
  return hash.digest('hex').slice(0, 16);
};

const packageIn = async (folder: string): Promise<Template> => {
  const output = await runPackage(folder, serverlessCommand('package'));
  const files = await readdir(output);
  return {
    ...(await readTemplate(output)),
    archives: files.filter((file) => file.endsWith('.zip')).map((file) => basename(file, '.zip')),
  };
};

/** Every function gets the same archive, which is no archive. */
const describeIn = async (
  folder: string,
  stage: string,
  params: readonly string[],
): Promise<Template> => {
  const file = join(folder, 'serverless.yml');
  const text = await readFile(file, 'utf8');
  await writeFile(join(folder, 'none.zip'), '');
  await writeFile(file, text.replace('individually: true', 'artifact: none.zip'));
  const command = serverlessCommand('package', ...params.map((param) => `--param=${param}`));
  const forStage = command.map((part) => (part === LOCAL_STAGE ? stage : part));
  const output = await runPackage(folder, forStage, { COUNTERMAND_BUNDLING: 'bundled' });
  return { ...(await readTemplate(output)), archives: [] };
};

/** @returns the folder with the package */
const runPackage = async (
  folder: string,
  [command = '', ...args]: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<string> => {
  await symlink(join(PROJECT_FOLDER, 'node_modules'), join(folder, 'node_modules'));
  const output = join(folder, 'package');
  const nowhere = 'http://127.0.0.1:1';
  await promisify(execFile)(command, [...args, '--package', output], {
    cwd: folder,
    env: { ...localEnvironment(process.env, { dynamodb: nowhere, sqs: nowhere }), ...env },
  });
  return output;
};

const readTemplate = async (output: string): Promise<Pick<Template, 'Resources'>> => {
  const file = join(output, 'cloudformation-template-update-stack.json');
  return JSON.parse(await readFile(file, 'utf8'));
};

/** Packaging may take this long on a busy machine, in milliseconds. */
export const PACKAGING_MS = 300_000;

/** Reads a package that exists, or waits while another process makes it, or makes it. */
const once = async (file: string, make: () => Promise<Template>): Promise<Template> => {
  const lock = `${file}.lock`;
  const read = async (): Promise<Template | undefined> => {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    return text === undefined ? undefined : (JSON.parse(text) as Template);
  };
  const end = performance.now() + PACKAGING_MS;
  while (performance.now() < end) {
    const made = await read();
    if (made) return made;
    const isOurs = await mkdir(lock).then(
      () => true,
      () => false,
    );
    if (isOurs) break;
    await delay(200);
  }
  try {
    const template = await make();
    // Renamed when it is complete, so that no process reads a part of it.
    await writeFile(`${file}.${process.pid}`, JSON.stringify(template));
    await rename(`${file}.${process.pid}`, file);
    return template;
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
};
