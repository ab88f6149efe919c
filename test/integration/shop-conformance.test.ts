import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createClient } from '../../lib/dynamodb/client.ts';
import type { Item } from '../../lib/dynamodb/codec.ts';
import type { Database } from '../../lib/dynamodb/database.ts';
import type { Tables } from '../../lib/dynamodb/tables.ts';
import { localClient } from '../../local/aws.ts';
import { createTables } from '../../local/infrastructure.ts';
import { rowsOf } from '../support/audit.ts';
import { TABLES } from '../support/builders.ts';
import { comparableOn, letsPass } from '../support/conformance/known-differences.ts';
import type { Outcome } from '../support/conformance/outcomes.ts';
import { CHANGE_TYPES, toChange } from '../support/conformance/shop-changes.ts';
import {
  type Commit,
  commitTo,
  readFrom,
  type ShopOperation,
  shopOperations,
  type Write,
} from '../support/conformance/shop-operations.ts';
import { primaryKeys } from '../support/engine-shop.ts';
import { onEveryEngine, type TestEngine } from '../support/engines.ts';
import { createFakeDynamoDB } from '../support/fake-dynamodb.ts';
import { createFakeWire } from '../support/fake-wire.ts';
import { runs } from '../support/runs.ts';
import { describeTables } from '../support/table-descriptions.ts';
import { unitRuntime } from '../support/unit-runtime.ts';

const RUNS = runs(30);
const OPERATIONS = 60;

/** A long run takes long. */
const TIMEOUT_MS = runs(120_000);

// Each change has to take effect and to be refused at least once in all runs together, or they show
// little.
const EVENTS = [
  ...CHANGE_TYPES.map((type) => `${type}: ConditionalCheckFailed`),
  // A repair seldom meets the very product that it has read.
  ...CHANGE_TYPES.filter((type) => type !== 'mend-product').map((type) => `${type}: done`),
  'IdempotentParameterMismatchException',
  'ValidationException',
  'done again',
];

onEveryEngine('A shop on the fake DynamoDB', (engine) => {
  let theirs: Database;

  beforeAll(async () => {
    theirs = await openTables(engine);
  });
  afterAll(() => theirs.client.destroy());

  test(
    'commits, reads and refuses as on the engine, and ends with the same rows',
    async () => {
      const events = new Set<string>();
      let run = 0;

      await fc.assert(
        fc.asyncProperty(shopOperations(OPERATIONS), async (operations) => {
          run += 1;
          await empty(theirs);
          await liveAlike(engine, theirs, operations, `${run}`, events);
        }),
        // No shrinking, because it would repeat all runs on the engine. A failure names its operation.
        { seed: 20_261_128, numRuns: RUNS, endOnFailure: true },
      );

      expect(EVENTS.filter((event) => !events.has(event))).toEqual([]);
    },
    TIMEOUT_MS,
  );
});

/** One history on the fake and on the engine, with the same answers all along. */
const liveAlike = async (
  { kind }: TestEngine,
  theirs: Database,
  operations: readonly ShopOperation[],
  run: string,
  events: Set<string>,
): Promise<void> => {
  const fake = createFakeDynamoDB(describeTables());
  const { config } = createFakeWire(fake);
  const client = createClient({ ...config, maxAttempts: 1 });
  const ours: Database = { client, tables: TABLES, runtime: unitRuntime() };
  let last: Commit | undefined;

  for (const [at, operation] of operations.entries()) {
    if (operation.type === 'read') {
      const found = await readFrom(ours, operation);
      expect({ operation, found: await readFrom(theirs, operation) }).toEqual({ operation, found });
      continue;
    }
    const wanted: Commit = {
      changes: operation.wishes.map((wish) => toChange(wish, fake)),
      token: `${run}-${at}`,
    };
    const commit = sent(operation, wanted, last);
    const outcome = await commitTo(ours, commit);
    note(events, commit, outcome, commit === last);
    if (letsPass(kind, outcome)) continue;
    const other = await commitTo(theirs, commit);
    expect({ commit, outcome: comparableOn(kind, other) }).toEqual({
      commit,
      outcome: comparableOn(kind, outcome),
    });
    last = commit;
  }
  expect(await everything(theirs)).toEqual(await everything(ours));
};

/** What is sent: something new, the last commit once more, or its token with other changes. */
const sent = ({ token }: Write, wanted: Commit, last: Commit | undefined): Commit => {
  if (!last || token === 'new') return wanted;
  return token === 'again' ? last : { ...wanted, token: last.token };
};

const note = (
  events: Set<string>,
  { changes }: Commit,
  outcome: Outcome,
  isAgain: boolean,
): void => {
  if ('answer' in outcome) {
    for (const { type } of changes) events.add(`${type}: done`);
    if (isAgain) events.add('done again');
    return;
  }
  if (!outcome.reasons) events.add(outcome.error);
  for (const [at, { Code }] of (outcome.reasons ?? []).entries()) {
    events.add(`${changes[at]?.type}: ${Code}`);
  }
};

/** The tables of a shop on the engine, under names that no other test has. */
const openTables = async (engine: TestEngine): Promise<Database> => {
  const { orders, products, stockMovements, cancellationBatches, turns, ...shards } = TABLES;
  const names = { orders, products, stockMovements, cancellationBatches, turns };
  const own = Object.fromEntries(
    Object.entries(names).map(([table, name]) => [table, `same-${name}`]),
  ) as typeof names;
  const tables: Tables = { ...own, ...shards };
  const settings = localClient(engine.endpoint());
  const raw = new DynamoDBClient(settings);
  await createTables(raw, {
    tables: describeTables(tables).map((table) => ({ ...table, BillingMode: 'PAY_PER_REQUEST' })),
  });
  raw.destroy();
  const client = createClient({
    ...settings,
    maxAttempts: 1,
    // A slow engine on a busy machine is no failure here.
    requestHandler: { connectionTimeout: 30_000, requestTimeout: 30_000 },
  });
  return { client, tables, runtime: unitRuntime() };
};

const namesOf = ({ tables }: Database): string[] => Object.keys(primaryKeys(tables));

/** All rows, table by table, in the sequence of their keys. */
const everything = async (db: Database): Promise<Item[][]> =>
  Promise.all(
    Object.entries(primaryKeys(db.tables)).map(async ([table, keys]) => {
      const idOf = (row: Item): string => JSON.stringify(keys.map((key) => row[key]));
      const rows = await rowsOf(db.client, table);
      return rows.sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
    }),
  );

/** Deletes all rows, which are always fewer than one transaction may have. */
const empty = async (db: Database): Promise<void> => {
  const keys = primaryKeys(db.tables);
  const rows = await everything(db);
  const actions = namesOf(db).flatMap((TableName, at) =>
    (rows[at] ?? []).map((row) => ({
      Delete: {
        TableName,
        Key: Object.fromEntries((keys[TableName] ?? []).map((key) => [key, row[key]])),
      },
    })),
  );
  if (actions.length > 0) {
    await db.client.send(new TransactWriteCommand({ TransactItems: actions }));
  }
};
