/** Puts each mutant into the code, alone, and tells who notices it. */
import { type ExecFileException, execFile } from 'node:child_process';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { simulateSeeds } from '../simulation/campaign.ts';
import { asPlugin, inCopy, ROOT } from './apply.ts';
import { MUTANTS, type Mutant } from './list.ts';

/** A mutant may make the code go round in circles: the most for a seed, and for a test. */
const MOST_MS = 120_000;

/** What a run of the unit tests needs, besides the packages. */
const COPIED = [
  'lib',
  'functions',
  'local',
  'test',
  'jest.config.mjs',
  'package.json',
  'serverless.yml',
];

/** Who notices a mutant in the simulation; undefined if no seed does. */
const bySimulation = async (mutant: Mutant, seeds: number): Promise<string | undefined> => {
  try {
    const results = await simulateSeeds({
      from: 1,
      seeds,
      mostFailures: 1,
      // One, so that it is always the same seed.
      threads: 1,
      plugins: [asPlugin(mutant)],
      mostMs: MOST_MS,
    });
    const failed = results.find(({ violations }) => violations.length > 0);
    return failed && `seed ${failed.seed}: ${failed.violations[0]?.law}`;
  } catch (error) {
    return `the simulation breaks off: ${error instanceof Error ? error.name : error}`;
  }
};

const JEST = [
  '--experimental-vm-modules',
  'node_modules/jest/bin/jest.js',
  '--selectProjects',
  'unit',
];

/** The test that fails in a copy with the mutant; undefined if it passes. */
const byTest = (mutant: Mutant, copy: string): Promise<string | undefined> =>
  inCopy(mutant, copy, async () => {
    if (mutant.test === undefined) return undefined;
    const pattern = `test/unit/${mutant.test}.test.ts`;
    try {
      const args = [...JEST, '--runInBand', '--testPathPatterns', pattern];
      await promisify(execFile)(process.execPath, args, { cwd: copy, timeout: MOST_MS });
      return undefined;
    } catch (error) {
      const { killed, stderr = '' } = error as ExecFileException;
      if (killed) return `${pattern} does not end`;
      // A run that cannot find or start its test notices nothing.
      if (!/^Tests: .* failed/m.test(stderr)) throw error;
      return pattern;
    }
  });

/**
 * The command `npm run mutants`.
 *
 * @param args of the command line
 */
export const runMutants = async (args: readonly string[]): Promise<void> => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seeds: { type: 'string', default: '300' },
      /** Begins with this mutant. */
      from: { type: 'string' },
      /** Only the mutants whose name contains this. */
      only: { type: 'string', default: '' },
    },
  });
  const first = MUTANTS.findIndex(({ name }) => name === (values.from ?? MUTANTS[0]?.name));
  const mutants = MUTANTS.slice(first).filter(({ name }) => name.includes(values.only));
  const copy = await mkdtemp(join(tmpdir(), 'mutants-'));
  try {
    for (const path of COPIED) await cp(join(ROOT, path), join(copy, path), { recursive: true });
    await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    for (const mutant of mutants) {
      const start = performance.now();
      const killer =
        (await bySimulation(mutant, Number(values.seeds))) ?? (await byTest(mutant, copy));
      if (killer === undefined) process.exitCode = 1;
      const seconds = ((performance.now() - start) / 1_000).toFixed(1);
      process.stdout.write(`| ${mutant.name} | ${killer ?? 'SURVIVED'} | ${seconds} s |\n`);
    }
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
};
