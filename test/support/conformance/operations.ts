/** Random requests of the kinds that the store makes, most of them valid and some invalid. */
import {
  BatchGetCommand,
  GetCommand,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import fc from 'fast-check';
import {
  condition,
  filterOf,
  number,
  type Piece,
  string,
  update,
  value,
  write,
} from './expressions.ts';
import type { Names } from './tables.ts';

type Row = Record<string, unknown>;
type TableKey = keyof Names;

/** Operations in sequence, some of which repeat the last transaction with the same bytes. */
export const operations = (
  length: Readonly<{ minLength: number; maxLength: number }>,
): fc.Arbitrary<Operation[]> =>
  fc
    .array(
      fc.oneof({ weight: 15, arbitrary: operation }, fc.constant('the last transaction' as const)),
      length,
    )
    .map((chosen) => {
      let last: Operation | undefined;
      return chosen.flatMap((one) => {
        if (one === 'the last transaction') return last ? [last] : [];
        if (one.type === 'transact') last = one;
        return [one];
      });
    });

export type Operation =
  | {
      readonly type: 'get';
      readonly table: TableKey;
      readonly key: Row;
      readonly projection?: string;
    }
  | { readonly type: 'batch-get'; readonly keys: readonly { table: TableKey; key: Row }[] }
  | {
      readonly type: 'query';
      readonly table: TableKey;
      readonly request: Partial<QueryCommandInput>;
    }
  | {
      readonly type: 'scan';
      readonly table: TableKey;
      readonly limit: number | undefined;
      readonly filter: Piece | undefined;
    }
  | {
      readonly type: 'transact';
      readonly actions: readonly Action[];
      readonly token: string | undefined;
    };

export type Action = {
  readonly type: 'Put' | 'Update' | 'Delete' | 'ConditionCheck';
  readonly table: TableKey;
  readonly request: Row;
};

const maybe = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof(fc.constant(undefined), arbitrary);

const sometimes = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 2, arbitrary });

const given = (row: Row): Row =>
  Object.fromEntries(Object.entries(row).filter(([, one]) => one !== undefined));

const thingKey = fc.record({ id: fc.constantFrom('a', 'b', 'c', 'd') });
const partKey = fc.record({
  holder: fc.constantFrom('x', 'y'),
  entry: fc.constantFrom('e', 'e#1', 'e#2', 'f'),
});
const wrongKey = fc.constantFrom<Row>({ id: '' }, { id: 1 }, { id: 'a', entry: 'e' }, {});

const keyOf = (table: TableKey): fc.Arbitrary<Row> =>
  fc.oneof(
    { weight: 60, arbitrary: (table === 'things' ? thingKey : partKey) as fc.Arbitrary<Row> },
    wrongKey,
  );

const table = fc.constantFrom<TableKey>('things', 'parts');

const attributes = fc
  .record({
    units: maybe(fc.oneof({ weight: 4, arbitrary: number as fc.Arbitrary<unknown> }, string)),
    label: maybe(string),
    team: maybe(fc.constantFrom('red', 'blue')),
    score: maybe(number),
    mark: maybe(fc.constantFrom('m', 'n')),
    since: maybe(fc.constantFrom('2026-01', '2026-02', '2026-03')),
    detail: maybe(value),
    series: maybe(fc.constantFrom<unknown>([1, 2], ['a'], [], 'none')),
  })
  .map(given);

const misfit = fc.constantFrom<Row>({ team: 1 }, { label: '' }, { score: 'a' }, { mark: true });

