import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, test } from '@jest/globals';
import '../../support/unit-environment.ts';
import { createQueue, queueFromEnvironment } from '../../../lib/queue/cancellation-queue.ts';
import type { Runtime } from '../../../lib/runtime.ts';
import { mockQueue } from '../../support/fake-queue.ts';
import { unitRuntime } from '../../support/unit-runtime.ts';

const QUEUE_URL = 'http://localhost:9324/queue/cancellations';
const WRITE_OFFS_URL = 'http://localhost:9324/queue/write-offs';

const mock = mockQueue();
const client = new SQSClient({ region: 'us-east-1' });
const queueOn = (runtime: Runtime) =>
  createQueue({
    load: async () => client,
    queueUrls: { cancellations: QUEUE_URL, writeOffs: WRITE_OFFS_URL },
    runtime,
    sender: { actor: 'jwt:ann', correlationId: 'basket-17' },
  });
const queue = queueOn(unitRuntime());
const plenty = () => 60_000;

/** A time budget of one second, of which each check takes a tenth. */
const aSecond = () => {
  let left = 1_000;
  return () => {
    left -= 100;
    return Math.max(0, left);
  };
};

afterEach(() => {
  mock.reset();
});

const requests = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ orderId: `o${index}` }));

const batches = () =>
  mock.commandCalls(SendMessageBatchCommand).map((call) => call.args[0].input.Entries ?? []);

/** Reports these messages as failed. */
const refuse = (...orderIds: string[]) => {
  mock.on(SendMessageBatchCommand).callsFake(({ Entries }) => ({
    Failed: (Entries as { Id: string; MessageBody: string }[])
      .filter(({ MessageBody }) => orderIds.includes(JSON.parse(MessageBody).orderId))
      .map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: false })),
  }));
};

test.each([
  [undefined, QUEUE_URL],
  [true, QUEUE_URL],
  [false, WRITE_OFFS_URL],
])(
  'A call-off is one message; with restock %s it goes where such cancellations go',
  async (restock, url) => {
    mock.takesAll();

    await queue.sendCallOff({ batchId: 'b1', restock }, plenty);

    expect(
      mock.commandCalls(SendMessageBatchCommand).map(({ args: [{ input }] }) => input),
    ).toMatchObject([{ QueueUrl: url, Entries: [{ MessageBody: '{"callOff":"b1"}' }] }]);
  },
);

test('Write-offs go to a queue of their own', async () => {
  mock.takesAll();

  await queue.send(
    [{ orderId: 'o1' }, { orderId: 'o2', restock: false }, { orderId: 'o3', restock: true }],
    plenty,
  );

  const sent = mock
    .commandCalls(SendMessageBatchCommand)
    .map(({ args: [{ input }] }) => [
      input.QueueUrl,
      input.Entries?.map(({ MessageBody }) => JSON.parse(MessageBody ?? '').orderId),
    ]);
  expect(sent).toEqual([
    [QUEUE_URL, ['o1', 'o3']],
    [WRITE_OFFS_URL, ['o2']],
  ]);
});

