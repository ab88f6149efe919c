import type { SQSRecord } from 'aws-lambda';
import type { CancellationRequest } from '../domain/cancellation.ts';
import { CancellationMessage } from '../http/schemas.ts';
import { logger } from '../observability/logger.ts';

export type Messages = {
  readonly requests: readonly CancellationRequest[];
  /** The message that made each request, in the same order. */
  readonly messageIds: readonly string[];
  /** Messages that ask for nothing we understand. */
  readonly malformed: readonly string[];
};

/** Sorts a batch's messages into requests and such that will never be one. */
export const readMessages = (records: readonly SQSRecord[]): Messages => {
  const requests: CancellationRequest[] = [];
  const messageIds: string[] = [];
  const malformed: string[] = [];
  for (const { messageId, body } of records) {
    const result = CancellationMessage.safeParse(parse(body));
    if (result.success) {
      requests.push(result.data);
      messageIds.push(messageId);
    } else {
      const issues = result.error.issues.slice(0, 3).map(({ path, code }) => ({ path, code }));
      logger.warn('malformed message', { correlationId: messageId, issues });
      malformed.push(messageId);
    }
  }
  return { requests, messageIds, malformed };
};

const parse = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};
