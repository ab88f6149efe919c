import type { CancellationReason, TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Change, Refusal } from '../domain/change.ts';
import type { Item } from './codec.ts';
import { batches, orders, products, stockMovements, turns } from './items.ts';
import { READING } from './reading.ts';

/**
 * Codes of reasons that mean "retry later" and say nothing about the data. The SDK does not retry
 * them: for the SDK, DynamoDB has answered the request.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
const NOT_NOW: ReadonlySet<string> = new Set([
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
]);

/**
 * Why a transaction was cancelled:
 *
 * - `refused`: conditions failed. This counts even if there were conflicts too.
 * - `not-now`: only conflicts or throttling. `contested` are the changes whose items are in
 *   conflict; there are none if the transaction was only throttled.
 */
export type Verdict =
  | { readonly type: 'refused'; readonly refusals: Refusal[] }
  | { readonly type: 'not-now'; readonly contested: readonly Change[] };

/**
 * Reads why a transaction was cancelled.
 *
 * @throws the exception itself when it has any other reason: then the request itself was wrong.
 *   DamagedItemError when a condition found a row that cannot be read
 */
export const readReasons = (
  exception: TransactionCanceledException,
  changes: readonly Change[],
): Verdict => {
  const reasons = exception.CancellationReasons ?? [];
  const codes = new Set(reasons.map(({ Code }) => Code ?? 'None'));
  codes.delete('None');
  const refusals = changes.flatMap((change, index) => {
    const reason = reasons[index];
    return reason?.Code === 'ConditionalCheckFailed' ? [readReason(change, reason)] : [];
  });
  codes.delete('ConditionalCheckFailed');
  if (![...codes].every((code) => NOT_NOW.has(code))) throw exception;
  if (refusals.length > 0) return { type: 'refused', refusals };
  const contested = changes.filter((_, index) => reasons[index]?.Code === 'TransactionConflict');
  if (codes.size > 0) return { type: 'not-now', contested };
  throw exception;
};

/** The document client does not unmarshall the items of the reasons. */
const readReason = (change: Change, { Item }: CancellationReason): Refusal =>
  toRefusal(change, Item && unmarshall(Item, READING));

/**
 * A change whose condition failed.
 *
 * @param item the row that the condition found; undefined if it found none
 */
export const toRefusal = (change: Change, item: Item | undefined): Refusal => {
  const writeId = item?.writeId;
  const written = typeof writeId === 'string' ? { writeId } : {};
  switch (change.type) {
    case 'create-order':
    case 'update-order':
    case 'require-order':
    case 'delete-order':
      return { ...change, ...(item && { found: orders.fromItem(item) }), ...written };
    case 'create-product':
    case 'move-stock':
    case 'update-product':
    case 'close-product':
    case 'confirm-stock':
    case 'require-no-product':
    case 'retire-product':
    case 'uncount-movements':
    case 'mend-product':
    case 'delete-product':
      // A retired product counts as deleted.
      return {
        ...change,
        ...(item && item.deletedAt === undefined && { found: products.fromItem(item) }),
      };
    case 'record-movement':
    case 'require-movement':
    case 'delete-movement':
      return { ...change, ...(item && { found: stockMovements.fromItem(item) }), ...written };
    case 'record-batch':
    case 'take-units':
    case 'update-batch':
      return { ...change, ...(item && { found: batches.fromItem(item) }) };
    case 'write-turn':
      return { ...change, ...(item && { found: turns.fromItem(item) }), ...written };
  }
};
