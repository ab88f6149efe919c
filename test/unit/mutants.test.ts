import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { fileOfTest, filesOf, mutate, ROOT, withOdds } from '../mutants/apply.ts';
import { FIXES } from '../mutants/fixes.ts';
import { type Fault, MUTANTS } from '../mutants/list.ts';

const LISTS: [string, number, readonly Fault[]][] = [
  ['mutants', 30, MUTANTS],
  ['fixes to take back', 70, FIXES],
];

describe.each(LISTS)('The list of %s', (_, atLeast, faults) => {
  test.each(faults.map((fault) => [fault.name, fault] as const))(
    '"%s" still finds its texts in the code, each exactly once, and changes them',
    async (_, fault) => {
      const changed = withOdds(fault);
      for (const file of filesOf(changed)) {
        const source = await readFile(join(ROOT, file), 'utf8');
        expect(mutate(changed, file, source)).not.toBe(source);
      }
    },
  );

  test('names a test that exists wherever it names one', async () => {
    const tests = faults.flatMap(({ test: name }) => name ?? []);
    await Promise.all(tests.map((name) => readFile(join(ROOT, fileOfTest(name)))));
    expect(tests).not.toEqual([]);
  });

  test(`has at least ${atLeast} entries, each with a name of its own`, () => {
    const names = new Set(faults.map(({ name }) => name));
    expect(names.size).toBe(faults.length);
    expect(names.size).toBeGreaterThanOrEqual(atLeast);
  });
});
