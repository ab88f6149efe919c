/** The queues in SQS. */
import type { Message, SQSClient } from '@aws-sdk/client-sqs';
import { asOldAs } from '../../lib/queue/sent-at.ts';
import { localClient } from '../../local/aws.ts';
import type { Counts, DeadLetter, OpenQueues, Origin, Queues } from '../dead-letters/queues.ts';
import { Failure, interruption, notAllowed, wrongUsage } from '../failure.ts';
import { type Place, regionOf, stageOf } from '../place.ts';
import type { Ports } from '../ports.ts';
import { notReachable } from './not-reachable.ts';

/**
 * The most messages in one call.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-batch-api-actions.html
 */
const MOST_MESSAGES = 10;

/** Long polling asks all of the queue's servers, so that none means none. */
const LONG_POLL_S = 1;

type Sqs = typeof import('@aws-sdk/client-sqs');

/** An SQS client with the commands that it takes. */
type Connection = {
  readonly sqs: Sqs;
  readonly client: SQSClient;
  readonly options: { readonly abortSignal: AbortSignal };
};

export const openSqsQueues: OpenQueues = async (place, ports) => {
  const sqs = await import('@aws-sdk/client-sqs');
  const client = new sqs.SQSClient({
    ...(place.sqsEndpoint !== undefined
      ? localClient(place.sqsEndpoint)
      : { region: regionOf(place), credentials: ports.credentials }),
    useQueueUrlAsEndpoint: false,
  });
  const connection = { sqs, client, options: { abortSignal: ports.interrupted } };
  const stage = `countermand-${stageOf(place)}`;
  const told = tellingFailures(place, ports);
  const [cancellations, writeOffs, dead] = await told(() =>
    Promise.all([
      urlOf(connection, `${stage}-cancellations`),
      urlOf(connection, `${stage}-write-offs`),
      urlOf(connection, `${stage}-cancellations-dead-letter`),
    ]),
  );
  const queues = queuesAt(connection, { cancellations, writeOffs }, dead);
  return {
    counts: () => told(queues.counts),
    receive: (seconds) => told(() => queues.receive(seconds)),
    giveBack: (letters) => told(() => queues.giveBack(letters)),
    send: (letters) => told(() => queues.send(letters)),
    remove: (letters) => told(() => queues.remove(letters)),
    close: queues.close,
  };
};

const urlOf = async ({ sqs, client, options }: Connection, name: string): Promise<string> => {
  const { QueueUrl } = await client.send(new sqs.GetQueueUrlCommand({ QueueName: name }), options);
  return QueueUrl ?? '';
};

const queuesAt = (
  { sqs, client, options }: Connection,
  urls: Readonly<Record<Origin, string>>,
  dead: string,
): Queues => {
  const entries = (letters: readonly DeadLetter[]) =>
    letters.map(({ receiptHandle }, index) => ({
      Id: String(index),
      ReceiptHandle: receiptHandle,
    }));
  const countsOf = async (queueUrl: string): Promise<Counts> => {
    const { Attributes = {} } = await client.send(
      new sqs.GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ['All'] }),
      options,
    );
    return {
      waiting: Number(Attributes.ApproximateNumberOfMessages),
      inFlight: Number(Attributes.ApproximateNumberOfMessagesNotVisible),
      delayed: Number(Attributes.ApproximateNumberOfMessagesDelayed),
    };
  };
  const sendTo = async (queueUrl: string, letters: readonly DeadLetter[]) => {
    const { Successful = [] } = await client.send(
      new sqs.SendMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: letters.map(({ body, attributes, sentAt }, index) => ({
          Id: String(index),
          MessageBody: body,
          MessageAttributes: asOldAs(
            sentAt,
            attributes as NonNullable<Message['MessageAttributes']>,
          ),
        })),
      }),
    );
    const taken = new Set(Successful.map(({ Id }) => Id));
    return letters.filter((_, index) => taken.has(String(index)));
  };
  return {
    async counts() {
      const [cancellations, writeOffs, deadLetters] = await Promise.all([
        countsOf(urls.cancellations),
        countsOf(urls.writeOffs),
        countsOf(dead),
      ]);
      return { cancellations, writeOffs, deadLetters };
    },
    async receive(hiddenForSeconds) {
      const { Messages = [] } = await client.send(
        new sqs.ReceiveMessageCommand({
          QueueUrl: dead,
          MaxNumberOfMessages: MOST_MESSAGES,
          VisibilityTimeout: hiddenForSeconds,
          WaitTimeSeconds: LONG_POLL_S,
          MessageAttributeNames: ['All'],
          MessageSystemAttributeNames: ['SentTimestamp', 'DeadLetterQueueSourceArn'],
        }),
        options,
      );
      return Messages.map(letterOf);
    },
    // Without the signal of Ctrl-C, because these are what is still done after it.
    async giveBack(letters) {
      await client.send(
        new sqs.ChangeMessageVisibilityBatchCommand({
          QueueUrl: dead,
          Entries: entries(letters).map((entry) => ({ ...entry, VisibilityTimeout: 0 })),
        }),
      );
    },
    async send(letters) {
      const sent: DeadLetter[] = [];
      for (const origin of ORIGINS) {
        const from = letters.filter((letter) => letter.origin === origin);
        if (from.length > 0) sent.push(...(await sendTo(urls[origin], from)));
      }
      return sent;
    },
    async remove(letters) {
      await client.send(
        new sqs.DeleteMessageBatchCommand({ QueueUrl: dead, Entries: entries(letters) }),
      );
    },
    close: () => client.destroy(),
  };
};

/** In the sequence in which dead letters are sent again. */
const ORIGINS: readonly Origin[] = ['cancellations', 'writeOffs'];

/** Without the name of its queue, a letter may do no more than on the plain one. */
const originOf = ({ Attributes }: Message): Origin =>
  Attributes?.DeadLetterQueueSourceArn?.endsWith('-write-offs') ? 'writeOffs' : 'cancellations';

const letterOf = (message: Message): DeadLetter => ({
  messageId: message.MessageId ?? '',
  receiptHandle: message.ReceiptHandle ?? '',
  body: message.Body ?? '',
  sentAt: new Date(Number(message.Attributes?.SentTimestamp)),
  origin: originOf(message),
  attributes: message.MessageAttributes ?? {},
});

/** Tells what SQS refuses in a sentence. The SDK has repeated what can be repeated. */
const tellingFailures =
  (place: Place, { interrupted }: Pick<Ports, 'interrupted'>) =>
  async <Result>(work: () => Promise<Result>): Promise<Result> => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Failure) throw error;
      throw interrupted.aborted ? interruption() : failureOf(error as Error, place);
    }
  };

const failureOf = (error: Error, place: Place): Failure => {
  const { name, message } = error;
  const where = place.sqsEndpoint ?? `${place.region}`;
  if (/QueueDoesNotExist|NonExistentQueue/.test(name)) {
    return wrongUsage(`Stage ${place.stage} has no queues at ${where}: is it deployed there?`);
  }
  if (/AccessDenied|InvalidClientToken|UnrecognizedClient|ExpiredToken|Signature/.test(name)) {
    return notAllowed(`SQS does not let you in: ${message}`);
  }
  return notReachable('SQS', where, error, place);
};
