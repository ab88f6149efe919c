/** The local event source mapping of a stream: reads it shard by shard, and invokes a function. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type Shard,
} from '@aws-sdk/client-dynamodb-streams';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import type { DynamoDBRecord } from 'aws-lambda';
import { LOCAL_ACCOUNT, LOCAL_REGION, localClient } from './aws.ts';
import { failureRecord, type HandOverPorts, handOver, type Outcome } from './hand-over.ts';
import type { StreamEventSource } from './infrastructure.ts';
import { invokeBatch } from './invoke-batch.ts';
import { localSqsClient } from './queue-server.ts';
import { toStreamRecord } from './stream-event.ts';
import type { StreamPositions } from './stream-positions.ts';

export type StreamPoller = {
  /** Begins no further batch, and waits until the last is done. */
  stop(): Promise<void>;
};

/** Pause after a shard had nothing new, in milliseconds; Lambda looks as often. */
const POLL_PAUSE = 250;

/** Pause between two looks for new shards, in milliseconds. */
const DISCOVERY_PAUSE = 5_000;

/** Pause before a retry, in milliseconds. */
const ERROR_PAUSE = 1_000;

const functionArnOf = (name: string): string =>
  `arn:aws:lambda:${LOCAL_REGION}:${LOCAL_ACCOUNT}:function:${name}`;

type Options = {
  readonly eventSource: StreamEventSource;
  readonly positions: StreamPositions;
  readonly dynamodbEndpoint: string;
  readonly lambdaEndpoint: string;
  /** Where the messages about records that are given up go; nowhere, if it is not set. */
  readonly failureQueue?: { readonly url: string; readonly sqsEndpoint: string } | undefined;
  /** Receives a line for every problem. */
  readonly report?: (problem: string) => void;
};

/**
 * Starts at once and runs until it is stopped. A batch whose function fails is repeated from the
 * record that the answer names, or in halves, until it succeeds or is given up.
 */
