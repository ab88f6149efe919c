/** Imports point downwards, and only one file uses the clock, random numbers and timers. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { violationsIn } from '../support/architecture.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

const sources = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map(({ parentPath, name }) => relative(ROOT, join(parentPath, name)).split(sep).join('/'));

test('Every source file keeps the rules', () => {
  const files = [...sources('cli'), ...sources('functions'), ...sources('lib')];

  const violations = files.flatMap((file) =>
    violationsIn(file, readFileSync(join(ROOT, file), 'utf8')),
  );

  expect(files).toEqual(expect.arrayContaining(['lib/runtime.ts', 'functions/cancel-order.ts']));
  expect(violations.map(({ file, line, rule }) => `${file}:${line}: ${rule}`)).toEqual([]);
});

const rulesBroken = (file: string, source: string): string[] =>
  violationsIn(file, source).map(({ rule }) => rule);

describe('A violation', () => {
  test('is reported with its file, its line and the rule', () => {
    const source = [
      '/** Twice … a comment that is no code: Date.now() */',
      "import { commit } from '../dynamodb/commit.ts';",
      '',
      'export const now = () => Date.now();',
    ].join('\n');

    expect(violationsIn('lib/use-cases/ship.ts', source)).toEqual([
      {
        file: 'lib/use-cases/ship.ts',
        line: 2,
        rule: 'lib/use-cases may not import lib/dynamodb/commit.ts',
      },
      { file: 'lib/use-cases/ship.ts', line: 4, rule: 'only lib/runtime.ts may use Date.now' },
    ]);
  });

  test('is found in every form of import', () => {
    const sources = [
      "import { a } from '../http/edge.ts';",
      "import type { A } from '../http/edge.ts';",
      "import '../http/edge.ts';",
      "export { a } from '../http/edge.ts';",
      "export * from '../http/edge.ts';",
      "const edge = await import('../http/edge.ts');",
      "type A = import('../http/edge.ts').A;",
    ];

    for (const source of sources) {
      expect(rulesBroken('lib/group-commit/pack.ts', source)).toEqual([
        'lib/group-commit may not import lib/http/edge.ts',
      ]);
    }
  });

  test('is thrown as an error if the file belongs to no layer', () => {
    expect(() => violationsIn('lib/cache/lru.ts', '')).toThrow('lib/cache/lru.ts belongs to no');
  });
});

describe('Imports', () => {
  test.each([
    ['lib/domain/order.ts', '../use-cases/ports.ts'],
    ['lib/domain/order.ts', '../runtime.ts'],
    ['lib/group-commit/plan.ts', '../use-cases/ports.ts'],
    ['lib/use-cases/ship.ts', '../dynamodb/store.ts'],
    ['lib/use-cases/ship.ts', '../queue/cancellation-queue.ts'],
    ['lib/use-cases/ship.ts', '../http/problem.ts'],
    ['lib/use-cases/ship.ts', '../aws/connection.ts'],
    ['lib/dynamodb/commit.ts', '../use-cases/cancel-orders.ts'],
    ['lib/dynamodb/commit.ts', '../group-commit/pack.ts'],
    ['lib/http/edge.ts', '../dynamodb/store.ts'],
    ['lib/http/edge.ts', '../../functions/ship-order.ts'],
    ['functions/ship-order.ts', '../lib/dynamodb/store.ts'],
    ['lib/retry.ts', './use-cases/ports.ts'],
    ['cli/api.ts', '../lib/use-cases/ports.ts'],
    ['cli/api.ts', '../lib/dynamodb/store.ts'],
    ['cli/api.ts', '../local/system.ts'],
    ['functions/ship-order.ts', '../cli/api.ts'],
  ])('may not point upwards or past a layer: %s imports no %s', (file, imported) => {
    expect(rulesBroken(file, `import type { A } from '${imported}';`)).toHaveLength(1);
  });

  test.each([
    ['functions/ship-order.ts', '../lib/use-cases/transition-order.ts'],
    ['lib/use-cases/ship.ts', '../group-commit/engine.ts'],
    ['lib/use-cases/ship.ts', './ports.ts'],
    ['lib/group-commit/plan.ts', '../domain/order.ts'],
    ['lib/dynamodb/commit.ts', '../runtime.ts'],
    ['lib/domain/order.ts', './stock-movement.ts'],
    ['cli/api.ts', '../lib/http/operations/get-order.ts'],
    ['cli/place.ts', '../local/ports.ts'],
  ])('may point downwards: %s imports %s', (file, imported) => {
    expect(rulesBroken(file, `import { a } from '${imported}';`)).toEqual([]);
  });

  test.each(['lib/dynamodb/store.ts', 'lib/queue/cancellation-queue.ts'])(
    'of ports are types only: %s',
    (file) => {
      const ports = '../use-cases/ports.ts';

      expect(rulesBroken(file, `import type { Store } from '${ports}';`)).toEqual([]);
      expect(rulesBroken(file, `import { type Store } from '${ports}';`)).toEqual([]);
      expect(rulesBroken(file, `import { type Store, LIMIT } from '${ports}';`)).toEqual([
        expect.stringMatching(/may import only types of lib\/use-cases\/ports\.ts$/),
      ]);
    },
  );
});

