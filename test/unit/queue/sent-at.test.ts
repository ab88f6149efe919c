import { describe, expect, test } from '@jest/globals';
import type { SQSRecord } from 'aws-lambda';
import { asOldAs, firstSentAt } from '../../../lib/queue/sent-at.ts';

const EARLY = '2026-03-02T08:00:00.000Z';
const LATE = '2026-03-02T09:00:00.000Z';

const record = (sentTimestamp: unknown, sentAt?: string) =>
  ({
    attributes: { SentTimestamp: sentTimestamp },
    messageAttributes: sentAt === undefined ? {} : { sentAt: { stringValue: sentAt } },
  }) as unknown as SQSRecord;

const milliseconds = (time: string): string => String(Date.parse(time));

describe('When a message was sent first', () => {
  test.each<[string, SQSRecord, string | undefined]>([
    ['is what SQS says', record(milliseconds(EARLY)), undefined],
    ['is what SNS says, if that is earlier', record(milliseconds(LATE)), EARLY],
    ['is not what SNS says, if that is later', record(milliseconds(EARLY)), LATE],
    [
      'is what its attribute says',
      record(milliseconds(LATE), '2026-03-02T09:00:00+01:00'),
      undefined,
    ],
    [
      'is not what its attribute says, if that is later',
      record(milliseconds(EARLY), LATE),
      undefined,
    ],
    [
      'is not what its attribute says, if that is no time',
      record(milliseconds(EARLY), '1'),
      undefined,
    ],
  ])('%s', (_, given, publishedAt) => {
    expect(firstSentAt(given, publishedAt)).toBe(EARLY);
  });

  test.each([undefined, null, '', '0', 'x', '-1', '1e300', '9e15'])(
    'is not known, if SQS says %j and nobody else says anything',
    (sentTimestamp) => {
      expect(firstSentAt(record(sentTimestamp), undefined)).toBeUndefined();
    },
  );

  test.each([undefined, null])('is not known of a record without attributes: %j', (none) => {
    const bare = { attributes: none, messageAttributes: none } as unknown as SQSRecord;

    expect(firstSentAt(bare, undefined)).toBeUndefined();
  });
});

describe('A message that is sent anew', () => {
  const actor = { DataType: 'String', StringValue: 'ann' };
  const sentAt = { DataType: 'String', StringValue: EARLY };

  test('says when it was sent first, and keeps its attributes', () => {
    expect(asOldAs(new Date(EARLY), { actor })).toEqual({ actor, sentAt });
  });

  test('for the second time, is as old as at first', () => {
    expect(asOldAs(new Date(LATE), { actor, sentAt })).toEqual({ actor, sentAt });
  });

  test('has no more attributes than SQS takes', () => {
    const many = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`a${n}`, actor]));
    const { a0: _, ...nine } = many;

    expect(asOldAs(new Date(EARLY), many)).toEqual(many);
    expect(asOldAs(new Date(EARLY), nine)).toEqual({ ...nine, sentAt });
  });

  test('says nothing, if nobody knows when it was sent', () => {
    expect(asOldAs(new Date(Number.NaN), { actor })).toEqual({ actor });
  });
});
