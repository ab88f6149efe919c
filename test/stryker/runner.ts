/**
 * A test runner for Stryker. Its own runner starts Jest anew for each mutant, which takes two
 * seconds of a processor. This one bundles the tests of a part once, and runs them in its own
 * process, with the functions that Jest itself runs tests with. Each run loads all modules anew.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Script } from 'node:vm';
import type { InstrumenterContext } from '@stryker-mutator/api/core';
import { declareFactoryPlugin, PluginKind } from '@stryker-mutator/api/plugin';
import {
  DryRunStatus,
  determineHitLimitReached,
  type TestResult,
  type TestRunner,
  TestStatus,
  toMutantRunResult,
} from '@stryker-mutator/api/test-runner';
import { build } from 'esbuild';
import fc from 'fast-check';
import { addEventHandler, type Event, getState, resetState, run } from 'jest-circus';
import { partOf } from './parts.ts';

/** Loads the bundled modules, which register their tests. */
type Load = (require: NodeJS.Require, module: { exports: unknown }) => void;

/** For a test that waits for ever: ten times as long as the longest takes on a busy machine. */
const TEST_TIMEOUT_MS = 15_000;

/** In what the instrumented code keeps its counts, and reads which mutant is active. */
const context: InstrumenterContext = {};
Object.assign(globalThis, { __stryker__: context });

const bundle = async (tests: readonly string[]): Promise<Load> => {
  const { outputFiles } = await build({
    stdin: {
      contents: tests.map((path) => `import './${path}';`).join('\n'),
      resolveDir: process.cwd(),
    },
    bundle: true,
    write: false,
    format: 'cjs',
    platform: 'node',
    // What is large, and what the tests have to share with this runner.
    external: ['@aws-sdk/*', '@smithy/*', 'expect', 'fast-check', 'jest-circus'],
    alias: { '@jest/globals': './test/stryker/globals.ts' },
    logLevel: 'silent',
  });
  return new Script(`((require, module) => {${outputFiles[0]?.text}\n})`).runInThisContext();
};

/** Which tests are to run. */
const choose = (isWanted: (id: string) => boolean): void => {
  getState().testNamePattern = { test: isWanted } as RegExp;
};

type TestEntry = Extract<Event, { name: 'test_start' }>['test'];

const idOf = ({ name, parent }: TestEntry): string => {
  const names = [name];
  for (let block: typeof parent | undefined = parent; block?.parent; block = block.parent) {
    names.unshift(block.name);
  }
  return names.join(' ');
};

/** Tells the instrumented code which test is running. The first failure ends a run. */
const watch = (event: Event): void => {
  if (event.name === 'test_start') context.currentTestId = idOf(event.test);
  if (event.name === 'test_done') {
    delete context.currentTestId;
    if (event.test.errors.length > 0) choose(() => false);
  }
};

const register = (load: Load): void => {
  resetState();
  getState().testTimeout = TEST_TIMEOUT_MS;
  load(createRequire(join(process.cwd(), 'package.json')), { exports: {} });
};

const runRegistered = async (): Promise<TestResult[]> => {
  const { testResults, unhandledErrors } = await run();
  if (unhandledErrors.length > 0) throw new Error(unhandledErrors.join('\n'));
  return testResults.map(({ testPath, status, duration, errors }) => {
    // The first name is that of the root of all blocks.
    const name = testPath.slice(1).join(' ');
    const result = { id: name, name, timeSpentMs: duration ?? 0 };
    if (errors.length > 0) {
      return { ...result, status: TestStatus.Failed, failureMessage: errors.join('\n') };
    }
    return { ...result, status: status === 'done' ? TestStatus.Success : TestStatus.Skipped };
  });
};

const createRunner = (): TestRunner => {
  const part = partOf(process.env.PART);
  const isQuick = (id: string): boolean => !part.slow?.test(id);
  let load: Load;
  return {
    capabilities: () => ({ reloadEnvironment: true }),

    async init() {
      load = await bundle(part.tests);
      // The smallest example of a failure interests nobody here.
      fc.configureGlobal({ endOnFailure: true });
      addEventHandler(watch);
    },

    async dryRun() {
      register(load);
      choose(isQuick);
      const tests = await runRegistered();
      const { mutantCoverage } = context;
      return { status: DryRunStatus.Complete, tests, ...(mutantCoverage && { mutantCoverage }) };
    },

    async mutantRun({ activeMutant, mutantActivation, testFilter, hitLimit, disableBail }) {
      const wanted = testFilter && new Set(testFilter);
      const activate = (): void => {
        context.activeMutant = activeMutant.id;
        if (hitLimit !== undefined) Object.assign(context, { hitLimit, hitCount: 0 });
      };
      try {
        if (mutantActivation === 'static') activate();
        register(load);
        choose((id) => wanted?.has(id) ?? isQuick(id));
        activate();
        const tests = await runRegistered();
        const endless = determineHitLimitReached(context.hitCount, context.hitLimit);
        return toMutantRunResult(endless ?? { status: DryRunStatus.Complete, tests }, disableBail);
      } catch (error) {
        // A module or a block of tests could not be loaded.
        return toMutantRunResult({ status: DryRunStatus.Error, errorMessage: String(error) });
      } finally {
        delete context.activeMutant;
        delete context.hitLimit;
        delete context.hitCount;
      }
    },
  };
};

export const strykerPlugins = [
  declareFactoryPlugin(PluginKind.TestRunner, 'bundled', createRunner),
];
