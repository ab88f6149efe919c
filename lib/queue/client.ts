import type { SQSClient } from '@aws-sdk/client-sqs';
import { CONNECTION } from '../aws/connection.ts';

/** Loads the SQS client at the first call, because most invocations never need it. */
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
 * The most messages in one call.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-batch-api-actions.html
 */
export const MAX_BATCH_ENTRIES = 10;

/** Calls in flight at the same time. */
export const BATCHES_IN_FLIGHT = 10;
