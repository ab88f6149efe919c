/**
 * Cancels orders in the real system, by queue and by HTTP, while requests to DynamoDB meet faults
 * and the functions are killed over and over. Then it checks that each order was cancelled once.
 *
 * Everything is as behind `npm start` except for the host of the functions (lambda.ts says why), the
 * visibility timeout of the queue and the size of batches. A run is not exactly repeatable: its seed decides the orders
 * and the faults, but processes race.
 */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { inParts } from '../../lib/batches.ts';
import { seededRandom } from '../../lib/seeded-random.ts';
import { localClient, localEnvironment } from '../../local/aws.ts';
import { chooseEngine, startEngine } from '../../local/dynamodb-engine.ts';
import { bundleFunctions } from '../../local/function-bundles.ts';
import { createTables, toInfrastructure } from '../../local/infrastructure.ts';
import { startQueuePoller } from '../../local/queue-poller.ts';
import { createQueues, localSqsClient, startQueueServer } from '../../local/queue-server.ts';
import { WORK_FOLDER } from '../../local/serverless-offline.ts';
import { waitUntil } from '../../local/wait.ts';
import { rowsOf } from '../support/audit.ts';
import { concurrently } from '../support/concurrently.ts';
import { enterShop, primaryKeys } from '../support/engine-shop.ts';
import { startFaultProxy } from '../support/fault-proxy.ts';
import { actionsOf, type Fault, isTransaction } from '../support/faults.ts';
import { httpCaller } from '../support/http.ts';
import { configuration } from '../support/infrastructure.ts';
import { createTestQueues } from '../support/test-queues.ts';
import { transactionConflicts } from '../support/transaction-conflicts.ts';
import { violationsAfter } from './checks.ts';
import { FUNCTIONS, type FunctionName, type Lambda, startLambda } from './lambda.ts';
import { type DoomedOrder, doomedOrders, isWithoutMessage, placeAll } from './orders.ts';
import { createTold } from './told.ts';
import { badWeather } from './weather.ts';

export type Torture = {
  readonly cancellations: number;
  readonly kills: number;
  readonly seed: number;
  /** Receives a line from time to time. */
  readonly onProgress?: (line: string) => void;
};

export type Figures = {
  readonly cancellations: number;
  readonly seed: number;
  readonly seconds: number;
  /** Requests of the functions to DynamoDB until the last order was cancelled or tried. */
  readonly requests: number;
  readonly faulted: number;
  readonly faultedByKind: Readonly<Record<string, number>>;
  /** Transactions that met another one. */
  readonly conflicts: number;
  readonly kills: number;
  /** Kills while the queue function worked on a batch. */
  readonly killsInBatches: number;
  readonly deliveries: number;
  readonly redeliveries: number;
  /** Answers to the callers by HTTP. */
  readonly answers: Readonly<Record<string, number>>;
  readonly outcomes: Readonly<Record<string, number>>;
  readonly finishedBySweep: number;
  readonly deadLetters: number;
  readonly violations: readonly string[];
};

/** A little more than the tenth that is promised. */
const SHARE_OF_FAULTS = 0.13;

/** Seconds until the messages of a killed batch come back. In AWS it is six minutes. */
const VISIBILITY_TIMEOUT = 6;

/** In AWS it is 1,000. A message of a killed batch has used up one of its fifteen receives. */
const BATCH_SIZE = 250;

/** Orders that may be on the queue and untried: enough to go on with while killed batches wait. */
const WAITING = 1_000;
const SENT_AT_ONCE = 100;
const CALLERS = 16;
const CALLS_PER_CALLER = 20;

const LONG_ENOUGH = { timeoutSeconds: 900, intervalMilliseconds: 20 };
/** An interrupted operation is due after a minute. */
const SWEEPING = { timeoutSeconds: 150, intervalMilliseconds: 5_000 };

