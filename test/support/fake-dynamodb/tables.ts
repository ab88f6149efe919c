/** Tables and their indexes, from the descriptions that CreateTable takes. */
import type { CreateTableCommandInput, KeySchemaElement } from '@aws-sdk/client-dynamodb';
import { FakeError, invalid, UnfitItemError } from './errors.ts';
import { MAX_ITEM_BYTES, MAX_KEY_BYTES } from './limits.ts';
import { kindOf, type Row, sizeOf, sizeOfValue } from './values.ts';
import { createFollower, createView, type View } from './views.ts';

export type TableDescription = Pick<
  CreateTableCommandInput,
  'TableName' | 'AttributeDefinitions' | 'KeySchema' | 'GlobalSecondaryIndexes'
>;

/** A write that has reached its table, but not yet an index or reads that are not consistent. */
export type LateWrite = {
  readonly table: string;
  /** Absent for reads of the table itself without `ConsistentRead`. */
  readonly index?: string;
  readonly key: Row;
  /** The new row, which must not be changed; absent if it was deleted. */
  readonly row?: Row;
};

/** Milliseconds until a write is visible. */
export type Lag = (write: LateWrite) => number;

/** What a query reads: a table, or one of its indexes. */
export type Source = {
  /** The partition key and, if there is one, the sort key. */
  readonly keys: readonly string[];
  /** The key of the index and that of its table, which together make a position. */
  readonly positionKeys: readonly string[];
  /** Whether the index has this attribute; a table has all attributes. */
  readonly has: (attribute: string) => boolean;
  readonly isIndex: boolean;
};

export type Table = ReturnType<typeof createTable>;

const keysOf = (schema: readonly KeySchemaElement[] | undefined): string[] =>
  ['HASH', 'RANGE'].flatMap((type) =>
    (schema ?? []).flatMap(({ KeyType, AttributeName: name }) =>
      KeyType === type && name !== undefined ? [name] : [],
    ),
  );

