/** The real Lambda function of the cancellation queue, with batches made by hand. */
import type { Context, SQSEvent, SQSRecord } from 'aws-lambda';
import { localEnvironment } from '../../local/aws.ts';
import type { EngineShop } from './engine-shop.ts';
import { timeFor } from './time.ts';

export type QueueFunction = {
  /**
   * Calls the function with one batch.
   *
   * @param bodies of the messages: strings as they are, everything else as JSON
   * @returns the positions of the messages that the function reports as failed
   */
  receives(bodies: readonly unknown[]): Promise<number[]>;
};

const QUEUE_ARN = 'arn:aws:sqs:us-east-1:000000000000:cancellations';

/** The timeout in serverless.yml, in milliseconds. */
const TIMEOUT_MS = 60_000;

const toRecord = (body: unknown, index: number): SQSRecord => ({
  messageId: `message-${index}`,
  receiptHandle: `receipt-${index}`,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  attributes: {
    ApproximateReceiveCount: '1',
    SentTimestamp: '0',
    SenderId: 'test',
    ApproximateFirstReceiveTimestamp: '0',
  },
  messageAttributes: {},
  md5OfBody: '',
  eventSource: 'aws:sqs',
  eventSourceARN: QUEUE_ARN,
  awsRegion: 'us-east-1',
});

let loaded = 0;

/** Loads the function as a Lambda instance of its own, with the environment of a shop. */
export const loadQueueFunction = async ({
  endpoint,
  environment,
}: EngineShop): Promise<QueueFunction> => {
  Object.assign(
    process.env,
    localEnvironment({}, { dynamodb: endpoint, sqs: 'http://127.0.0.1:1' }),
    environment,
    {
      CANCELLATIONS_QUEUE_URL: 'http://127.0.0.1:1/000000000000/cancellations',
      WRITE_OFFS_QUEUE_URL: 'http://127.0.0.1:1/000000000000/write-offs',
      PLAIN_QUEUE_WRITES_OFF: 'true',
    },
    { POWERTOOLS_LOG_LEVEL: 'SILENT', POWERTOOLS_METRICS_DISABLED: 'true' },
  );
  loaded += 1;
  // The query makes it a module of its own: a function reads its environment once, when it starts.
  const { handler } = (await import(
    `../../functions/cancel-orders.ts?instance=${loaded}`
  )) as typeof import('../../functions/cancel-orders.ts');

  return {
    async receives(bodies) {
      const Records = bodies.map(toRecord);
      const context = { getRemainingTimeInMillis: timeFor(TIMEOUT_MS) } as Context;
      const { batchItemFailures } = await handler({ Records } satisfies SQSEvent, context);
      return batchItemFailures
        .map(({ itemIdentifier }) => Records.findIndex((r) => r.messageId === itemIdentifier))
        .sort((a, b) => a - b);
    },
  };
};
