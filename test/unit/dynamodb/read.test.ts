import { describe, expect, test } from '@jest/globals';
import { createClient } from '../../../lib/dynamodb/client.ts';
import { getItem, getItemsById } from '../../../lib/dynamodb/read.ts';
import { createFakeDynamoDB } from '../../support/fake-dynamodb.ts';
import { createFakeWire, type FakeWire } from '../../support/fake-wire.ts';
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
  test('reads it as it is now', async () => {
    const { db, wire } = openTable(['o1']);

    expect(await getItem(db, 'orders', { id: 'o1' })).toEqual({ id: 'o1' });
    expect(wire.sent.map(({ input }) => input)).toEqual([
      { TableName: 'orders', Key: { id: 'o1' }, ConsistentRead: true },
    ]);
  });

  test('finds nothing where nothing is', async () => {
    const { db } = openTable();

    expect(await getItem(db, 'orders', { id: 'o1' })).toBeUndefined();
  });
});

describe('Reading many items', () => {
  test('asks for each of them once, as it is now', async () => {
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
  ])('asks for %i items a hundred at a time', async (count, sizes) => {
    const { db, wire } = openTable(ids(count));

    const items = await getItemsById(db, 'orders', ids(count), plenty);

    expect(items).toHaveLength(count);
    expect(askedFor(wire).map((keys) => keys.length)).toEqual(sizes);
  });

  test('reads one alone, although it was named more than once', async () => {
    const { db, wire } = openTable(['o1']);

    expect(await getItemsById(db, 'orders', ['o1', 'o1'], plenty)).toEqual([{ id: 'o1' }]);
    expect(wire.operations()).toEqual(['GetItem']);
  });

  test('asks for none without asking', async () => {
    const { db, wire } = openTable(['o1']);

    expect(await getItemsById(db, 'orders', [], plenty)).toEqual([]);
    expect(wire.sent).toEqual([]);
  });

  test('asks again for what DynamoDB did not get to', async () => {
    const { db, fake, wire } = openTable(ids(5));
    fake.limits.batch = 2;

    const items = await getItemsById(db, 'orders', ids(5), plenty);

    expect(items.map(({ id }) => id)).toEqual(ids(5));
    expect(askedFor(wire)).toEqual([ids(5), ids(5).slice(2), ids(5).slice(4)]);
  });

  test('leaves out what does not exist', async () => {
    const { db } = openTable(['o2']);

    expect(await getItemsById(db, 'orders', ['o1', 'o2'], plenty)).toEqual([{ id: 'o2' }]);
  });

  test('bears an answer without anything', async () => {
    const { db, wire } = openTable(['o1', 'o2']);
    wire.next('BatchGetItem', () => ({ status: 200, body: '{}' }));

    expect(await getItemsById(db, 'orders', ['o1', 'o2'], plenty)).toEqual([]);
  });

  test('gives up when the time is up before everything is read', async () => {
    const { db, fake, wire } = openTable(ids(4));
    fake.limits.batch = 1;

    const reading = getItemsById(db, 'orders', ids(4), () => (wire.sent.length < 2 ? 1_000 : 0));

    await expect(reading).rejects.toThrow('2 items of orders could not be read in time');
  });
});
