import type { SQSRecord } from 'aws-lambda';
import type { CancellationRequest } from '../domain/cancellation.ts';
import { logger } from '../observability/logger.ts';
import { readMessage } from './message.ts';

/** A message as it was received, and for the how manieth time. */
export type Received = {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly receives: number;
};

export type Messages = {
  readonly requests: readonly CancellationRequest[];
  /** The message that made each request, in the same order. */
  readonly received: readonly Received[];
  /** Messages that ask for nothing we understand. */
  readonly malformed: readonly Received[];
};

/** Sorts a batch's messages into requests and such that will never be one. */
export const readMessages = (records: readonly SQSRecord[]): Messages => {
  const requests: CancellationRequest[] = [];
  const received: Received[] = [];
  const malformed: Received[] = [];
  for (const record of records) {
    const message = readMessage(record.body);
    if ('request' in message) {
      requests.push(message.request);
      received.push(toReceived(record));
    } else {
      const { messageId } = record;
      logger.warn('malformed message', { correlationId: messageId, issues: message.issues });
      malformed.push(toReceived(record));
    }
  }
  return { requests, received, malformed };
};

const toReceived = ({ messageId, receiptHandle, attributes }: SQSRecord): Received => ({
  messageId,
  receiptHandle,
  receives: Number(attributes.ApproximateReceiveCount),
});
