import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
} from '@aws-sdk/lib-dynamodb';
import { afterEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { createClient } from '../../../lib/dynamodb/client.ts';
import { getItem, getItemsById, queryItems } from '../../../lib/dynamodb/read.ts';
import { TimeIsUpError } from '../../../lib/time-budget.ts';
import { unitRuntime } from '../../support/unit-runtime.ts';

const mock = mockClient(DynamoDBDocumentClient);
const db = { client: createClient({ region: 'us-east-1' }), runtime: unitRuntime() };

afterEach(() => {
  mock.reset();
});

const plenty = () => 1_000;

const ids = (count: number) => Array.from({ length: count }, (_, index) => `o${index}`);

/** Answers with an item for every key, as far as `reach` goes. */
const answer = (reach = 100) =>
  mock.on(BatchGetCommand).callsFake(({ RequestItems: { orders } }) => ({
    Responses: { orders: orders.Keys.slice(0, reach) },
    UnprocessedKeys:
      orders.Keys.length > reach ? { orders: { ...orders, Keys: orders.Keys.slice(reach) } } : {},
  }));

const askedFor = () =>
  mock
    .commandCalls(BatchGetCommand)
    .map(({ args }) => args[0].input.RequestItems?.orders?.Keys?.map(({ id }) => id));

describe('Reading one item', () => {
  test('reads it as it is now', async () => {
    mock.on(GetCommand).resolves({ Item: { id: 'o1' } });

    expect(await getItem(db, 'orders', { id: 'o1' }, plenty)).toEqual({ id: 'o1' });
    expect(mock.commandCalls(GetCommand)[0]?.args[0].input).toEqual({
      TableName: 'orders',
      Key: { id: 'o1' },
      ConsistentRead: true,
    });
  });

  test('finds nothing where nothing is', async () => {
    mock.on(GetCommand).resolves({});

    expect(await getItem(db, 'orders', { id: 'o1' }, plenty)).toBeUndefined();
  });
});

describe('When the time is up', () => {
  const broken = Object.assign(new Error('aborted'), { code: 'ECONNABORTED' });

  test('nothing is asked for any more', async () => {
    const reading = getItem(db, 'orders', { id: 'o1' }, () => 0);

    await expect(reading).rejects.toThrow(TimeIsUpError);
    expect(mock.calls()).toEqual([]);
  });

  test('an answer that is cut off is late, in whatever words the connection says so', async () => {
    // Prepare
    const alarm = new AbortController();
    const runtime = unitRuntime({ abortAfter: () => alarm.signal });
    mock.on(GetCommand).callsFake(() => {
      alarm.abort();
      throw broken;
    });

    // Act
    const reading = getItem({ ...db, runtime }, 'orders', { id: 'o1' }, plenty);

    // Assess
    await expect(reading).rejects.toThrow(TimeIsUpError);
    await expect(reading).rejects.toMatchObject({ cause: broken });
  });

  test('what breaks while there is time is told as it is', async () => {
    mock.on(GetCommand).rejects(broken);

    await expect(getItem(db, 'orders', { id: 'o1' }, plenty)).rejects.toThrow('aborted');
  });
});

describe('Reading a query', () => {
  test('asks again for a part that DynamoDB did not give, and goes on behind the last one', async () => {
    // Prepare
    const busy = Object.assign(new Error('Slow down'), { name: 'ThrottlingException' });
    mock
      .on(QueryCommand)
      .rejectsOnce(busy)
      .resolvesOnce({ Items: [{ id: 'o1' }], LastEvaluatedKey: { id: 'o1' } })
      .rejectsOnce(busy)
      .resolvesOnce({ Items: [{ id: 'o2' }] });

    // Act
    const parts: unknown[] = [];
    for await (const part of queryItems(db, { TableName: 'orders' }, plenty)) parts.push(part);

    // Assess
    expect(parts).toEqual([[{ id: 'o1' }], [{ id: 'o2' }]]);
    const starts = mock
      .commandCalls(QueryCommand)
      .map(({ args }) => args[0].input.ExclusiveStartKey);
    expect(starts).toEqual([undefined, undefined, { id: 'o1' }, { id: 'o1' }]);
  });
});

describe('Reading many items', () => {
  test('asks for each of them once, as it is now', async () => {
    answer();

    const items = await getItemsById(db, 'orders', ['o1', 'o2', 'o1'], plenty);

    expect(items).toEqual([{ id: 'o1' }, { id: 'o2' }]);
    expect(mock.commandCalls(BatchGetCommand)[0]?.args[0].input).toEqual({
      RequestItems: { orders: { Keys: [{ id: 'o1' }, { id: 'o2' }], ConsistentRead: true } },
    });
  });

  test.each([
    [100, [100]],
    [101, [100, 1]],
    [1_000, Array.from({ length: 10 }, () => 100)],
  ])('asks for %i items a hundred at a time', async (count, sizes) => {
    answer();

    const items = await getItemsById(db, 'orders', ids(count), plenty);

    expect(items).toHaveLength(count);
    expect(askedFor().map((keys) => keys?.length)).toEqual(sizes);
  });

  test('reads one alone, although it was named more than once', async () => {
    mock.on(GetCommand).resolves({ Item: { id: 'o1' } });

    expect(await getItemsById(db, 'orders', ['o1', 'o1'], plenty)).toEqual([{ id: 'o1' }]);
    expect(askedFor()).toEqual([]);
  });

  test('asks for none without asking', async () => {
    expect(await getItemsById(db, 'orders', [], plenty)).toEqual([]);
    expect(askedFor()).toEqual([]);
  });

  test('asks again for what DynamoDB did not get to', async () => {
    answer(2);

    const items = await getItemsById(db, 'orders', ids(5), plenty);

    expect(items.map(({ id }) => id)).toEqual(ids(5));
    expect(askedFor()).toEqual([ids(5), ids(5).slice(2), ids(5).slice(4)]);
  });

  test('leaves out what does not exist', async () => {
    mock.on(BatchGetCommand).resolves({ Responses: { orders: [{ id: 'o2' }] } });

    expect(await getItemsById(db, 'orders', ['o1', 'o2'], plenty)).toEqual([{ id: 'o2' }]);
  });

  test('bears an answer without anything', async () => {
    mock.on(BatchGetCommand).resolves({});

    expect(await getItemsById(db, 'orders', ['o1', 'o2'], plenty)).toEqual([]);
  });

  test('gives up when the time is up before everything is read', async () => {
    answer(1);
    const reads = () => mock.commandCalls(BatchGetCommand).length;

    const reading = getItemsById(db, 'orders', ids(4), () => (reads() < 2 ? 1_000 : 0));

    await expect(reading).rejects.toThrow(
      new TimeIsUpError('2 items of orders could not be read in time'),
    );
  });
});
