/** What mutation testing mutates, part by part, and the tests that have to notice. */
import { readdirSync } from 'node:fs';

export type Part = {
  readonly mutate: string;
  /** Files of tests. */
  readonly tests: readonly string[];
  /** Names of tests that take too long to be run for each of hundreds of mutants. */
  readonly slow?: RegExp;
};

const testsIn = (folder: string): string[] =>
  readdirSync(folder, { encoding: 'utf8', recursive: true })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => `${folder}/${name}`);

/** Some files of a folder, with the tests of the same names or of these. */
const filesOf = (folder: string, names: readonly string[], tests = names): Part => ({
  mutate: `lib/${folder}/{${names.join(',')}}.ts`,
  tests: tests.map((name) => `test/unit/${folder}/${name}.test.ts`),
});

const groupCommit = filesOf.bind(null, 'group-commit');

// The tests of the group commit are without those that run batches of hundreds of orders.
const PARTS: Readonly<Record<string, Part>> = {
  domain: { mutate: 'lib/domain/**/*.ts', tests: testsIn('test/unit/domain') },
  dynamodb: filesOf('dynamodb', ['codec', 'items', 'reasons']),
  planning: groupCommit(['facts', 'plan', 'take-apart']),
  packing: {
    ...groupCommit(['pack', 'product-numbers', 'waiting']),
    slow: /steps for each parcel|1\.0635 times|skewed workload|fewer tries/,
  },
  scheduling: {
    ...groupCommit(['claims', 'demand', 'schedule'], ['schedule']),
    slow: /in a row|below 300|in the same order again/,
  },
  settling: {
    ...groupCommit(
      ['engine', 'progress', 'settle'],
      ['engine', 'progress', 'settle', 'time-is-up'],
    ),
    slow: /1,000 orders|ends halfway/,
  },
};

/** @throws Error when there is no such part */
export const partOf = (name = 'none'): Part => {
  const part = PARTS[name];
  if (!part) throw new Error(`PART is ${name}, and none of ${Object.keys(PARTS).join(', ')}`);
  return part;
};
