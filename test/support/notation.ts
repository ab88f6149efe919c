/** Converts between DynamoDB's notation and plain JavaScript values. */
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Operation, Row } from './fake-dynamodb.ts';

const ROWS: ReadonlySet<string> = new Set([
  'Item',
  'Key',
  'ExclusiveStartKey',
  'ExpressionAttributeValues',
]);

/** The JSON of a request with its rows in plain values. */
export const plain = (value: unknown): Row => {
  const walk = (node: unknown, key = ''): unknown => {
    if (Array.isArray(node)) {
      return node.map((element) => (key === 'Keys' ? unmarshall(element) : walk(element)));
    }
    if (typeof node !== 'object' || node === null) return node;
    if (ROWS.has(key)) return unmarshall(node as Parameters<typeof unmarshall>[0]);
    return Object.fromEntries(
      Object.entries(node).map(([name, inner]) => [name, walk(inner, name)]),
    );
  };
  return walk(value) as Row;
};

/** The answer of an operation with its rows in DynamoDB's notation. */
export const wired = (operation: Operation, output: Row): Row => {
  const { Item, Items, Responses, UnprocessedKeys, LastEvaluatedKey, ...rest } = output as {
    Item?: Row;
    Items?: Row[];
    Responses?: Record<string, Row[]>;
    UnprocessedKeys?: Record<string, { Keys: Row[] }>;
    LastEvaluatedKey?: Row;
  };
  switch (operation) {
    case 'GetItem':
      return { ...rest, ...(Item && { Item: marshall(Item) }) };
    case 'Query':
    case 'Scan':
      return {
        ...rest,
        Items: Items?.map((item) => marshall(item)),
        ...(LastEvaluatedKey && { LastEvaluatedKey: marshall(LastEvaluatedKey) }),
      };
    case 'BatchGetItem':
      return {
        ...rest,
        Responses: mapValues(Responses ?? {}, (rows) => rows.map((row) => marshall(row))),
        UnprocessedKeys: mapValues(UnprocessedKeys ?? {}, ({ Keys, ...others }) => ({
          ...others,
          Keys: Keys.map((key) => marshall(key)),
        })),
      };
    case 'TransactWriteItems':
      return rest;
  }
};

const mapValues = <T, U>(record: Record<string, T>, change: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
