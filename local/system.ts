/** The whole system on this machine: engine, queues, functions, and the pollers between them. */
import { join, relative } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Endpoints, localClient } from './aws.ts';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import {
  attachEngine,
  chooseEngine,
  type Engine,
  type EngineKind,
  startEngine,
} from './dynamodb-engine.ts';
import {
  type DeliveredEvent,
  type EventBusServer,
  startEventBusServer,
} from './event-bus-server.ts';
import { bundleFunctions } from './function-bundles.ts';
import { createTables, type Infrastructure, toInfrastructure } from './infrastructure.ts';
import { type KeptMessages, keepMessages } from './kept-messages.ts';
import { freePorts, isPortTaken, LOOPBACK } from './ports.ts';
import { type QueuePoller, startQueuePoller } from './queue-poller.ts';
import {
  createQueues,
  localSqsClient,
  type QueueServer,
  startQueueServer,
} from './queue-server.ts';
import { type Functions, startFunctions, WORK_FOLDER } from './serverless-offline.ts';
import { type StreamPoller, startStreamPoller } from './stream-poller.ts';
import { openStreamPositions } from './stream-positions.ts';

export type SystemOptions = {
  /** Each port: any free one when absent or 0. */
  readonly httpPort?: number;
  readonly lambdaPort?: number;
  readonly dynamodbPort?: number;
  readonly sqsPort?: number;
  /** When absent, the first in order of preference that can run here. */
  readonly engine?: EngineKind | undefined;
  /** The address of an engine that runs already; then no engine is started. */
  readonly dynamodbEndpoint?: string | undefined;
  /** The folder that keeps the shop; it is in memory when absent. */
  readonly data?: string | undefined;
  /** A folder with the bundles of all functions, which stays. They are made when it is absent. */
  readonly bundles?: string | undefined;
  /** Receives what the functions write. `.countermand/functions-<httpPort>.log` when absent. */
  readonly logFile?: string;
  readonly verbose?: boolean;
  /** Receives every event that the bus takes. */
  readonly onEvent?: (event: DeliveredEvent) => void;
  /** Aborts the start. */
  readonly signal?: AbortSignal;
  /** Receives a line whenever a part has started. */
  readonly onProgress?: (line: string) => void;
  /** Receives a line for every later problem that does not end the system. */
  readonly onProblem?: (line: string) => void;
};

export type System = {
  readonly baseUrl: string;
  readonly lambdaEndpoint: string;
  readonly dynamodbEndpoint: string;
  readonly sqsEndpoint: string;
  /** By queue name. */
  readonly queueUrls: Readonly<Record<string, string>>;
  readonly tables: readonly string[];
  /** The environment of every function, with the names of the tables. */
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Has every event as a line of JSON: in the folder of `data`, or beside the log. */
  readonly eventsFile: string;
  /** Whether the shop was empty at the start, as far as this process knows. */
  readonly isNew: boolean;
  /** The process groups that the system started; all have ended after `stop()`. */
  readonly pids: readonly number[];
  /** Resolves only when a part ends without `stop()`. */
  readonly failure: Promise<Error>;
  /** Stops everything, in reverse order. May be called again. */
  stop(): Promise<void>;
};

/** The variable of each port, for the message that the port is taken. */
const PORT_VARIABLES = ['HTTP_PORT', 'LAMBDA_PORT', 'DYNAMODB_PORT', 'SQS_PORT'] as const;

/**
 * @throws one line that names the variable to set, when a wanted port is taken
 */
const choosePorts = async (wanted: readonly (number | undefined)[]): Promise<number[]> => {
  const free = await freePorts(wanted.length);
  return Promise.all(
    wanted.map(async (port = 0, index) => {
      if (port !== 0 && (await isPortTaken(port))) {
        throw new Error(
          `Port ${port} is taken: set ${PORT_VARIABLES[index]} to another, or end what listens there.`,
        );
      }
      return port === 0 ? (free[index] ?? 0) : port;
    }),
  );
};

type Parts = {
  folder?: DataFolder;
  keptMessages?: KeptMessages;
  engine?: Engine;
  queueServer?: QueueServer;
  eventBusServer?: EventBusServer;
  functions?: Functions;
  pollers: (QueuePoller | StreamPoller)[];
};

const createResources = async (
  infrastructure: Infrastructure,
  endpoints: Endpoints,
): Promise<Readonly<Record<string, string>>> => {
  const dynamodb = new DynamoDBClient(localClient(endpoints.dynamodb));
  const sqs = localSqsClient(endpoints.sqs);
  try {
    const [queueUrls] = await Promise.all([
      createQueues(sqs, infrastructure),
      createTables(dynamodb, infrastructure),
    ]);
    return queueUrls;
  } finally {
    dynamodb.destroy();
    sqs.destroy();
  }
};

/**
 * Starts everything or nothing: if one part fails, the parts that had started are stopped again.
 */
