import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { filesOf, mutate, ROOT } from '../mutants/apply.ts';
import { MUTANTS } from '../mutants/list.ts';

describe('The list of mutants', () => {
  test.each(MUTANTS.map((mutant) => [mutant.name, mutant] as const))(
    '"%s" still finds its texts in the code, each exactly once, and changes them',
    async (_, mutant) => {
      for (const file of filesOf(mutant)) {
        const source = await readFile(join(ROOT, file), 'utf8');
        expect(mutate(mutant, file, source)).not.toBe(source);
      }
    },
  );

  test('names a unit test that exists wherever it names one', async () => {
    const tests = MUTANTS.flatMap(({ test: name }) => name ?? []);
    await Promise.all(tests.map((name) => readFile(join(ROOT, 'test/unit', `${name}.test.ts`))));
    expect(tests).not.toEqual([]);
  });

  test('has at least 30 mutants, each with a name of its own', () => {
    const names = new Set(MUTANTS.map(({ name }) => name));
    expect(names.size).toBe(MUTANTS.length);
    expect(names.size).toBeGreaterThanOrEqual(30);
  });
});
