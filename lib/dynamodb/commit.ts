import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand, type TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import { isThrottled, isTransient } from '../aws/transient-errors.ts';
import type { Change, CommitResult, Refusal } from '../domain/change.ts';
import type { Order } from '../domain/order.ts';
import { backOff } from '../retry.ts';
import type { TimeBudget } from '../time-budget.ts';
import type { Database } from './database.ts';
import { getOrders } from './orders.ts';
import { readReasons } from './reasons.ts';
import { toAction } from './transaction.ts';

/**
 * Makes changes all or nothing, in one TransactWriteItems.
 *
 * Whatever has to be repeated (conflicts, throttling, answers that got lost on the way) is sent
 * again to the byte, under the same token, so that it takes effect once even when an earlier
 * attempt had already succeeded unheard. Where others were at one of our orders, they most likely
 * did to it what we want to do: then it is looked at before the next attempt.
 *
 * @param changes at most 100, no two about the same item
 * @param remaining how long attempts may go on
 * @param patience how many conflicts to put up with
 * @throws whatever DynamoDB says of a request that is wrong in itself, such as
 *   IdempotentParameterMismatchException or ValidationException; then nothing was written
 */
export const commit = async (
  db: Database,
  changes: readonly Change[],
  remaining: TimeBudget,
  patience = Number.POSITIVE_INFINITY,
): Promise<CommitResult> => {
  const request = prepare(changes, db);
  let conflicts = 0;
  /** Orders that others were at when we last tried. */
  let contested: readonly Order[] = [];
  /** Whether an attempt may have taken effect without our hearing of it. */
  let isUncertain = false;
  for (let attempt = 0; remaining() > 0; attempt += 1) {
    try {
      // What an attempt of our own may have changed says nothing about others.
      if (contested.length > 0 && !isUncertain) {
        const refusals = await changedMeanwhile(db, contested, remaining);
        if (refusals.length > 0) return { type: 'refused', refusals, conflicts };
      }
      contested = [];
      await db.client.send(new TransactWriteCommand(request), {
        abortSignal: db.runtime.abortAfter(remaining()),
      });
      return { type: 'committed', conflicts };
    } catch (error) {
      if (error instanceof TransactionCanceledException) {
        const verdict = readReasons(error, changes);
        if (verdict.type === 'refused') return { ...verdict, conflicts };
        conflicts += 1;
        contested = verdict.contested;
        // The SDK sends again by itself what got no answer.
        isUncertain ||= error.$metadata.attempts !== 1;
      } else if (!isTransient(error)) {
        throw error;
      } else if (isThrottled(error)) {
        conflicts += 1;
      } else {
        isUncertain = true;
      }
      // An attempt that may have taken effect has to be heard of: nobody else could tell it was ours.
      if (conflicts >= patience && !isUncertain) break;
    }
    if (!(await backOff(attempt, remaining, db.runtime))) break;
  }
  return { type: 'exhausted', conflicts };
};

/** What the conditions of these orders would find, as far as they would fail. */
const changedMeanwhile = async (
  db: Database,
  orders: readonly Order[],
  remaining: TimeBudget,
): Promise<Refusal[]> => {
  const ids = orders.map(({ id }) => id);
  const now = await getOrders(db, ids, remaining);
  return orders.flatMap((order): Refusal[] => {
    const found = now.get(order.id);
    const isAsRead = found?.version === order.version - 1 && found.createdAt === order.createdAt;
    if (isAsRead) return [];
    return [{ type: 'update-order', order, ...(found && { found }) }];
  });
};

/**
 * A request and its token, fixed before the first attempt. The token is new for every call: two
 * callers who ask for the same thing in the same millisecond must not pass for one, or both would
 * be told that they did it.
 */
const prepare = (changes: readonly Change[], db: Database): TransactWriteCommandInput => ({
  TransactItems: changes.map((change) => toAction(change, db.tables)),
  ClientRequestToken: db.runtime.newId(),
});
