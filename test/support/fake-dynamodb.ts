/** DynamoDB in memory: what the store uses of it, with transactions, tokens and index queries. */
import type { Tables } from '../../lib/dynamodb/tables.ts';
import {
  type Expressions,
  holds,
  OperandError,
  type Row,
  unused,
  updated,
} from './fake-expressions.ts';

export type Operation = 'GetItem' | 'BatchGetItem' | 'Query' | 'Scan' | 'TransactWriteItems';

export type Reason = { readonly Code: string; readonly Item?: Row };

/** An answer that is an error. `reasons` belong to cancelled transactions. */
export class FakeError extends Error {
  readonly status: number;
  readonly reasons: readonly Reason[] | undefined;

  constructor(
    name: string,
    { status = 400, reasons }: { status?: number; reasons?: Reason[] } = {},
  ) {
    super(`${name} from the fake`);
    this.name = name;
    this.status = status;
    this.reasons = reasons;
  }
}

const MAX_TRANSACTION_BYTES = 4 * 1024 * 1024;

type Keys = readonly [hash: string, range?: string];

type Index = { readonly keys: Keys; readonly projection: 'ALL' | 'KEYS_ONLY' };

type Table = {
  readonly keys: Keys;
  readonly indexes: Record<string, Index>;
  readonly rows: Map<string, Row>;
};

type Guarded = Expressions & {
  readonly TableName: string;
  readonly ConditionExpression?: string;
  readonly UpdateExpression?: string;
  readonly ReturnValuesOnConditionCheckFailure?: 'ALL_OLD';
};

type Action = {
  readonly Put?: Guarded & { readonly Item: Row };
  readonly Update?: Guarded & { readonly Key: Row };
  readonly Delete?: Guarded & { readonly Key: Row };
  readonly ConditionCheck?: Guarded & { readonly Key: Row };
};

type Query = Expressions & {
  readonly TableName: string;
  readonly IndexName?: string;
  readonly KeyConditionExpression: string;
  readonly FilterExpression?: string;
  readonly ScanIndexForward?: boolean;
  readonly Limit?: number;
  readonly ExclusiveStartKey?: Row;
};

type Scan = {
  readonly TableName: string;
  readonly Limit?: number;
  readonly ExclusiveStartKey?: Row;
};

type BatchGet = {
  readonly RequestItems: Record<
    string,
    { readonly Keys: Row[]; readonly ConsistentRead?: boolean }
  >;
};

type Transaction = { readonly TransactItems: Action[]; readonly ClientRequestToken?: string };

export type FakeDynamoDB = ReturnType<typeof createFakeDynamoDB>;

const only = (keys: readonly string[], row: Row): Row =>
  Object.fromEntries(keys.map((key) => [key, row[key]]));

