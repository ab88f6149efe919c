/** The local event source mapping: takes messages from a queue and invokes a function with them. */
import { setTimeout as delay } from 'node:timers/promises';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { DeleteMessageBatchCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { SQSRecord } from 'aws-lambda';
import { localClient } from './aws.ts';
import type { BatchResult } from './batch-response.ts';
import type { QueueEventSource } from './infrastructure.ts';
import { invokeBatch } from './invoke-batch.ts';
import { localSqsClient } from './queue-server.ts';
import { inBatches, LARGEST_EVENT_BYTES, toSqsRecord } from './sqs-event.ts';

export type QueuePoller = {
  /** Receives no further message, and waits until all received messages are handled. */
  stop(): Promise<void>;
};

/** The most messages in one call to SQS. */
const MESSAGES_PER_CALL = 10;

/** The longest wait of one receive. */
const LONG_POLL_SECONDS = 20;

/** Pause between two receives while a batch is gathered, in milliseconds. */
const GATHER_PAUSE = 50;

/** Pause before a retry when the queue or the function cannot be reached, in milliseconds. */
const ERROR_PAUSE = 1000;

/** The size of an event's JSON without records. */
const EVENT_FRAME_BYTES = JSON.stringify({ Records: [] }).length;

type Options = {
  readonly eventSource: QueueEventSource;
  readonly queueUrl: string;
  readonly sqsEndpoint: string;
  readonly lambdaEndpoint: string;
  /** Receives a line for every problem. */
  readonly report?: (problem: string) => void;
};

/** Starts at once and runs until it is stopped, even if queue or function fail meanwhile. */
export const startQueuePoller = ({
  eventSource: {
    functionName,
    queueArn,
    batchSize,
    maximumBatchingWindow,
    maximumConcurrency,
    reportsBatchItemFailures,
  },
  queueUrl,
  sqsEndpoint,
  lambdaEndpoint,
  report = console.error,
}: Options): QueuePoller => {
  const sqs = localSqsClient(sqsEndpoint);
  // One attempt: a function must not run twice because its answer was lost.
  const lambda = new LambdaClient({ ...localClient(lambdaEndpoint), maxAttempts: 1 });
  const stopping = new AbortController();
  const inFlight = new Set<Promise<void>>();

  const receive = async (
    limit: number,
    waitSeconds: number,
    abortSignal?: AbortSignal,
  ): Promise<SQSRecord[]> => {
    const { Messages: messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: Math.min(limit, MESSAGES_PER_CALL),
        WaitTimeSeconds: waitSeconds,
        MessageSystemAttributeNames: ['All'],
        MessageAttributeNames: ['All'],
      }),
      abortSignal === undefined ? {} : { abortSignal },
    );
    return messages.map((message) => toSqsRecord(message, queueArn));
  };

  /** Waits for a first message, then until the window ends or the batch is full. */
  const gather = async (): Promise<SQSRecord[]> => {
    const records = await receive(batchSize, LONG_POLL_SECONDS, stopping.signal);
    if (records.length === 0) return records;
    const windowEnd = performance.now() + maximumBatchingWindow * 1000;
    while (records.length < batchSize) {
      try {
        // A short poll. If a long poll were cut off, SQS could hand a message to the closed
        // connection, and the message would be invisible for six minutes.
        const more = await receive(batchSize - records.length, 0);
        records.push(...more);
        if (performance.now() >= windowEnd || stopping.signal.aborted) break;
        if (more.length === 0) await delay(GATHER_PAUSE);
      } catch (error) {
        // The messages gathered so far are invisible to other receivers, so they are delivered now.
        report(`${functionName}'s queue: ${(error as Error).message}`);
        break;
      }
    }
    return records;
  };

  const invoke = (records: readonly SQSRecord[]): Promise<BatchResult> =>
    invokeBatch(
      lambda,
      { functionName, reportsBatchItemFailures },
      records,
      records.map(({ messageId }) => messageId),
    );

  const remove = async (records: readonly SQSRecord[]): Promise<void> => {
    for (const batch of inBatches(records, { length: MESSAGES_PER_CALL })) {
      const entries = batch.map((record, index) => ({
        Id: String(index),
        ReceiptHandle: record.receiptHandle,
      }));
      await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries: entries }));
    }
  };

  /**
   * Invokes the function with one batch, and deletes the messages that its answer does not name.
   * The function, or else the queue, decides when the other messages are received again.
   */
  const handOver = async (records: readonly SQSRecord[]): Promise<void> => {
    const { failed, reason } = await invoke(records).catch(async (error: Error) => {
      // The function cannot be reached. Waiting saves the messages from using up their receives.
      await delay(ERROR_PAUSE);
      return { failed: new Set(records.map(({ messageId }) => messageId)), reason: error.message };
    });
    if (reason !== undefined) {
      report(`${functionName} failed on a batch of ${records.length}: ${reason}`);
    }
    await remove(records.filter(({ messageId }) => !failed.has(messageId)));
  };

  const roomForOne = async (): Promise<void> => {
    while (inFlight.size >= maximumConcurrency) await Promise.race(inFlight);
  };

  const dispatch = (records: readonly SQSRecord[]): void => {
    const settled = handOver(records)
      .catch((error: Error) => report(`${functionName}: ${error.message}`))
      .finally(() => inFlight.delete(settled));
    inFlight.add(settled);
  };

  const poll = async (): Promise<void> => {
    let lastProblem = '';
    while (!stopping.signal.aborted) {
      try {
        // Wait for a free slot first: messages that wait here are invisible to other receivers.
        await roomForOne();
        const records = await gather();
        lastProblem = '';
        const limits = { length: batchSize, bytes: LARGEST_EVENT_BYTES - EVENT_FRAME_BYTES };
        for (const batch of inBatches(records, limits)) {
          await roomForOne();
          dispatch(batch);
        }
      } catch (error) {
        if (stopping.signal.aborted) break;
        // The same problem is reported once.
        const { message } = error as Error;
        if (message !== lastProblem) report(`${functionName}'s queue: ${message}`);
        lastProblem = message;
        await delay(ERROR_PAUSE);
      }
    }
    await Promise.all(inFlight);
    sqs.destroy();
    lambda.destroy();
  };

  const polling = poll();
  return {
    async stop() {
      stopping.abort();
      await polling;
    },
  };
};
