import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { SdkError } from '@smithy/types';
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
 * Makes all changes or none, in one TransactWriteItems.
 *
 * After a conflict, throttling or a lost answer, the next attempt sends the same bytes with the
 * same ClientRequestToken. So the commit takes effect once, even if the answer to a successful
 * attempt was lost. After a conflict on an order, another request has most likely done the same to
 * it. So the order is read before the next attempt, unless an attempt is unanswered.
 *
 * The id of the commit is also its ClientRequestToken, and is written on every order and movement
 * of the commit. A failed condition that finds this id proves that an earlier attempt took effect:
 * all of it, because a transaction is all or nothing.
 *
 * @param changes at most 100, no two about the same item
 * @param remaining the time budget of all attempts
 * @throws the error of DynamoDB when the request itself is wrong, such as
 *   IdempotentParameterMismatchException or ValidationException; then nothing was written.
 *   DamagedItemError when a condition found a row that cannot be read
 */
export const commit = async (
  db: Database,
  changes: readonly Change[],
  remaining: TimeBudget,
  {
    maxConflicts = Number.POSITIVE_INFINITY,
    maxProductConflicts = Number.POSITIVE_INFINITY,
    writeId = db.runtime.newId(),
  }: CommitOptions = {},
): Promise<CommitResult> => {
  const request = {
    TransactItems: changes.map((change) => toAction(change, db.tables, writeId)),
    ClientRequestToken: writeId,
  };
  let conflicts = 0;
  /** Attempts that met another transaction; throttling does not count. */
  let itemConflicts = 0;
  /** Attempts that met another transaction, but at none of the orders. */
  let productConflicts = 0;
  const refusedBy = (refusals: readonly Refusal[]): CommitResult =>
    refusals.some((refusal) => refusal.writeId === writeId)
      ? { type: 'committed', conflicts }
      : { type: 'refused', refusals, conflicts };
  /** Changes at whose items the last attempt met another transaction. */
  let contested: readonly Change[] = [];
  /**
   * Whether an attempt is unanswered: then only another attempt can show whether it took effect.
   */
  let isUnanswered = false;
  for (let attempt = 0; remaining() > 0; attempt += 1) {
    const abortSignal = db.runtime.abortAfter(remaining());
    try {
      const refusals = isUnanswered
        ? []
        : await changedMeanwhile(db, ordersIn(contested), changes, remaining);
      if (refusals.length > 0) return refusedBy(refusals);
      contested = [];
      await db.client.send(new TransactWriteCommand(request), { abortSignal });
      return { type: 'committed', conflicts };
    } catch (error) {
      if (error instanceof TransactionCanceledException) {
        const verdict = readReasons(error, changes);
        if (verdict.type === 'refused') return refusedBy(verdict.refusals);
        conflicts += 1;
        contested = verdict.contested;
        if (contested.length > 0) itemConflicts += 1;
        if (contested.length > 0 && ordersIn(contested).length === 0) productConflicts += 1;
      } else if (abortSignal.aborted) {
        break;
      } else if (!isTransient(error)) {
        throw error;
      } else if (isThrottled(error)) {
        conflicts += 1;
      } else {
        isUnanswered = true;
      }
      // With more than one attempt, the SDK itself has resent a request whose answer was lost.
      isUnanswered ||= (error as SdkError).$metadata?.attempts !== 1;
    }
    if (itemConflicts >= maxConflicts || productConflicts >= maxProductConflicts) break;
    if (!(await backOff(attempt, remaining, db.runtime))) break;
  }
  return { type: 'exhausted', conflicts, ...(contested.length > 0 && { contested }) };
};

const ordersIn = (changes: readonly Change[]): Order[] =>
  changes.flatMap((change) => (change.type === 'update-order' ? [change.order] : []));

/**
 * The refusals that the next attempt would get for these orders, each with one movement of the
 * order. The order shows only the last commit that wrote it; the movement shows the one that moved
 * the stock.
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
    return (
      item?.version !== order.version - 1 ||
      item.createdAt !== order.createdAt ||
      item.writeId !== (order.writeId ?? item.writeId)
    );
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
