/** The tables of serverless.yml, for unit tests, which cannot afford to read it. */
import type { Tables } from '../../lib/dynamodb/tables.ts';
import { TABLES } from './builders.ts';
import type { TableDescription } from './fake-dynamodb.ts';

type Keys = readonly [hash: string, range?: string];

/** Every key attribute here is a string. */
const keySchema = ([hash, range]: Keys) => [
  { AttributeName: hash, KeyType: 'HASH' as const },
  ...(range === undefined ? [] : [{ AttributeName: range, KeyType: 'RANGE' as const }]),
];

const describe = (
  TableName: string,
  keys: Keys,
  indexes: Readonly<
    Record<string, { keys: Keys; projection: 'ALL' | 'KEYS_ONLY' | string[] }>
  > = {},
): TableDescription => {
  const attributes = [keys, ...Object.values(indexes).map((index) => index.keys)].flat();
  const described = Object.entries(indexes).map(([IndexName, index]) => ({
    IndexName,
    KeySchema: keySchema(index.keys),
    Projection: Array.isArray(index.projection)
      ? { ProjectionType: 'INCLUDE' as const, NonKeyAttributes: index.projection }
      : { ProjectionType: index.projection },
  }));
  return {
    TableName,
    AttributeDefinitions: [...new Set(attributes)].map((name) => ({
      AttributeName: name,
      AttributeType: 'S',
    })),
    KeySchema: keySchema(keys),
    ...(described.length > 0 && { GlobalSecondaryIndexes: described }),
  };
};

/** The tables under these names. A test compares them with serverless.yml. */
export const describeTables = (names: Tables = TABLES): TableDescription[] => [
  describe(names.orders, ['id'], {
    byStatus: { keys: ['statusShard', 'statusSince'], projection: 'KEYS_ONLY' },
    byDue: { keys: ['dueShard', 'dueAt'], projection: 'KEYS_ONLY' },
  }),
  describe(names.products, ['id']),
  describe(names.stockMovements, ['referenceId', 'entry'], {
    byProduct: { keys: ['productShard', 'createdAt'], projection: 'ALL' },
  }),
  describe(names.cancellationBatches, ['id']),
  describe(names.turns, ['id']),
];
