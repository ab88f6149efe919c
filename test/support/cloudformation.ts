/** What a deployment would create, from the command that a deployment begins with. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
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

/** What git does not know, what serverless does not read, and what other runs are writing to. */
const LEFT_OUT: ReadonlySet<string> = new Set(['node_modules', 'coverage', 'test', 'bench']);

/**
 * Packages the service as a deployment would, without network or credentials, in a copy of the
 * project: packaging leaves its work in the project's folder, where others may be at work.
 */
export const packageService = async (): Promise<Template> => {
  const folder = await mkdtemp(join(tmpdir(), 'countermand-package-'));
  try {
    for (const name of await readdir(PROJECT_FOLDER)) {
      if (name.startsWith('.') || LEFT_OUT.has(name)) continue;
      await cp(join(PROJECT_FOLDER, name), join(folder, name), { recursive: true });
    }
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
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};
