/** A command in a document is run by a test. What cannot be run is on a list, with the reason. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  commandsOnTables,
  localLines,
  otherBlocks,
  shadowLines,
  shellLines,
} from '../support/documented-commands.ts';
import { allDocuments, readDocument } from '../support/markdown.ts';

const DOCUMENTS = allDocuments();
const COMMANDS = DOCUMENTS.flatMap(shellLines);

/** What a test takes out of a document and runs; the file has the test. */
const RUN: Readonly<Record<string, readonly string[]>> = {
  'test/e2e/command-line.test.ts': localLines(readDocument('README.md')),
  'test/e2e/start.test.ts': ['npm start', 'npm ci && npm start'],
  'test/unit/cli/documented.test.ts': [
    ...localLines(readDocument('docs/migrating.md')),
    ...shadowLines(readDocument('docs/migrating.md')),
    ...['docs/audit.md', 'docs/runbook.md'].flatMap((path) => commandsOnTables(readDocument(path))),
  ],
};

type Exception = { readonly what: RegExp; readonly why: string };

const NOT_RUN: readonly Exception[] = [
  { what: /^npm ci(?: && npm test)?$/, why: 'loads packages; whoever runs a test has done so' },
  { what: /^npm test\b/, why: 'runs tests; below, what it names is looked for' },
  { what: /^(?:PART=\w+ )?npm run (?!deploy|package)/, why: 'takes minutes; below, its options' },
  { what: /^bash \.ci\/run$/, why: 'runs the tests' },
  { what: /^tail -f /, why: 'does not end' },
  { what: /^npm run (?:deploy|package)\b/, why: 'deploys, or packages as the e2e tests do' },
  { what: /^npx serverless /, why: 'asks AWS' },
  {
    what: /^npx countermand .*--stage/,
    why: 'asks AWS; that it is right is tested with documents',
  },
  { what: /^(?:aws|for|API=)/, why: 'asks AWS' },
  { what: /^curl .*\$(?:API|URL)\b/, why: 'asks a deployed stage' },
  { what: /^jq /, why: 'reads what a deployment has packaged' },
  { what: /^export /, why: 'is for the commands that ask AWS' },
  { what: /^psql /, why: 'asks the database of another shop' },
];

/** Blocks that nobody types: by how they begin. */
const NO_COMMANDS: readonly Exception[] = [
  { what: /^# Stock before$/m, why: 'what npm start prints; test/e2e/start.test.ts compares' },
  { what: /^ +POST \/orders\/\{id\}\/cancel/, why: 'a drawing' },
  { what: /^click-77 /, why: 'a drawing' },
  { what: /^ arrived /, why: 'a drawing' },
  { what: /^\{"type":"(?:product|cancelled)"/, why: 'samples; documented.test.ts reads them' },
  { what: /^Seed 111: /, why: 'what a simulation has printed' },
  { what: /^ +3\.485 s /, why: 'what a simulation has printed' },
  { what: /^ITERATOR=/, why: 'a loop that asks AWS' },
];

const without = (things: readonly string[], exceptions: readonly Exception[]): string[] =>
  things.filter((thing) => !exceptions.some(({ what }) => what.test(thing)));

/** Exceptions of nothing. */
const stale = (exceptions: readonly Exception[], things: readonly string[]): string[] =>
  exceptions
    .filter(({ what }) => !things.some((thing) => what.test(thing)))
    .map(({ what }) => String(what));

describe('A command in a document', () => {
  const isRun = new Set(Object.values(RUN).flat());
  const notRun = COMMANDS.filter((line) => !isRun.has(line));

  test('is run by a test, or there is a reason why it cannot be', () => {
    expect(isRun.size).toBeGreaterThan(40);
    expect(without(notRun, NOT_RUN)).toEqual([]);
    expect(stale(NOT_RUN, notRun)).toEqual([]);
  });

  test.each(Object.entries(RUN))('that %s runs is in a document', (file, lines) => {
    expect(readFileSync(file, 'utf8').length).toBeGreaterThan(0);
    expect(lines.filter((line) => !COMMANDS.includes(line))).toEqual([]);
  });

  test('is not overlooked because a block looks like none', () => {
    const others = DOCUMENTS.flatMap(otherBlocks);

    expect(without(others, NO_COMMANDS)).toEqual([]);
    expect(stale(NO_COMMANDS, others)).toEqual([]);
  });

  test.each(['npx countermand vanish', 'rm -rf /', 'curl localhost:3000/orders'])(
    'is noticed when it is new and nobody runs it: %s',
    (line) => {
      expect(without([line], NOT_RUN)).toEqual([line]);
    },
  );
});

/** All the code of a folder, as one text. */
const codeIn = (folder: string): string =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(folder, file), 'utf8'))
    .join('\n');

describe('A command of npm in a document', () => {
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    scripts: Readonly<Record<string, string>>;
  };
  const code = DOCUMENTS.flatMap(({ spans, blocks }) => [
    ...spans,
    ...blocks.flatMap(({ text }) => text.split('\n')),
  ]);

  test('gives a script of ours only options that it has', () => {
    const given = code.flatMap((line) => {
      const [, script = '', rest = ''] = /npm run (?:-s )?([\w-]+) -- (.*)/.exec(line) ?? [];
      const [file] = /(?:bench|test|local)\/\S+\.ts$/.exec(scripts[script] ?? '') ?? [];
      const options = [...rest.replace(/ # .*/, '').matchAll(/--([\w-]+)/g)];
      return file === undefined ? [] : options.map(([, option = '']) => ({ script, file, option }));
    });
    const folders = new Map(given.map(({ file }) => [file, codeIn(dirname(file))]));
    const unknown = given.filter(
      ({ file, option }) =>
        !new RegExp(`['\\s]${option}'?:|'--${option}'`).test(folders.get(file) ?? ''),
    );

    expect(given.length).toBeGreaterThan(15);
    expect(unknown).toEqual([]);
  });

  test('names tests that exist', () => {
    const files = readdirSync('test', { recursive: true, encoding: 'utf8' });
    const patterns = code.flatMap((line) =>
      [...line.matchAll(/--testPathPatterns ([\w/-]+)/g)].map(([, pattern = '']) => pattern),
    );

    expect(patterns.length).toBeGreaterThan(1);
    expect(
      patterns.filter(
        (pattern) => !files.some((file) => file.endsWith('.test.ts') && file.includes(pattern)),
      ),
    ).toEqual([]);
  });

  test('mutates files that exist', () => {
    const mutated = code.flatMap((line) =>
      [...line.matchAll(/--mutate (\S+)/g)].map(([, file = '']) => file),
    );

    expect(mutated.length).toBeGreaterThan(0);
    for (const file of mutated) expect(readFileSync(file, 'utf8')).not.toBe('');
  });
});
