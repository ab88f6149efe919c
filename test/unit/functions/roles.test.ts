import { readdir } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { SCENARIOS } from '../../support/role-scenarios.ts';

test('Every function has role scenarios, and there are no others', async () => {
  const files = await readdir(new URL('../../../functions', import.meta.url));

  expect(Object.keys(SCENARIOS).sort()).toEqual(
    files.map((file) => file.replace(/\.ts$/, '')).sort(),
  );
});
