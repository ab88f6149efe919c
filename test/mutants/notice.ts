/** Puts each fault into the code, alone, and tells who notices it. */
import { type ExecFileException, execFile } from 'node:child_process';
import { cp, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { type Result, searchWorlds, simulateSeeds } from '../simulation/campaign.ts';
import { asPlugin, type Changes, fileOfTest, inCopy, ROOT, withOdds } from './apply.ts';
import { FIXES } from './fixes.ts';
import { type Fault, MUTANTS } from './list.ts';

/** A mutant may make the code go round in circles: the most for a seed, and for a test, on a busy machine, too. */
const MOST_MS = 300_000;

/** What a run of the tests needs, besides the packages. */
const COPIED = [
  'lib',
  'functions',
  'local',
  'test',
  'jest.config.mjs',
  'package.json',
  'serverless.yml',
  'tsconfig.json',
];

/** The first seed that goes wrong with these changes. */
const firstToFail = async (changes: Changes, seeds: number): Promise<Result | undefined> => {
  const results = await simulateSeeds({
    from: 1,
    seeds,
    mostFailures: 1,
    // One, so that it is always the same seed.
    threads: 1,
    plugins: [asPlugin(changes)],
    mostMs: MOST_MS,
  });
  return results.find(({ violations }) => violations.length > 0);
};

/**
 * Who notices a fault in the simulation; undefined if no seed does.
 *
 * @throws Error when its odds break a law without it
 */
const bySimulation = async (fault: Fault, most: number): Promise<string | undefined> => {
  const { name, odds, seeds = most } = fault;
  if (seeds === 0) return undefined;
  let failed: Result | undefined;
  try {
    failed = await firstToFail(withOdds(fault), seeds);
  } catch (error) {
    return `the simulation breaks off: ${error instanceof Error ? error.name : error}`;
  }
  if (!failed) return undefined;
  if (odds && (await firstToFail({ name, edits: odds }, failed.seed))) {
    throw new Error(`The odds of "${name}" break a law without it`);
  }
  return `seed ${failed.seed}: ${failed.violations[0]?.law}`;
};

/** The small world of which a history goes wrong; undefined if none does. */
const bySearch = async (fault: Fault): Promise<string | undefined> => {
  if (!fault.world) return undefined;
  const [searched] = await searchWorlds({
    worlds: [fault.world],
    // Three have too many histories with a fault.
    hasFault: fault.world.operations.length < 3,
    threads: 1,
    plugins: [asPlugin(withOdds(fault))],
  });
  const { begins, operations } = fault.world;
  return searched?.found.failure && `a history of ${operations.join(' + ')} (${begins})`;
};

const JEST = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', '--runInBand'];

/** The test that fails in a copy with the fault; undefined if it passes. */
const byTest = (fault: Fault, copy: string): Promise<string | undefined> =>
  inCopy(fault, copy, async () => {
    if (fault.test === undefined) return undefined;
    const pattern = fileOfTest(fault.test);
    try {
      const args = [...JEST, '--testPathPatterns', pattern];
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
      /** Takes fixes back, instead of the other mutants. */
      fixes: { type: 'boolean', default: false },
      /** For those that do not say themselves how many they need. */
      seeds: { type: 'string', default: '300' },
      /** Begins with this mutant. */
      from: { type: 'string' },
      /** Only the mutants whose name contains this. */
      only: { type: 'string', default: '' },
    },
  });
  const all: readonly Fault[] = values.fixes ? FIXES : MUTANTS;
  const first = all.findIndex(({ name }) => name === (values.from ?? all[0]?.name));
  const faults = all.slice(first).filter(({ name }) => name.includes(values.only));
  const copy = await mkdtemp(join(tmpdir(), 'mutants-'));
  try {
    for (const path of COPIED) await cp(join(ROOT, path), join(copy, path), { recursive: true });
    await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    for (const fault of faults) {
      const start = performance.now();
      const killer =
        (await bySimulation(fault, Number(values.seeds))) ??
        (await bySearch(fault)) ??
        (await byTest(fault, copy));
      if (killer === undefined) process.exitCode = 1;
      const seconds = ((performance.now() - start) / 1_000).toFixed(1);
      process.stdout.write(`| ${fault.name} | ${killer ?? 'SURVIVED'} | ${seconds} s |\n`);
    }
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
};
