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
  test('has each come back in its time', async () => {
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
  ])('%i of them go ten at a time', async (count, sizes) => {
    await giveBack(messages(count), plenty);

    expect(batches().map(({ length }) => length)).toEqual(sizes);
    for (const batch of batches()) {
      expect(new Set(batch.map(({ Id }) => Id)).size).toBe(batch.length);
    }
  });

  test('that the queue refuses for some goes on with the others, and says how many are late', async () => {
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

  test('without time asks nothing, and says how many are late', async () => {
    await giveBack(messages(30), () => 0);

    expect(mock.calls()).toEqual([]);
    expect(log.messages()).toMatchObject([{ messages: 30 }]);
  });

  test('is done by a function with the queue of its environment', async () => {
    await giveBackFromEnvironment(unitRuntime())(messages(1), plenty);

    expect(mock.calls()[0]?.args[0].input).toMatchObject({
      QueueUrl: process.env.CANCELLATIONS_QUEUE_URL,
    });
  });
});
