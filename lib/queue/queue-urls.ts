import type { SQSRecord } from 'aws-lambda';
import { textFrom } from '../settings.ts';

/**
 * The queues of cancellations. Sending to `writeOffs` is a permission of its own: its messages may
 * take goods out of the stock.
 */
export type QueueUrls = { readonly cancellations: string; readonly writeOffs: string };

export type QueueName = keyof QueueUrls;

/** @throws Error when a variable is missing */
export const queueUrlsFrom = (env: NodeJS.ProcessEnv): QueueUrls => ({
  cancellations: textFrom(env, 'CANCELLATIONS_QUEUE_URL'),
  writeOffs: textFrom(env, 'WRITE_OFFS_QUEUE_URL'),
});

/**
 * The queue that a batch came from: Lambda never mixes queues. A batch of an unknown queue counts as
 * one that may not write goods off.
 */
export const originOf = (
  [record]: readonly Pick<SQSRecord, 'eventSourceARN'>[],
  { writeOffs }: QueueUrls,
): QueueName =>
  record?.eventSourceARN.split(':').at(-1) === writeOffs.split('/').at(-1)
    ? 'writeOffs'
    : 'cancellations';
