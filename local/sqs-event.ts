/** Converts messages from SQS into the event that Lambda makes of them. */
import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { SQSMessageAttribute, SQSRecord } from 'aws-lambda';

/** The limit for a request: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
export const LARGEST_EVENT_BYTES = 6 * 1024 * 1024;

const toMessageAttribute = ({
  DataType: dataType = 'String',
  StringValue: stringValue,
  BinaryValue: binaryValue,
}: MessageAttributeValue): SQSMessageAttribute => ({
  ...(stringValue === undefined ? {} : { stringValue }),
  ...(binaryValue === undefined
    ? {}
    : { binaryValue: Buffer.from(binaryValue).toString('base64') }),
  stringListValues: [],
  binaryListValues: [],
  dataType,
});

/**
 * One record of an SQS event, shaped as in
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event
 */
export const toSqsRecord = (message: Message, queueArn: string): SQSRecord => {
  const { MD5OfMessageAttributes: md5OfMessageAttributes } = message;
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '',
      SenderId: '',
      ApproximateFirstReceiveTimestamp: '',
      ...message.Attributes,
    },
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [
        name,
        toMessageAttribute(value),
      ]),
    ),
    md5OfBody: message.MD5OfBody ?? '',
    ...(md5OfMessageAttributes === undefined ? {} : { md5OfMessageAttributes }),
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    // The fourth part of an ARN is the region.
    awsRegion: queueArn.split(':')[3] ?? '',
  };
};

/** Cuts `items` into batches that exceed neither the length nor the total size in bytes. */
export const inBatches = <Item>(
  items: readonly Item[],
  limits: { readonly length: number; readonly bytes?: number },
): Item[][] => {
  const batches: Item[][] = [];
  let batch: Item[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = limits.bytes === undefined ? 0 : Buffer.byteLength(JSON.stringify(item)) + 1;
    const full = batch.length === limits.length || bytes + size > (limits.bytes ?? Infinity);
    if (batch.length === 0 || full) {
      batch = [];
      bytes = 0;
      batches.push(batch);
    }
    batch.push(item);
    bytes += size;
  }
  return batches;
};