export const torture = async (options: Torture): Promise<Figures> => {
  const { cancellations, seed, onProgress = () => {} } = options;
  const random = seededRandom(seed);
  const orders = doomedOrders(cancellations, seed, random);
  const stage = await setStage(options, random, orders);
  const { lambda, shop, queues, weather, told, tally } = stage;
  const began = performance.now();
  const seconds = (): number => Math.round((performance.now() - began) / 1_000);
  const report = (what: string): void =>
    onProgress(
      `${seconds()} s  ${what}: ${tally.tried.size} orders tried, ${tally.requests} requests, ` +
        `${sum(weather.counts)} faulted, ${tally.kills} kills, ${tally.redeliveries} redeliveries`,
    );
  const reporting = setInterval(() => report('running'), 10_000);
  const sweep = (): Promise<unknown> => lambda.invoke('sweep-orders', {});
  const sweeping = setInterval(() => void sweep().catch(() => {}), 60_000);
  try {
    await sendAll(orders, stage);
    await waitUntil('each order is tried', async () => tally.tried.size === orders.length, {
      ...LONG_ENOUGH,
    });
    weather.clears();
    report('no more faults');
    const { requests } = tally;
    await stage.callersAreDone();
    await queues.untilDone({ timeoutSeconds: 300 });
    report('the queue is empty');
    const isSwept = async (): Promise<boolean> => {
      await sweep();
      const rows = await rowsOf(shop.client, shop.tables.orders);
      return rows.every(({ dueAt }) => dueAt === undefined);
    };
    await waitUntil('the sweep has nothing left', isSwept, SWEEPING);
    report('nothing is due');
    const deadLetters = await queues.deadLetters();
    return {
      ...{ cancellations, seed, seconds: seconds(), requests },
      faulted: sum(weather.counts),
      faultedByKind: weather.counts,
      conflicts: tally.conflicts,
      kills: tally.kills,
      killsInBatches: tally.killsInBatches,
      deliveries: tally.deliveries,
      redeliveries: tally.redeliveries,
      answers: tally.answers,
      outcomes: told.outcomes,
      finishedBySweep: told.finishedBySweep(),
      deadLetters: deadLetters.length,
      violations: [
        ...(await violationsAfter(shop, orders)),
        ...told.violations(),
        ...deadLetters.map(({ Body }) => `dead letter: ${Body}`),
      ],
    };
  } finally {
    clearInterval(reporting);
    clearInterval(sweeping);
    await stage.clear();
  }
};

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

type Tally = {
  requests: number;
  conflicts: number;
  kills: number;
  killsInBatches: number;
  deliveries: number;
  redeliveries: number;
  readonly answers: Record<string, number>;
  /** Orders that a transaction was sent for. */
  readonly tried: Set<string>;
  /** Orders that a transaction has committed. */
  readonly changed: Set<string>;
};

type Stage = Awaited<ReturnType<typeof setStage>>;

