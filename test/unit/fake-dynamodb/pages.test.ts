import { describe, expect, test } from '@jest/globals';
import { createFakeDynamoDB, FakeError, type Row } from '../../support/fake-dynamodb.ts';
import { describeTables } from '../../support/table-descriptions.ts';

const KB = 1_024;

const aDatabase = () => createFakeDynamoDB(describeTables());

const movement = (entry: string, bytes = 10): Row => ({
  referenceId: 'r',
  entry,
  note: 'x'.repeat(bytes),
});

const query = {
  TableName: 'stock-movements',
  KeyConditionExpression: 'referenceId = :r',
  ExpressionAttributeValues: { ':r': 'r' },
};

describe('A page', () => {
  test('of a query ends before 1 MB, and has the key to go on from', () => {
    const db = aDatabase();
    for (const entry of ['a', 'b', 'c', 'd']) db.put('stock-movements', movement(entry, 300 * KB));

    const first = db.execute('Query', query);
    const second = db.execute('Query', { ...query, ExclusiveStartKey: first.LastEvaluatedKey });

    expect(first).toMatchObject({ Count: 3, LastEvaluatedKey: { referenceId: 'r', entry: 'c' } });
    expect(second.Count).toBe(1);
    expect(second).not.toHaveProperty('LastEvaluatedKey');
  });

  test('of a scan ends before 1 MB, and has the key to go on from', () => {
    const db = aDatabase();
    for (const entry of ['a', 'b', 'c', 'd']) db.put('stock-movements', movement(entry, 300 * KB));

    expect(db.execute('Scan', { TableName: 'stock-movements' })).toMatchObject({
      Count: 3,
      LastEvaluatedKey: { referenceId: 'r', entry: 'c' },
    });
  });

  test('applies its limit before its filter', () => {
    const db = aDatabase();
    for (const entry of ['a', 'b', 'c'])
      db.put('stock-movements', { ...movement(entry), kind: entry });

    const page = db.execute('Query', {
      ...query,
      Limit: 2,
      FilterExpression: 'kind = :kind',
      ExpressionAttributeValues: { ':r': 'r', ':kind': 'c' },
    });

    expect(page).toMatchObject({ Items: [], ScannedCount: 2, LastEvaluatedKey: { entry: 'b' } });
  });
});

describe('A batch read', () => {
  const ids = (count: number): Row[] => Array.from({ length: count }, (_, n) => ({ id: `p${n}` }));
  const read = (db: ReturnType<typeof aDatabase>, Keys: Row[]): Row =>
    db.execute('BatchGetItem', { RequestItems: { products: { Keys, ConsistentRead: true } } });

  test('returns the keys beyond 16 MB as unprocessed, with the options of the request', () => {
    const db = aDatabase();
    for (const { id } of ids(50)) db.put('products', { id, name: 'x'.repeat(390 * KB) });

    const { Responses, UnprocessedKeys } = read(db, ids(50));

    expect(Responses).toMatchObject({ products: { length: 42 } });
    expect(UnprocessedKeys).toEqual({
      products: { Keys: ids(50).slice(42), ConsistentRead: true },
    });
  });

  test('accepts 100 keys, and refuses 101, duplicates and none', () => {
    const db = aDatabase();

    expect(read(db, ids(100))).toEqual({ Responses: { products: [] }, UnprocessedKeys: {} });
    for (const keys of [ids(101), [{ id: 'p' }, { id: 'p' }], []]) {
      expect(() => read(db, keys)).toThrow(FakeError);
    }
  });
});

describe('The capacity that a request consumes', () => {
  test('is 2 units per KB that a transaction writes, and 1 for the index', () => {
    const db = aDatabase();
    const put = {
      Put: {
        TableName: 'orders',
        Item: { id: 'o1', statusShard: 'pending#0', statusSince: '2026', note: 'x'.repeat(KB) },
      },
    };

    const { ConsumedCapacity } = db.execute('TransactWriteItems', {
      TransactItems: [put],
      ReturnConsumedCapacity: 'INDEXES',
    });

    expect(ConsumedCapacity).toMatchObject([
      {
        TableName: 'orders',
        CapacityUnits: 5,
        Table: { CapacityUnits: 4 },
        GlobalSecondaryIndexes: { byStatus: { CapacityUnits: 1 } },
      },
    ]);
  });

  test.each([
    ['half a unit per 4 KB', false, 1.5],
    ['1 unit per 4 KB if it is consistent', true, 3],
  ])('of a read is %s', (_, ConsistentRead, units) => {
    const db = aDatabase();
    db.put('products', { id: 'tea', name: 'x'.repeat(9 * KB) });

    const { ConsumedCapacity } = db.execute('GetItem', {
      TableName: 'products',
      Key: { id: 'tea' },
      ConsistentRead,
      ReturnConsumedCapacity: 'TOTAL',
    });

    expect(ConsumedCapacity).toEqual({ TableName: 'products', CapacityUnits: units });
  });
});
