import { inBatches } from '../batches.ts';
import { logger } from '../observability/logger.ts';
import type { Runtime } from '../runtime.ts';
import type { TimeBudget } from '../time-budget.ts';
import { BATCHES_IN_FLIGHT, clientLoader, type LoadClient, MAX_BATCH_ENTRIES } from './client.ts';
import { type QueueName, queueUrlsFrom } from './queue-urls.ts';

/** A received message, and in how many seconds SQS delivers it again. */
export type Returned = { readonly receiptHandle: string; readonly delaySeconds: number };

/**
 * Has SQS deliver failed messages again after these times, instead of when the queue's visibility
 * timeout ends. It never rejects: a message that could not be given back in time comes back later.
 */
export type GiveBack = (messages: readonly Returned[], remaining: TimeBudget) => Promise<void>;

/** Gives back to a queue of the environment. */
export const giveBackFromEnvironment = (
  runtime: Pick<Runtime, 'abortAfter'>,
): Readonly<Record<QueueName, GiveBack>> => {
  const load = clientLoader();
  const { cancellations, writeOffs } = queueUrlsFrom(process.env);
  return {
    cancellations: createGiveBack(load, cancellations, runtime),
    writeOffs: createGiveBack(load, writeOffs, runtime),
  };
};

export const createGiveBack =
  (load: LoadClient, queueUrl: string, { abortAfter }: Pick<Runtime, 'abortAfter'>): GiveBack =>
  async (messages, remaining) => {
    let late = 0;
    let problem: unknown;
    const give = async (batch: readonly Returned[]): Promise<void> => {
      if (remaining() <= 0) {
        late += batch.length;
        return;
      }
      try {
        const { ChangeMessageVisibilityBatchCommand } = await import('./sqs.ts');
        const client = await load();
        const { Failed = [] } = await client.send(
          new ChangeMessageVisibilityBatchCommand({
            QueueUrl: queueUrl,
            Entries: batch.map(({ receiptHandle, delaySeconds }, index) => ({
              Id: String(index),
              ReceiptHandle: receiptHandle,
              VisibilityTimeout: delaySeconds,
            })),
          }),
          { abortSignal: abortAfter(remaining()) },
        );
        late += Failed.length;
        problem ??= Failed[0]?.Code;
      } catch (error) {
        late += batch.length;
        problem ??= error;
      }
    };
    await inBatches(messages, { size: MAX_BATCH_ENTRIES, atOnce: BATCHES_IN_FLIGHT }, give);
    if (late > 0) logger.warn('failed messages come back late', { messages: late, error: problem });
  };
