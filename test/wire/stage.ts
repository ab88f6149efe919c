/**
 * The system as behind `npm start`, with faults between the functions and DynamoDB, except for the
 * host of the functions (lambda.ts says why), the visibility timeout and the size of batches.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { SQSRecord } from 'aws-lambda';
import type { NewOrder } from '../../lib/domain/placement.ts';
import { seededRandom } from '../../lib/seeded-random.ts';
import { localClient, localEnvironment } from '../../local/aws.ts';
import { chooseEngine, startEngine } from '../../local/dynamodb-engine.ts';
import { bundleFunctions } from '../../local/function-bundles.ts';
import { createTables, toInfrastructure } from '../../local/infrastructure.ts';
import { startQueuePoller } from '../../local/queue-poller.ts';
import { createQueues, localSqsClient, startQueueServer } from '../../local/queue-server.ts';
import { WORK_FOLDER } from '../../local/serverless-offline.ts';
import { enterShop, primaryKeys } from '../support/engine-shop.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { configuration } from '../support/infrastructure.ts';
import { createTestQueues } from '../support/test-queues.ts';
import { transactionConflicts } from '../support/transaction-conflicts.ts';
import { createCallers } from './callers.ts';
import { isFunctionName, startLambda } from './lambda.ts';
import { placeAll } from './orders.ts';
import { createTold } from './told.ts';
import { badWeather } from './weather.ts';
import { countAnswers, countRequests, killAt, type Traffic } from './wire.ts';

/** Seconds until the messages of a killed batch come back. In AWS it is six minutes. */
const VISIBILITY_TIMEOUT = 6;

/** In AWS it is 1,000. A message of a killed batch has used up one of its fifteen receives. */
const BATCH_SIZE = 250;

/** A little more than a tenth. */
const SHARE_OF_FAULTS = 0.13;

/** A transaction keeps its items busy for up to this time, in milliseconds. */
const LONGEST_HOLD = 5;

type Options = {
  readonly orders: readonly NewOrder[];
  readonly kills: number;
  readonly seed: number;
};

export type Stage = Awaited<ReturnType<typeof setStage>>;

/** Starts everything, with all orders placed. */
export const setStage = async ({ orders, kills, seed }: Options) => {
  const random = seededRandom(seed);
  const settings = await configuration();
  const infrastructure = toInfrastructure(settings);
  const engine = await startEngine(await chooseEngine());
  const proxy = await startFaultProxy(engine.endpoint);
  const queueServer = await startQueueServer();
  const sqs = localSqsClient(queueServer.endpoint);
  const dynamodb = new DynamoDBClient(localClient(engine.endpoint));
  await createTables(dynamodb, infrastructure);
  dynamodb.destroy();
  const queueUrls = await createQueues(sqs, {
    queues: infrastructure.queues.map((queue) => ({
      ...queue,
      attributes: { ...queue.attributes, VisibilityTimeout: String(VISIBILITY_TIMEOUT) },
    })),
  });
  const [eventSource] = infrastructure.eventSources;
  const queue = infrastructure.queues.find(({ arn }) => arn === eventSource?.queueArn);
  const queueUrl = queueUrls[queue?.name ?? ''];
  if (!eventSource || !queueUrl) throw new Error('serverless.yml has no queue with a function.');

  const folder = join(WORK_FOLDER, `torture-${process.pid}`);
  const functions = Object.entries(settings.functions).filter(([name]) => isFunctionName(name));
  await bundleFunctions({ ...settings, functions: Object.fromEntries(functions) }, folder);

  const { environment } = infrastructure;
  const shop = enterShop({ endpoint: engine.endpoint, environment });
  await placeAll(shop, orders);

  const traffic: Traffic = {
    ...{ requests: 0, conflicts: 0, kills: 0, killsInBatches: 0 },
    ...{ tried: new Set(), changed: new Set() },
  };
  const messages = { delivered: 0, again: 0 };
  const told = createTold();
  const weather = badWeather(SHARE_OF_FAULTS, random);
  const lambda = await startLambda({
    bundleOf: (name) =>
      join(folder, 'functions', `${name}${settings.custom.esbuild.outputFileExtension}`),
    env: {
      ...localEnvironment(process.env, { dynamodb: proxy.endpoint, sqs: queueServer.endpoint }),
      ...environment,
      // As behind `npm start`, where Node runs already when it gets a function's environment.
      NODE_OPTIONS: '',
      CANCELLATIONS_QUEUE_URL: queueUrl,
      // Nothing is written off here: one queue is enough.
      WRITE_OFFS_QUEUE_URL: queueUrl,
      PLAIN_QUEUE_WRITES_OFF: 'false',
      EXPIRY_GRACE_MINUTES: '0',
    },
    onBatch({ Records }) {
      messages.delivered += Records.length;
      messages.again += Records.filter(isRedelivered).length;
      // At the same time as the queue function.
      callers.callFor(Records.map(({ body }) => String(JSON.parse(body).orderId)));
    },
    onLog: told.read,
  });
  const callers = createCallers({
    baseUrl: lambda.endpoint,
    hasBegun: (id) => traffic.changed.has(id),
    onCancelled: (id) => told.byHttp.push(id),
  });
  proxy.use(
    countRequests(traffic),
    killAt(lambda, traffic, kills, orders.length),
    weather.fault,
    countAnswers(traffic),
    transactionConflicts({
      keys: primaryKeys(shop.tables),
      hold: () => random() * LONGEST_HOLD,
    }),
  );
  const poller = startQueuePoller({
    eventSource: { ...eventSource, batchSize: BATCH_SIZE },
    queueUrl,
    sqsEndpoint: queueServer.endpoint,
    lambdaEndpoint: lambda.endpoint,
    // Each kill fails a batch.
    report: () => {},
  });

  return {
    ...{ shop, lambda, callers, traffic, messages, told, weather },
    queues: createTestQueues(sqs, queueUrls),
    async clear(): Promise<void> {
      await poller.stop();
      await lambda.stop();
      shop.close();
      sqs.destroy();
      await proxy.stop();
      await Promise.all([queueServer.stop(), engine.stop()]);
      await rm(folder, { recursive: true, force: true });
    },
  };
};

const isRedelivered = ({ attributes }: SQSRecord): boolean =>
  attributes.ApproximateReceiveCount !== '1';
