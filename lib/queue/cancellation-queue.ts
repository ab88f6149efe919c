import { isTransient } from '../aws/transient-errors.ts';
import { inBatches } from '../batches.ts';
import type { Actor } from '../domain/actor.ts';
import type { CancellationRequest } from '../domain/cancellation.ts';
import { backOff } from '../retry.ts';
import type { Runtime } from '../runtime.ts';
import { type TimeBudget, TimeIsUpError } from '../time-budget.ts';
import type { CancellationQueue } from '../use-cases/ports.ts';
import { BATCHES_IN_FLIGHT, clientLoader, type LoadClient, MAX_BATCH_ENTRIES } from './client.ts';
import { type QueueUrls, queueUrlsFrom } from './queue-urls.ts';

/**
 * The time that a call gets in any case, in milliseconds: a caller whose time is up still has to
 * hand its work over.
 */
const LAST_CALL_MS = 300;

/** The queues of the environment, for this caller. */
export type QueueFor = (caller: Sender) => CancellationQueue;

/** Who sends: their messages say for whom, and have the correlation id. */
export type Sender = Actor & { readonly correlationId: string };

export const queueFromEnvironment = (runtime: Runtime): QueueFor => {
  const load = clientLoader();
  const queueUrls = queueUrlsFrom(process.env);
  return (sender) => createQueue({ load, queueUrls, runtime, sender });
};

export const createQueue = (queue: Queue): CancellationQueue => ({
  send: async (requests, remaining) => {
    const { cancellations, writeOffs } = queue.queueUrls;
    const sendTo = (queueUrl: string, some: readonly CancellationRequest[]) =>
      inBatches(some, { size: MAX_BATCH_ENTRIES, atOnce: BATCHES_IN_FLIGHT }, (batch) =>
        sendBatch(queue, queueUrl, batch, remaining),
      );
    await sendTo(
      cancellations,
      requests.filter(({ restock }) => restock !== false),
    );
    await sendTo(
      writeOffs,
      requests.filter(({ restock }) => restock === false),
    );
  },
  sendCallOff: ({ batchId, restock }, remaining) => {
    const { cancellations, writeOffs } = queue.queueUrls;
    const queueUrl = restock === false ? writeOffs : cancellations;
    return sendBatch(queue, queueUrl, [{ callOff: batchId }], remaining);
  },
});

type Queue = {
  readonly load: LoadClient;
  readonly queueUrls: QueueUrls;
  readonly runtime: Runtime;
  readonly sender: Sender;
};

/** A message of a batch; its id is unique in the call. */
type Entry = {
  readonly Id: string;
  readonly MessageBody: string;
  readonly MessageAttributes: Record<string, { DataType: string; StringValue: string }>;
};

/** Sends up to ten messages, and resends those that the queue did not take, while there is time. */
const sendBatch = async (
  queue: Queue,
  queueUrl: string,
  contents: readonly object[],
  remaining: TimeBudget,
): Promise<void> => {
  const { actor, actorStated = actor, correlationId } = queue.sender;
  let entries = contents.map(
    (content, index): Entry => ({
      Id: String(index),
      MessageBody: JSON.stringify(content),
      MessageAttributes: {
        correlationId: { DataType: 'String', StringValue: correlationId },
        actor: { DataType: 'String', StringValue: actorStated },
      },
    }),
  );
  for (let attempt = 0; ; attempt += 1) {
    entries = await notTaken(queue, queueUrl, entries, remaining);
    if (entries.length === 0) return;
    if (!(await backOff(attempt, remaining, queue.runtime))) {
      throw new TimeIsUpError(`The queue did not take ${entries.length} messages in time`);
    }
  }
};

/**
 * Sends messages once.
 *
 * @returns the messages that the queue did not take this time
 * @throws Error when the queue will never take one of them
 */
const notTaken = async (
  { load, runtime }: Queue,
  queueUrl: string,
  entries: Entry[],
  remaining: TimeBudget,
): Promise<Entry[]> => {
  const { SendMessageBatchCommand } = await import('./sqs.ts');
  const client = await load();
  try {
    const { Failed = [] } = await client.send(
      new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }),
      { abortSignal: runtime.abortAfter(Math.max(remaining(), LAST_CALL_MS)) },
    );
    const ours = Failed.find(({ SenderFault }) => SenderFault);
    if (ours) throw new Error(`The queue takes no such message: ${ours.Code}`);
    const failed = new Set(Failed.map(({ Id }) => Id));
    return entries.filter(({ Id }) => failed.has(Id));
  } catch (error) {
    if (isTransient(error)) return entries;
    throw error;
  }
};
