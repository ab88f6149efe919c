import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, describe, expect, test } from '@jest/globals';
import '../../support/unit-environment.ts';
import { createQueue, queueFromEnvironment } from '../../../lib/queue/cancellation-queue.ts';
import { mockQueue } from '../../support/fake-queue.ts';

const QUEUE_URL = 'http://localhost:9324/queue/cancellations';

const mock = mockQueue();
const queue = createQueue(async () => new SQSClient({ region: 'us-east-1' }), QUEUE_URL);

afterEach(() => {
  mock.reset();
});

const requests = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ orderId: `o${index}` }));

const batches = () =>
  mock.commandCalls(SendMessageBatchCommand).map((call) => call.args[0].input.Entries ?? []);

/** Says of these messages that they were not taken. */
const refuse = (...orderIds: string[]) => {
  mock.on(SendMessageBatchCommand).callsFake(({ Entries }) => ({
    Failed: (Entries as { Id: string; MessageBody: string }[])
      .filter(({ MessageBody }) => orderIds.includes(JSON.parse(MessageBody).orderId))
      .map(({ Id }) => ({ Id, Code: 'InternalError', SenderFault: false })),
  }));
};

describe('Putting cancellations on the queue', () => {
  test('sends each as the message that the queue’s function reads', async () => {
    mock.takesAll();

    await queue.send([
      { orderId: 'o1', reason: 'fraud', note: 'stolen card', restock: false },
      { orderId: 'o2', reason: 'expired' },
    ]);

    expect(mock.messages()).toEqual([
      { body: { orderId: 'o1', reason: 'fraud', note: 'stolen card', restock: false } },
      { body: { orderId: 'o2', reason: 'expired' } },
    ]);
    expect(mock.calls()[0]?.args[0].input).toMatchObject({ QueueUrl: QUEUE_URL });
  });

  test.each([
    [0, []],
    [1, [1]],
    [10, [10]],
    [11, [10, 1]],
    [1_000, Array.from({ length: 100 }, () => 10)],
  ])('%i of them go ten at a time, each once', async (count, sizes) => {
    mock.takesAll();

    await queue.send(requests(count));

    expect(batches().map(({ length }) => length)).toEqual(sizes);
    expect(mock.messages()).toEqual(requests(count).map((body) => ({ body })));
    for (const batch of batches()) {
      expect(new Set(batch.map(({ Id }) => Id)).size).toBe(batch.length);
    }
  });

  test('has at most ten batches under way', async () => {
    let flying = 0;
    let most = 0;
    mock.on(SendMessageBatchCommand).callsFake(async () => {
      flying += 1;
      most = Math.max(most, flying);
      await new Promise(setImmediate);
      flying -= 1;
      return {};
    });

    await queue.send(requests(300));

    expect(most).toBe(10);
  });

  test('sends again those that were not taken, and only those', async () => {
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

    await queue.send(requests(5));

    expect(
      batches().map((batch) =>
        batch.map(({ MessageBody }) => JSON.parse(MessageBody ?? '').orderId),
      ),
    ).toEqual([['o0', 'o1', 'o2', 'o3', 'o4'], ['o1', 'o3'], ['o3']]);
  });

  test('gives up on what is never taken, and says so', async () => {
    refuse('o2', 'o4');

    await expect(queue.send(requests(5))).rejects.toThrow('The queue did not take 2 messages');
    expect(batches()).toHaveLength(4);
  });

  test('fails when the queue cannot be reached', async () => {
    mock.on(SendMessageBatchCommand).rejects(new Error('No such queue'));

    await expect(queue.send(requests(5))).rejects.toThrow('No such queue');
  });
});

describe('The queue of a function', () => {
  test('comes from its environment', async () => {
    mock.takesAll();

    await queueFromEnvironment().send(requests(1));

    for (const call of mock.calls()) {
      expect(call.args[0].input).toMatchObject({ QueueUrl: process.env.CANCELLATIONS_QUEUE_URL });
    }
  });

  test('cannot do without', () => {
    const url = process.env.CANCELLATIONS_QUEUE_URL;
    delete process.env.CANCELLATIONS_QUEUE_URL;

    expect(() => queueFromEnvironment()).toThrow('CANCELLATIONS_QUEUE_URL is not set');
    process.env.CANCELLATIONS_QUEUE_URL = url;
  });
});
