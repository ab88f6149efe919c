import type { SQSRecord } from 'aws-lambda';
import type { CancellationRequest } from '../domain/cancellation.ts';
import { logger } from '../observability/logger.ts';
import { readMessage } from './message.ts';

export type Messages = {
  readonly requests: readonly CancellationRequest[];
  /** The message of each request, in the same sequence. */
  readonly messageIds: readonly string[];
  /** Ids of the messages that are not valid requests. */
  readonly malformed: readonly string[];
};

/** Divides the messages of a batch into requests and malformed messages. */
export const readMessages = (records: readonly SQSRecord[]): Messages => {
  const requests: CancellationRequest[] = [];
  const messageIds: string[] = [];
  const malformed: string[] = [];
  for (const { messageId, body } of records) {
    const message = readMessage(body);
    if ('request' in message) {
      requests.push(message.request);
      messageIds.push(messageId);
    } else {
      logger.warn('malformed message', { correlationId: messageId, issues: message.issues });
      malformed.push(messageId);
    }
  }
  return { requests, messageIds, malformed };
};
