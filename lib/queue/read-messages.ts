import type { SQSRecord } from 'aws-lambda';
import { isCorrelationId } from '../correlation-id.ts';
import type { CancellationRequest } from '../domain/cancellation.ts';
import { logger } from '../observability/logger.ts';
import { readMessage } from './message.ts';

/**
 * A received message, and how many times SQS has delivered it. The correlation id is that of the
 * request that sent it; a message of another producer may have none, and gets its own id.
 */
export type Received = {
  readonly messageId: string;
  readonly correlationId: string;
  readonly receiptHandle: string;
  readonly receives: number;
};

export type Messages = {
  readonly requests: readonly CancellationRequest[];
  /** The message of each request, in the same sequence. */
  readonly received: readonly Received[];
  /** Messages that are not valid requests. */
  readonly malformed: readonly Received[];
};

/** Divides the messages of a batch into requests and malformed messages. */
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
      const { messageId, correlationId } = toReceived(record);
      logger.warn('malformed message', { messageId, correlationId, issues: message.issues });
      malformed.push(toReceived(record));
    }
  }
  return { requests, received, malformed };
};

const toReceived = (record: SQSRecord): Received => {
  const { messageId, receiptHandle, attributes } = record;
  return {
    messageId,
    correlationId: correlationIdOf(record),
    receiptHandle,
    receives: receivesOf(attributes),
  };
};

/** A producer may send anything as the attribute. */
const correlationIdOf = ({
  messageId,
  messageAttributes,
}: Partial<Pick<SQSRecord, 'messageAttributes'>> & Pick<SQSRecord, 'messageId'>): string => {
  const given = messageAttributes?.correlationId?.stringValue;
  return isCorrelationId(given) ? given : messageId;
};

/** At least 1, also for a record without a count: it must not cost the other messages their turn. */
const receivesOf = (attributes: Partial<SQSRecord['attributes']> | undefined): number =>
  Math.max(1, Number(attributes?.ApproximateReceiveCount) || 1);