export const createFakeDynamoDB = (names: Tables) => {
  const tables: Record<string, Table> = {
    [names.orders]: {
      keys: ['id'],
      indexes: {
        byStatus: { keys: ['statusShard', 'statusSince'], projection: 'KEYS_ONLY' },
        byDue: { keys: ['dueShard', 'dueAt'], projection: 'KEYS_ONLY' },
      },
      rows: new Map(),
    },
    [names.products]: { keys: ['id'], indexes: {}, rows: new Map() },
    [names.stockMovements]: {
      keys: ['referenceId', 'entry'],
      indexes: { byProduct: { keys: ['productShard', 'createdAt'], projection: 'ALL' } },
      rows: new Map(),
    },
    [names.cancellationBatches]: { keys: ['id'], indexes: {}, rows: new Map() },
  };
  const tokens = new Map<string, string>();
  /** Keys that one BatchGetItem gets to, and rows that one Query does, before it breaks off. */
  const limits = { batch: 100, page: 1_000 };

  const table = (name: string): Table => {
    const found = tables[name];
    if (!found) throw new FakeError('ResourceNotFoundException');
    return found;
  };
  const keyOf = ({ keys }: Table, row: Row): string =>
    JSON.stringify(keys.map((key) => row[key as string]));

  const put = (tableName: string, row: Row): void => {
    table(tableName).rows.set(keyOf(table(tableName), row), structuredClone(row));
  };
  const get = (tableName: string, key: Row): Row | undefined =>
    structuredClone(table(tableName).rows.get(keyOf(table(tableName), key)));
  const remove = (tableName: string, key: Row): void => {
    table(tableName).rows.delete(keyOf(table(tableName), key));
  };
  const rows = (tableName: string): Row[] =>
    [...table(tableName).rows.values()].map((row) => ({ ...row }));

  const batchGet = ({ RequestItems }: BatchGet) => {
    const Responses: Record<string, Row[]> = {};
    const UnprocessedKeys: BatchGet['RequestItems'] = {};
    for (const [name, { Keys, ...rest }] of Object.entries(RequestItems)) {
      const distinct = new Set(Keys.map((key) => keyOf(table(name), key)));
      if (Keys.length > 100 || distinct.size < Keys.length)
        throw new FakeError('ValidationException');
      const reached = Keys.slice(0, limits.batch);
      const left = Keys.slice(limits.batch);
      Responses[name] = reached.flatMap((key): Row[] => {
        const row = get(name, key);
        return row ? [row] : [];
      });
      if (left.length > 0) UnprocessedKeys[name] = { Keys: left, ...rest };
    }
    return { Responses, UnprocessedKeys };
  };

  const query = (input: Query) => {
    const { TableName, IndexName, ScanIndexForward = true, ExclusiveStartKey: start } = input;
    const source = table(TableName);
    const index: Index | undefined =
      IndexName === undefined
        ? { keys: source.keys, projection: 'ALL' }
        : source.indexes[IndexName];
    if (!index) throw new FakeError('ValidationException');
    const { keys } = index;
    const positionKeys = [...new Set([...keys, ...source.keys])] as string[];
    const order = (a: Row, b: Row): number => {
      for (const key of positionKeys) {
        const [left, right] = [a[key] as string, b[key] as string];
        if (left !== right) return (left < right ? -1 : 1) * (ScanIndexForward ? 1 : -1);
      }
      return 0;
    };
    const [hash] = keys;
    const wanted = Object.values(input.ExpressionAttributeValues ?? {})[0];
    if (
      unused(input, input.KeyConditionExpression, input.FilterExpression).length > 0 ||
      (start &&
        (Object.keys(start).sort().join() !== [...positionKeys].sort().join() ||
          Object.values(start).some((value) => typeof value !== 'string') ||
          start[hash] !== wanted))
    ) {
      throw new FakeError('ValidationException');
    }
    const matching = rows(TableName)
      .filter((row) => keys.every((key) => row[key as string] !== undefined))
      .filter((row) => holds(input.KeyConditionExpression, row, input))
      .sort(order)
      .filter((row) => !start || order(start, row) < 0);
    const limit = Math.min(input.Limit ?? limits.page, limits.page);
    const read = matching.slice(0, limit);
    const last = read.at(-1);
    return {
      Items: read
        .filter((row) => !input.FilterExpression || holds(input.FilterExpression, row, input))
        .map((row) => (index.projection === 'ALL' ? row : only(positionKeys, row))),
      ...(read.length === limit && last && { LastEvaluatedKey: only(positionKeys, last) }),
    };
  };

  /** In the order of the keys, which means as little as DynamoDB's own. */
  const scan = ({ TableName, Limit = limits.page, ExclusiveStartKey: start }: Scan) => {
    const source = table(TableName);
    const keys = source.keys as readonly string[];
    if (start && Object.keys(start).sort().join() !== [...keys].sort().join()) {
      throw new FakeError('ValidationException');
    }
    const begin = start && keyOf(source, start);
    const left = [...source.rows]
      .filter(([key]) => begin === undefined || key > begin)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, row]) => row);
    const Items = left.slice(0, Math.min(Limit, limits.page));
    const last = Items.at(-1);
    return {
      Items: structuredClone(Items),
      ...(last && Items.length < left.length && { LastEvaluatedKey: only(keys, last) }),
    };
  };

  const transact = ({ TransactItems, ClientRequestToken: token }: Transaction) => {
    const request = JSON.stringify(TransactItems);
    if (token !== undefined && tokens.has(token)) {
      if (tokens.get(token) !== request)
        throw new FakeError('IdempotentParameterMismatchException');
      return {};
    }
    const actions = TransactItems.map((action) => {
      const keyed = action.Update ?? action.Delete ?? action.ConditionCheck;
      const kind = action.Put ?? keyed;
      if (!kind || Object.keys(action).length !== 1) throw new FakeError('ValidationException');
      const key: Row = action.Put?.Item ?? keyed?.Key ?? {};
      return { action, kind, id: `${kind.TableName} ${keyOf(table(kind.TableName), key)}`, key };
    });
    if (
      actions.length === 0 ||
      actions.length > 100 ||
      request.length > MAX_TRANSACTION_BYTES ||
      new Set(actions.map(({ id }) => id)).size < actions.length ||
      (token !== undefined && !/^.{1,36}$/.test(token)) ||
      actions.some(
        ({ kind }) => unused(kind, kind.ConditionExpression, kind.UpdateExpression).length > 0,
      )
    ) {
      throw new FakeError('ValidationException');
    }
    const writes: (() => void)[] = [];
    const reasons = actions.map(({ action, kind, key }): Reason => {
      const row = get(kind.TableName, key);
      if (kind.ConditionExpression && !holds(kind.ConditionExpression, row, kind)) {
        const tells = kind.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && row !== undefined;
        return { Code: 'ConditionalCheckFailed', ...(tells && { Item: row }) };
      }
      try {
        const { Put, Update, Delete } = action;
        if (Delete) writes.push(() => remove(kind.TableName, key));
        if (Put) writes.push(() => put(kind.TableName, Put.Item));
        if (Update) {
          const after = updated(kind.UpdateExpression ?? '', row ?? { ...key }, kind);
          writes.push(() => put(kind.TableName, after));
        }
      } catch (error) {
        if (error instanceof OperandError) return { Code: 'ValidationError' };
        throw error;
      }
      return { Code: 'None' };
    });
    if (reasons.some(({ Code }) => Code !== 'None')) {
      throw new FakeError('TransactionCanceledException', { reasons });
    }
    for (const write of writes) write();
    if (token !== undefined) tokens.set(token, request);
    return {};
  };

  /** @throws FakeError as DynamoDB would answer */
  const execute = (operation: Operation, input: unknown): Row => {
    switch (operation) {
      case 'GetItem': {
        const { TableName, Key } = input as { TableName: string; Key: Row };
        const Item = get(TableName, Key);
        return Item ? { Item } : {};
      }
      case 'BatchGetItem':
        return batchGet(input as BatchGet);
      case 'Query':
        return query(input as Query);
      case 'Scan':
        return scan(input as Scan);
      case 'TransactWriteItems':
        return transact(input as Transaction);
    }
  };

  return { execute, put, get, remove, rows, limits, forgetTokens: () => tokens.clear() };
};
