/**
 * Capacity units that requests consume.
 *
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-capacity-handling
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes
 */
import { READ_UNIT_BYTES, WRITE_UNIT_BYTES } from './limits.ts';
import { isEqual, type Row, sizeOfStored } from './values.ts';

/** An item in a transaction is read or written twice: to prepare and to commit. */
const IN_TRANSACTION = 2;

/** A missing item costs as much as the smallest one. */
const units = (bytes: number, unit: number): number => Math.max(1, Math.ceil(bytes / unit));

/** The cost of reading these bytes at once. */
export const readUnits = (bytes: number, isConsistent: boolean): number =>
  units(bytes, READ_UNIT_BYTES) * (isConsistent ? 1 : 0.5);

/** The cost of an item in a transaction that took effect before and is only read again. */
export const replayUnits = (row: Row | undefined): number =>
  IN_TRANSACTION * units(row ? sizeOfStored(row) : 0, READ_UNIT_BYTES);

/** The cost of an item in a transaction, on its table: the larger of old and new row counts. */
export const writeUnits = (before: Row | undefined, after: Row | undefined): number =>
  IN_TRANSACTION *
  units(
    Math.max(before ? sizeOfStored(before) : 0, after ? sizeOfStored(after) : 0),
    WRITE_UNIT_BYTES,
  );

/** The cost of a write on an index, which counts once: an entry under another key is a new one. */
export const indexWriteUnits = (
  keys: readonly string[],
  before: Row | undefined,
  after: Row | undefined,
): number => {
  const one = (row: Row): number => units(sizeOfStored(row), WRITE_UNIT_BYTES);
  if (before && after) {
    if (isEqual(before, after)) return 0;
    const stays = keys.every((key) => before[key] === after[key]);
    return stays ? Math.max(one(before), one(after)) : one(before) + one(after);
  }
  const row = before ?? after;
  return row ? one(row) : 0;
};

/** Which part of the consumed capacity the request wants to know. */
export type Wanted = { readonly ReturnConsumedCapacity?: 'INDEXES' | 'TOTAL' | 'NONE' };

export const isWanted = ({ ReturnConsumedCapacity: wanted }: Wanted): boolean =>
  wanted === 'TOTAL' || wanted === 'INDEXES';

/** The capacity consumed on one table and its indexes. */
export type Consumed = { table: number; readonly indexes: Map<string, number> };

/** Counts the capacity that one request consumes. */
export const createMeter = () => {
  const tables = new Map<string, Consumed>();
  const of = (table: string): Consumed => {
    const consumed = tables.get(table) ?? { table: 0, indexes: new Map() };
    tables.set(table, consumed);
    return consumed;
  };
  return {
    add: (table: string, count: number, index?: string): void => {
      const consumed = of(table);
      if (index === undefined) consumed.table += count;
      else if (count > 0) consumed.indexes.set(index, (consumed.indexes.get(index) ?? 0) + count);
    },
    /** As DynamoDB reports it, table by table; transactions say which kind of units they are. */
    told: (
      wanted: Wanted,
      kind?: 'ReadCapacityUnits' | 'WriteCapacityUnits',
    ): Row[] | undefined => {
      if (!isWanted(wanted)) return undefined;
      const amount = (count: number): Row => ({
        CapacityUnits: count,
        ...(kind && { [kind]: count }),
      });
      return [...tables].map(([TableName, { table, indexes }]) => ({
        TableName,
        ...amount([...indexes.values()].reduce((sum, count) => sum + count, table)),
        ...(wanted.ReturnConsumedCapacity === 'INDEXES' && {
          Table: amount(table),
          ...(indexes.size > 0 && {
            GlobalSecondaryIndexes: Object.fromEntries(
              [...indexes].map(([index, count]) => [index, amount(count)]),
            ),
          }),
        }),
      }));
    },
  };
};
