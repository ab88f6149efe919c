import type { SQSClient } from '@aws-sdk/client-sqs';
import { CONNECTION } from '../aws/connection.ts';
import { inBatches } from '../batches.ts';
import type { CancellationRequest } from '../domain/cancellation.ts';
import { textFrom } from '../settings.ts';
import type { CancellationQueue } from '../use-cases/ports.ts';

/**
 * The most messages in one SendMessageBatch.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html
 */
const MAX_BATCH_ENTRIES = 10;

/** SendMessageBatch calls in flight at the same time. */
const BATCHES_IN_FLIGHT = 10;

const ATTEMPTS = 4;

/**
 * The queue at CANCELLATIONS_QUEUE_URL. The SQS client is loaded when the first message is sent,
 * because most calls of most functions send none.
 */
export const queueFromEnvironment = (): CancellationQueue => {
  let client: Promise<SQSClient> | undefined;
  const load = (): Promise<SQSClient> => {
    client ??= import('./sqs.ts').then(
      ({ SQSClient }) =>
        new SQSClient({
          useQueueUrlAsEndpoint: false,
          requestHandler: CONNECTION,
        }),
    );
    return client;
  };
  return createQueue(load, textFrom(process.env, 'CANCELLATIONS_QUEUE_URL'));
};

export const createQueue = (
  load: () => Promise<SQSClient>,
  queueUrl: string,
): CancellationQueue => ({
  send: async (requests) => {
    const client = await load();
    await inBatches(requests, { size: MAX_BATCH_ENTRIES, atOnce: BATCHES_IN_FLIGHT }, (batch) =>
      sendBatch(client, queueUrl, batch),
    );
  },
});

/** Sends up to ten messages, and resends those that the queue did not take. */
const sendBatch = async (
  client: SQSClient,
  queueUrl: string,
  requests: readonly CancellationRequest[],
): Promise<void> => {
  const { SendMessageBatchCommand } = await import('./sqs.ts');
  let entries = requests.map((request, index) => ({
    Id: String(index),
    MessageBody: JSON.stringify(request),
  }));
  for (let attempt = 0; attempt < ATTEMPTS && entries.length > 0; attempt += 1) {
    const { Failed = [] } = await client.send(
      new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }),
    );
    const failed = new Set(Failed.map(({ Id }) => Id));
    entries = entries.filter(({ Id }) => failed.has(Id));
  }
  if (entries.length > 0) throw new Error(`The queue did not take ${entries.length} messages`);
};
