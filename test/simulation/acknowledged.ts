/** Whether messages were done when the queue function said so. */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Row } from '../support/fake-dynamodb.ts';
import type { OrderRow } from './laws.ts';
import type { Moment, Truth } from './truth.ts';

/** At this receive a message may end although there is no such order: see docs/adr/0004. */
const RECEIVES_UNTIL_UNKNOWN = 3;

type Content = { readonly orderId: string; readonly orderCreatedAt?: string };

/**
 * A message that does not come back is done: while the invocation lasted, there was a moment at
 * which its order held nothing more to cancel, or at which it was no longer awaited.
 *
 * @param from when the invocation began
 * @returns a sentence for each message that was not done
 */
export const falselyAcknowledged = (
  { Records }: SQSEvent,
  { batchItemFailures }: SQSBatchResponse,
  truth: Truth,
  from: Moment,
): string[] => {
  const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
  return Records.filter(({ messageId }) => !failed.has(messageId)).flatMap(
    ({ messageId, body, attributes }) => {
      const receives = Number(attributes.ApproximateReceiveCount);
      const content = JSON.parse(body) as Content;
      const found = truth.rows('orders', content.orderId, from);
      return found.some((row) => isDone(row, content, receives))
        ? []
        : [`acknowledges ${messageId} for ${content.orderId} at receive ${receives}`];
    },
  );
};

const isDone = (row: Row | undefined, { orderCreatedAt }: Content, receives: number): boolean => {
  const order = row as OrderRow | undefined;
  if (!order || (orderCreatedAt !== undefined && orderCreatedAt !== order.createdAt)) {
    return receives >= RECEIVES_UNTIL_UNKNOWN;
  }
  const { status, items } = order;
  const isCancelled = status === 'cancelled' && items.every((line) => line.reservedQuantity === 0);
  return isCancelled || status === 'shipped' || status === 'delivered';
};
