/** TransactWriteItems: all or nothing, once for each token, and one at a time for each item. */
import {
  createMeter,
  indexWriteUnits,
  isWanted,
  replayUnits,
  type Wanted,
  writeUnits,
} from './capacity.ts';
import { checkCondition, holds } from './conditions.ts';
import { FakeError, invalid, type Reason, UnfitItemError } from './errors.ts';
import { type Placeholders, readExpressions, type Trees } from './expressions.ts';
import {
  MAX_ITEM_BYTES,
  MAX_TOKEN_LENGTH,
  MAX_TRANSACTION_ACTIONS,
  MAX_TRANSACTION_BYTES,
  TOKEN_LIFE_MS,
} from './limits.ts';
import type { Partitions, Use } from './partitions.ts';
import type { Table } from './tables.ts';
import { checkUpdate, updated } from './updates.ts';
import { copyOf, type Row, sizeOf } from './values.ts';

type Guarded = Placeholders & {
  readonly TableName: string;
  readonly ConditionExpression?: string;
  readonly ReturnValuesOnConditionCheckFailure?: 'ALL_OLD' | 'NONE';
};

type Keyed = Guarded & { readonly Key: Row };

type RawAction = {
  readonly Put?: Guarded & { readonly Item: Row };
  readonly Update?: Keyed & { readonly UpdateExpression: string };
  readonly Delete?: Keyed;
  readonly ConditionCheck?: Keyed;
};

export type TransactWrite = Wanted & {
  readonly TransactItems: readonly RawAction[];
  readonly ClientRequestToken?: string;
};

/** A transaction that has arrived. */
export type UnderWay = {
  /**
   * Ends it: makes its writes, and frees its items.
   *
   * @throws FakeError when it has to be cancelled
   */
  readonly finish: () => Row;
};

type Action = {
  readonly type: keyof RawAction;
  readonly request: Guarded;
  readonly table: Table;
  /** The whole item of a Put. */
  readonly given: Row;
  /** The key of the item, with the name of the table. */
  readonly id: string;
  readonly item: string;
  readonly trees: Trees;
  /** What is wrong with the key. */
  readonly misfit: string | undefined;
};

/** What an action found, and the row that it makes of it; no row if it only checks. */
type Outcome = {
  readonly reason: Reason;
  readonly before?: Row | undefined;
  readonly after?: Row | undefined;
};

/** One item that a transaction has written: as it was, and as it is; absent where it is not there. */
export type Written = {
  readonly table: string;
  readonly before?: Row | undefined;
  readonly after?: Row | undefined;
};

const NONE: Reason = { Code: 'None' };
const THROTTLED: Reason = { Code: 'ThrottlingError' };

const TYPES = ['Put', 'Update', 'Delete', 'ConditionCheck'] as const;

export type Transactions = ReturnType<typeof createTransactions>;

type Surroundings = {
  readonly now: () => number;
  readonly partitions: Partitions;
  readonly committed: ((writes: readonly Written[]) => void) | undefined;
};

