import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { SQSRecord } from 'aws-lambda';
import { readMessages } from '../../../lib/queue/read-messages.ts';
import { captureLog } from '../../support/unit-console.ts';
import { sqsEvent } from '../../support/unit-events.ts';

let log: ReturnType<typeof captureLog>;

beforeEach(() => {
  log = captureLog();
});

afterEach(() => {
  log.restore();
});

const read = (...bodies: unknown[]) => readMessages(sqsEvent(...bodies).Records, true);

/** A message that is received for the first time. */
const message = (number: number) => ({
  messageId: `m${number}`,
  correlationId: `m${number}`,
  receiptHandle: `r${number}`,
  receives: 1,
});

describe('Reading messages', () => {
  test('makes a request of each message, and keeps its id and its receipt handle', () => {
    expect(
      read({ orderId: 'o1' }, { orderId: 'o2', reason: 'staff', note: ' by telephone ' }),
    ).toEqual({
      requests: [{ orderId: 'o1' }, { orderId: 'o2', reason: 'staff', note: 'by telephone' }],
      received: [message(1), message(2)],
      callOffs: [],
      malformed: [],
    });
    expect(log.text()).toBe('');
  });

  test('sets malformed messages aside, and logs what is wrong with them', () => {
    const { requests, received, malformed } = read('no JSON', { orderId: 'o2' }, { order: 'o3' });

    expect(requests).toEqual([{ orderId: 'o2' }]);
    expect(received).toEqual([message(2)]);
    expect(malformed).toEqual([message(1), message(3)]);
    expect(log.messages()).toMatchObject([
      { level: 'WARN', correlationId: 'm1', issues: [{ path: [] }] },
      {
        level: 'WARN',
        correlationId: 'm3',
        issues: [{ path: ['orderId'], code: 'invalid_type' }],
      },
    ]);
  });

  test.each([
    ['is that of its sender', 'basket-17', 'basket-17'],
    ['is its own if the sender has none', undefined, 'm1'],
    ['is its own if the sender has one that no log could show', 'a\nb', 'm1'],
    ['is its own if the sender has one that is too long', 'x'.repeat(129), 'm1'],
  ])('keeps a correlation id, which %s', (_, stringValue, expected) => {
    const [record] = sqsEvent({ orderId: 'o1' }).Records;
    const attribute = { stringValue, dataType: 'String' };

    const { received } = readMessages(
      [
        {
          ...(record as SQSRecord),
          ...(stringValue && { messageAttributes: { correlationId: attribute } }),
        },
      ],
      true,
    );

    expect(received).toMatchObject([{ messageId: 'm1', correlationId: expected }]);
  });

  test('refuses to write off, where that is not allowed, and nothing else', () => {
    const bodies = [
      { orderId: 'o1', restock: false },
      { orderId: 'o2', restock: true },
      { orderId: 'o3' },
    ];

    const { requests, malformed } = readMessages(sqsEvent(...bodies).Records, false);

    expect(requests.map(({ orderId }) => orderId)).toEqual(['o2', 'o3']);
    expect(malformed).toEqual([message(1)]);
    expect(log.messages()).toMatchObject([
      {
        level: 'WARN',
        message: 'malformed message',
        messageId: 'm1',
        issues: [{ path: ['restock'], code: 'not_on_this_queue' }],
      },
    ]);
  });

  test('does not log the contents of a malformed message', () => {
    read({ orderId: 'o1', note: { card: '4111 1111 1111 1111' } });

    expect(log.text()).not.toContain('4111');
  });

  test('logs no more of a malformed message for its long names and values', () => {
    const long = 'y'.repeat(200_000);

    read(long, { [long]: long }, { orderId: long, reason: long, note: { [long]: long } });

    expect(log.messages()).toHaveLength(3);
    expect(log.text()).not.toContain('yy');
    expect(log.text().length).toBeLessThan(3_000);
  });

  test('keeps both messages of an order that is named twice', () => {
    expect(read({ orderId: 'o1' }, { orderId: 'o1' }).received).toEqual([message(1), message(2)]);
  });

  test.each([undefined, null, {}, { ApproximateReceiveCount: 'x' }])(
    'takes one that SQS did not count for one received for the first time: %j',
    (attributes) => {
      const records = sqsEvent('no JSON', { orderId: 'o2' }).Records.map((record) => ({
        ...record,
        attributes: attributes as never,
      }));

      expect(readMessages(records, true)).toEqual({
        requests: [{ orderId: 'o2' }],
        received: [message(2)],
        callOffs: [],
        malformed: [message(1)],
      });
    },
  );

  test('returns nothing for an empty batch', () => {
    expect(read()).toEqual({ requests: [], received: [], callOffs: [], malformed: [] });
  });
});
