/** GetItem, BatchGetItem, Query and Scan. */
import { createMeter, readUnits, type Wanted } from './capacity.ts';
import { checkCondition, holds } from './conditions.ts';
import { invalid } from './errors.ts';
import type { Condition, Path } from './expression-grammar.ts';
import { type Placeholders, readExpressions } from './expressions.ts';
import { readKeyCondition } from './key-condition.ts';
import { MAX_BATCH_GET_BYTES, MAX_BATCH_GET_KEYS, MAX_PAGE_BYTES } from './limits.ts';
import { type Partitions, throttled } from './partitions.ts';
import { checkOverlap, project, resolve } from './paths.ts';
import type { Source, Table } from './tables.ts';
import { compare, copyOf, type Row, sizeOfStored } from './values.ts';

/** Smaller limits than those of DynamoDB, for tests. */
export type Limits = {
  /** Keys that one BatchGetItem processes. */
  batch: number;
  /** Rows that one Query or Scan reads. */
  page: number;
};

export type World = {
  readonly table: (name: string) => Table;
  readonly limits: Limits;
  readonly partitions: Partitions;
};

type Reading = Placeholders &
  Wanted & {
    readonly TableName: string;
    readonly ConsistentRead?: boolean;
    readonly ProjectionExpression?: string;
  };

type GetItem = Reading & { readonly Key: Row };

type KeysOfTable = Omit<Reading, 'TableName' | 'ReturnConsumedCapacity'> & {
  readonly Keys: readonly Row[];
};

type BatchGet = Wanted & { readonly RequestItems: Readonly<Record<string, KeysOfTable>> };

type Paged = Reading & {
  readonly IndexName?: string;
  readonly FilterExpression?: string;
  readonly Limit?: number;
  readonly ExclusiveStartKey?: Row;
};

type Scan = Paged & { readonly Segment?: number; readonly TotalSegments?: number };

type Query = Paged & {
  readonly KeyConditionExpression?: string;
  readonly ScanIndexForward?: boolean;
};

/** Copies the attributes of rows that a projection asks for. */
const projector = (
  projection: readonly Path[] | undefined,
  placeholders: Placeholders,
  source?: Source,
): ((row: Row) => Row) => {
  if (!projection) return copyOf;
  const paths = projection.map((path) => resolve(path, placeholders));
  checkOverlap(paths);
  if (source && !paths.every(([name]) => source.has(String(name)))) {
    throw invalid('the index does not have this attribute');
  }
  return (row) => copyOf(project(row, paths));
};

const checkKey = (table: Table, key: Row): void => {
  const problem = table.keyMisfit(key);
  if (problem) throw invalid(problem);
};

export const getItem = ({ table: named, partitions }: World, input: GetItem): Row => {
  const { TableName, Key, ConsistentRead = false } = input;
  const table = named(TableName);
  const take = projector(readExpressions(input).projection, input);
  checkKey(table, Key);
  const row = table.view(undefined, ConsistentRead).rows.get(table.idOf(Key));
  const units = readUnits(row ? sizeOfStored(row) : 0, ConsistentRead);
  const key = Key[table.keys[0] ?? ''];
  if (!partitions.take(() => [{ kind: 'read', source: TableName, key, units }])) throw throttled();
  const meter = createMeter();
  meter.add(TableName, units);
  const [consumed] = meter.told(input) ?? [];
  return { ...(row && { Item: take(row) }), ...(consumed && { ConsumedCapacity: consumed }) };
};

export const batchGet = ({ table: named, limits, partitions }: World, input: BatchGet): Row => {
  const requests = Object.entries(input.RequestItems);
  const count = requests.reduce((sum, [, { Keys }]) => sum + Keys.length, 0);
  if (count > MAX_BATCH_GET_KEYS || requests.length === 0) throw invalid('too many keys, or none');
  for (const [name, { Keys }] of requests) checkKeys(named(name), Keys);
  const meter = createMeter();
  const Responses: Record<string, Row[]> = {};
  const UnprocessedKeys: Record<string, KeysOfTable> = {};
  let bytes = 0;
  let isAnyRead = false;
  for (const [name, request] of requests) {
    const { Keys, ConsistentRead = false } = request;
    const table = named(name);
    const view = table.view(undefined, ConsistentRead);
    const take = projector(readExpressions(request).projection, request);
    const found: Row[] = [];
    let reached = 0;
    for (const key of Keys.slice(0, limits.batch)) {
      const row = view.rows.get(table.idOf(key));
      const size = row ? sizeOfStored(row) : 0;
      if (bytes + size > MAX_BATCH_GET_BYTES) break;
      const units = readUnits(size, ConsistentRead);
      const of = { source: name, key: key[table.keys[0] ?? ''] };
      if (!partitions.take(() => [{ kind: 'read', ...of, units }])) break;
      isAnyRead = true;
      bytes += size;
      reached += 1;
      meter.add(name, units);
      if (row) found.push(take(row));
    }
    Responses[name] = found;
    if (reached < Keys.length) UnprocessedKeys[name] = { ...request, Keys: Keys.slice(reached) };
  }
  // Keys that it did not get to come back; only a call that got to none at all is refused.
  if (!isAnyRead) throw throttled();
  const consumed = meter.told(input);
  return { Responses, UnprocessedKeys, ...(consumed && { ConsumedCapacity: consumed }) };
};

