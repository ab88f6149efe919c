import { describe, expect, test } from '@jest/globals';
import { createFakeDynamoDB, FakeError, type Lag, type Row } from '../../support/fake-dynamodb.ts';
import { describeTables } from '../../support/table-descriptions.ts';

/** A database whose clock the test moves. */
const aDatabase = (lag?: Lag) => {
  let time = 0;
  const db = createFakeDynamoDB(describeTables(), {
    now: () => new Date(time),
    ...(lag && { lag }),
  });
  return {
    db,
    passes: (milliseconds: number): void => {
      time += milliseconds;
    },
    inIndex: (statusShard: string): unknown =>
      (
        db.execute('Query', {
          TableName: 'orders',
          IndexName: 'byStatus',
          KeyConditionExpression: 'statusShard = :shard',
          ExpressionAttributeValues: { ':shard': statusShard },
        }).Items as Row[]
      ).map(({ id }) => id),
  };
};

const order = (id: string, statusShard: string): Row => ({ id, statusShard, statusSince: '2026' });

const read = (ConsistentRead: boolean) => ({
  TableName: 'orders',
  Key: { id: 'o1' },
  ConsistentRead,
});

describe('An index', () => {
  test('shows a new item only after its lag, and the table shows it at once', () => {
    const { db, passes, inIndex } = aDatabase(() => 100);

    db.put('orders', order('o1', 'pending#0'));

    expect(db.execute('GetItem', read(true)).Item).toMatchObject({ id: 'o1' });
    expect(inIndex('pending#0')).toEqual([]);
    passes(99);
    expect(inIndex('pending#0')).toEqual([]);
    passes(1);
    expect(inIndex('pending#0')).toEqual(['o1']);
  });

  test('shows an item under its old key until the lag is over', () => {
    const { db, passes, inIndex } = aDatabase(({ row }) =>
      row?.statusShard === 'pending#0' ? 0 : 50,
    );
    db.put('orders', order('o1', 'pending#0'));

    db.put('orders', order('o1', 'cancelled#0'));

    expect([inIndex('pending#0'), inIndex('cancelled#0')]).toEqual([['o1'], []]);
    passes(50);
    expect([inIndex('pending#0'), inIndex('cancelled#0')]).toEqual([[], ['o1']]);
  });

  test('shows a deleted item until the lag is over', () => {
    const { db, passes, inIndex } = aDatabase(({ row }) => (row ? 0 : 50));
    db.put('orders', order('o1', 'pending#0'));

    db.remove('orders', { id: 'o1' });

    expect(db.get('orders', { id: 'o1' })).toBeUndefined();
    expect(inIndex('pending#0')).toEqual(['o1']);
    passes(50);
    expect(inIndex('pending#0')).toEqual([]);
  });

  test('applies the writes of one item in order, and those of several items in any order', () => {
    const lags: Record<string, number> = {
      'o1 pending#0': 100,
      'o1 cancelled#0': 10,
      'o2 pending#0': 20,
    };
    const { db, passes, inIndex } = aDatabase(
      ({ key, row }) => lags[`${key.id} ${row?.statusShard}`] ?? 0,
    );

    db.put('orders', order('o1', 'pending#0'));
    db.put('orders', order('o1', 'cancelled#0'));
    db.put('orders', order('o2', 'pending#0'));

    passes(20);
    expect([inIndex('pending#0'), inIndex('cancelled#0')]).toEqual([['o2'], []]);
    passes(80);
    expect([inIndex('pending#0'), inIndex('cancelled#0')]).toEqual([['o2'], ['o1']]);
  });

  test('can have another lag than inconsistent reads of its table', () => {
    const { db, passes, inIndex } = aDatabase(({ index }) => (index === undefined ? 30 : 60));

    db.put('orders', order('o1', 'pending#0'));

    expect(db.execute('GetItem', read(false))).toEqual({});
    passes(30);
    expect(db.execute('GetItem', read(false)).Item).toMatchObject({ id: 'o1' });
    expect(db.execute('Scan', { TableName: 'orders' }).Count).toBe(1);
    expect(inIndex('pending#0')).toEqual([]);
    passes(30);
    expect(inIndex('pending#0')).toEqual(['o1']);
  });

  test('leaves out items that lack one of its keys', () => {
    const { db, inIndex } = aDatabase();

    db.put('orders', { id: 'o1', statusShard: 'pending#0' });

    expect(inIndex('pending#0')).toEqual([]);
  });

  test('refuses consistent reads', () => {
    const { db } = aDatabase();

    expect(() =>
      db.execute('Query', {
        TableName: 'orders',
        IndexName: 'byStatus',
        ConsistentRead: true,
        KeyConditionExpression: 'statusShard = :shard',
        ExpressionAttributeValues: { ':shard': 'pending#0' },
      }),
    ).toThrow(FakeError);
  });
});
