import { ChangeMessageVisibilityBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import '../../support/unit-environment.ts';
import { createGiveBack, giveBackFromEnvironment } from '../../../lib/queue/give-back.ts';
import { mockQueue } from '../../support/fake-queue.ts';
import { captureLog } from '../../support/unit-console.ts';
import { unitRuntime } from '../../support/unit-runtime.ts';

const QUEUE_URL = 'http://localhost:9324/queue/cancellations';

const mock = mockQueue();
const client = new SQSClient({ region: 'us-east-1' });
const giveBack = createGiveBack(async () => client, QUEUE_URL, unitRuntime());
const plenty = () => 60_000;

let log: ReturnType<typeof captureLog>;

beforeEach(() => {
  mock.takesAll();
  log = captureLog();
});

afterEach(() => {
  log.restore();
  mock.reset();
});

const messages = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    receiptHandle: `r${index}`,
    delaySeconds: index + 1,
  }));

const batches = () =>
  mock
    .commandCalls(ChangeMessageVisibilityBatchCommand)
    .map((call) => call.args[0].input.Entries ?? []);

describe('Giving messages back', () => {
  test('sets the visibility timeout of each message', async () => {
    await giveBack(messages(3), plenty);

    expect(mock.returned()).toEqual({ r0: 1, r1: 2, r2: 3 });
    expect(mock.calls()[0]?.args[0].input).toMatchObject({ QueueUrl: QUEUE_URL });
    expect(log.messages()).toEqual([]);
  });

  test.each([
    [0, []],
    [10, [10]],
    [11, [10, 1]],
    [1_000, Array.from({ length: 100 }, () => 10)],
  ])('sends %i messages in batches of at most 10', async (count, sizes) => {
    await giveBack(messages(count), plenty);

    expect(batches().map(({ length }) => length)).toEqual(sizes);
    for (const batch of batches()) {
      expect(new Set(batch.map(({ Id }) => Id)).size).toBe(batch.length);
    }
  });

  test('goes on after failed batches and messages, and logs that 11 messages come back late', async () => {
    mock
      .on(ChangeMessageVisibilityBatchCommand)
      .rejectsOnce(new Error('not now'))
      .resolvesOnce({ Failed: [{ Id: '0', Code: 'ReceiptHandleIsInvalid', SenderFault: true }] })
      .resolves({});

    await giveBack(messages(30), plenty);

    expect(batches()).toHaveLength(3);
    expect(log.messages()).toMatchObject([
      { level: 'WARN', message: 'failed messages come back late', messages: 11 },
    ]);
  });

  test('sends nothing when no time is left, and logs that 30 messages come back late', async () => {
    await giveBack(messages(30), () => 0);

    expect(mock.calls()).toEqual([]);
    expect(log.messages()).toMatchObject([{ messages: 30 }]);
  });

  test('uses the queue in the environment of the function', async () => {
    await giveBackFromEnvironment(unitRuntime()).cancellations(messages(1), plenty);

    expect(mock.calls()[0]?.args[0].input).toMatchObject({
      QueueUrl: process.env.CANCELLATIONS_QUEUE_URL,
    });
  });
});
