/** A temporary PostgreSQL server, whose folder is deleted with it. */
import { execFile } from 'node:child_process';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startChild } from '../../local/child-process.ts';
import { freePorts, LOOPBACK } from '../../local/ports.ts';
import { waitUntil } from '../../local/wait.ts';

const run = promisify(execFile);

/** The folder where Debian's packages install each version. */
const DEBIAN = '/usr/lib/postgresql';

const START_TIMEOUT_SECONDS = 60;

export const USER = 'countermand';

export type PostgreSql = {
  /** As in `15`. */
  readonly version: string;
  readonly host: string;
  readonly port: number;
  stop(): Promise<void>;
};

type Installation = { readonly version: string; readonly bin: string };

/** The newest of Debian's versions, or else the one on the path; undefined when there is none. */
export const findPostgreSql = async (): Promise<Installation | undefined> => {
  const versions = await readdir(DEBIAN).catch(() => []);
  const newest = versions.toSorted((a, b) => Number(b) - Number(a))[0];
  if (newest !== undefined) return { version: newest, bin: join(DEBIAN, newest, 'bin') };
  try {
    const { stdout: version } = await run('pg_config', ['--version']);
    const { stdout: bin } = await run('pg_config', ['--bindir']);
    return { version: /\d+/.exec(version)?.[0] ?? 'unknown', bin: bin.trim() };
  } catch {
    return undefined;
  }
};

/** Starts an empty server with default settings, so commits are durable. */
export const startPostgreSql = async ({ version, bin }: Installation): Promise<PostgreSql> => {
  const folder = await mkdtemp(join(tmpdir(), 'countermand-postgresql-'));
  const as = await unprivileged();
  if (as) await chown(folder, as.uid, as.gid);
  const data = join(folder, 'data');
  const [port = 0] = await freePorts(1);
  await run(
    join(bin, 'initdb'),
    ['--pgdata', data, '--username', USER, '--auth', 'trust', '--no-locale', '--encoding', 'UTF8'],
    { cwd: folder, ...as },
  );
  const child = startChild(
    'PostgreSQL',
    [
      ...(as ? asUser(as) : []),
      join(bin, 'postgres'),
      ...['-D', data, '-k', folder, '-h', LOOPBACK, '-p', String(port)],
    ] as [string, ...string[]],
    { cwd: folder },
  );
  const stop = async (): Promise<void> => {
    await child.stop();
    await rm(folder, { recursive: true });
  };
  const isReady = (): Promise<boolean> =>
    run(join(bin, 'pg_isready'), ['-h', LOOPBACK, '-p', String(port)]).then(
      () => true,
      () => false,
    );
  try {
    await waitUntil('PostgreSQL is ready', isReady, {
      timeoutSeconds: START_TIMEOUT_SECONDS,
      failure: child.failure,
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return { version, host: LOOPBACK, port, stop };
};

type Ids = { readonly uid: number; readonly gid: number };

/** PostgreSQL refuses to run as root; its package creates a user for it. */
const unprivileged = async (): Promise<Ids | undefined> => {
  if (process.getuid?.() !== 0) return undefined;
  const idOf = async (option: string): Promise<number> =>
    Number((await run('id', [option, 'postgres'])).stdout);
  return { uid: await idOf('-u'), gid: await idOf('-g') };
};

const asUser = ({ uid, gid }: Ids): string[] => [
  'setpriv',
  `--reuid=${uid}`,
  `--regid=${gid}`,
  '--clear-groups',
];
