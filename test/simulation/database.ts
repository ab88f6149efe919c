/** DynamoDB in a simulated world: the fake, with everything that AWS may do on top. */
import {
  createFakeDynamoDB,
  type FakeDynamoDB,
  FakeError,
  type Operation,
  type Row,
  type Written,
} from '../support/fake-dynamodb.ts';
import { describeTables } from '../support/table-descriptions.ts';
import type { Arrived, Service } from './network.ts';
import type { Process } from './scheduler.ts';
import {
  BATCH_FAULTS,
  type Fault,
  type FaultKind,
  QUERY_FAULTS,
  TRANSACTION_FAULTS,
} from './swarm.ts';
import type { World } from './world.ts';

/** A transaction that was carried out, and whose it was. */
export type Commit = { readonly by: Process; readonly writes: readonly Written[] };

type RawAction = Readonly<Record<string, { TableName: string; Key?: Row; Item?: Row }>>;

type Keys = { readonly Keys: readonly Row[] };

type BatchInput = { readonly RequestItems: Readonly<Record<string, Keys>> };

type BatchAnswer = {
  readonly Responses: Readonly<Record<string, Row[]>>;
  readonly UnprocessedKeys: Readonly<Record<string, Keys>>;
};

/** Milliseconds since the beginning are milliseconds since this moment. */
export const BEGINNING = Date.parse('2026-03-02T12:00:00.000Z');

/** How late an index mostly is, in milliseconds. */
const USUAL_LAG_MS = 10;

export const createDatabase = (
  world: World,
  committed: (commit: Commit) => void,
): { readonly db: FakeDynamoDB; readonly service: Service } => {
  const { scheduler, chance, swarm, isDisturbed } = world;
  let committing: Process | undefined;
  let committingFault: Fault | undefined;

  const db = createFakeDynamoDB(describeTables(), {
    now: () => new Date(BEGINNING + scheduler.now()),
    lag: ({ table, index, key }) => {
      if (committingFault === 'index late') return swarm.lagMs;
      if (!isDisturbed()) return Math.min(swarm.lagMs, 20);
      if (swarm.lagMs <= USUAL_LAG_MS) return swarm.lagMs;
      const label = committing
        ? scheduler.nameFor(committing, 'lag')
        : `setting/lag of ${keyOf(key)} in ${table} ${index}`;
      if (!chance.happens(0.2, label)) return USUAL_LAG_MS;
      world.history.count('writes late at an index');
      return chance.between(0, swarm.lagMs, `${label} ms`);
    },
    ...(swarm.writeUnits > 0 && {
      partitions: { write: swarm.writeUnits, read: 3 * swarm.writeUnits, count: 2 },
    }),
    committed: (written) => {
      if (committing) committed({ by: committing, writes: written });
    },
  });

  const begin = ({ process, input, label, fault }: Arrived): (() => object) => {
    const { TransactItems } = input as { readonly TransactItems: readonly RawAction[] };
    if (fault === 'conflict' || fault === 'throttled inside') {
      const met = chance.choose(TransactItems.length, `${label}/met`);
      const code =
        fault === 'conflict'
          ? 'TransactionConflict'
          : chance.oneOf(['ThrottlingError', 'ProvisionedThroughputExceeded'], `${label}/code`);
      const reasons = TransactItems.map((_, at) => ({ Code: at === met ? code : 'None' }));
      throw new FakeError('TransactionCanceledException', { reasons });
    }
    const underWay = db.begin(input);
    return () => {
      committing = process;
      committingFault = fault;
      try {
        return underWay.finish();
      } finally {
        committing = undefined;
        committingFault = undefined;
      }
    };
  };

  /** Reads some of the keys now, and the rest when the work is done: there is no one moment. */
  const readTorn = (input: BatchInput): (() => object) => {
    const halves = halvesOf(input);
    const early = db.execute('BatchGetItem', halves[0]) as BatchAnswer;
    return () => {
      const late = db.execute('BatchGetItem', halves[1]) as BatchAnswer;
      return {
        Responses: joined(early.Responses, late.Responses, (a, b) => [...a, ...b]),
        UnprocessedKeys: joined(early.UnprocessedKeys, late.UnprocessedKeys, (a, b) => ({
          ...a,
          Keys: [...a.Keys, ...b.Keys],
        })),
      };
    };
  };

  const within = (limits: Partial<typeof db.limits>, read: () => Row): Row => {
    const before = { ...db.limits };
    Object.assign(db.limits, limits);
    try {
      return read();
    } finally {
      Object.assign(db.limits, before);
    }
  };

  const service: Service = {
    faults: (operation): readonly FaultKind[] => {
      if (operation === 'TransactWriteItems') return TRANSACTION_FAULTS;
      if (operation === 'BatchGetItem') return BATCH_FAULTS;
      return operation === 'Query' ? QUERY_FAULTS : [];
    },
    workMs: (operation, label) =>
      operation === 'TransactWriteItems' && swarm.isSpread
        ? chance.between(1, swarm.holdMs, `${label}/work`)
        : 2,
    arrive: (arrived) => {
      const { operation, input, label, fault } = arrived;
      if (operation === 'TransactWriteItems') return begin(arrived);
      if (fault === 'read torn' && keysIn(input as BatchInput) > 1) {
        return readTorn(input as BatchInput);
      }
      const few = 1 + chance.choose(3, `${label}/few`);
      return () =>
        within(
          {
            ...(fault === 'keys unprocessed' && { batch: few }),
            ...(fault === 'page broken off' && { page: few }),
          },
          () => db.execute(operation as Operation, input),
        );
    },
    tables: tablesOf,
    describe: (operation, input) => `${operation} ${describeInput(operation, input)}`,
  };
  return { db, service };
};

