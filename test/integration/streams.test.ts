/** The poller of streams on this machine, on real engines, with a function that fails as told. */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { CreateTableCommand, DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { DynamoDBRecord } from 'aws-lambda';
import { localClient } from '../../local/aws.ts';
import { type StreamPoller, startStreamPoller } from '../../local/stream-poller.ts';
import { openStreamPositions } from '../../local/stream-positions.ts';
import { waitUntil } from '../../local/wait.ts';
import { onEveryEngine } from '../support/engines.ts';

type Answer = (records: readonly DynamoDBRecord[]) => {
  readonly error?: true;
  readonly body: unknown;
};

const done: Answer = () => ({ body: { batchItemFailures: [] } });
const crash: Answer = () => ({ error: true, body: { errorMessage: 'crashed' } });
const failsAt =
  (index: number): Answer =>
  (records) => ({
    body: { batchItemFailures: [{ itemIdentifier: records[index]?.dynamodb?.SequenceNumber }] },
  });

let tables = 0;

onEveryEngine('The poller of a stream', (engine) => {
  let table: string;
  let folder: string;
  let db: DynamoDBClient;
  let lambda: Server;
  let poller: StreamPoller | undefined;
  let batches: DynamoDBRecord[][];
  let writes: number;
  let problems: string[];
  const answers: Answer[] = [];

  beforeEach(async () => {
    tables += 1;
    table = `streamed-${process.pid}-${tables}`;
    folder = await mkdtemp(join(tmpdir(), 'countermand-streams-'));
    db = new DynamoDBClient(localClient(engine.endpoint()));
    batches = [];
    writes = 0;
    problems = [];
    answers.length = 0;
    await db.send(
      new CreateTableCommand({
        TableName: table,
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
        StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
      }),
    );
    lambda = createServer(async (request, response) => {
      const { Records: records } = JSON.parse(await text(request));
      batches.push(records);
      const { error, body } = (answers.shift() ?? done)(records);
      if (error) response.setHeader('x-amz-function-error', 'Unhandled');
      response.end(JSON.stringify(body));
    });
    lambda.listen(0, '127.0.0.1');
    await once(lambda, 'listening');
  });

  afterEach(async () => {
    await poller?.stop();
    db.destroy();
    lambda.closeAllConnections();
    lambda.close();
    await rm(folder, { recursive: true });
  });

  /** Writes items one after the other. A write that changes nothing would be in no stream. */
  const write = async (...ids: string[]): Promise<void> => {
    for (const id of ids) {
      writes += 1;
      const Item = { id: { S: id }, n: { N: String(writes) } };
      await db.send(new PutItemCommand({ TableName: table, Item }));
    }
  };

  const poll = (): void => {
    poller = startStreamPoller({
      eventSource: {
        functionName: 'f',
        table,
        batchSize: 100,
        reportsBatchItemFailures: true,
        retries: { halves: false, maximumRetries: -1, maximumAge: -1 },
      },
      positions: openStreamPositions(join(folder, 'streams.json')),
      dynamodbEndpoint: engine.endpoint(),
      lambdaEndpoint: `http://127.0.0.1:${(lambda.address() as AddressInfo).port}`,
      report: (problem) => problems.push(problem),
    });
  };

  const idsIn = (records: readonly DynamoDBRecord[]) =>
    records.map(({ dynamodb }) => dynamodb?.Keys?.id?.S);

  /** Waits until the function has got the record of an item. */
  const until = (id: string, times = 1) =>
    waitUntil(
      `${id} was brought`,
      async () => batches.flatMap(idsIn).filter((one) => one === id).length >= times,
      { timeoutSeconds: 60 },
    );

  test('brings what was written before it and after it, in this sequence, as Lambda does', async () => {
    await write('a', 'b');
    poll();
    await until('b');
    await write('c', 'a');
    await until('a', 2);

    const records = batches.flat();
    expect(idsIn(records)).toEqual(['a', 'b', 'c', 'a']);
    expect(records.at(-1)).toEqual(
      expect.objectContaining({
        eventName: expect.any(String),
        eventSourceARN: expect.stringMatching(new RegExp(`:table/${table}/stream/`)),
        dynamodb: expect.objectContaining({
          ApproximateCreationDateTime: expect.any(Number),
          NewImage: { id: { S: 'a' }, n: { N: '4' } },
          OldImage: { id: { S: 'a' }, n: { N: '1' } },
          SequenceNumber: expect.any(String),
        }),
      }),
    );
    expect(problems).toEqual([]);
  });

  test('brings again what failed and all behind it, and nothing before it', async () => {
    answers.push(failsAt(1), failsAt(0));
    await write('a', 'b', 'c');
    poll();
    await until('c', 3);

    expect(batches.map(idsIn)).toEqual([
      ['a', 'b', 'c'],
      ['b', 'c'],
      ['b', 'c'],
    ]);
  });

  test('brings the whole batch again when the function crashes, and tells of it once', async () => {
    answers.push(crash, crash);
    await write('a', 'b');
    poll();
    await until('b', 3);

    expect(batches.map(idsIn)).toEqual([
      ['a', 'b'],
      ['a', 'b'],
      ['a', 'b'],
    ]);
    expect(problems).toEqual([expect.stringContaining('crashed')]);
  });

  test('goes on behind what was handled when it is started again', async () => {
    answers.push(failsAt(1));
    await write('a', 'b');
    poll();
    await until('a');
    await poller?.stop();
    const seen = batches.length;
    poll();
    await until('b', 2);

    expect(batches.slice(seen).flatMap(idsIn)).not.toContain('a');
  });
});
