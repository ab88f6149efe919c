import { describe, expect, test } from '@jest/globals';
import { originOf, queueUrlsFrom } from '../../../lib/queue/queue-urls.ts';

const CANCELLATIONS_QUEUE_URL = 'https://sqs.eu-west-1.amazonaws.com/123456789012/cancellations';
const WRITE_OFFS_QUEUE_URL = 'https://sqs.eu-west-1.amazonaws.com/123456789012/write-offs';

const arnOf = (name: string) => ({ eventSourceARN: `arn:aws:sqs:eu-west-1:123456789012:${name}` });

describe('The queue that a batch came from', () => {
  const both = queueUrlsFrom({ CANCELLATIONS_QUEUE_URL, WRITE_OFFS_QUEUE_URL });

  test('is the one whose messages may write goods off', () => {
    expect(originOf([arnOf('write-offs')], both)).toBe('writeOffs');
  });

  test.each([
    ['is the plain one', [arnOf('cancellations')]],
    ['is another', [arnOf('write-offs-of-others')]],
    ['has no name', [{}]],
    ['has sent nothing', []],
  ])('may write nothing off if it %s', (_, records) => {
    expect(originOf(records, both)).toBe('cancellations');
  });

  test('is the only one if a stage has no queue of its own for write-offs', () => {
    const one = queueUrlsFrom({ CANCELLATIONS_QUEUE_URL });

    expect(one.writeOffs).toBe(CANCELLATIONS_QUEUE_URL);
    expect(originOf([arnOf('cancellations')], one)).toBe('writeOffs');
  });

  test('has to be known', () => {
    expect(() => queueUrlsFrom({ WRITE_OFFS_QUEUE_URL })).toThrow('CANCELLATIONS_QUEUE_URL');
  });
});
