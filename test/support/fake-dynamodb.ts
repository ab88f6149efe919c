/** DynamoDB in memory, with all features that the store uses and some that no local engine has. */
import { FakeError, type Reason } from './fake-dynamodb/errors.ts';
import { BOUNDLESS, createPartitions, type PartitionLimits } from './fake-dynamodb/partitions.ts';
import { batchGet, getItem, type Limits, query, scan, type World } from './fake-dynamodb/reads.ts';
import { createTables, type Lag, type TableDescription } from './fake-dynamodb/tables.ts';
import {
  createTransactions,
  type TransactWrite,
  type UnderWay,
  type Written,
} from './fake-dynamodb/transactions.ts';
import { copyOf, type Row } from './fake-dynamodb/values.ts';

export {
  FakeError,
  type Lag,
  type Reason,
  type Row,
  type TableDescription,
  type UnderWay,
  type Written,
};

export type Operation = 'GetItem' | 'BatchGetItem' | 'Query' | 'Scan' | 'TransactWriteItems';

export type Options = {
  /** The clock, for lags and for the expiry of tokens; it stands still by default. */
  readonly now?: () => Date;
  /**
   * How long each write takes to reach each index, and to reach reads that are not consistent.
   * Writes of one item never overtake each other. Without it, every write is visible at once.
   */
  readonly lag?: Lag;
  /** What its partitions take; without it they take everything. */
  readonly partitions?: PartitionLimits;
  /** Is told what each transaction has written, when it has. */
  readonly committed?: (writes: readonly Written[]) => void;
};

export type FakeDynamoDB = ReturnType<typeof createFakeDynamoDB>;

const STANDSTILL = new Date(0);

/**
 * A database with these tables, as CreateTable takes them.
 *
 * Rows are plain JavaScript values, as in the document client. `put`, `get`, `remove` and `rows`
 * access the tables directly: without any check, and without lag.
 */
export const createFakeDynamoDB = (
  descriptions: readonly TableDescription[],
  { now: clock = () => STANDSTILL, lag, partitions: most, committed }: Options = {},
) => {
  const now = (): number => clock().getTime();
  const table = createTables(descriptions, { now, lag });
  const limits: Limits = { batch: 100, page: 1_000 };
  const partitions = most ? createPartitions(now, most) : BOUNDLESS;
  const world: World = { table, limits, partitions };
  const transactions = createTransactions(table, { now, partitions, committed });

  /** @throws FakeError with the error that DynamoDB would answer */
  const execute = (operation: Operation, input: unknown): Row => {
    switch (operation) {
      case 'GetItem':
        return getItem(world, input as Parameters<typeof getItem>[1]);
      case 'BatchGetItem':
        return batchGet(world, input as Parameters<typeof batchGet>[1]);
      case 'Query':
        return query(world, input as Parameters<typeof query>[1]);
      case 'Scan':
        return scan(world, input as Parameters<typeof scan>[1]);
      case 'TransactWriteItems':
        return transactions.begin(input as TransactWrite).finish();
    }
  };

  return {
    execute,
    /** Lets a transaction arrive; its items are busy until it is finished. */
    begin: (input: unknown): UnderWay => transactions.begin(input as TransactWrite),
    put: (name: string, row: Row): void => table(name).write(table(name).idOf(row), copyOf(row)),
    get: (name: string, key: Row): Row | undefined => {
      const row = table(name).rows.get(table(name).idOf(key));
      return row && copyOf(row);
    },
    remove: (name: string, key: Row): void => table(name).write(table(name).idOf(key), undefined),
    rows: (name: string): Row[] => [...table(name).rows.values()].map(copyOf),
    limits,
    forgetTokens: transactions.forgetTokens,
  };
};