const checkKeys = (table: Table, keys: readonly Row[]): void => {
  for (const key of keys) checkKey(table, key);
  const isEachOnce = new Set(keys.map(table.idOf)).size === keys.length;
  if (keys.length === 0 || !isEachOnce) throw invalid('a key twice, or none');
};

export const query = (world: World, input: Query): Row => {
  const { TableName, IndexName, ConsistentRead = false, ScanIndexForward = true } = input;
  const table = world.table(TableName);
  const { keyCondition, filter, projection } = readExpressions(input);
  const source = table.source(IndexName);
  if (!keyCondition) throw invalid('a query needs a key condition');
  const key = readKeyCondition(keyCondition, source.keys, input);
  if (!key.values.every(([name, value]) => table.isOfKind(name, value))) {
    throw invalid('a key of another type');
  }
  // Conditions on keys belong into the key condition.
  const filtered = checkFilter(filter, source, input);
  if (source.keys.some((name) => filtered.has(name))) throw invalid('a filter of keys');
  const view = table.view(IndexName, ConsistentRead);
  const direction = ScanIndexForward ? 1 : -1;
  const order = (a: Row, b: Row): number => direction * compareBy(source.positionKeys, a, b);
  const { ExclusiveStartKey: start } = input;
  if (start) {
    table.checkPosition(start, source.positionKeys);
    if (!key.matches(start)) throw invalid('the start lies outside of what is asked for');
  }
  const rows = view
    .partition(key.hash)
    .filter((row) => key.matches(row) && (!start || order(start, row) < 0))
    .sort(order);
  return pageOf(world, rows, input, { table, source, filter, projection, hash: key.hash });
};

const compareBy = (keys: readonly string[], a: Row, b: Row): number => {
  for (const key of keys) {
    const order = compare(a[key], b[key]);
    if (order) return order;
  }
  return 0;
};

/** The attributes of a filter. An index has only its own attributes. */
const checkFilter = (
  filter: Condition | undefined,
  { has }: Source,
  placeholders: Placeholders,
): Set<string> => {
  const names = new Set(pathsOf(filter).map((path) => String(resolve(path, placeholders)[0])));
  for (const name of names) {
    if (!has(name)) throw invalid('a filter of what the index does not have');
  }
  return names;
};

const pathsOf = (tree: unknown): Path[] => {
  if (typeof tree !== 'object' || tree === null) return [];
  if ('path' in tree) return [tree.path as Path];
  return Object.values(tree).flatMap(pathsOf);
};

/** Sorts by key. The order has no meaning, like that of DynamoDB. */
export const scan = (world: World, input: Scan): Row => {
  const { TableName, IndexName, ConsistentRead = false, ExclusiveStartKey: start } = input;
  const { Segment: segment = 0, TotalSegments: segments = 1 } = input;
  if (segment < 0 || segment >= segments) throw invalid('there is no such segment');
  const table = world.table(TableName);
  const { filter, projection } = readExpressions(input);
  const source = table.source(IndexName);
  const view = table.view(IndexName, ConsistentRead);
  checkFilter(filter, source, input);
  if (start) table.checkPosition(start, source.positionKeys);
  const begin = start && table.idOf(start);
  const rows = [...view.rows]
    .filter(([id]) => begin === undefined || id > begin)
    .filter(([id]) => segmentOf(id, segments) === segment)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, row]) => row);
  return pageOf(world, rows, input, { table, source, filter, projection });
};

/** The part of a scan that a row belongs to. */
const segmentOf = (id: string, segments: number): number =>
  [...id].reduce((sum, character) => sum + (character.codePointAt(0) ?? 0), 0) % segments;

type Taking = {
  readonly table: Table;
  readonly source: Source;
  readonly filter: Condition | undefined;
  readonly projection: readonly Path[] | undefined;
  /** The partition key that is asked for; a scan has none. */
  readonly hash?: unknown;
};

/** As many rows as fit into a page; the filter is applied after the limit. */
const pageOf = (
  { limits, partitions }: World,
  rows: readonly Row[],
  input: Paged,
  { table, source, filter, projection, hash }: Taking,
): Row => {
  if (input.Limit !== undefined && input.Limit < 1) throw invalid('Limit is at least 1');
  if (filter) checkCondition(filter, input);
  const take = projector(projection, input, source);
  const limit = Math.min(input.Limit ?? limits.page, limits.page);
  let bytes = 0;
  let read = 0;
  for (const row of rows) {
    if (read === limit) break;
    const size = sizeOfStored(row);
    if (read > 0 && bytes + size > MAX_PAGE_BYTES) break;
    bytes += size;
    read += 1;
  }
  const last = rows[read - 1];
  const isBrokenOff = read === limit || read < rows.length;
  const Items = rows
    .slice(0, read)
    .filter((row) => !filter || holds(filter, row, input))
    .map(take);
  const units = readUnits(bytes, input.ConsistentRead ?? false);
  const name = source.isIndex ? `${input.TableName}/${input.IndexName}` : input.TableName;
  const use = { kind: 'read' as const, source: name, key: hash, units };
  if (hash !== undefined && !partitions.take(() => [use])) throw throttled();
  const meter = createMeter();
  meter.add(input.TableName, units, source.isIndex ? input.IndexName : undefined);
  const [consumed] = meter.told(input) ?? [];
  return {
    Items,
    Count: Items.length,
    ScannedCount: read,
    ...(isBrokenOff && last && { LastEvaluatedKey: table.only(source.positionKeys, last) }),
    ...(consumed && { ConsumedCapacity: consumed }),
  };
};
