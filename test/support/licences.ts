/** The licences of what is deployed or runs with the command line, as docs/licences.md lists them. */
import { readFile } from 'node:fs/promises';

export type LockEntry = {
  readonly version?: string;
  readonly integrity?: string;
  readonly resolved?: string;
  readonly license?: string;
  readonly dev?: boolean;
  readonly devOptional?: boolean;
};

/** Every installed package with its path, without the project itself, which has the empty path. */
export const installedPackages = async (): Promise<readonly (readonly [string, LockEntry])[]> => {
  const { packages } = JSON.parse(await readFile('package-lock.json', 'utf8')) as {
    readonly packages: Readonly<Record<string, LockEntry>>;
  };
  return Object.entries(packages).filter(([path]) => path !== '');
};

export const isDeployed = ({ dev, devOptional }: LockEntry): boolean => !dev && !devOptional;

const nameOf = (path: string): string => path.slice(path.lastIndexOf('node_modules/') + 13);

export const licencePage = async (): Promise<string> => {
  const rows = (await installedPackages())
    .filter(([, entry]) => isDeployed(entry))
    .map(
      ([path, { version = '', license = '' }]) => `| ${nameOf(path)} | ${version} | ${license} |`,
    );
  return [
    '# Licences',
    '',
    'The packages that functions are bundled from, and that the command line runs with. What only builds and tests the system is not listed. `npm run licences` writes this page.',
    '',
    '| package | version | licence |',
    '|---|---|---|',
    ...[...new Set(rows)].sort(),
    '',
    'The page at `/docs` consists of the standalone build of `@scalar/api-reference` (MIT), which the function `get-docs-script` carries. It is taken from the package `@scalar/fastify-api-reference`, and has the licences of what it is built from in its text.',
    '',
  ].join('\n');
};