export const startStreamPoller = ({
  eventSource: { functionName, table, batchSize, reportsBatchItemFailures, retries },
  positions,
  dynamodbEndpoint,
  lambdaEndpoint,
  failureQueue,
  report = console.error,
}: Options): StreamPoller => {
  const dynamodb = new DynamoDBClient(localClient(dynamodbEndpoint));
  const streams = new DynamoDBStreamsClient(localClient(dynamodbEndpoint));
  // One attempt: a function must not run twice because its answer was lost.
  const lambda = new LambdaClient({ ...localClient(lambdaEndpoint), maxAttempts: 1 });
  const sqs = failureQueue && localSqsClient(failureQueue.sqsEndpoint);
  const stopping = new AbortController();
  const { signal } = stopping;
  /** By shard, when all its records are handled. */
  const shards = new Map<string, Promise<void>>();

  const pause = (milliseconds: number): Promise<unknown> =>
    delay(milliseconds, undefined, { signal }).catch(() => {});

  let lastProblem = '';
  /** The same problem is told once. */
  const tell = (problem: string): void => {
    if (problem !== lastProblem) report(`${functionName}'s stream of ${table}: ${problem}`);
    lastProblem = problem;
  };
  /** Works until it succeeds, or until the poller is stopped. */
  const insist = async <Result>(work: () => Promise<Result>): Promise<Result | undefined> => {
    while (!signal.aborted) {
      try {
        return await work();
      } catch (error) {
        if (signal.aborted) break;
        tell((error as Error).message);
        await pause(ERROR_PAUSE);
      }
    }
    return undefined;
  };

  const invoke = async (records: readonly DynamoDBRecord[]): Promise<Outcome> => {
    const numbers = records.map(({ dynamodb: { SequenceNumber = '' } = {} }) => SequenceNumber);
    const target = { functionName, reportsBatchItemFailures };
    const { failed, reason } = await invokeBatch(lambda, target, records, numbers);
    const first = numbers.findIndex((number) => failed.has(number));
    if (first === -1) lastProblem = '';
    return { done: first === -1 ? records.length : first, reason };
  };

  const handOverTo = (streamArn: string, shard: string): HandOverPorts => ({
    invoke: (records) => insist(() => invoke(records)),
    discard: async (discarded) => {
      const { length } = discarded.records;
      tell(`${length} records were given up: ${discarded.condition}`);
      const place = {
        functionArn: functionArnOf(functionName),
        streamArn,
        shard,
        requestId: randomUUID(),
      };
      const message = failureRecord(discarded, place, Date.now());
      const told = await insist(async () => {
        await sqs?.send(
          new SendMessageCommand({
            QueueUrl: failureQueue?.url,
            MessageBody: JSON.stringify(message),
          }),
        );
        return true;
      });
      return told === true;
    },
    pass: ({ dynamodb }) => {
      const number = dynamodb?.SequenceNumber;
      if (number !== undefined) positions.set(shard, number);
    },
    report: tell,
    pause: () => pause(ERROR_PAUSE),
    isStopped: () => signal.aborted,
    now: Date.now,
  });

  const iteratorOf = async (streamArn: string, shard: string): Promise<string | undefined> => {
    const position = positions.get(shard);
    const { ShardIterator: iterator } = await streams.send(
      new GetShardIteratorCommand({
        StreamArn: streamArn,
        ShardId: shard,
        ...(position === undefined
          ? { ShardIteratorType: 'TRIM_HORIZON' }
          : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: position }),
      }),
    );
    return iterator;
  };

  /** Reads a shard to its end. An open shard has none. */
  const follow = async (streamArn: string, shard: string): Promise<void> => {
    let iterator = await insist(() => iteratorOf(streamArn, shard));
    while (iterator !== undefined && !signal.aborted) {
      const from = iterator;
      try {
        const { Records: found = [], NextShardIterator: next } = await streams.send(
          new GetRecordsCommand({ ShardIterator: from, Limit: batchSize }),
          { abortSignal: signal },
        );
        await handOver(
          found.map((record) => toStreamRecord(record, streamArn)),
          retries,
          handOverTo(streamArn, shard),
        );
        iterator = next;
        if (found.length === 0) await pause(POLL_PAUSE);
      } catch {
        // An iterator expires after fifteen minutes, for example while the machine sleeps.
        await pause(ERROR_PAUSE);
        iterator = await insist(() => iteratorOf(streamArn, shard));
      }
    }
  };

  const streamOf = async (): Promise<string> => {
    const { Table: { LatestStreamArn: streamArn } = {} } = await dynamodb.send(
      new DescribeTableCommand({ TableName: table }),
    );
    if (streamArn === undefined) throw new Error(`the table ${table} has no stream`);
    return streamArn;
  };

  const allShards = async (streamArn: string): Promise<Shard[]> => {
    const found: Shard[] = [];
    let start: string | undefined;
    do {
      const { StreamDescription: description = undefined } = await streams.send(
        new DescribeStreamCommand({ StreamArn: streamArn, ExclusiveStartShardId: start }),
      );
      found.push(...(description?.Shards ?? []));
      start = description?.LastEvaluatedShardId;
    } while (start !== undefined);
    return found;
  };

  const discover = async (): Promise<void> => {
    const streamArn = await insist(streamOf);
    while (streamArn !== undefined && !signal.aborted) {
      const found = (await insist(() => allShards(streamArn))) ?? [];
      // A shard goes on where its parent ends, so the parent is read first.
      for (const { ShardId: shard = '', ParentShardId: parent = '' } of found) {
        if (shards.has(shard)) continue;
        shards.set(
          shard,
          Promise.resolve(shards.get(parent)).then(() => follow(streamArn, shard)),
        );
      }
      await pause(DISCOVERY_PAUSE);
    }
    await Promise.all(shards.values());
    for (const client of [dynamodb, streams, lambda, sqs]) client?.destroy();
  };

  const polling = discover();
  return {
    async stop() {
      stopping.abort();
      await polling;
    },
  };
};
