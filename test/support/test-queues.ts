/** The queues of cancellations and of write-offs, and their dead-letter queue, for a client. */
import {
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { inParts } from '../../lib/batches.ts';
import { waitUntil } from '../../local/wait.ts';
import { concurrently } from './concurrently.ts';

export type TestQueues = {
  /**
   * Sends messages to the cancellation queue.
   *
   * @param bodies strings as they are, everything else as JSON
   * @returns the ids of the messages, in order
   */
  send(bodies: readonly unknown[]): Promise<string[]>;
  /** Sends messages to the dead-letter queue, as if their last receive had failed. */
  bury(bodies: readonly unknown[]): Promise<string[]>;
  /** Waits until both queues have no messages, neither waiting nor in flight. */
  untilDone(options?: { readonly timeoutSeconds?: number }): Promise<void>;
  /** Receives and deletes all messages of the dead-letter queue. */
  deadLetters(): Promise<Message[]>;
};

/** SQS takes and returns at most ten messages per call. */
const MESSAGES_PER_CALL = 10;

export const createTestQueues = (
  sqs: SQSClient,
  queueUrls: Readonly<Record<string, string>>,
): TestQueues => {
  const urlOf = (ending: string): string => {
    const [, url] = Object.entries(queueUrls).find(([name]) => name.endsWith(ending)) ?? [];
    if (url === undefined) throw new Error(`There is no queue …${ending}`);
    return url;
  };
  const cancellations = urlOf('-cancellations');
  const writeOffs = urlOf('-write-offs');
  const deadLetter = urlOf('-dead-letter');

  const isEmpty = async (queueUrl: string): Promise<boolean> => {
    const { Attributes = {} } = await sqs.send(
      new GetQueueAttributesCommand({
        QueueUrl: queueUrl,
        AttributeNames: [
          'ApproximateNumberOfMessages',
          'ApproximateNumberOfMessagesNotVisible',
          'ApproximateNumberOfMessagesDelayed',
        ],
      }),
    );
    return Object.values(Attributes).every((count) => count === '0');
  };

  const sendTo =
    (queueUrl: string) =>
    async (bodies: readonly unknown[]): Promise<string[]> => {
      const sent = await concurrently(inParts(bodies, MESSAGES_PER_CALL), async (part) => {
        const { Successful = [] } = await sqs.send(
          new SendMessageBatchCommand({
            QueueUrl: queueUrl,
            Entries: part.map((body, index) => ({
              Id: String(index),
              MessageBody: typeof body === 'string' ? body : JSON.stringify(body),
            })),
          }),
        );
        return part.map((_, index) => {
          const id = Successful.find(({ Id }) => Id === String(index))?.MessageId;
          if (id === undefined) throw new Error('A message was not sent');
          return id;
        });
      });
      return sent.flat();
    };

  return {
    send: sendTo(cancellations),
    bury: sendTo(deadLetter),

    untilDone: ({ timeoutSeconds = 60 } = {}) =>
      waitUntil(
        'the queues are empty',
        async () => (await isEmpty(cancellations)) && (await isEmpty(writeOffs)),
        { timeoutSeconds },
      ),

    async deadLetters() {
      const taken: Message[] = [];
      for (;;) {
        const { Messages = [] } = await sqs.send(
          new ReceiveMessageCommand({
            QueueUrl: deadLetter,
            MaxNumberOfMessages: MESSAGES_PER_CALL,
            MessageSystemAttributeNames: ['All'],
          }),
        );
        if (Messages.length === 0) return taken;
        taken.push(...Messages);
      }
    },
  };
};
