import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import { isThrottled, isTransient } from '../aws/transient-errors.ts';
import type { Change, CommitResult, Refusal } from '../domain/change.ts';
import type { Order } from '../domain/order.ts';
import { backOff } from '../retry.ts';
import type { TimeBudget } from '../time-budget.ts';
import type { CommitOptions } from '../use-cases/ports.ts';
import type { Database } from './database.ts';
import { getItem, getItemsById } from './read.ts';
import { readReasons, toRefusal } from './reasons.ts';
import { toAction } from './transaction.ts';

/**
 * Makes changes all or nothing, in one TransactWriteItems.
 *
 * Whatever has to be repeated (conflicts, throttling, lost answers) is sent again to the byte, under
 * the same token, so that it takes effect once even when an earlier attempt had already succeeded
 * unheard. When other callers were writing to one of our orders, they most likely did to it what we
 * want to do: then it is read before the next attempt, unless an attempt of ours got no answer.
 *
 * Each commit has an id of its own, which is its token too and is written on every order and
 * movement that it writes. A condition that fails and finds this very id proves that an earlier
 * attempt took effect, all of it: a transaction is all or nothing.
 *
 * @param changes at most 100, no two about the same item
 * @param remaining how long attempts may go on
 * @throws whatever DynamoDB says of a request that is wrong in itself, such as
 *   IdempotentParameterMismatchException or ValidationException; then nothing was written.
 *   DamagedItemError when a condition found a row that cannot be read
 */
export const commit = async (
  db: Database,
  changes: readonly Change[],
  remaining: TimeBudget,
  {
    maxConflicts = Number.POSITIVE_INFINITY,
    maxAtProducts = Number.POSITIVE_INFINITY,
    writeId = db.runtime.newId(),
  }: CommitOptions = {},
): Promise<CommitResult> => {
  const request = {
    TransactItems: changes.map((change) => toAction(change, db.tables, writeId)),
    ClientRequestToken: writeId,
  };
  let conflicts = 0;
  /** Those of them that were others at the same items, and not throttling. */
  let meetings = 0;
  /** Those of these that were at none of our orders. */
  let atProducts = 0;
  const refusedBy = (refusals: readonly Refusal[]): CommitResult =>
    refusals.some((refusal) => refusal.writeId === writeId)
      ? { type: 'committed', conflicts }
      : { type: 'refused', refusals, conflicts };
  /** What others were at when we last tried. */
  let contested: readonly Change[] = [];
  /** Whether an attempt got no answer: then only another attempt can tell what became of it. */
  let isUnheard = false;
  for (let attempt = 0; remaining() > 0; attempt += 1) {
    try {
      const refusals = isUnheard
        ? []
        : await changedMeanwhile(db, ordersIn(contested), changes, remaining);
      if (refusals.length > 0) return refusedBy(refusals);
      contested = [];
      await db.client.send(new TransactWriteCommand(request), {
        abortSignal: db.runtime.abortAfter(remaining()),
      });
      return { type: 'committed', conflicts };
    } catch (error) {
      if (error instanceof TransactionCanceledException) {
        const verdict = readReasons(error, changes);
        if (verdict.type === 'refused') return refusedBy(verdict.refusals);
        conflicts += 1;
        contested = verdict.contested;
        if (contested.length > 0) meetings += 1;
        if (contested.length > 0 && ordersIn(contested).length === 0) atProducts += 1;
        // The SDK sends again by itself what got no answer.
        isUnheard ||= error.$metadata.attempts !== 1;
      } else if (!isTransient(error)) {
        throw error;
      } else if (isThrottled(error)) {
        conflicts += 1;
      } else {
        isUnheard = true;
      }
    }
    if (meetings >= maxConflicts || atProducts >= maxAtProducts) break;
    if (!(await backOff(attempt, remaining, db.runtime))) break;
  }
  return { type: 'exhausted', conflicts, ...(contested.length > 0 && { contested }) };
};

const ordersIn = (changes: readonly Change[]): Order[] =>
  changes.flatMap((change) => (change.type === 'update-order' ? [change.order] : []));

/**
 * What the conditions of these orders would find, as far as they would fail, each with one of its
 * movements: an order shows only who wrote it last, and a movement shows who moved the stock.
 */
const changedMeanwhile = async (
  db: Database,
  orders: readonly Order[],
  changes: readonly Change[],
  remaining: TimeBudget,
): Promise<Refusal[]> => {
  if (orders.length === 0) return [];
  const ids = orders.map(({ id }) => id);
  const items = await getItemsById(db, db.tables.orders, ids, remaining);
  const now = new Map(items.map((item) => [item.id, item]));
  const changed = orders.filter((order) => {
    const item = now.get(order.id);
    return item?.version !== order.version - 1 || item.createdAt !== order.createdAt;
  });
  const refusals = changed.map(async (order): Promise<Refusal[]> => {
    const refusal = toRefusal({ type: 'update-order', order }, now.get(order.id));
    const record = changes.find(
      (change) => change.type === 'record-movement' && change.movement.orderId === order.id,
    );
    if (record?.type !== 'record-movement') return [refusal];
    const { referenceId, entry } = record.movement;
    const item = await getItem(db, db.tables.stockMovements, { referenceId, entry }, remaining);
    return item ? [refusal, toRefusal(record, item)] : [refusal];
  });
  return (await Promise.all(refusals)).flat();
};
