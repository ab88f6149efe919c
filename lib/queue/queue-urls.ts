import type { SQSRecord } from 'aws-lambda';
import { textFrom } from '../settings.ts';

/**
 * The queues of cancellations. Sending to `writeOffs` is a permission of its own: its messages may
 * take goods out of the stock.
 */
export type QueueUrls = { readonly cancellations: string; readonly writeOffs: string };

export type QueueName = keyof QueueUrls;

/**
 * Where there is no queue of its own for write-offs, the other one takes them.
 *
 * @throws Error when the queue of cancellations is missing
 */
export const queueUrlsFrom = (env: NodeJS.ProcessEnv): QueueUrls => {
  const cancellations = textFrom(env, 'CANCELLATIONS_QUEUE_URL');
  return { cancellations, writeOffs: env.WRITE_OFFS_QUEUE_URL || cancellations };
};

/**
 * The queue that a batch came from: Lambda never mixes queues. A batch of an unknown queue counts as
 * one that may not write goods off; so does an event that somebody has made up without one.
 */
export const originOf = (
  [record]: readonly Partial<Pick<SQSRecord, 'eventSourceARN'>>[],
  { writeOffs }: QueueUrls,
): QueueName =>
  record?.eventSourceARN?.split(':').at(-1) === writeOffs.split('/').at(-1)
    ? 'writeOffs'
    : 'cancellations';
