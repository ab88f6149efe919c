import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openDataFolder } from '../../local/data-folder.ts';

let parent: string;
let path: string;

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'countermand-'));
  path = join(parent, 'shops', 'mine');
});

afterEach(async () => {
  await rm(parent, { recursive: true, force: true });
});

/** The process id of a program that has ended. */
const gonePid = (): number => spawnSync(process.execPath, ['-e', '']).pid;

describe('The folder of a shop', () => {
  test('is made when it does not exist, and is new only the first time', async () => {
    const first = await openDataFolder(path);
    await first.close();
    const second = await openDataFolder(path);

    expect([first.isNew, second.isNew]).toEqual([true, false]);
    expect(second.engine).toBe(first.engine);
  });

  test('is refused while another process uses it', async () => {
    await openDataFolder(path);
    await writeFile(join(path, 'user.pid'), `${process.ppid}\n`);

    await expect(openDataFolder(path)).rejects.toThrow(
      `The folder ${path} is in use by process ${process.ppid}: end it, or name another.`,
    );
  });

  test('is opened again after the process that used it was killed', async () => {
    await openDataFolder(path);
    await writeFile(join(path, 'user.pid'), `${gonePid()}\n`);

    await expect(openDataFolder(path)).resolves.toMatchObject({ isNew: false });
  });

  test('is refused for another engine than it was made with', async () => {
    await openDataFolder(path);
    await writeFile(join(path, 'engine'), 'dynamodb-local\n');

    await expect(openDataFolder(path, 'dynoxide')).rejects.toThrow(
      `The folder ${path} was made with dynamodb-local: set DYNAMODB_ENGINE=dynamodb-local, or name another folder.`,
    );
  });
});
