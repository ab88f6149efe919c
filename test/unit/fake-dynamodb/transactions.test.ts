import { describe, expect, test } from '@jest/globals';
import { createFakeDynamoDB, FakeError, type Row } from '../../support/fake-dynamodb.ts';
import { describeTables } from '../../support/table-descriptions.ts';

const MINUTE = 60_000;

const aDatabase = () => {
  let time = 0;
  const db = createFakeDynamoDB(describeTables(), { now: () => new Date(time) });
  return {
    db,
    passes: (milliseconds: number): void => {
      time += milliseconds;
    },
  };
};

const visit = (...ids: string[]): Row[] =>
  ids.map((id) => ({
    Update: {
      TableName: 'products',
      Key: { id },
      UpdateExpression: 'ADD visits :one',
      ExpressionAttributeValues: { ':one': 1 },
    },
  }));

const visits = ({ db }: ReturnType<typeof aDatabase>, id: string): unknown =>
  db.get('products', { id })?.visits;

/** The error that a call throws. */
const errorOf = (does: () => unknown): FakeError => {
  try {
    does();
  } catch (error) {
    if (error instanceof FakeError) return error;
    throw error;
  }
  throw new Error('Nothing was refused.');
};

const codesOf = (does: () => unknown): string[] =>
  (errorOf(does).reasons ?? []).map(({ Code }) => Code);

describe('While a transaction is in progress', () => {
  test('none of its writes is visible, and all of them are when it ends', () => {
    const shop = aDatabase();

    const early = shop.db.begin({ TransactItems: visit('tea', 'mug') });

    expect([visits(shop, 'tea'), visits(shop, 'mug')]).toEqual([undefined, undefined]);
    early.finish();
    expect([visits(shop, 'tea'), visits(shop, 'mug')]).toEqual([1, 1]);
  });

  test('another transaction is cancelled with a conflict for each shared item, and no others', () => {
    const { db } = aDatabase();
    const early = db.begin({ TransactItems: visit('tea', 'mug') });

    const late = db.begin({ TransactItems: visit('cup', 'mug', 'pot', 'tea') });

    expect(codesOf(late.finish)).toEqual([
      'None',
      'TransactionConflict',
      'None',
      'TransactionConflict',
    ]);
    early.finish();
    expect(db.get('products', { id: 'cup' })).toBeUndefined();
  });

  test('the items of a transaction that will be cancelled conflict, too', () => {
    const { db } = aDatabase();
    const early = db.begin({ TransactItems: visit('mug') });
    const doomed = db.begin({ TransactItems: visit('mug', 'cup') });

    const late = db.begin({ TransactItems: visit('cup') });

    expect(codesOf(late.finish)).toEqual(['TransactionConflict']);
    expect(codesOf(doomed.finish)).toEqual(['TransactionConflict', 'None']);
    early.finish();
    expect(db.execute('TransactWriteItems', { TransactItems: visit('cup', 'mug') })).toEqual({});
  });

  test('the same request is refused as in progress, and takes effect once', () => {
    const shop = aDatabase();
    const request = { TransactItems: visit('tea'), ClientRequestToken: 'once' };
    const early = shop.db.begin(request);

    expect(errorOf(() => shop.db.begin(request)).name).toBe('TransactionInProgressException');
    early.finish();
    shop.db.begin(request).finish();
    expect(visits(shop, 'tea')).toBe(1);
  });
});

describe('A token', () => {
  test('makes a transaction take effect once, until 10 minutes after its end', () => {
    const shop = aDatabase();
    const request = { TransactItems: visit('tea'), ClientRequestToken: 'once' };
    const send = () => shop.db.execute('TransactWriteItems', request);

    send();
    shop.passes(10 * MINUTE - 1);
    send();
    expect(visits(shop, 'tea')).toBe(1);
    shop.passes(1);
    send();
    expect(visits(shop, 'tea')).toBe(2);
  });

  test('belongs to one request until it expires', () => {
    const shop = aDatabase();
    const send = (id: string) =>
      shop.db.execute('TransactWriteItems', {
        TransactItems: visit(id),
        ClientRequestToken: 'once',
      });
    send('tea');

    expect(errorOf(() => send('mug')).name).toBe('IdempotentParameterMismatchException');
    shop.passes(10 * MINUTE);
    send('mug');
    expect(visits(shop, 'mug')).toBe(1);
  });
});

describe('A transaction is refused as a whole', () => {
  const large = (id: string, bytes: number): Row => ({
    Put: { TableName: 'products', Item: { id, name: 'x'.repeat(bytes) } },
  });
  const KB = 1_024;

  test.each([
    ['if it has no actions', []],
    ['if it has more than 100 actions', visit(...Array.from({ length: 101 }, (_, n) => `p${n}`))],
    ['if two actions are for one item', visit('tea', 'mug', 'tea')],
    ['if an item is larger than 400 KB', [large('tea', 400 * KB)]],
    ['if it is larger than 4 MB', Array.from({ length: 11 }, (_, n) => large(`p${n}`, 390 * KB))],
  ])('%s', (_, TransactItems) => {
    const { db } = aDatabase();

    const { name, reasons } = errorOf(() => db.execute('TransactWriteItems', { TransactItems }));

    expect({ name, reasons }).toEqual({ name: 'ValidationException', reasons: undefined });
    expect(db.rows('products')).toEqual([]);
  });

  test('and names the action if an update makes an item too large', () => {
    const { db } = aDatabase();
    db.put('products', { id: 'tea', name: 'x'.repeat(300 * KB) });
    const grow = {
      Update: {
        TableName: 'products',
        Key: { id: 'tea' },
        UpdateExpression: 'SET more = :more',
        ExpressionAttributeValues: { ':more': 'x'.repeat(200 * KB) },
      },
    };

    expect(
      codesOf(() => db.execute('TransactWriteItems', { TransactItems: [...visit('mug'), grow] })),
    ).toEqual(['None', 'ValidationError']);
    expect(db.get('products', { id: 'mug' })).toBeUndefined();
  });
});
