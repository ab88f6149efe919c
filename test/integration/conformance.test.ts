import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createClient } from '../../lib/dynamodb/client.ts';
import { localClient } from '../../local/aws.ts';
import { createTables } from '../../local/infrastructure.ts';
import { rowsOf } from '../support/audit.ts';
import {
  comparableOn,
  letsPass,
  looksElsewhereFirst,
  pagesOn,
} from '../support/conformance/known-differences.ts';
import { atTheLimits } from '../support/conformance/limits.ts';
import { type Operation, operations } from '../support/conformance/operations.ts';
import { carryOut, type Outcome } from '../support/conformance/outcomes.ts';
import { describeConformanceTables } from '../support/conformance/tables.ts';
import { onEveryEngine, type TestEngine } from '../support/engines.ts';
import { createFakeDynamoDB } from '../support/fake-dynamodb.ts';
import { createFakeWire } from '../support/fake-wire.ts';
import { runs } from '../support/runs.ts';

const RUNS = runs(24);
const LIMIT_RUNS = runs(60);

const NAMES = { things: 'conformance-things', parts: 'conformance-parts' } as const;

const TABLES = describeConformanceTables(NAMES);

/** What has to happen at least once in all runs together. Otherwise they would show little. */
const EVENTS = [
  'transact: done',
  'transact: ConditionalCheckFailed',
  'transact: ValidationError',
  'transact: ValidationException',
  'transact: IdempotentParameterMismatchException',
  'query: done',
  'query: ValidationException',
  'get: done',
  'get: ValidationException',
  'batch-get: done',
  'batch-get: ValidationException',
  'scan: done',
];

const EVENTS_AT_THE_LIMITS = [
  'transact: done',
  'transact: ValidationException',
  'transact: ValidationError',
  'batch-get: done',
  'batch-get: ValidationException',
];

const eventsOf = ({ type }: Operation, outcomes: readonly Outcome[]): string[] =>
  outcomes
    .flatMap((outcome) => {
      if (!('error' in outcome)) return ['done'];
      return outcome.reasons?.map(({ Code }) => String(Code)) ?? [outcome.error];
    })
    .map((event) => `${type}: ${event}`);

onEveryEngine('The fake DynamoDB', (engine) => {
  let client: DynamoDBDocumentClient;

  beforeAll(async () => {
    client = await openTables(engine);
  });
  afterAll(() => client.destroy());

  test('answers every operation as the engine does, and ends with the same data', async () => {
    const events = new Set<string>();
    let run = 0;

    await fc.assert(
      fc.asyncProperty(operations({ minLength: 28, maxLength: 34 }), async (all) => {
        // Prepare
        run += 1;
        const wire = createFakeWire(createFakeDynamoDB(TABLES));
        const fake = createClient({ ...wire.config, maxAttempts: 1 });
        await empty(client);

        // Act and assess
        for (const operation of [...all, ...EVERYTHING]) {
          const ours = await answerAlike(engine, fake, client, operation, `run${run}`);
          for (const event of eventsOf(operation, ours)) events.add(event);
        }
      }),
      // No shrinking, because it would repeat all runs on the engine. A failure names its operation.
      { seed: 20_260_301, numRuns: RUNS, endOnFailure: true },
    );

    expect([...events]).toEqual(expect.arrayContaining(EVENTS));
  });

  test('keeps the limits of DynamoDB to the byte, as the engine does', async () => {
    const wire = createFakeWire(createFakeDynamoDB(TABLES));
    const fake = createClient({ ...wire.config, maxAttempts: 1 });
    await empty(client);
    const events = new Set<string>();

    await fc.assert(
      fc.asyncProperty(atTheLimits, async (all) => {
        for (const operation of all) {
          const ours = await answerAlike(engine, fake, client, operation, 'limits');
          for (const event of eventsOf(operation, ours)) events.add(event);
        }
      }),
      { seed: 20_261_128, numRuns: LIMIT_RUNS, endOnFailure: true },
    );

    expect([...events]).toEqual(expect.arrayContaining(EVENTS_AT_THE_LIMITS));
  });
});

/** @returns the outcome on the fake, which is that of the engine */
const answerAlike = async (
  engine: TestEngine,
  fake: DynamoDBDocumentClient,
  client: DynamoDBDocumentClient,
  operation: Operation,
  run: string,
): Promise<readonly Outcome[]> => {
  const ours = await carryOut(fake, operation, NAMES, run);
  if (ours.some((outcome) => letsPass(engine.kind, outcome))) return ours;
  const theirs = await carryOut(client, operation, NAMES, run);
  expectSame(engine, operation, ours, theirs);
  return ours;
};

const EVERYTHING: readonly Operation[] = [
  { type: 'scan', table: 'things', limit: undefined, filter: undefined },
  { type: 'scan', table: 'parts', limit: undefined, filter: undefined },
];

/** A client of the engine, with tables that no shop has. */
const openTables = async (engine: TestEngine): Promise<DynamoDBDocumentClient> => {
  const settings = localClient(engine.endpoint());
  const raw = new DynamoDBClient(settings);
  await createTables(raw, {
    tables: TABLES.map((table) => ({ ...table, BillingMode: 'PAY_PER_REQUEST' })),
  });
  raw.destroy();
  return createClient({
    ...settings,
    maxAttempts: 1,
    // A slow engine on a busy machine is no failure here.
    requestHandler: { connectionTimeout: 30_000, requestTimeout: 30_000 },
  });
};

/** Deletes all there is, which is always less than what one transaction may hold. */
const empty = async (client: DynamoDBDocumentClient): Promise<void> => {
  const [things, parts] = [await rowsOf(client, NAMES.things), await rowsOf(client, NAMES.parts)];
  const actions = [
    ...things.map(({ id }) => ({ Delete: { TableName: NAMES.things, Key: { id } } })),
    ...parts.map(({ holder, entry }) => ({
      Delete: { TableName: NAMES.parts, Key: { holder, entry } },
    })),
  ];
  if (actions.length > 0) await client.send(new TransactWriteCommand({ TransactItems: actions }));
};

const expectSame = (
  { kind }: TestEngine,
  operation: Operation,
  ours: readonly Outcome[],
  theirs: readonly Outcome[],
): void => {
  const isKnown = ours.every((outcome, at) =>
    looksElsewhereFirst(kind, outcome, theirs[at] ?? outcome),
  );
  if (isKnown) return;
  const comparable = (outcomes: readonly Outcome[]): unknown =>
    pagesOn(kind, outcomes).map((outcome) => comparableOn(kind, outcome));
  // The operation is compared as well, so that a failure shows it.
  expect({ operation, outcomes: comparable(theirs) }).toEqual({
    operation,
    outcomes: comparable(ours),
  });
};
