import { ReceiveMessageCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  createQueues,
  localSqsClient,
  type QueueServer,
  startQueueServer,
} from '../../local/queue-server.ts';

let server: QueueServer;
let client: SQSClient;
let queueUrl: string;

beforeAll(async () => {
  server = await startQueueServer();
  client = localSqsClient(server.endpoint, { maxAttempts: 1 });
  const queues = [{ name: 'letters', arn: 'arn:letters', attributes: {} }];
  ({ letters: queueUrl = '' } = await createQueues(client, { queues }));
});

afterAll(async () => {
  client.destroy();
  await server.stop();
});

const send = (body: string) =>
  client.send(new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body }));

describe('The queue on this machine', () => {
  test.each(['Grüße ☕', 'bis bald 😀', '\u{10ffff}\t\r\n\ufffd'])(
    'keeps what AWS keeps: %j',
    async (body) => {
      await send(body);

      const { Messages } = await client.send(new ReceiveMessageCommand({ QueueUrl: queueUrl }));
      expect(Messages).toMatchObject([{ Body: body }]);
    },
  );

  test.each(['a\u0000', '\ufffe', '\uffff'])('refuses what AWS refuses: %j', async (body) => {
    await expect(send(body)).rejects.toMatchObject({
      name: expect.stringMatching(/InvalidMessageContents$/),
    });
  });
});
