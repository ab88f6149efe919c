import { describe, expect, test } from '@jest/globals';
import { createClient } from '../../../lib/dynamodb/client.ts';
import { getItem, getItemsById, queryItems } from '../../../lib/dynamodb/read.ts';
import { TimeIsUpError } from '../../../lib/time-budget.ts';
import { createFakeDynamoDB } from '../../support/fake-dynamodb.ts';
import { createFakeWire, type FakeWire } from '../../support/fake-wire.ts';
import { answerBrokenOff, type Fault, noFault, refusedWith } from '../../support/faults.ts';
import { describeTables } from '../../support/table-descriptions.ts';
import { unitRuntime } from '../../support/unit-runtime.ts';

const plenty = () => 1_000;

const ids = (count: number) => Array.from({ length: count }, (_, index) => `o${index}`);

/** A table of orders with these ids. */
const openTable = (orderIds: readonly string[] = []) => {
  const fake = createFakeDynamoDB(describeTables());
  for (const id of orderIds) fake.put('orders', { id });
  const wire = createFakeWire(fake);
  return { fake, wire, db: { client: createClient(wire.config), runtime: unitRuntime() } };
};

const askedFor = (wire: FakeWire) =>
  wire.sent
    .filter(({ operation }) => operation === 'BatchGetItem')
    .map(({ input }) => input as { RequestItems: { orders: { Keys: { id: string }[] } } })
    .map(({ RequestItems }) => RequestItems.orders.Keys.map(({ id }) => id));

describe('Reading one item', () => {
  test('uses a strongly consistent read', async () => {
    const { db, wire } = openTable(['o1']);

    expect(await getItem(db, 'orders', { id: 'o1' }, plenty)).toEqual({ id: 'o1' });
    expect(wire.sent.map(({ input }) => input)).toEqual([
      { TableName: 'orders', Key: { id: 'o1' }, ConsistentRead: true },
    ]);
  });

  test('returns undefined if the item does not exist', async () => {
    const { db } = openTable();

    expect(await getItem(db, 'orders', { id: 'o1' }, plenty)).toBeUndefined();
  });
});

/** The connection breaks in the middle of the answer; the SDK does not retry this error. */
const brokenOff: Fault = () => {
  throw Object.assign(new Error('aborted'), { code: 'ECONNABORTED' });
};

describe('The time budget of a read', () => {
  test('is checked before the request: with no time left, none is sent', async () => {
    const { db, wire } = openTable(['o1']);

    const reading = getItem(db, 'orders', { id: 'o1' }, () => 0);

    await expect(reading).rejects.toThrow(TimeIsUpError);
    expect(wire.sent).toEqual([]);
  });

  test('aborts the read with TimeIsUpError, whose cause is the original error', async () => {
    // Prepare
    const { db, wire } = openTable(['o1']);
    const alarm = new AbortController();
    const runtime = unitRuntime({ abortAfter: () => alarm.signal });
    wire.next('GetItem', (...request) => {
      alarm.abort();
      return answerBrokenOff(...request);
    });

    // Act
    const reading = getItem({ ...db, runtime }, 'orders', { id: 'o1' }, plenty);

    // Assess
    await expect(reading).rejects.toThrow(TimeIsUpError);
    await expect(reading).rejects.toHaveProperty('cause', expect.any(Error));
  });

  test('does not hide the original error of a connection that breaks while there is time', async () => {
    const { db, wire } = openTable(['o1']);
    wire.use(brokenOff);

    await expect(getItem(db, 'orders', { id: 'o1' }, plenty)).rejects.toThrow('aborted');
  });
});

