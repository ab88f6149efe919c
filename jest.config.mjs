const project = (displayName, testMatch) => ({
  displayName,
  testMatch,
  testEnvironment: 'node',
  // Copies of the project that a mutation test has left.
  modulePathIgnorePatterns: ['<rootDir>/.stryker/'],
  setupFiles: [
    '<rootDir>/test/support/quiet-sdk.mjs',
    '<rootDir>/test/support/disable-old-storages.mjs',
  ],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript' },
          target: 'es2023',
          experimental: { keepImportAttributes: true },
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
});

/** @type {import('jest').Config} */
export default {
  projects: [
    project('unit', ['<rootDir>/test/unit/**/*.test.ts', '<rootDir>/test/local/**/*.test.ts']),
    project('simulation', ['<rootDir>/test/simulation/**/*.test.ts']),
    project('integration', ['<rootDir>/test/integration/**/*.test.ts']),
    {
      ...project('end to end', ['<rootDir>/test/e2e/**/*.test.ts']),
      globalSetup: '<rootDir>/test/support/make-bundles.mjs',
      globalTeardown: '<rootDir>/test/support/remove-bundles.mjs',
    },
  ],
  // One worker per processor: most of the time goes into waiting for engines and servers.
  maxWorkers: '100%',
  testSequencer: '<rootDir>/test/support/longest-first.mjs',
  // Real engines and real servers: generous, because a time limit is there to end what hangs.
  testTimeout: 120_000,
  reporters: ['default', '<rootDir>/test/support/summary-reporter.mjs'],
  coverageProvider: 'v8',
  collectCoverageFrom: ['cli/**/*.ts', 'functions/**/*.ts', 'lib/**/*.ts'],
};
