import type { SQSRecord } from 'aws-lambda';
import { isCorrelationId } from '../correlation-id.ts';
import { isActor } from '../domain/actor.ts';
import type { AnyCancellation } from '../domain/cancellation.ts';
import { logger } from '../observability/logger.ts';
import { type ReadMessage, readMessage } from './message.ts';
import { firstSentAt } from './sent-at.ts';

/**
 * A received message, and how many times SQS has delivered it. The correlation id is that of the
 * request that sent it; a message of another producer may have none, and gets its own id. The actor
 * is only stated, because any producer can send the attribute.
 */
export type Received = {
  readonly messageId: string;
  readonly actorStated?: string;
  readonly correlationId: string;
  readonly receiptHandle: string;
  readonly receives: number;
};

/** A message that carries on a call-off. */
export type ReceivedCallOff = { readonly batchId: string; readonly message: Received };

export type Messages = {
  readonly requests: readonly AnyCancellation[];
  /** The message of each request, in the same sequence. */
  readonly received: readonly Received[];
  readonly callOffs: readonly ReceivedCallOff[];
  /** Messages that are not valid requests, or that write goods off and may not. */
  readonly malformed: readonly Received[];
};

/**
 * Divides the messages of a batch into requests, call-offs and malformed messages. What a call-off
 * may do was asked when it was stored, so it may be on any queue.
 *
 * @param mayWriteOff whether messages of this queue may take goods out of the stock
 */
export const readMessages = (records: readonly SQSRecord[], mayWriteOff: boolean): Messages => {
  const requests: AnyCancellation[] = [];
  const received: Received[] = [];
  const callOffs: ReceivedCallOff[] = [];
  const malformed: Received[] = [];
  for (const record of records) {
    const content = allowed(readMessage(record.body), mayWriteOff);
    const message = toReceived(record);
    if ('request' in content) {
      const sentAt = firstSentAt(record, content.publishedAt);
      requests.push({ ...content.request, ...(sentAt !== undefined && { sentAt }) });
      received.push(message);
    } else if ('callOff' in content) {
      callOffs.push({ batchId: content.callOff, message });
    } else {
      const { messageId, correlationId } = message;
      logger.warn('malformed message', { messageId, correlationId, issues: content.issues });
      malformed.push(message);
    }
  }
  return { requests, received, callOffs, malformed };
};

/** What a message may not do is wrong with it. Cancelling without writing off would be another act. */
const allowed = (message: ReadMessage, mayWriteOff: boolean): ReadMessage =>
  'request' in message && message.request.restock === false && !mayWriteOff
    ? { issues: [{ path: ['restock'], code: 'not_on_this_queue' }] }
    : message;

const toReceived = (record: SQSRecord): Received => {
  const { messageId, receiptHandle, attributes, messageAttributes } = record;
  const actorStated = messageAttributes?.actor?.stringValue;
  return {
    messageId,
    ...(isActor(actorStated) && { actorStated }),
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

/** At least 1, also for a record without a count: it must not stop the other messages. */
const receivesOf = (attributes: Partial<SQSRecord['attributes']> | undefined): number =>
  Math.max(1, Number(attributes?.ApproximateReceiveCount) || 1);
