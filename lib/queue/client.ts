import type { SQSClient } from '@aws-sdk/client-sqs';
import { CONNECTION } from '../aws/connection.ts';

/** Loads SQS's client when it is asked for the first time; most calls of most functions never do. */
export type LoadClient = () => Promise<SQSClient>;

export const clientLoader = (): LoadClient => {
  let client: Promise<SQSClient> | undefined;
  return () => {
    client ??= import('./sqs.ts').then(
      ({ SQSClient }) =>
        new SQSClient({ useQueueUrlAsEndpoint: false, requestHandler: CONNECTION }),
    );
    return client;
  };
};

/**
 * Messages in one call.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-batch-api-actions.html
 */
export const MAX_BATCH_ENTRIES = 10;

/** Calls that are under way at the same time. */
export const BATCHES_IN_FLIGHT = 10;
