import {
  BatchGetCommand,
  GetCommand,
  QueryCommand,
  type QueryCommandInput,
  ScanCommand,
  type ScanCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { isTransient } from '../aws/transient-errors.ts';
import { inBatches } from '../batches.ts';
import { backOff } from '../retry.ts';
import type { Runtime } from '../runtime.ts';
import { type TimeBudget, TimeIsUpError } from '../time-budget.ts';
import type { Item } from './codec.ts';
import type { Database } from './database.ts';
import { MAX_BATCH_GET_KEYS } from './limits.ts';

type Connection = Pick<Database, 'client' | 'runtime'>;

/** BatchGetItem calls in flight at the same time. */
const BATCHES_IN_FLIGHT = 10;

/**
 * Reads one item (strongly consistent), and retries transient errors.
 *
 * @param attributes the only ones to read; all if absent
 * @throws TimeIsUpError, or the last error of DynamoDB, when the time is up; the error of DynamoDB
 *   when it is not transient
 */
export const getItem = async (
  db: Connection,
  table: string,
  key: Item,
  remaining: TimeBudget,
  attributes?: readonly string[],
): Promise<Item | undefined> => {
  const command = new GetCommand({
    TableName: table,
    Key: { ...key },
    ConsistentRead: true,
    ...(attributes && projection(attributes)),
  });
  const { Item } = await untilAnswered(
    (abortSignal) => db.client.send(command, { abortSignal }),
    remaining,
    db.runtime,
  );
  return Item;
};

/** Reads the results of a query, page by page. It reads a page only when the caller asks for it. */
export const queryItems = (
  db: Connection,
  input: QueryCommandInput,
  remaining: TimeBudget,
): AsyncGenerator<Item[]> =>
  readParts(
    db,
    (start, abortSignal) =>
      db.client.send(new QueryCommand({ ...input, ExclusiveStartKey: start }), { abortSignal }),
    input.ExclusiveStartKey,
    remaining,
  );

/** Reads a whole table, page by page. */
export const scanItems = (
  db: Connection,
  input: ScanCommandInput,
  remaining: TimeBudget,
): AsyncGenerator<Item[]> =>
  readParts(
    db,
    (start, abortSignal) =>
      db.client.send(new ScanCommand({ ...input, ExclusiveStartKey: start }), { abortSignal }),
    input.ExclusiveStartKey,
    remaining,
  );

type Key = Record<string, unknown> | undefined;

type Part = { readonly Items?: Item[] | undefined; readonly LastEvaluatedKey?: Key };

async function* readParts(
  { runtime }: Connection,
  ask: (start: Key, abortSignal: AbortSignal) => Promise<Part>,
  first: Key,
  remaining: TimeBudget,
): AsyncGenerator<Item[]> {
  let start = first;
  do {
    const from = start;
    const part = await untilAnswered((abortSignal) => ask(from, abortSignal), remaining, runtime);
    yield part.Items ?? [];
    start = part.LastEvaluatedKey;
  } while (start !== undefined);
}

/**
 * Reads the items with these ids (strongly consistent), in an arbitrary sequence. Items that do not
 * exist are left out. One id is read by GetItem, several by BatchGetItem; keys that DynamoDB
 * returns as unprocessed are requested again.
 *
 * @param attributes the only ones to read; all if absent
 * @throws TimeIsUpError, or the last error of DynamoDB, when the time is up
 */
export const getItemsById = (
  db: Connection,
  table: string,
  ids: readonly string[],
  remaining: TimeBudget,
  attributes?: readonly string[],
): Promise<Item[]> => {
  const keys = [...new Set(ids)].map((id) => ({ id }));
  return getItems(db, table, keys, remaining, attributes);
};

/** The same for any keys, each of them once. */
export const getItems = async (
  db: Connection,
  table: string,
  keys: readonly Item[],
  remaining: TimeBudget,
  attributes?: readonly string[],
): Promise<Item[]> => {
  if (keys.length === 1) {
    const item = await getItem(db, table, keys[0] ?? {}, remaining, attributes);
    return item ? [item] : [];
  }
  const found = await inBatches(
    keys,
    { size: MAX_BATCH_GET_KEYS, atOnce: BATCHES_IN_FLIGHT },
    (batch) => getBatch(db, table, batch, remaining, attributes),
  );
  return found.flat();
};

const getBatch = async (
  db: Connection,
  table: string,
  keys: readonly Item[],
  remaining: TimeBudget,
  attributes?: readonly string[],
): Promise<Item[]> => {
  const found: Item[] = [];
  let wanted: Record<string, unknown>[] = keys.map((key) => ({ ...key }));
  for (let attempt = 0; wanted.length > 0; attempt += 1) {
    if (attempt > 0 && !(await backOff(attempt, remaining, db.runtime))) {
      throw new TimeIsUpError(`${wanted.length} items of ${table} could not be read in time`);
    }
    const command = new BatchGetCommand({
      RequestItems: {
        [table]: { Keys: wanted, ConsistentRead: true, ...(attributes && projection(attributes)) },
      },
    });
    const { Responses, UnprocessedKeys } = await untilAnswered(
      (abortSignal) => db.client.send(command, { abortSignal }),
      remaining,
      db.runtime,
    );
    found.push(...(Responses?.[table] ?? []));
    wanted = UnprocessedKeys?.[table]?.Keys ?? [];
  }
  return found;
};

/** Uses placeholders, because many words are reserved in DynamoDB. */
const projection = (attributes: readonly string[]) => ({
  ProjectionExpression: attributes.map((name) => `#${name}`).join(', '),
  ExpressionAttributeNames: Object.fromEntries(attributes.map((name) => [`#${name}`, name])),
});

/**
 * Retries transient errors, after the few attempts that the SDK itself makes. Sends nothing after
 * the time is up.
 *
 * @throws TimeIsUpError when the end of the time aborts a call, whatever error the connection gives
 */
const untilAnswered = async <Answer>(
  ask: (abortSignal: AbortSignal) => Promise<Answer>,
  remaining: TimeBudget,
  runtime: Runtime,
): Promise<Answer> => {
  for (let attempt = 0; remaining() > 0; attempt += 1) {
    const abortSignal = runtime.abortAfter(remaining());
    try {
      return await ask(abortSignal);
    } catch (error) {
      if (abortSignal.aborted) throw timeIsUp(error);
      if (!isTransient(error) || !(await backOff(attempt, remaining, runtime))) throw error;
    }
  }
  throw timeIsUp();
};

const timeIsUp = (cause?: unknown): TimeIsUpError =>
  new TimeIsUpError('DynamoDB could not be asked in time', { cause });