export const createTransactions = (
  table: (name: string) => Table,
  { now, partitions, committed }: Surroundings,
) => {
  /** Tokens of transactions that took effect, and the requests that they belong to. */
  const tokens = new Map<string, { readonly request: string; readonly at: number }>();
  const inProgress = new Set<string>();
  /** Items of transactions in progress. */
  const busy = new Set<string>();

  const isRepeated = (token: string, request: string): boolean => {
    const known = tokens.get(token);
    if (!known || now() - known.at >= TOKEN_LIFE_MS) return false;
    if (known.request !== request) throw new FakeError('IdempotentParameterMismatchException');
    return true;
  };

  const commit = (actions: readonly Action[], outcomes: readonly Outcome[], input: Wanted): Row => {
    const consumed = isWanted(input) ? consumedBy(actions, outcomes, input) : {};
    const writes: Written[] = [];
    for (const [at, { type, table: target, id }] of actions.entries()) {
      if (type === 'ConditionCheck') continue;
      const { before, after } = outcomes[at] ?? {};
      target.write(id, after);
      writes.push({ table: target.name, before, after });
    }
    committed?.(writes);
    return consumed;
  };

  /** What becomes of an action for which its partitions have room, and of one for which not. */
  const tryWithin = (action: Action): Outcome => {
    const outcome = tryAction(action);
    return partitions.take(() => usesOf(action, outcome)) ? outcome : { reason: THROTTLED };
  };

  /** What a repeated transaction costs: a read of its items. */
  const replay = (actions: readonly Action[], input: Wanted): Row => {
    const meter = createMeter();
    for (const { table: target, id } of actions) {
      meter.add(target.name, replayUnits(target.rows.get(id)));
    }
    const consumed = meter.told(input, 'ReadCapacityUnits');
    return consumed ? { ConsumedCapacity: consumed } : {};
  };

  return {
    /**
     * Lets a transaction arrive. Its items are busy until it is finished: another transaction on
     * one of them is cancelled with a conflict, even if this one will be cancelled itself.
     *
     * @throws FakeError for an invalid request, or for one whose token is in progress
     */
    begin: (input: TransactWrite): UnderWay => {
      const actions = readActions(input, table);
      const { ClientRequestToken: token } = input;
      const request = JSON.stringify(input.TransactItems);
      if (token !== undefined) {
        if (inProgress.has(token)) throw new FakeError('TransactionInProgressException');
        if (isRepeated(token, request)) return { finish: () => replay(actions, input) };
      }
      checkTogether(actions);
      if (token !== undefined) inProgress.add(token);
      const met = new Set(actions.map(({ item }) => item).filter((item) => busy.has(item)));
      const outcomes = actions.map(
        (action): Outcome =>
          met.has(action.item) ? { reason: { Code: 'TransactionConflict' } } : tryWithin(action),
      );
      const own = actions.filter((_, at) => outcomes[at]?.reason === NONE).map(({ item }) => item);
      for (const item of own) busy.add(item);
      return {
        finish: () => {
          for (const item of own) busy.delete(item);
          if (token !== undefined) inProgress.delete(token);
          const reasons = outcomes.map(({ reason }) => reason);
          if (reasons.some((reason) => reason !== NONE)) {
            throw new FakeError('TransactionCanceledException', { reasons });
          }
          if (token !== undefined) tokens.set(token, { request, at: now() });
          return commit(actions, outcomes, input);
        },
      };
    },
    forgetTokens: (): void => tokens.clear(),
  };
};

/** What an action needs of the partitions of its table and its indexes. */
const usesOf = ({ type, table, given }: Action, { before, after }: Outcome): Use[] => {
  const write = (source: string, key: unknown, units: number): Use => ({
    kind: 'write',
    source,
    key,
    units,
  });
  const own = write(table.name, given[table.keys[0] ?? ''], writeUnits(before, after));
  if (type === 'ConditionCheck') return [own];
  const entries = table.inIndexes(before);
  const inIndexes = [...table.inIndexes(after)].map(([index, entry]) => {
    const { keys, positionKeys } = table.source(index);
    const row = entry ?? entries.get(index);
    return write(
      `${table.name}/${index}`,
      row?.[keys[0] ?? ''],
      indexWriteUnits(positionKeys, entries.get(index), entry),
    );
  });
  return [own, ...inIndexes.filter(({ units }) => units > 0)];
};

const consumedBy = (
  actions: readonly Action[],
  outcomes: readonly Outcome[],
  input: Wanted,
): Row => {
  const meter = createMeter();
  for (const [at, { type, table }] of actions.entries()) {
    const { before, after } = outcomes[at] ?? {};
    meter.add(table.name, writeUnits(before, after));
    if (type === 'ConditionCheck') continue;
    const entries = table.inIndexes(before);
    for (const [index, entry] of table.inIndexes(after)) {
      const { positionKeys } = table.source(index);
      meter.add(table.name, indexWriteUnits(positionKeys, entries.get(index), entry), index);
    }
  }
  const consumed = meter.told(input, 'WriteCapacityUnits');
  return consumed ? { ConsumedCapacity: consumed } : {};
};

