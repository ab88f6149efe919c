import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteMessageCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { keepMessages } from '../../local/kept-messages.ts';
import { createQueues, localSqsClient, startQueueServer } from '../../local/queue-server.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'countermand-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const QUEUES = ['letters', 'parcels'].map((name) => ({ name, arn: `arn:${name}`, attributes: {} }));

/** A queue server that keeps its messages in the folder, and ends with `stop`. */
const start = async () => {
  const { endpoint, stop } = await startQueueServer();
  const client = localSqsClient(endpoint);
  const queueUrls = await createQueues(client, { queues: QUEUES });
  const kept = await keepMessages({ file: join(folder, 'messages.json'), endpoint, queueUrls });
  const urlOf = (queue: string): string => queueUrls[queue] ?? '';
  return {
    send: (queue: string, body: string, delaySeconds = 0) =>
      client.send(
        new SendMessageCommand({
          QueueUrl: urlOf(queue),
          MessageBody: body,
          DelaySeconds: delaySeconds,
          MessageAttributes: { kind: { DataType: 'String', StringValue: `a ${body}` } },
        }),
      ),
    async receive(queue: string): Promise<Message[]> {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: urlOf(queue),
          MaxNumberOfMessages: 10,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['All'],
        }),
      );
      return Messages;
    },
    remove: (queue: string, { ReceiptHandle }: Message) =>
      client.send(new DeleteMessageCommand({ QueueUrl: urlOf(queue), ReceiptHandle })),
    async stop() {
      await kept.stop();
      client.destroy();
      await stop();
    },
  };
};

test('What was sent and not deleted is in the queues after the next start, also what was received or delayed', async () => {
  const before = await start();
  await before.send('letters', 'done');
  const [done = {}] = await before.receive('letters');
  const sentAt = new Date(Number(done.Attributes?.SentTimestamp)).toISOString();
  await before.remove('letters', done);
  await before.send('letters', 'received');
  await before.receive('letters');
  await before.send('letters', 'delayed', 60);
  await before.send('letters', 'waiting ☕');
  await before.send('parcels', 'parcel');
  await before.stop();

  const after = await start();
  const letters = await after.receive('letters');
  const parcels = await after.receive('parcels');
  await after.stop();

  expect(letters.map(({ Body }) => Body).sort()).toEqual(['delayed', 'received', 'waiting ☕']);
  expect(parcels).toMatchObject([
    {
      Body: 'parcel',
      MessageAttributes: {
        kind: { StringValue: 'a parcel' },
        sentAt: { StringValue: expect.stringMatching(/^\d{4}-.*Z$/) },
      },
    },
  ]);
  const restart = Number(parcels[0]?.Attributes?.SentTimestamp);
  const parcelSentAt = parcels[0]?.MessageAttributes?.sentAt?.StringValue ?? '';
  expect(parcelSentAt >= sentAt).toBe(true);
  expect(Date.parse(parcelSentAt)).toBeLessThan(restart);
});