export const startSystem = async (options: SystemOptions = {}): Promise<System> => {
  const { onProgress = () => {}, onProblem = console.error, data, bundles } = options;
  const [httpPort = 0, lambdaPort = 0, dynamodbPort = 0, sqsPort = 0, eventBusPort = 0] =
    await choosePorts([
      options.httpPort,
      options.lambdaPort,
      options.dynamodbEndpoint === undefined ? options.dynamodbPort : 0,
      options.sqsPort,
      // Nobody but the functions speaks to it.
      undefined,
    ]);
  const logFile = options.logFile ?? join(WORK_FOLDER, `functions-${httpPort}.log`);
  const endpoints = {
    dynamodb: options.dynamodbEndpoint ?? `http://${LOOPBACK}:${dynamodbPort}`,
    sqs: `http://${LOOPBACK}:${sqsPort}`,
    eventbridge: `http://${LOOPBACK}:${eventBusPort}`,
  };

  const parts: Parts = { pollers: [] };
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= (async () => {
      await Promise.all(parts.pollers.map((poller) => poller.stop()));
      await parts.functions?.stop();
      await parts.keptMessages?.stop();
      await Promise.all([
        parts.queueServer?.stop(),
        parts.engine?.stop(),
        parts.eventBusServer?.stop(),
      ]);
      await parts.folder?.close();
    })();
    return stopped;
  };

  const givingUp = new AbortController();
  const signal =
    options.signal === undefined
      ? givingUp.signal
      : AbortSignal.any([options.signal, givingUp.signal]);

  const eventsFile = (): string =>
    parts.folder?.events ?? join(WORK_FOLDER, `events-${httpPort}.jsonl`);

  const startOwnEngine = async (): Promise<Engine> => {
    if (data !== undefined) parts.folder = await openDataFolder(data, options.engine);
    const kind = parts.folder?.engine ?? (await chooseEngine(options.engine));
    return startEngine(kind, { port: dynamodbPort, folder: data, signal });
  };
  const startDatabase = async (): Promise<void> => {
    parts.engine =
      options.dynamodbEndpoint === undefined
        ? await startOwnEngine()
        : await attachEngine(options.dynamodbEndpoint, { signal });
    onProgress(`DynamoDB   ${parts.engine.endpoint} (${parts.engine.kind})`);
  };
  const startEventBus = async (): Promise<void> => {
    parts.eventBusServer = await startEventBusServer({
      port: eventBusPort,
      file: eventsFile(),
      keepsOld: parts.folder !== undefined,
      ...(options.onEvent && { onEvent: options.onEvent }),
    });
    onProgress(`Events     ${relative(process.cwd(), eventsFile())}`);
  };
  const startQueues = async (): Promise<void> => {
    parts.queueServer = await startQueueServer({ port: sqsPort });
    onProgress(`SQS        ${parts.queueServer.endpoint}`);
  };
  const { verbose = false } = options;
  const functions = startFunctions({
    ...{ httpPort, lambdaPort, endpoints, logFile, verbose, signal, bundles },
  });
  parts.functions = functions;
  const readingConfiguration = functions.configuration();
  const startHandlers = async (): Promise<void> => {
    if (bundles === undefined) {
      await bundleFunctions(await readingConfiguration, functions.bundles);
    }
    await functions.untilHealthy();
    onProgress(`Functions  ${functions.baseUrl}`);
  };
  const prepareResources = async (ready: readonly Promise<unknown>[]) => {
    const [configuration] = await Promise.all([readingConfiguration, ...ready]);
    const infrastructure = toInfrastructure(configuration);
    const queueUrls = await createResources(infrastructure, endpoints);
    if (parts.folder) {
      const { messages: file } = parts.folder;
      parts.keptMessages = await keepMessages({ file, endpoint: endpoints.sqs, queueUrls });
    }
    onProgress(
      `Resources  ${infrastructure.tables.length} tables and ${infrastructure.queues.length} queues from serverless.yml`,
    );
    return { infrastructure, queueUrls };
  };

  // In parallel, because most of the time is spent waiting for other processes.
  const database = startDatabase();
  const queues = startQueues();
  const handlers = startHandlers();
  const resources = prepareResources([database, queues]);
  try {
    const [{ infrastructure, queueUrls }] = await Promise.all([
      resources,
      handlers,
      database,
      queues,
    ]);
    // The folder is open now, and perhaps has events of an earlier start.
    await startEventBus();
    const { lambdaEndpoint } = functions;
    const positions = openStreamPositions(parts.folder?.positions);
    const urlOf = (queueArn: string): string => {
      const name = infrastructure.queues.find(({ arn }) => arn === queueArn)?.name ?? '';
      const url = queueUrls[name];
      if (url === undefined) throw new Error(`serverless.yml has no queue ${queueArn}.`);
      return url;
    };
    parts.pollers = infrastructure.streamSources.map((eventSource) => {
      const { failureQueueArn: queueArn } = eventSource;
      return startStreamPoller({
        ...{ eventSource, positions, lambdaEndpoint, report: onProblem },
        dynamodbEndpoint: endpoints.dynamodb,
        failureQueue: queueArn ? { url: urlOf(queueArn), sqsEndpoint: endpoints.sqs } : undefined,
      });
    });
    const queuePollers = infrastructure.eventSources.map((eventSource) => {
      return startQueuePoller({
        eventSource,
        queueUrl: urlOf(eventSource.queueArn),
        sqsEndpoint: endpoints.sqs,
        lambdaEndpoint,
        report: onProblem,
      });
    });
    parts.pollers.push(...queuePollers);
    const children = [parts.engine, functions].filter((part) => part !== undefined);
    return {
      baseUrl: functions.baseUrl,
      lambdaEndpoint: functions.lambdaEndpoint,
      dynamodbEndpoint: endpoints.dynamodb,
      sqsEndpoint: endpoints.sqs,
      queueUrls,
      tables: infrastructure.tables.flatMap(({ TableName: name }) => name ?? []),
      environment: infrastructure.environment,
      logFile,
      eventsFile: eventsFile(),
      isNew: parts.folder?.isNew ?? true,
      pids: children.flatMap(({ pid }) => pid ?? []),
      failure: Promise.race(children.map(({ failure }) => failure)),
      stop,
    };
  } catch (error) {
    givingUp.abort(error);
    await Promise.allSettled([database, queues, handlers, resources]);
    await stop();
    throw error;
  }
};