const guard = (piece: Piece | undefined, and: Piece | undefined, tells: boolean) => {
  const { texts, ...placeholders } = write(piece, and);
  const [guarding, updating] = texts;
  return {
    ...placeholders,
    ...(guarding && { ConditionExpression: guarding }),
    ...(updating && { UpdateExpression: updating }),
    ...(tells && { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
  };
};

const action: fc.Arbitrary<Action> = table.chain((on) => {
  const key = keyOf(on);
  const tells = fc.boolean();
  const make = (type: Action['type'], request: fc.Arbitrary<Row>): fc.Arbitrary<Action> =>
    request.map((one) => ({ type, table: on, request: one }));
  return fc.oneof(
    {
      weight: 4,
      arbitrary: make(
        'Put',
        fc
          .tuple(
            key,
            attributes,
            fc.oneof({ weight: 30, arbitrary: fc.constant({}) }, misfit),
            maybe(condition),
            tells,
          )
          .map(([id, rest, odd, piece, all]) => ({
            Item: { ...rest, ...odd, ...id },
            ...guard(piece, undefined, all),
          })),
      ),
    },
    {
      weight: 5,
      arbitrary: make(
        'Update',
        fc
          .tuple(key, update, sometimes(condition), tells)
          .map(([Key, change, piece, all]) => ({ Key, ...guard(piece, change, all) })),
      ),
    },
    make(
      'Delete',
      fc
        .tuple(key, sometimes(condition), tells)
        .map(([Key, piece, all]) => ({ Key, ...guard(piece, undefined, all) })),
    ),
    make(
      'ConditionCheck',
      fc
        .tuple(key, condition, tells)
        .map(([Key, piece, all]) => ({ Key, ...guard(piece, undefined, all) })),
    ),
  );
});

/** The ways in which a request can be invalid by itself. */
const spoil = (one: Action, how: number): Action => {
  const { request } = one;
  switch (how) {
    case 0:
      return { ...one, request: { ...request, ConditionExpression: 'units = :nobody' } };
    case 1:
      return {
        ...one,
        request: {
          ...request,
          ExpressionAttributeValues: { ...(request.ExpressionAttributeValues ?? {}), ':idle': 1 },
        },
      };
    case 2:
      return {
        ...one,
        request: {
          ...request,
          ExpressionAttributeNames: { ...(request.ExpressionAttributeNames ?? {}), '#idle': 'x' },
        },
      };
    case 3:
      return { ...one, request: { ...request, ConditionExpression: 'units = = units' } };
    case 4:
      return {
        ...one,
        type: 'Update',
        request: {
          Key: { ...(one.table === 'things' ? { id: 'a' } : { holder: 'x', entry: 'e' }) },
          UpdateExpression: one.table === 'things' ? 'SET id = :id' : 'REMOVE entry',
          ...(one.table === 'things' && { ExpressionAttributeValues: { ':id': 'z' } }),
        },
      };
    case 5:
      return {
        ...one,
        type: 'Update',
        request: {
          Key: { ...(one.table === 'things' ? { id: 'a' } : { holder: 'x', entry: 'e' }) },
          UpdateExpression: 'SET detail = :one REMOVE detail.weight',
          ExpressionAttributeValues: { ':one': 1 },
        },
      };
    default:
      return {
        ...one,
        request: {
          ...request,
          ExpressionAttributeValues: { ':low': 5, ':high': 1 },
          ConditionExpression: 'units BETWEEN :low AND :high',
        },
      };
  }
};

const transact: fc.Arbitrary<Operation> = fc
  .tuple(
    fc.array(action, { minLength: 1, maxLength: 4 }),
    sometimes(fc.constantFrom('one', 'two', 'three')),
    fc.oneof({ weight: 15, arbitrary: fc.constant(undefined) }, fc.nat(6)),
  )
  .map(([actions, token, how]) => ({
    type: 'transact',
    actions: actions.map((one, at) => (how !== undefined && at === 0 ? spoil(one, how) : one)),
    token,
  }));

type Source = {
  readonly table: TableKey;
  readonly index?: string;
  readonly key: string;
  readonly sort?: string;
  /** The attributes of a filter: those that exist, except for keys. */
  readonly others: readonly string[];
};

const PLAIN = ['units', '@units', 'extra', 'detail.weight', 'series[0]'];

const SOURCES: readonly Source[] = [
  { table: 'things', key: 'id', others: [...PLAIN, 'team'] },
  { table: 'parts', key: 'holder', sort: 'entry', others: PLAIN },
  { table: 'things', index: 'byTeam', key: 'team', sort: 'score', others: ['id', '@id'] },
  { table: 'things', index: 'byLabel', key: 'label', others: ['id', 'units', '@units'] },
  { table: 'parts', index: 'byMark', key: 'mark', sort: 'since', others: [...PLAIN, 'entry'] },
];

const HASHES: Readonly<Record<string, readonly string[]>> = {
  id: ['a', 'b'],
  holder: ['x', 'y'],
  team: ['red', 'blue'],
  label: ['a', 'ab', 'abc'],
  mark: ['m', 'n'],
};

const sortValue = (name: string): fc.Arbitrary<number | string> => {
  if (name === 'score') return number;
  return name === 'entry'
    ? fc.constantFrom('e', 'e#', 'e#1', 'f')
    : fc.constantFrom('2026-01', '2026-02', '2026-03', '2026');
};

const sortCondition = (name: string): fc.Arbitrary<Piece> => {
  const one = sortValue(name);
  return fc.oneof(
    fc
      .tuple(fc.constantFrom('=', '<', '<=', '>', '>='), one)
      .map(([sign, wanted]) => ({ text: ` AND ${name} ${sign} ?`, values: [wanted] })),
    fc.tuple(one, one).map(([a, b]) => ({
      text: ` AND ${name} BETWEEN ? AND ?`,
      values: a < b ? [a, b] : [b, a],
    })),
    ...(name === 'score'
      ? []
      : [one.map((part) => ({ text: ` AND begins_with(${name}, ?)`, values: [part] }))]),
  );
};

const query: fc.Arbitrary<Operation> = fc.constantFrom(...SOURCES).chain((source) =>
  fc
    .tuple(
      fc.constantFrom(...(HASHES[source.key] ?? [])),
      source.sort === undefined ? fc.constant(undefined) : maybe(sortCondition(source.sort)),
      maybe(filterOf(...source.others)),
      maybe(fc.integer({ min: 1, max: 3 })),
      fc.boolean(),
      fc.oneof({ weight: 12, arbitrary: fc.constant(false) }, fc.constant(true)),
    )
    .map(([hash, sort, filtering, Limit, forward, consistent]): Operation => {
      const key = {
        text: `${source.key} = ?${sort?.text ?? ''}`,
        values: [hash, ...(sort?.values ?? [])],
      };
      const { texts, ...placeholders } = write(key, filtering);
      // A query for one item is not paged: dynoxide would return the item again and again.
      const asksForOne = source.key === 'id' || sort?.text === ' AND entry = ?';
      return {
        type: 'query',
        table: source.table,
        request: {
          ...placeholders,
          KeyConditionExpression: texts[0],
          ...(texts[1] && { FilterExpression: texts[1] }),
          ...(source.index && { IndexName: source.index }),
          ...(Limit && !asksForOne && { Limit }),
          ...(!forward && { ScanIndexForward: false }),
          ...(consistent && { ConsistentRead: true }),
        },
      };
    }),
);

export const operation: fc.Arbitrary<Operation> = fc.oneof(
  { weight: 10, arbitrary: transact },
  { weight: 5, arbitrary: query },
  {
    weight: 2,
    arbitrary: table.chain((on) =>
      fc.tuple(keyOf(on), maybe(fc.constantFrom('units', 'units, detail.weight, id', 'extra'))).map(
        ([key, projection]): Operation => ({
          type: 'get',
          table: on,
          key,
          ...(projection && { projection }),
        }),
      ),
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .array(
        table.chain((on) => keyOf(on).map((key) => ({ table: on, key }))),
        { minLength: 1, maxLength: 4 },
      )
      .map((keys): Operation => ({ type: 'batch-get', keys })),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(table, maybe(fc.integer({ min: 1, max: 4 })), maybe(filterOf(...PLAIN)))
      .map(
        ([on, limit, filtering]): Operation => ({
          type: 'scan',
          table: on,
          limit,
          filter: filtering,
        }),
      ),
  },
);

/** An operation as a command on the tables of a run. `start` is the key to go on from. */
export const toCommand = (one: Operation, names: Names, run: string, start?: Row) => {
  switch (one.type) {
    case 'get':
      return new GetCommand({
        TableName: names[one.table],
        Key: one.key,
        ConsistentRead: true,
        ReturnConsumedCapacity: 'TOTAL',
        ...(one.projection && { ProjectionExpression: one.projection }),
      });
    case 'batch-get': {
      const keys = (on: TableKey) =>
        one.keys.filter((key) => key.table === on).map(({ key }) => key);
      return new BatchGetCommand({
        RequestItems: Object.fromEntries(
          (['things', 'parts'] as const)
            .filter((on) => keys(on).length > 0)
            .map((on) => [names[on], { Keys: keys(on), ConsistentRead: true }]),
        ),
        ReturnConsumedCapacity: 'TOTAL',
      });
    }
    case 'query':
      return new QueryCommand({
        ...one.request,
        TableName: names[one.table],
        ReturnConsumedCapacity: 'INDEXES',
        ...(start && { ExclusiveStartKey: start }),
      });
    case 'scan': {
      const { texts, ...placeholders } = write(one.filter);
      return new ScanCommand({
        TableName: names[one.table],
        ConsistentRead: true,
        ReturnConsumedCapacity: 'TOTAL',
        ...placeholders,
        ...(texts[0] && { FilterExpression: texts[0] }),
        ...(one.limit && { Limit: one.limit }),
        ...(start && { ExclusiveStartKey: start }),
      });
    }
    case 'transact':
      return new TransactWriteCommand({
        TransactItems: one.actions.map(({ type, table: on, request }) => ({
          [type]: { TableName: names[on], ...request },
        })) as NonNullable<TransactWriteCommandInput['TransactItems']>,
        ReturnConsumedCapacity: 'INDEXES',
        ...(one.token && { ClientRequestToken: `${run}-${one.token}` }),
      });
  }
};
