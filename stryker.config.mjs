/** Mutation testing of one part of `lib`: `PART=domain npm run stryker`. See docs/reliability.md. */
import { partOf } from './test/stryker/parts.ts';

const { PART: part } = process.env;

// All processes that Stryker starts load the test runner.
process.env.NODE_OPTIONS = '--import tsx';

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: [partOf(part).mutate],
  plugins: ['./test/stryker/runner.ts'],
  testRunner: 'bundled',
  coverageAnalysis: 'perTest',
  concurrency: 1,
  // For what hangs. Most endless loops are found by how often they turn.
  timeoutMS: 20_000,
  timeoutFactor: 5,
  dryRunTimeoutMinutes: 30,
  // Stryker would rewrite it with a library that TypeScript 7 does not have, and nothing reads it.
  tsconfigFile: 'none',
  disableTypeChecks: false,
  ignorePatterns: ['/docs', '/bench', '/coverage', '/.*'],
  tempDirName: '.stryker/tmp',
  cleanTempDir: 'always',
  warnings: { slow: false },
  reporters: ['clear-text', 'json', 'html'],
  jsonReporter: { fileName: `.stryker/${part}.json` },
  htmlReporter: { fileName: `.stryker/${part}.html` },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
};
