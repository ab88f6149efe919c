import { describe, expect, test } from '@jest/globals';
import { inBatches, toSqsRecord } from '../../local/sqs-event.ts';

const QUEUE = 'arn:aws:sqs:eu-west-1:000000000000:mail';

describe('A message in the event of a function', () => {
  test('has every field of an SQS record', () => {
    const message = {
      MessageId: 'm1',
      ReceiptHandle: 'r1',
      Body: '{"orderId":"ada"}',
      MD5OfBody: 'b0d1',
      MD5OfMessageAttributes: 'a77r',
      Attributes: {
        ApproximateReceiveCount: '3',
        SentTimestamp: '1700000000000',
        SenderId: 'AIDA',
        ApproximateFirstReceiveTimestamp: '1700000000001',
      },
      MessageAttributes: {
        cause: { DataType: 'String', StringValue: 'storm' },
        picture: { DataType: 'Binary', BinaryValue: new Uint8Array([1, 2, 3]) },
      },
    };

    expect(toSqsRecord(message, QUEUE)).toEqual({
      messageId: 'm1',
      receiptHandle: 'r1',
      body: '{"orderId":"ada"}',
      attributes: {
        ApproximateReceiveCount: '3',
        SentTimestamp: '1700000000000',
        SenderId: 'AIDA',
        ApproximateFirstReceiveTimestamp: '1700000000001',
      },
      messageAttributes: {
        cause: {
          dataType: 'String',
          stringValue: 'storm',
          stringListValues: [],
          binaryListValues: [],
        },
        picture: {
          dataType: 'Binary',
          binaryValue: 'AQID',
          stringListValues: [],
          binaryListValues: [],
        },
      },
      md5OfBody: 'b0d1',
      md5OfMessageAttributes: 'a77r',
      eventSource: 'aws:sqs',
      eventSourceARN: QUEUE,
      awsRegion: 'eu-west-1',
    });
  });

  test('has no checksum of attributes if it has no attributes', () => {
    expect(toSqsRecord({ MessageId: 'm1' }, QUEUE)).not.toHaveProperty('md5OfMessageAttributes');
  });
});

describe('The poller', () => {
  test.each([
    [0, []],
    [1, [1]],
    [10, [10]],
    [11, [10, 1]],
    [30, [10, 10, 10]],
  ])('puts %i items into batches of at most ten', (count, sizes) => {
    const batches = inBatches(Array(count).fill('x'), { length: 10 });

    expect(batches.map(({ length }) => length)).toEqual(sizes);
  });

  test('keeps every batch within the size, and loses or reorders no item', () => {
    const items = ['a'.repeat(40), 'b'.repeat(40), 'c'.repeat(12), 'd'.repeat(90), 'e'];

    const batches = inBatches(items, { length: 10, bytes: 100 });

    expect(batches.map(({ length }) => length)).toEqual([2, 1, 2]);
    expect(batches.flat()).toEqual(items);
  });

  test('sends an item larger than the size alone, and leaves its refusal to the receiver', () => {
    const items = ['a', 'b'.repeat(500), 'c'];

    expect(inBatches(items, { length: 10, bytes: 100 })).toEqual([['a'], ['b'.repeat(500)], ['c']]);
  });
});