const tablesOf = (input: unknown): ReadonlySet<string> => {
  const {
    TransactItems = [],
    RequestItems = {},
    TableName,
  } = input as {
    readonly TransactItems?: readonly RawAction[];
    readonly RequestItems?: object;
    readonly TableName?: string;
  };
  const written = TransactItems.flatMap((action) => Object.values(action));
  return new Set([
    ...written.map((one) => one.TableName),
    ...Object.keys(RequestItems),
    ...(TableName === undefined ? [] : [TableName]),
  ]);
};

const keysIn = ({ RequestItems }: BatchInput): number =>
  Object.values(RequestItems).reduce((sum, { Keys }) => sum + Keys.length, 0);

/** The one table of a batch, with the first half of its keys and with the second. */
const halvesOf = ({ RequestItems }: BatchInput): [BatchInput, BatchInput] => {
  const part = (cut: (keys: readonly Row[]) => readonly Row[]): BatchInput => ({
    RequestItems: Object.fromEntries(
      Object.entries(RequestItems).map(([table, request]) => [
        table,
        { ...request, Keys: cut(request.Keys) },
      ]),
    ),
  });
  return [
    part((keys) => keys.slice(0, Math.ceil(keys.length / 2))),
    part((keys) => keys.slice(Math.ceil(keys.length / 2))),
  ];
};

const joined = <T>(
  one: Readonly<Record<string, T>>,
  other: Readonly<Record<string, T>>,
  join: (a: T, b: T) => T,
): Record<string, T> => {
  const all = { ...one };
  for (const [name, value] of Object.entries(other)) {
    const before = all[name];
    all[name] = before === undefined ? value : join(before, value);
  }
  return all;
};

const MOST_TOLD = 8;

const describeInput = (operation: string, input: unknown): string => {
  if (operation !== 'TransactWriteItems') {
    const { TableName, IndexName, Key, RequestItems, ExpressionAttributeValues } =
      input as Readonly<Record<string, unknown>>;
    return [TableName, IndexName, ...[Key, RequestItems, ExpressionAttributeValues].map(short)]
      .filter((part) => part !== undefined)
      .join(' ');
  }
  const { TransactItems, ClientRequestToken } = input as {
    readonly TransactItems: readonly RawAction[];
    readonly ClientRequestToken?: string;
  };
  const actions = TransactItems.slice(0, MOST_TOLD).map((action) =>
    Object.entries(action)
      .map(([type, { TableName, Key, Item }]) => `${type} ${TableName} ${keyOf(Key ?? Item ?? {})}`)
      .join(),
  );
  const more = TransactItems.length - actions.length;
  return `${[...actions, ...(more > 0 ? [`and ${more} more`] : [])].join(', ')} (${ClientRequestToken?.slice(-6)})`;
};

const keyOf = ({ id, referenceId, entry }: Row): string =>
  id === undefined ? `${referenceId} ${entry}` : String(id);

const short = (value: unknown): string | undefined =>
  value === undefined ? undefined : JSON.stringify(value).slice(0, 120);
