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
import { localEnvironment } from '../../local/aws.ts';
import { PROJECT_FOLDER, serverlessCommand } from '../../local/serverless-command.ts';

export type Resource = {
  readonly Type: string;
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
const LEFT_OUT: ReadonlySet<string> = new Set(['node_modules', 'coverage', 'test', 'bench']);

/**
 * Packages the service as a deployment would, without network or credentials. It takes half a
 * minute of processor time, so test files that run at the same time, or later with the same
 * sources, share what the first of them made.
 */
export const packageService = async (): Promise<Template> => {
  const folder = await mkdtemp(join(tmpdir(), 'countermand-package-'));
  try {
    await copyProject(folder);
    const made = join(tmpdir(), `countermand-template-${await hashOf(folder)}.json`);
    return await once(made, () => packageIn(folder));
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
const hashOf = async (folder: string): Promise<string> => {
  const hash = createHash('sha256').update(process.version);
  const files = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name))
    .sort();
  for (const file of files) hash.update(relative(folder, file)).update(await readFile(file));
  return hash.digest('hex').slice(0, 16);
};

const packageIn = async (folder: string): Promise<Template> => {
  await symlink(join(PROJECT_FOLDER, 'node_modules'), join(folder, 'node_modules'));
  const output = join(folder, 'package');
  const [command, ...args] = serverlessCommand('package', '--package', output);
  const nowhere = 'http://127.0.0.1:1';
  await promisify(execFile)(command, args, {
    cwd: folder,
    env: localEnvironment(process.env, { dynamodb: nowhere, sqs: nowhere }),
  });
  const template = await readFile(
    join(output, 'cloudformation-template-update-stack.json'),
    'utf8',
  );
  const files = await readdir(output);
  return {
    ...(JSON.parse(template) as Pick<Template, 'Resources'>),
    archives: files.filter((file) => file.endsWith('.zip')).map((file) => basename(file, '.zip')),
  };
};

/** How long a process waits for another one that makes the same package, in milliseconds. */
const PATIENCE_MS = 100_000;

/** Reads a package that exists, or waits while another process makes it, or makes it. */
const once = async (file: string, make: () => Promise<Template>): Promise<Template> => {
  const lock = `${file}.lock`;
  const read = async (): Promise<Template | undefined> => {
    const text = await readFile(file, 'utf8').catch(() => undefined);
    return text === undefined ? undefined : (JSON.parse(text) as Template);
  };
  const end = performance.now() + PATIENCE_MS;
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
