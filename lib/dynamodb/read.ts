import { BatchGetCommand, GetCommand } from '@aws-sdk/lib-dynamodb';
import { isTransient, NotInTimeError } from '../aws/transient-errors.ts';
import { inBatches } from '../batches.ts';
import { backOff } from '../retry.ts';
import type { Runtime } from '../runtime.ts';
import type { TimeBudget } from '../time-budget.ts';
import type { Item } from './codec.ts';
import type { Database } from './database.ts';
import { MAX_BATCH_GET_KEYS } from './limits.ts';

type Connection = Pick<Database, 'client' | 'runtime'>;

/** BatchGetItem calls in flight at the same time. */
const BATCHES_IN_FLIGHT = 10;

/**
 * Reads one item (strongly consistent). With a time budget, it retries transient errors.
 *
 * @throws the last error of DynamoDB, when the time is up or the error is not transient
 */
export const getItem = async (
  db: Connection,
  table: string,
  key: Item,
  remaining?: TimeBudget,
): Promise<Item | undefined> => {
  const command = new GetCommand({ TableName: table, Key: { ...key }, ConsistentRead: true });
  const { Item } = remaining
    ? await untilAnswered(
        (abortSignal) => db.client.send(command, { abortSignal }),
        remaining,
        db.runtime,
      )
    : await db.client.send(command);
  return Item;
};

/**
 * Reads the items with these ids (strongly consistent), in an arbitrary sequence. Items that do not
 * exist are left out. One id is read by GetItem, several by BatchGetItem; keys that DynamoDB
 * returns as unprocessed are requested again.
 *
 * @throws NotInTimeError when the time is up before everything is read, or the last error that
 *   DynamoDB gave
 */
export const getItemsById = async (
  db: Connection,
  table: string,
  ids: readonly string[],
  remaining: TimeBudget,
): Promise<Item[]> => {
  const keys = [...new Set(ids)].map((id) => ({ id }));
  if (keys.length === 1) {
    const item = await getItem(db, table, keys[0] ?? {}, remaining);
    return item ? [item] : [];
  }
  const found = await inBatches(
    keys,
    { size: MAX_BATCH_GET_KEYS, atOnce: BATCHES_IN_FLIGHT },
    (batch) => getBatch(db, table, batch, remaining),
  );
  return found.flat();
};

const getBatch = async (
  db: Connection,
  table: string,
  keys: readonly Item[],
  remaining: TimeBudget,
): Promise<Item[]> => {
  const found: Item[] = [];
  let wanted: Record<string, unknown>[] = keys.map((key) => ({ ...key }));
  for (let attempt = 0; wanted.length > 0; attempt += 1) {
    if (attempt > 0 && !(await backOff(attempt, remaining, db.runtime))) {
      throw new NotInTimeError(`${wanted.length} items of ${table} could not be read in time`);
    }
    const command = new BatchGetCommand({
      RequestItems: { [table]: { Keys: wanted, ConsistentRead: true } },
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

/** Retries transient errors, after the few attempts that the SDK itself makes. */
const untilAnswered = async <Answer>(
  ask: (abortSignal: AbortSignal) => Promise<Answer>,
  remaining: TimeBudget,
  runtime: Runtime,
): Promise<Answer> => {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await ask(runtime.abortAfter(remaining()));
    } catch (error) {
      if (!isTransient(error) || !(await backOff(attempt, remaining, runtime))) throw error;
    }
  }
};