/** Starts the system, with all orders placed. */
const setStage = async (
  { kills, cancellations }: Torture,
  random: () => number,
  orders: readonly DoomedOrder[],
) => {
  const described = await configuration();
  const infrastructure = toInfrastructure(described);
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
  const names = Object.keys(FUNCTIONS) as FunctionName[];
  const functions = names.flatMap((name) => {
    const hosted = described.functions[name];
    return hosted ? [[name, hosted] as const] : [];
  });
  await bundleFunctions({ ...described, functions: Object.fromEntries(functions) }, folder);
  const bundleOf = (name: FunctionName): string =>
    join(folder, 'functions', `${name}${described.custom.esbuild.outputFileExtension}`);

  const shop = enterShop({
    endpoint: engine.endpoint,
    environment: infrastructure.environment,
  });
  await placeAll(shop, orders);

  const tally: Tally = {
    ...{ requests: 0, conflicts: 0, kills: 0, killsInBatches: 0, deliveries: 0, redeliveries: 0 },
    ...{ answers: {}, tried: new Set(), changed: new Set() },
  };
  const told = createTold();
  const weather = badWeather(SHARE_OF_FAULTS, random);
  const called = new Map<string, Promise<unknown>>();
  const doors = new Map(orders.map(({ id, door }) => [id, door]));

  const lambda = await startLambda({
    bundles: {
      'cancel-order': bundleOf('cancel-order'),
      'cancel-orders': bundleOf('cancel-orders'),
      'sweep-orders': bundleOf('sweep-orders'),
    },
    env: {
      ...localEnvironment(process.env, {
        dynamodb: proxy.endpoint,
        sqs: queueServer.endpoint,
      }),
      ...infrastructure.environment,
      // As behind `npm start`, where a function cannot give options to its Node any more.
      NODE_OPTIONS: '',
      CANCELLATIONS_QUEUE_URL: queueUrl,
    },
    onBatch: ({ Records }) => {
      tally.deliveries += Records.length;
      const received = Records.filter((r) => r.attributes.ApproximateReceiveCount !== '1');
      tally.redeliveries += received.length;
      callFor(Records.map(({ body }) => String(JSON.parse(body).orderId)));
    },
    onLog: told.read,
  });

  const call = httpCaller(lambda.endpoint);
  const callUntilAnswered = async (id: string): Promise<void> => {
    for (let calls = 0; calls < CALLS_PER_CALLER; calls += 1) {
      const { status, body } = await call('POST', `/orders/${id}/cancel`, { reason: 'customer' });
      const answer = `${status} ${body.outcome ?? body.code ?? ''}`.trim();
      tally.answers[answer] = (tally.answers[answer] ?? 0) + 1;
      if (status === 200 && body.outcome === 'cancelled') told.byHttp(id);
      if (status < 500) return;
      // The callers of these orders do not come back once the cancellation has begun.
      if (isWithoutMessage(id) && tally.changed.has(id)) return;
    }
  };
  /** Two callers for each order that is to be cancelled by HTTP, while the queue has it, too. */
  const callFor = (orderIds: readonly string[]): void => {
    const fresh = orderIds.filter((id) => doors.get(id) !== 'queue' && !called.has(id));
    const calls = concurrently([...fresh, ...fresh], callUntilAnswered, { limit: CALLERS });
    for (const id of fresh) called.set(id, calls);
  };

  proxy.use(
    arrivals(tally),
    death(lambda, tally, { kills, cancellations }),
    weather.fault,
    answers(tally),
    transactionConflicts({ keys: primaryKeys(shop.tables), hold: () => random() * 5 }),
  );
  const poller = startQueuePoller({
    eventSource: { ...eventSource, batchSize: BATCH_SIZE },
    ...{ queueUrl, sqsEndpoint: queueServer.endpoint },
    lambdaEndpoint: lambda.endpoint,
    report: () => {},
  });

  return {
    ...{ lambda, shop, weather, told, tally, callFor },
    queues: createTestQueues(sqs, queueUrls),
    callersAreDone: () => Promise.all(called.values()),
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

const ordersIn = (request: Parameters<typeof actionsOf>[0]): string[] =>
  actionsOf(request).flatMap(({ table, attributes: { id } }) =>
    table.endsWith('-orders') ? (id?.S ?? []) : [],
  );

const arrivals =
  (tally: Tally): Fault =>
  (answer, request) => {
    tally.requests += 1;
    for (const id of ordersIn(request)) tally.tried.add(id);
    return answer();
  };

const answers =
  (tally: Tally): Fault =>
  async (answer, request) => {
    const answered = await answer();
    if (!isTransaction(request)) return answered;
    if (answered.status === 200) for (const id of ordersIn(request)) tally.changed.add(id);
    else if (answered.body.includes('TransactionConflict')) tally.conflicts += 1;
    return answered;
  };

/**
 * Kills the host at a transaction, evenly over the run: before the transaction reaches the engine,
 * or after its commit. Every third kill waits for a large order that only the sweep resumes.
 */
const death =
  (lambda: Lambda, tally: Tally, { kills, cancellations }: Omit<Torture, 'seed'>): Fault =>
  async (answer, request) => {
    const due = Math.min(kills, Math.floor((tally.tried.size * (kills + 1)) / cancellations));
    const left = due - tally.kills;
    if (left <= 0 || !isTransaction(request)) return answer();
    const waitsForSuch = tally.kills % 3 === 2 && left === 1;
    if (waitsForSuch && !ordersIn(request).some(isWithoutMessage)) return answer();
    tally.kills += 1;
    if (lambda.batches() > 0) tally.killsInBatches += 1;
    // Of such an order the first step is committed: the most difficult moment.
    if (tally.kills % 2 === 0 || waitsForSuch) await answer();
    lambda.kill();
    throw new Error('The caller is dead');
  };

/** Sends the messages bit by bit, one of each tenth order twice. Calls what has no message. */
const sendAll = async (
  orders: readonly DoomedOrder[],
  { queues, tally, callFor }: Stage,
): Promise<void> => {
  for (const part of inParts(orders, SENT_AT_ONCE)) {
    const first = orders.indexOf(part[0] as DoomedOrder);
    await waitUntil(
      'there is room on the queue',
      async () => first - tally.tried.size < WAITING,
      LONG_ENOUGH,
    );
    callFor(part.filter(({ door }) => door === 'http').map(({ id }) => id));
    const byQueue = part.filter(({ door }) => door !== 'http');
    const twice = byQueue.filter((_, index) => index % 10 === 0);
    await queues.send([...byQueue, ...twice].map(({ id: orderId }) => ({ orderId })));
  }
};