describe('Reading a query', () => {
  test('repeats a throttled page, and continues after the last page', async () => {
    // Prepare: DynamoDB throttles before each page, and the SDK makes one attempt
    const { fake, wire } = openTable();
    const client = createClient({ ...wire.config, maxAttempts: 1 });
    const db = { client, runtime: unitRuntime() };
    for (const id of ['o1', 'o2']) {
      fake.put('orders', { id, dueShard: 'due#0', dueAt: `2026-03-01T10:00:00.00${id.slice(1)}Z` });
    }
    fake.limits.page = 1;
    const busy = refusedWith('ThrottlingException');
    wire.next('Query', busy, noFault, busy, noFault);

    // Act
    const parts: string[][] = [];
    const query = {
      TableName: 'orders',
      IndexName: 'byDue',
      KeyConditionExpression: 'dueShard = :dueShard',
      ExpressionAttributeValues: { ':dueShard': 'due#0' },
    };
    for await (const part of queryItems(db, query, plenty)) {
      if (part.length > 0) parts.push(part.map(({ id }) => String(id)));
    }

    // Assess
    expect(parts).toEqual([['o1'], ['o2']]);
    const starts = wire.sent.map(
      ({ input }) => input.ExclusiveStartKey as { id: string } | undefined,
    );
    expect(starts.slice(0, 4).map((start) => start?.id)).toEqual([
      undefined,
      undefined,
      'o1',
      'o1',
    ]);
  });
});

describe('Reading many items', () => {
  test('requests each id once, with a strongly consistent read', async () => {
    const { db, wire } = openTable(['o1', 'o2']);

    const items = await getItemsById(db, 'orders', ['o1', 'o2', 'o1'], plenty);

    expect(items).toEqual([{ id: 'o1' }, { id: 'o2' }]);
    expect(wire.sent.map(({ input }) => input)).toEqual([
      { RequestItems: { orders: { Keys: [{ id: 'o1' }, { id: 'o2' }], ConsistentRead: true } } },
    ]);
  });

  test.each([
    [100, [100]],
    [101, [100, 1]],
    [1_000, Array.from({ length: 10 }, () => 100)],
  ])('requests %i items in batches of at most 100', async (count, sizes) => {
    const { db, wire } = openTable(ids(count));

    const items = await getItemsById(db, 'orders', ids(count), plenty);

    expect(items).toHaveLength(count);
    expect(askedFor(wire).map((keys) => keys.length)).toEqual(sizes);
  });

  test('reads a single id that is given twice with GetItem', async () => {
    const { db, wire } = openTable(['o1']);

    expect(await getItemsById(db, 'orders', ['o1', 'o1'], plenty)).toEqual([{ id: 'o1' }]);
    expect(wire.operations()).toEqual(['GetItem']);
  });

  test('sends no request for an empty list', async () => {
    const { db, wire } = openTable(['o1']);

    expect(await getItemsById(db, 'orders', [], plenty)).toEqual([]);
    expect(wire.sent).toEqual([]);
  });

  test('requests unprocessed keys again', async () => {
    const { db, fake, wire } = openTable(ids(5));
    fake.limits.batch = 2;

    const items = await getItemsById(db, 'orders', ids(5), plenty);

    expect(items.map(({ id }) => id)).toEqual(ids(5));
    expect(askedFor(wire)).toEqual([ids(5), ids(5).slice(2), ids(5).slice(4)]);
  });

  test('leaves out items that do not exist', async () => {
    const { db } = openTable(['o2']);

    expect(await getItemsById(db, 'orders', ['o1', 'o2'], plenty)).toEqual([{ id: 'o2' }]);
  });

  test('accepts an answer without fields', async () => {
    const { db, wire } = openTable(['o1', 'o2']);
    wire.next('BatchGetItem', () => ({ status: 200, body: '{}' }));

    expect(await getItemsById(db, 'orders', ['o1', 'o2'], plenty)).toEqual([]);
  });

  test('throws TimeIsUpError with the number of unread items when the time is up', async () => {
    const { db, fake, wire } = openTable(ids(4));
    fake.limits.batch = 1;

    const reading = getItemsById(db, 'orders', ids(4), () => (wire.sent.length < 2 ? 1_000 : 0));

    await expect(reading).rejects.toThrow(
      new TimeIsUpError('2 items of orders could not be read in time'),
    );
  });
});
