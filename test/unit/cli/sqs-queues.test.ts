/** The queues in SQS, as `countermand queue` sees them: each dead letter goes back to its own. */
import {
  DeleteMessageBatchCommand,
  GetQueueUrlCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { openSqsQueues } from '../../../cli/aws/queues.ts';
import { redrive } from '../../../cli/dead-letters/redrive.ts';
import { placeOf } from '../../../cli/place.ts';

const sqs = mockClient(SQSClient);
const { signal: interrupted } = new AbortController();

const ARN = 'arn:aws:sqs:eu-west-1:123456789012:countermand-prod';

/** A dead letter as SQS gives it; without an origin, SQS does not tell where it died. */
const letter = (name: string, origin?: string): Message => ({
  MessageId: name,
  ReceiptHandle: `receipt-${name}`,
  Body: JSON.stringify({ orderId: name }),
  MessageAttributes: { correlationId: { DataType: 'String', StringValue: `of-${name}` } },
  Attributes: {
    SentTimestamp: '1772440200000',
    ...(origin && { DeadLetterQueueSourceArn: `${ARN}-${origin}` }),
  },
});

const open = () =>
  openSqsQueues(placeOf({ stage: 'prod', region: 'eu-west-1' }, {}), {
    credentials: async () => ({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' }),
    interrupted,
  });

/** The dead-letter queue has these letters, once. */
const holds = (...letters: Message[]): void => {
  sqs.on(ReceiveMessageCommand).resolvesOnce({ Messages: letters }).resolves({});
};

/** What was sent: the queue, and the body and attributes of each message. */
const sent = () =>
  sqs
    .commandCalls(SendMessageBatchCommand)
    .flatMap(({ args: [{ input }] }) =>
      (input.Entries ?? []).map(({ MessageBody = '', MessageAttributes }) => [
        input.QueueUrl,
        JSON.parse(MessageBody).orderId,
        MessageAttributes?.correlationId?.StringValue,
      ]),
    );

const deleted = () =>
  sqs
    .commandCalls(DeleteMessageBatchCommand)
    .flatMap(({ args: [{ input }] }) =>
      (input.Entries ?? []).map(({ ReceiptHandle }) => [input.QueueUrl, ReceiptHandle]),
    );

beforeEach(() => {
  sqs.reset();
  sqs
    .on(GetQueueUrlCommand)
    .callsFake(({ QueueName }) => ({ QueueUrl: `https://sqs/${QueueName}` }));
  sqs.on(SendMessageBatchCommand).callsFake(({ Entries }) => ({
    Successful: Entries.map(({ Id }: { Id: string }) => ({ Id })),
  }));
  sqs.on(DeleteMessageBatchCommand).resolves({});
});

describe('A dead letter in SQS', () => {
  test('goes back to the queue that it died in, with its attributes, and is then deleted', async () => {
    holds(letter('a', 'cancellations'), letter('b', 'write-offs'), letter('c', 'cancellations'));

    const { moved } = await redrive(await open(), 'all', { interrupted });

    expect(sent()).toEqual([
      ['https://sqs/countermand-prod-cancellations', 'a', 'of-a'],
      ['https://sqs/countermand-prod-cancellations', 'c', 'of-c'],
      ['https://sqs/countermand-prod-write-offs', 'b', 'of-b'],
    ]);
    expect(deleted().toSorted()).toEqual(
      ['a', 'b', 'c'].map((name) => [
        'https://sqs/countermand-prod-cancellations-dead-letter',
        `receipt-${name}`,
      ]),
    );
    expect(moved).toHaveLength(3);
  });

  test.each([
    ['whose origin is unknown', undefined],
    ['of a queue whose name only contains that of the write-offs', 'write-offs-of-others'],
  ])('%s goes to the plain queue, which may do less', async (_, origin) => {
    holds(letter('a', origin));

    await redrive(await open(), 'all', { interrupted });

    expect(sent()).toEqual([['https://sqs/countermand-prod-cancellations', 'a', 'of-a']]);
  });

  test('stays as old as it is, so that it cancels no order that was reinstated since', async () => {
    holds(letter('a', 'cancellations'));

    await redrive(await open(), 'all', { interrupted });

    const [call] = sqs.commandCalls(SendMessageBatchCommand);
    expect(call?.args[0].input.Entries?.[0]?.MessageAttributes).toMatchObject({
      sentAt: { DataType: 'String', StringValue: '2026-03-02T08:30:00.000Z' },
    });
  });

  test('stays if its queue does not take it, whatever the other queue does', async () => {
    holds(letter('a', 'cancellations'), letter('b', 'write-offs'), letter('c', 'write-offs'));
    sqs
      .on(SendMessageBatchCommand)
      .callsFake(({ QueueUrl }) =>
        QueueUrl.endsWith('-write-offs')
          ? { Successful: [{ Id: '1' }], Failed: [{ Id: '0', Code: 'InternalError' }] }
          : { Successful: [{ Id: '0' }] },
      );

    const { moved, refused } = await redrive(await open(), 'all', { interrupted });

    expect(moved.map(({ messageId }) => messageId)).toEqual(['a', 'c']);
    expect(refused.map(({ messageId }) => messageId)).toEqual(['b']);
    expect(deleted().map(([, receipt]) => receipt)).toEqual(['receipt-a', 'receipt-c']);
  });

  test('that was sent is deleted although the other queue does not answer', async () => {
    holds(letter('a', 'cancellations'), letter('b', 'write-offs'));
    sqs.on(SendMessageBatchCommand).callsFake(({ QueueUrl }) => {
      if (QueueUrl.endsWith('-write-offs')) throw new Error('lost');
      return { Successful: [{ Id: '0' }] };
    });

    await expect(redrive(await open(), 'all', { interrupted })).rejects.toThrow('did not answer');

    expect(deleted().map(([, receipt]) => receipt)).toEqual(['receipt-a']);
  });
});
