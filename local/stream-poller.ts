/** The local event source mapping of a stream: reads it shard by shard, and invokes a function. */
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
import type { DynamoDBRecord } from 'aws-lambda';
import { localClient } from './aws.ts';
import type { StreamEventSource } from './infrastructure.ts';
import { invokeBatch } from './invoke-batch.ts';
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

type Options = {
  readonly eventSource: StreamEventSource;
  readonly positions: StreamPositions;
  readonly dynamodbEndpoint: string;
  readonly lambdaEndpoint: string;
  /** Receives a line for every problem. */
  readonly report?: (problem: string) => void;
};

/**
 * Starts at once and runs until it is stopped. A batch whose function fails is repeated from the
 * record that the answer names, until it succeeds.
 */
export const startStreamPoller = ({
  eventSource: { functionName, table, batchSize, reportsBatchItemFailures },
  positions,
  dynamodbEndpoint,
  lambdaEndpoint,
  report = console.error,
}: Options): StreamPoller => {
  const dynamodb = new DynamoDBClient(localClient(dynamodbEndpoint));
  const streams = new DynamoDBStreamsClient(localClient(dynamodbEndpoint));
  // One attempt: a function must not run twice because its answer was lost.
  const lambda = new LambdaClient({ ...localClient(lambdaEndpoint), maxAttempts: 1 });
  const stopping = new AbortController();
  const { signal } = stopping;
  /** By shard, when all its records are handled. */
  const shards = new Map<string, Promise<void>>();

  const pause = (milliseconds: number): Promise<unknown> =>
    delay(milliseconds, undefined, { signal }).catch(() => {});

  let lastProblem = '';
  /** Works until it succeeds, or until the poller is stopped. The same problem is reported once. */
  const insist = async <Result>(work: () => Promise<Result>): Promise<Result | undefined> => {
    while (!signal.aborted) {
      try {
        const result = await work();
        lastProblem = '';
        return result;
      } catch (error) {
        if (signal.aborted) break;
        const { message } = error as Error;
        if (message !== lastProblem) report(`${functionName}'s stream of ${table}: ${message}`);
        lastProblem = message;
        await pause(ERROR_PAUSE);
      }
    }
    return undefined;
  };

  /** @returns how many records, from the first on, need not come again */
  const invoke = async (records: readonly DynamoDBRecord[]): Promise<number> => {
    const numbers = records.map(({ dynamodb: { SequenceNumber = '' } = {} }) => SequenceNumber);
    const target = { functionName, reportsBatchItemFailures };
    const { failed, reason } = await invokeBatch(lambda, target, records, numbers);
    if (reason !== undefined) throw new Error(`a batch of ${records.length} failed: ${reason}`);
    const first = numbers.findIndex((number) => failed.has(number));
    return first === -1 ? records.length : first;
  };

  const handOver = async (shard: string, batch: readonly DynamoDBRecord[]): Promise<void> => {
    let records = batch;
    while (records.length > 0 && !signal.aborted) {
      const remaining = records;
      const done = (await insist(() => invoke(remaining))) ?? 0;
      const last = records[done - 1]?.dynamodb?.SequenceNumber;
      if (last !== undefined) positions.set(shard, last);
      records = records.slice(done);
      if (records.length > 0) await pause(ERROR_PAUSE);
    }
  };

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
          shard,
          found.map((record) => toStreamRecord(record, streamArn)),
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
    for (const client of [dynamodb, streams, lambda]) client.destroy();
  };

  const polling = discover();
  return {
    async stop() {
      stopping.abort();
      await polling;
    },
  };
};