export const createTable = (
  description: TableDescription,
  { now, lag }: { readonly now: () => number; readonly lag?: Lag | undefined },
) => {
  const name = String(description.TableName);
  const keys = keysOf(description.KeySchema);
  const [hash = ''] = keys;
  const kinds = new Map(
    (description.AttributeDefinitions ?? []).map((one) => [one.AttributeName, one.AttributeType]),
  );
  const source: Source = { keys, positionKeys: keys, has: () => true, isIndex: false };
  const rows = createView(hash);
  /** The table as reads that are not consistent see it, if they lag. */
  const stale = lag && createFollower(createView(hash), now);
  const indexes = new Map(
    (description.GlobalSecondaryIndexes ?? []).map((one) => [
      String(one.IndexName),
      createIndex(one, keys, now),
    ]),
  );

  const idOf = (row: Row): string => JSON.stringify(keys.map((key) => row[key]));
  const only = (names: readonly string[], row: Row): Row =>
    Object.fromEntries(names.map((one) => [one, row[one]]));

  /** What is wrong with key attributes, except for their size. */
  const misfit = (row: Row, names: readonly string[]): string | undefined =>
    names.find((one) => row[one] === undefined || kindOf(row[one]) !== kinds.get(one));
  const checkSizes = (row: Row, names: readonly string[], of = 'its table'): void => {
    for (const [at, one] of names.entries()) {
      const size = row[one] === undefined ? undefined : sizeOfValue(row[one]);
      if (size === 0) throw invalid(`${one} is empty`);
      if (size !== undefined && size > (MAX_KEY_BYTES[at] ?? 0)) {
        throw invalid(`${one} is too long for ${of}`);
      }
    }
  };

  return {
    name,
    keys,
    idOf,
    only,
    /** Why this is no key of the table, or an item without one; undefined if it is valid. */
    keyMisfit: (row: Row, isItem = false): string | undefined => {
      checkSizes(row, keys);
      const hasOthers = !isItem && Object.keys(row).length !== keys.length;
      return hasOthers ? 'a key with other attributes' : misfit(row, keys);
    },
    /**
     * Refuses a row that is too large or that an index cannot store.
     *
     * @throws FakeError when the value can never be a key of an index
     * @throws UnfitItemError otherwise
     */
    checkRow: (row: Row): void => {
      if (sizeOf(row) > MAX_ITEM_BYTES) throw new UnfitItemError('the item is too large');
      for (const index of indexes.values()) {
        const present = index.source.keys.filter((one) => row[one] !== undefined);
        const wrong = misfit(row, present);
        if (wrong) throw new UnfitItemError(`${wrong} is of another type than in its index`);
        checkSizes(row, index.source.keys, 'its index');
      }
    },
    /** @throws FakeError when a position has other attributes, or values of another type */
    checkPosition: (position: Row, names: readonly string[]): void => {
      const isComplete = Object.keys(position).length === names.length;
      const fits = names.every(
        (one) => position[one] !== undefined && kindOf(position[one]) === kinds.get(one),
      );
      if (!isComplete || !fits) throw invalid('the start is no position here');
    },
    isOfKind: (attribute: string, value: unknown): boolean =>
      kindOf(value) === kinds.get(attribute),
    rows: rows.rows as ReadonlyMap<string, Row>,
    /** The table itself, or one of its indexes. */
    source: (index: string | undefined): Source => {
      const found = index === undefined ? source : indexes.get(index)?.source;
      if (!found) throw invalid(`there is no index ${index}`);
      return found;
    },
    /** The rows that are visible now. */
    view: (index: string | undefined, isConsistent: boolean): View => {
      if (index !== undefined) {
        const found = indexes.get(index);
        if (!found) throw invalid(`there is no index ${index}`);
        if (isConsistent) throw invalid('an index has no consistent reads');
        return found.follower.current();
      }
      return isConsistent || !stale ? rows : stale.current();
    },
    /** The entries of an item in the indexes, by index; undefined where an index leaves it out. */
    inIndexes: (row: Row | undefined): Map<string, Row | undefined> =>
      new Map([...indexes].map(([index, { entryOf }]) => [index, row && entryOf(row)])),
    /** Writes or deletes a row. The row must not be changed afterwards. */
    write: (id: string, row: Row | undefined): void => {
      const before = rows.rows.get(id);
      rows.set(id, row);
      const key = row ?? before;
      if (key === undefined) return;
      const write = lag && { table: name, key: only(keys, key), ...(row && { row }) };
      if (stale) stale.write(id, row, write ? lag(write) : 0);
      for (const [index, { entryOf, follower }] of indexes) {
        follower.write(id, row && entryOf(row), write ? lag({ ...write, index }) : 0);
      }
    },
  };
};

type IndexDescription = NonNullable<TableDescription['GlobalSecondaryIndexes']>[number];

const createIndex = (
  { KeySchema, Projection }: IndexDescription,
  tableKeys: readonly string[],
  now: () => number,
) => {
  const keys = keysOf(KeySchema);
  const [hash = ''] = keys;
  const positionKeys = [...new Set([...keys, ...tableKeys])];
  const projected =
    Projection?.ProjectionType === 'ALL'
      ? undefined
      : new Set([...positionKeys, ...(Projection?.NonKeyAttributes ?? [])]);
  const source: Source = {
    keys,
    positionKeys,
    has: (attribute) => projected?.has(attribute) ?? true,
    isIndex: true,
  };
  return {
    source,
    follower: createFollower(createView(hash), now),
    /** The entry of a row in the index; none if the row lacks a key of the index. */
    entryOf: (row: Row): Row | undefined => {
      if (!keys.every((key) => row[key] !== undefined)) return undefined;
      if (!projected) return row;
      return Object.fromEntries(Object.entries(row).filter(([name]) => projected.has(name)));
    },
  };
};

/** Finds tables by name. */
export const createTables = (
  descriptions: readonly TableDescription[],
  world: Parameters<typeof createTable>[1],
) => {
  const tables = new Map(
    descriptions.map((description) => {
      const table = createTable(description, world);
      return [table.name, table];
    }),
  );
  return (name: string): Table => {
    const found = tables.get(name);
    if (!found) throw new FakeError('ResourceNotFoundException');
    return found;
  };
};