describe('Queueing cancellations', () => {
  test('sends each cancellation as one message with all its fields', async () => {
    mock.takesAll();

    await queue.send(
      [
        { orderId: 'o1', reason: 'fraud', note: 'stolen card', restock: false },
        { orderId: 'o2', reason: 'expired', orderCreatedAt: '2026-03-01T08:00:00.000Z' },
      ],
      plenty,
    );

    // The one that writes off goes to another queue, after the others.
    expect(mock.messages()).toEqual([
      { body: { orderId: 'o2', reason: 'expired', orderCreatedAt: '2026-03-01T08:00:00.000Z' } },
      { body: { orderId: 'o1', reason: 'fraud', note: 'stolen card', restock: false } },
    ]);
    expect(mock.calls()[0]?.args[0].input).toMatchObject({ QueueUrl: QUEUE_URL });
  });

  test.each([
    [0, []],
    [1, [1]],
    [10, [10]],
    [11, [10, 1]],
    [1_000, Array.from({ length: 100 }, () => 10)],
  ])('sends %i messages once, in batches of at most 10', async (count, sizes) => {
    mock.takesAll();

    await queue.send(requests(count), plenty);

    expect(batches().map(({ length }) => length)).toEqual(sizes);
    expect(mock.messages()).toEqual(requests(count).map((body) => ({ body })));
    for (const batch of batches()) {
      expect(new Set(batch.map(({ Id }) => Id)).size).toBe(batch.length);
    }
  });

  test('has at most 10 batches in flight', async () => {
    let flying = 0;
    let most = 0;
    mock.on(SendMessageBatchCommand).callsFake(async () => {
      flying += 1;
      most = Math.max(most, flying);
      await new Promise(setImmediate);
      flying -= 1;
      return {};
    });

    await queue.send(requests(300), plenty);

    expect(most).toBe(10);
  });

  test('sends only the failed messages again', async () => {
    mock
      .on(SendMessageBatchCommand)
      .resolvesOnce({
        Failed: ['1', '3'].map((Id) => ({ Id, Code: 'InternalError', SenderFault: false })),
        Successful: [],
      })
      .resolvesOnce({
        Failed: [{ Id: '3', Code: 'InternalError', SenderFault: false }],
        Successful: [],
      })
      .resolves({});

    await queue.send(requests(5), plenty);

    expect(
      batches().map((batch) =>
        batch.map(({ MessageBody }) => JSON.parse(MessageBody ?? '').orderId),
      ),
    ).toEqual([['o0', 'o1', 'o2', 'o3', 'o4'], ['o1', 'o3'], ['o3']]);
  });

  test('retries failed messages until the time is up, and then throws TimeIsUpError', async () => {
    refuse('o2', 'o4');

    await expect(queue.send(requests(5), aSecond())).rejects.toMatchObject({
      name: 'TimeIsUpError',
      message: 'The queue did not take 2 messages in time',
    });
    expect(batches().length).toBeGreaterThan(4);
    expect(batches().at(-1)).toHaveLength(2);
  });

  test.each([
    ['is throttled', { name: 'RequestThrottled' }],
    ['has an internal error', { name: 'InternalError', $metadata: { httpStatusCode: 500 } }],
    ['cannot be reached', { name: 'TimeoutError' }],
    ['takes too long', { name: 'AbortError' }],
  ])('retries when the queue %s', async (_, { name, ...rest }) => {
    const error = Object.assign(new Error('not now'), { name, ...rest });
    mock.on(SendMessageBatchCommand).rejectsOnce(error).rejectsOnce(error).resolves({});

    await queue.send(requests(5), plenty);

    expect(batches().map(({ length }) => length)).toEqual([5, 5, 5]);
  });

  test('doubles the wait before each further attempt', async () => {
    refuse('o0');
    const waits: number[] = [];
    const sleep = async (milliseconds: number) => waits.push(milliseconds);
    const patient = queueOn(unitRuntime({ random: () => 0.5, sleep }));

    await expect(
      patient.send(requests(1), () => 1_000 - waits.reduce((sum, wait) => sum + wait, 0)),
    ).rejects.toThrow('in time');

    expect(waits).toEqual([10, 20, 40, 80, 160, 320]);
  });

  test('sends once even if no time is left', async () => {
    mock.takesAll();

    await queue.send(requests(1), () => 0);

    expect(mock.messages()).toEqual([{ body: { orderId: 'o0' } }]);
  });

  test.each([
    ['there is no such queue', 'QueueDoesNotExist'],
    ['access is denied', 'AccessDenied'],
  ])('fails at once when %s', async (_, name) => {
    mock.on(SendMessageBatchCommand).rejects(Object.assign(new Error('No'), { name }));

    await expect(queue.send(requests(5), plenty)).rejects.toMatchObject({ name });
    expect(batches()).toHaveLength(1);
  });

  test('fails at once when the queue rejects a message as invalid', async () => {
    mock.on(SendMessageBatchCommand).resolves({
      Failed: [{ Id: '0', Code: 'InvalidMessageContents', SenderFault: true }],
    });

    await expect(queue.send(requests(1), plenty)).rejects.toThrow('InvalidMessageContents');
    expect(batches()).toHaveLength(1);
  });
});

describe('The queue of a function', () => {
  test('has the URL in its environment, and gives messages the actor and the correlation id of their caller', async () => {
    mock.takesAll();

    await queueFromEnvironment(unitRuntime())({
      actor: 'jwt:ann',
      correlationId: 'basket-17',
    }).send(requests(1), plenty);

    for (const call of mock.calls()) {
      expect(call.args[0].input).toMatchObject({
        QueueUrl: process.env.CANCELLATIONS_QUEUE_URL,
        Entries: [
          {
            MessageAttributes: {
              actor: { DataType: 'String', StringValue: 'jwt:ann' },
              correlationId: { DataType: 'String', StringValue: 'basket-17' },
            },
          },
        ],
      });
    }
  });

  test('cannot be made if the URL is not set', () => {
    const url = process.env.CANCELLATIONS_QUEUE_URL;
    delete process.env.CANCELLATIONS_QUEUE_URL;

    expect(() => queueFromEnvironment(unitRuntime())).toThrow('CANCELLATIONS_QUEUE_URL is not set');
    process.env.CANCELLATIONS_QUEUE_URL = url;
  });
});
