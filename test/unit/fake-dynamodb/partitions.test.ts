/** Partitions that take only so much, as the fake has them. */
import { describe, expect, test } from '@jest/globals';
import {
  createFakeDynamoDB,
  FakeError,
  type Options,
  type Row,
  type Written,
} from '../../support/fake-dynamodb.ts';
import { describeTables } from '../../support/table-descriptions.ts';

const SMALL = { write: 8, read: 2, count: 1 };

const open = (options: Options = {}) => {
  const clock = { now: 0 };
  const db = createFakeDynamoDB(describeTables(), {
    now: () => new Date(clock.now),
    partitions: SMALL,
    ...options,
  });
  return { db, clock };
};

const put = (...ids: readonly string[]) => ({
  TransactItems: ids.map((id) => ({ Put: { TableName: 'products', Item: { id } } })),
});

/** Codes of the reasons for which a request is cancelled, or its error. */
const refusalOf = (request: () => unknown): unknown => {
  try {
    request();
    return 'none';
  } catch (error) {
    if (!(error instanceof FakeError)) throw error;
    return error.reasons?.map(({ Code }) => Code) ?? error.name;
  }
};

describe('A partition', () => {
  test('throttles the writes for which it has no room, within their transaction', () => {
    // Prepare: one second has room for four items of two units each
    const { db } = open();
    db.execute('TransactWriteItems', put('a', 'b', 'c'));

    // Act
    const refusal = refusalOf(() => db.execute('TransactWriteItems', put('d', 'e')));

    // Assess
    expect(refusal).toEqual(['None', 'ThrottlingError']);
    expect(db.rows('products')).toHaveLength(3);
  });

  test('has room again after some time', () => {
    // Prepare
    const { db, clock } = open();
    db.execute('TransactWriteItems', put('a', 'b', 'c', 'd'));
    clock.now = 500;

    // Act
    const refusals = [['e', 'f'], ['g']].map((ids) =>
      refusalOf(() => db.execute('TransactWriteItems', put(...ids))),
    );

    // Assess
    expect(refusals).toEqual(['none', ['ThrottlingError']]);
  });

  test('of an index throttles the writes of its table', () => {
    // Prepare: each movement has a partition of the table to itself, and all share one of the index
    const { db } = open({ partitions: { ...SMALL, count: 1_000 } });
    const movement = (referenceId: string) => ({
      Put: {
        TableName: 'stock-movements',
        Item: { referenceId, entry: 'e', productShard: 'tea#0', createdAt: 'now' },
      },
    });
    const references = Array.from({ length: 9 }, (_, at) => `r${at}`);

    // Act
    const refusal = refusalOf(() =>
      db.execute('TransactWriteItems', { TransactItems: references.map(movement) }),
    );

    // Assess
    expect(refusal).toEqual([...Array(8).fill('None'), 'ThrottlingError']);
  });

  test('throttles reads', () => {
    // Prepare
    const { db } = open();
    const read = () =>
      db.execute('GetItem', { TableName: 'products', Key: { id: 'a' }, ConsistentRead: true });
    read();
    read();

    // Act
    const refusal = refusalOf(read);

    // Assess
    expect(refusal).toBe('ThrottlingException');
  });

  test('leaves keys of a batch unprocessed, and refuses the batch when it gets to none', () => {
    // Prepare
    const { db } = open();
    const read = (): Row =>
      db.execute('BatchGetItem', {
        RequestItems: {
          products: { Keys: [{ id: 'a' }, { id: 'b' }, { id: 'c' }], ConsistentRead: true },
        },
      });

    // Act
    const { UnprocessedKeys } = read();
    const refusal = refusalOf(read);

    // Assess
    expect(UnprocessedKeys).toMatchObject({ products: { Keys: [{ id: 'c' }] } });
    expect(refusal).toBe('ThrottlingException');
  });

  test('takes everything where nothing is said of it', () => {
    const db = createFakeDynamoDB(describeTables());

    const refusals = Array.from({ length: 50 }, (_, at) =>
      refusalOf(() => db.execute('TransactWriteItems', put(`a${at}`, `b${at}`))),
    );

    expect(new Set(refusals)).toEqual(new Set(['none']));
  });
});

describe('Who listens', () => {
  test('is told what a transaction has written, and nothing of one that was cancelled', () => {
    // Prepare
    const told: (readonly Written[])[] = [];
    const { db, clock } = open({ committed: (writes) => told.push(writes) });
    db.execute('TransactWriteItems', put('a', 'b', 'c'));

    // Act
    refusalOf(() => db.execute('TransactWriteItems', put('d', 'e')));
    clock.now = 1_000;
    db.execute('TransactWriteItems', {
      TransactItems: [{ Delete: { TableName: 'products', Key: { id: 'a' } } }],
    });

    // Assess
    expect(told).toEqual([
      ['a', 'b', 'c'].map((id) => ({ table: 'products', before: undefined, after: { id } })),
      [{ table: 'products', before: { id: 'a' }, after: undefined }],
    ]);
  });
});
