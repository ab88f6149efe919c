/** What requests cost on AWS, computed from the requests themselves. */
import type { TransactWriteItem, TransactWriteItemsInput } from '@aws-sdk/client-dynamodb';
import type { Tables } from '../../lib/dynamodb/tables.ts';
import { type RawItem, sizeOfItem } from './item-size.ts';

/** One request as it was sent, and its end. */
export type Attempt = {
  /** For example `TransactWriteItems`. */
  readonly operation: string;
  /** The request in DynamoDB's notation. */
  readonly input: unknown;
  /**
   * - `conflict`: another transaction was writing one of its items.
   * - `refused`: a condition failed.
   */
  readonly end: 'answered' | 'conflict' | 'refused' | 'failed';
};

/** @param body the JSON of DynamoDB's answer */
export const endOfAnswer = (body: string): Attempt['end'] => {
  const { __type: error, CancellationReasons: reasons = [] } = JSON.parse(body) as {
    readonly __type?: string;
    readonly CancellationReasons?: readonly { readonly Code?: string }[];
  };
  if (error === undefined) return 'answered';
  return endOfReasons(reasons);
};

/** Why a transaction was cancelled; `failed` if it was not. */
export const endOfReasons = (
  reasons: readonly { readonly Code?: string | undefined }[],
): Exclude<Attempt['end'], 'answered'> => {
  const codes = new Set(reasons.map(({ Code }) => Code));
  if (codes.has('ConditionalCheckFailed')) return 'refused';
  return codes.has('TransactionConflict') ? 'conflict' : 'failed';
};

export type Cost = {
  /** All requests, reads included, each attempt counted. */
  readonly requests: number;
  /** The transactions among them. */
  readonly transactions: number;
  /** Transactions that were cancelled with a conflict. */
  readonly conflicts: number;
  /** Transactions of which a condition failed. */
  readonly refusals: number;
  /** Write units on the tables, of the transactions that took effect. */
  readonly writeUnits: number;
  /** Write units on the indexes of the tables, of the same transactions. */
  readonly indexWriteUnits: number;
};

/**
 * An item in a transaction is written twice, to prepare and to commit: two units for each begun KB.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-capacity-handling
 */
const WRITES_IN_TRANSACTION = 2;

const KB = 1_024;

export const costOf = (attempts: readonly Attempt[], tables: Tables): Cost => {
  const transactions = attempts.filter(({ operation }) => operation === 'TransactWriteItems');
  const actions = transactions
    .filter(({ end }) => end === 'answered')
    .flatMap(({ input }) => (input as TransactWriteItemsInput).TransactItems ?? []);
  return {
    requests: attempts.length,
    transactions: transactions.length,
    conflicts: transactions.filter(({ end }) => end === 'conflict').length,
    refusals: transactions.filter(({ end }) => end === 'refused').length,
    writeUnits: total(actions, writeUnits),
    indexWriteUnits: total(actions, (action) => indexWriteUnits(action, tables)),
  };
};

const writeUnits = (action: TransactWriteItem): number =>
  WRITES_IN_TRANSACTION * Math.ceil(sizeOfItem(writtenBy(action)) / KB);

/**
 * The attributes that an action sets, and the key. An update keeps other attributes, which count,
 * too; here these are the name of a product and creation times, and no item comes close to the
 * next KB by them.
 */
const writtenBy = ({ Put, Update, Delete, ConditionCheck }: TransactWriteItem): RawItem => {
  if (Put) return Put.Item ?? {};
  const { ':versionAsRead': _, ...values } = Update?.ExpressionAttributeValues ?? {};
  return { ...(Update ?? Delete ?? ConditionCheck)?.Key, ...values };
};

/**
 * Each index has a copy of the attributes that it covers: a new item adds one, and a change of the
 * status of an order deletes one and adds another. Copies are not written twice, and none of ours
 * reaches 1 KB.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes
 */
const indexWriteUnits = ({ Put, Update }: TransactWriteItem, tables: Tables): number => {
  if (Put) return Put.TableName === tables.products ? 0 : 1;
  return Update?.TableName === tables.orders ? 2 : 0;
};

const total = <Item>(items: readonly Item[], of: (item: Item) => number): number =>
  items.reduce((sum, item) => sum + of(item), 0);