/** @throws FakeError for a request that is invalid with any items */
const readActions = (
  { TransactItems, ClientRequestToken: token }: TransactWrite,
  table: (name: string) => Table,
): Action[] => {
  if (TransactItems.length === 0 || TransactItems.length > MAX_TRANSACTION_ACTIONS) {
    throw invalid('too many actions, or none');
  }
  if (token !== undefined && (token.length === 0 || token.length > MAX_TOKEN_LENGTH)) {
    throw invalid('a token has 1 to 36 characters');
  }
  return TransactItems.map((raw) => readAction(raw, table));
};

/** @throws FakeError for actions that exclude each other */
const checkTogether = (actions: readonly Action[]): void => {
  if (new Set(actions.map(({ item }) => item)).size < actions.length) {
    throw invalid('two actions for one item');
  }
  const bytes = actions.reduce(
    (sum, { given, request }) =>
      sum + sizeOf(given) + sizeOf({ ...request.ExpressionAttributeValues }),
    0,
  );
  if (bytes > MAX_TRANSACTION_BYTES) throw invalid('the transaction is too large');
};

const readAction = (raw: RawAction, find: (name: string) => Table): Action => {
  const [type, ...others] = TYPES.filter((one) => raw[one] !== undefined);
  const request = type && raw[type];
  if (!request || others.length > 0) throw invalid('an action is one of four things');
  const trees = readExpressions(request);
  const table = find(request.TableName);
  if (trees.condition) checkCondition(trees.condition, request);
  if (trees.update) checkUpdate(trees.update, table.keys, request);
  if (type === 'ConditionCheck' && !trees.condition) throw invalid('a check needs a condition');
  if (type === 'Update' && !trees.update) throw invalid('an update needs an expression');
  const given = 'Item' in request ? request.Item : request.Key;
  const misfit =
    table.keyMisfit(given, type === 'Put') ??
    (type === 'Put' ? itemMisfit(table, given) : undefined);
  const id = table.idOf(given);
  return { type, request, table, given, id, item: `${table.name} ${id}`, trees, misfit };
};

/** What is wrong with the item of a Put, whatever is stored. */
const itemMisfit = (table: Table, item: Row): string | undefined => {
  if (sizeOf(item) > MAX_ITEM_BYTES) throw invalid('the item is too large');
  try {
    table.checkRow(item);
    return undefined;
  } catch (error) {
    if (error instanceof UnfitItemError) return error.message;
    throw error;
  }
};

/** What an action would do with the current rows. */
const tryAction = ({ type, request, table, given, id, trees, misfit }: Action): Outcome => {
  if (misfit) return { reason: { Code: 'ValidationError', Message: misfit } };
  const before = table.rows.get(id);
  if (trees.condition && !holds(trees.condition, before, request)) {
    const tells = request.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' && before !== undefined;
    return {
      reason: { Code: 'ConditionalCheckFailed', ...(tells && { Item: copyOf(before) }) },
    };
  }
  try {
    const after = resultOf(type, before, given, request, trees);
    if (after && type === 'Update') table.checkRow(after);
    return { reason: NONE, before, after };
  } catch (error) {
    if (!(error instanceof UnfitItemError)) throw error;
    return { reason: { Code: 'ValidationError', Message: error.message } };
  }
};

const resultOf = (
  type: Action['type'],
  before: Row | undefined,
  given: Row,
  request: Guarded,
  { update }: Trees,
): Row | undefined => {
  switch (type) {
    case 'ConditionCheck':
      return before;
    case 'Delete':
      return undefined;
    case 'Put':
      return copyOf(given);
    case 'Update':
      return updated(update ?? { set: [], add: [], remove: [] }, before ?? given, request);
  }
};
