/** What requests cost on AWS, worked out from the requests themselves. */
import type { TransactWriteItem, TransactWriteItemsInput } from '@aws-sdk/client-dynamodb';
import type { Tables } from '../../lib/dynamodb/tables.ts';
import { type RawItem, sizeOfItem } from './item-size.ts';

/** One request as it went over the wire, and what came of it. */
export type Attempt = {
  /** As in `TransactWriteItems`. */
  readonly operation: string;
  /** The request in DynamoDB's own notation. */
  readonly input: unknown;
  /**
   * - `conflict`: another transaction was at one of its items.
   * - `refused`: a condition did not hold.
   */
  readonly end: 'answered' | 'conflict' | 'refused' | 'failed';
};

export type Cost = {
  /** Everything that was sent, reads included, once for each attempt. */
  readonly requests: number;
  /** Of these, the transactions. */
  readonly transactions: number;
  /** Transactions that ended because another one was at the same item. */
  readonly conflicts: number;
  /** Transactions that ended because a condition did not hold. */
  readonly refusals: number;
  /** Of the transactions that took effect, on the tables. */
  readonly writeUnits: number;
  /** Of the same, on the tables' indexes. */
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
 * What an action sets, with the key. An update leaves other attributes as they are, which count as
 * well; here these are a product's name and the times at which things began, and no item comes near
 * the next KB by them.
 */
const writtenBy = ({ Put, Update, Delete, ConditionCheck }: TransactWriteItem): RawItem => {
  if (Put) return Put.Item ?? {};
  const { ':versionAsRead': _, ...values } = Update?.ExpressionAttributeValues ?? {};
  return { ...(Update ?? Delete ?? ConditionCheck)?.Key, ...values };
};

/**
 * Each index has a copy of what it covers: a new item puts one there, and an order whose status
 * changes has its copy deleted in one place and put in another. Copies are not written twice, and
 * none of ours reaches 1 KB.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes
 */
const indexWriteUnits = ({ Put, Update }: TransactWriteItem, tables: Tables): number => {
  if (Put) return Put.TableName === tables.products ? 0 : 1;
  return Update?.TableName === tables.orders ? 2 : 0;
};

const total = <Item>(items: readonly Item[], of: (item: Item) => number): number =>
  items.reduce((sum, item) => sum + of(item), 0);
