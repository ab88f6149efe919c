/** What `npm ci` installs, as the lock file has it. */
import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { installedPackages, isDeployed, licencePage } from '../support/licences.ts';

const installed = await installedPackages();

/** They ask for no more than to be named. */
const PERMISSIVE = ['MIT', 'MIT-0', 'ISC', '0BSD', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause'];

const isPermissive = (license: string): boolean =>
  license
    .replace(/[()]/g, '')
    .split(' OR ')
    .some((one) => PERMISSIVE.includes(one));

test('Every package has a checksum, also those for other systems than the one that made the lock file', () => {
  const unchecked = installed.filter(([, { integrity = '' }]) => !/^sha512-.+==$/.test(integrity));

  expect(unchecked.map(([path]) => path)).toEqual([]);
});

test('No package names a registry, so that any mirror will do', () => {
  expect(installed.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
});

test('What is deployed or runs with the command line has permissive licences only', () => {
  const deployed = installed.filter(([, entry]) => isDeployed(entry));
  const others = deployed.filter(([, { license = '' }]) => !isPermissive(license));

  expect(deployed.length).toBeGreaterThan(50);
  expect(others.map(([path, { license }]) => `${path}: ${license}`)).toEqual([]);
});

test('docs/licences.md lists them; npm run licences writes it anew', async () => {
  expect(await readFile('docs/licences.md', 'utf8')).toBe(await licencePage());
});