describe('Packages', () => {
  test.each(['cli/a.ts', 'functions/a.ts', 'lib/http/a.ts', 'lib/use-cases/a.ts', 'lib/retry.ts'])(
    'of AWS may not be imported by %s',
    (file) => {
      const rules = rulesBroken(file, "import { DynamoDB } from '@aws-sdk/client-dynamodb';");

      expect(rules).toEqual([expect.stringContaining('may import the AWS SDK')]);
    },
  );

  test('of AWS may be imported by the adapters of DynamoDB and SQS', () => {
    const source = "const { SQSClient } = await import('@aws-sdk/client-sqs');";

    expect(rulesBroken('lib/queue/cancellation-queue.ts', source)).toEqual([]);
    expect(rulesBroken('lib/dynamodb/client.ts', source)).toEqual([]);
  });

  test('of Lambda may be imported by functions only, and as types only', () => {
    expect(rulesBroken('functions/a.ts', "import type { C } from 'aws-lambda';")).toEqual([]);
    expect(rulesBroken('functions/a.ts', "import { C } from 'aws-lambda';")).toHaveLength(1);
    expect(rulesBroken('lib/use-cases/a.ts', "import type { C } from 'aws-lambda';")).toHaveLength(
      1,
    );
  });

  test('may not be imported by the domain', () => {
    for (const name of ['zod/mini', 'node:crypto']) {
      expect(rulesBroken('lib/domain/order.ts', `import { a } from '${name}';`)).toEqual([
        `lib/domain may import no package: ${name}`,
      ]);
    }
  });
});

describe('The clock, random numbers and timers', () => {
  test.each([
    'Date.now()',
    'const now = Date.now',
    "Date['now']()",
    'globalThis.Date.now()',
    'new Date()',
    'new Date',
    'new globalThis.Date()',
    'Date()',
    'Math.random()',
    'setTimeout(() => {}, 1)',
    'globalThis.setTimeout(() => {}, 1)',
    'run(setImmediate)',
    'setInterval(() => {}, 1)',
    'performance.now()',
    'process.hrtime.bigint()',
    'AbortSignal.timeout(1)',
    'crypto.randomUUID()',
    "import { setTimeout as sleep } from 'node:timers/promises'",
    "import timers from 'timers'",
    "import { randomUUID } from 'node:crypto'",
    "import { ulid } from 'ulid'",
  ])('may be used by lib/runtime.ts only: %s', (source) => {
    const rules = rulesBroken('lib/use-cases/a.ts', source);

    expect(new Set(rules).size).toBeGreaterThan(0);
    for (const rule of rules) expect(rule).toMatch(/^only lib\/runtime\.ts may use /);
    expect(rulesBroken('lib/runtime.ts', source)).toEqual([]);
  });

  test.each([
    'new Date(at)',
    'new Date(runtime.now())',
    'Date.parse(at)',
    'Math.floor(1.5)',
    'runtime.random()',
    'ports.setTimeout(1)',
    'const clock = { setTimeout: 1 }',
    '// Date.now()',
    "const text = 'Date.now()'",
    'type Signal = AbortSignal',
    "import { createHash } from 'node:crypto'",
  ])('are not confused with code that looks like them: %s', (source) => {
    expect(rulesBroken('lib/use-cases/a.ts', source)).toEqual([]);
  });
});
