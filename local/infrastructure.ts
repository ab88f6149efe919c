/** The tables, queues and event sources of serverless.yml, for engines on this machine. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';
import { LOCAL_ACCOUNT, LOCAL_REGION } from './aws.ts';
import type { BundleSettings } from './function-bundles.ts';
import type { RetryRules } from './hand-over.ts';
import { arnOf, nameOf, type Resources, resolveIntrinsics } from './intrinsics.ts';
import { PROJECT_FOLDER, serverlessCommand } from './serverless-command.ts';

export type QueueDefinition = {
  readonly name: string;
  readonly arn: string;
  /** In the form of CreateQueue: every value is a string. */
  readonly attributes: Readonly<Record<string, string>>;
};

/** The connection from a queue to a function (in AWS an event source mapping). */
export type QueueEventSource = {
  readonly functionName: string;
  readonly queueArn: string;
  /** Messages per invocation, at most. */
  readonly batchSize: number;
  /** Seconds to wait for more messages after the first. */
  readonly maximumBatchingWindow: number;
  /** Concurrent invocations, at most. */
  readonly maximumConcurrency: number;
  readonly reportsBatchItemFailures: boolean;
};

/** The connection from the stream of a table to a function. */
export type StreamEventSource = {
  readonly functionName: string;
  readonly table: string;
  /** Records per invocation, at most. */
  readonly batchSize: number;
  readonly reportsBatchItemFailures: boolean;
  readonly retries: RetryRules;
  /** The queue that hears of records that are given up. */
  readonly failureQueueArn?: string;
};

export type Infrastructure = {
  readonly tables: readonly CreateTableCommandInput[];
  /** Dead-letter queues come first, because a queue that names one can only be created after it. */
  readonly queues: readonly QueueDefinition[];
  readonly eventSources: readonly QueueEventSource[];
  readonly streamSources: readonly StreamEventSource[];
  /** The environment of every function. */
  readonly environment: Readonly<Record<string, string>>;
};

type SqsEvent = {
  readonly arn: unknown;
  readonly enabled?: boolean;
  readonly batchSize?: number;
  readonly maximumBatchingWindow?: number;
  readonly maximumConcurrency?: number;
  readonly functionResponseType?: string;
};

type StreamEvent = {
  readonly arn: unknown;
  readonly enabled?: boolean;
  readonly batchSize?: number;
  readonly bisectBatchOnFunctionError?: boolean;
  readonly maximumRetryAttempts?: number;
  readonly maximumRecordAgeInSeconds?: number;
  readonly destinations?: { readonly onFailure?: { readonly arn?: unknown } | string };
  readonly functionResponseType?: string;
};

/** How a function is reached over HTTP. Without an authorizer, anyone may call it. */
export type HttpApiEvent = {
  readonly method: string;
  readonly path: string;
  readonly authorizer?: { readonly type: string };
};

/** The parts of the output of `serverless print --format json` that are used here. */
export type ServerlessConfiguration = {
  readonly custom: { readonly esbuild: BundleSettings };
  readonly provider: { readonly environment?: Readonly<Record<string, unknown>> };
  readonly functions: Readonly<
    Record<
      string,
      {
        readonly name: string;
        readonly handler: string;
        readonly memorySize?: number;
        readonly environment?: Readonly<Record<string, unknown>>;
        readonly events?: readonly {
          readonly sqs?: SqsEvent | string;
          readonly stream?: StreamEvent;
          readonly httpApi?: HttpApiEvent;
        }[];
      }
    >
  >;
  readonly resources: { readonly Resources: Resources };
};

/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-parameters.html */
const DEFAULT_BATCH_SIZE = 10;

/** https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html */
const DEFAULT_STREAM_BATCH_SIZE = 100;

/** AWS starts with five pollers when no maximum is set. */
const DEFAULT_CONCURRENCY = 5;

const PLACE = { region: LOCAL_REGION, account: LOCAL_ACCOUNT };

/**
 * Only properties that both CreateTable and the engines know. Point-in-time recovery, deletion
 * protection and time to live have no use in an engine on this machine.
 */
const toTable = ({
  TableName,
  AttributeDefinitions,
  KeySchema,
  GlobalSecondaryIndexes,
  BillingMode,
  StreamSpecification: stream,
}: CreateTableCommandInput): CreateTableCommandInput => ({
  TableName,
  AttributeDefinitions,
  KeySchema,
  BillingMode,
  ...(GlobalSecondaryIndexes === undefined ? {} : { GlobalSecondaryIndexes }),
  // CloudFormation takes a stream that is described for one that is wanted.
  ...(stream === undefined ? {} : { StreamSpecification: { ...stream, StreamEnabled: true } }),
});

const toQueueAttributes = ({
  QueueName: _name,
  Tags: _tags,
  ...attributes
}: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      typeof value === 'object' ? JSON.stringify(value) : String(value),
    ]),
  );

const toEventSource = (functionName: string, event: SqsEvent): QueueEventSource => ({
  functionName,
  queueArn: String(event.arn),
  batchSize: event.batchSize ?? DEFAULT_BATCH_SIZE,
  maximumBatchingWindow: event.maximumBatchingWindow ?? 0,
  maximumConcurrency: event.maximumConcurrency ?? DEFAULT_CONCURRENCY,
  reportsBatchItemFailures: event.functionResponseType === 'ReportBatchItemFailures',
});

const toStreamSource = (functionName: string, event: StreamEvent): StreamEventSource => {
  const onFailure = event.destinations?.onFailure;
  const queue = typeof onFailure === 'object' ? onFailure.arn : onFailure;
  return {
    functionName,
    table: String(event.arn).split('/').at(-1) ?? '',
    batchSize: event.batchSize ?? DEFAULT_STREAM_BATCH_SIZE,
    reportsBatchItemFailures: event.functionResponseType === 'ReportBatchItemFailures',
    retries: {
      halves: event.bisectBatchOnFunctionError ?? false,
      maximumRetries: event.maximumRetryAttempts ?? -1,
      maximumAge: event.maximumRecordAgeInSeconds ?? -1,
    },
    ...(queue !== undefined && { failureQueueArn: String(queue) }),
  };
};

/** Selects what this machine needs from a printed configuration. */
export const toInfrastructure = ({
  provider,
  functions,
  resources: { Resources: resources },
}: ServerlessConfiguration): Infrastructure => {
  const ofType = (type: string) =>
    Object.entries(resources)
      .filter(([, resource]) => resource.Type === type)
      .map(([logicalId, { Properties: properties = {} }]) => ({
        logicalId,
        properties: resolveIntrinsics(properties, resources, PLACE) as Record<string, unknown>,
      }));

  const queues = ofType('AWS::SQS::Queue').map(({ logicalId, properties }) => ({
    name: nameOf(resources, logicalId),
    arn: arnOf(resources, logicalId, PLACE),
    attributes: toQueueAttributes(properties),
  }));

  const eventSources = Object.values(functions).flatMap(({ name, events = [] }) =>
    events
      .flatMap(({ sqs }) =>
        sqs === undefined ? [] : [typeof sqs === 'string' ? { arn: sqs } : sqs],
      )
      .filter(({ enabled }) => enabled !== false)
      .map((event) => resolveIntrinsics(event, resources, PLACE) as SqsEvent)
      .map((event) => toEventSource(name, event)),
  );

  const streamSources = Object.values(functions).flatMap(({ name, events = [] }) =>
    events
      .flatMap(({ stream }) => (stream === undefined || stream.enabled === false ? [] : [stream]))
      .map((event) => resolveIntrinsics(event, resources, PLACE) as StreamEvent)
      .map((event) => toStreamSource(name, event)),
  );

  return {
    tables: ofType('AWS::DynamoDB::Table').map(({ properties }) =>
      // CloudFormation and CreateTable use the same names for a table's properties.
      toTable(properties as unknown as CreateTableCommandInput),
    ),
    queues: [
      ...queues.filter(({ attributes }) => attributes.RedrivePolicy === undefined),
      ...queues.filter(({ attributes }) => attributes.RedrivePolicy !== undefined),
    ],
    eventSources,
    streamSources,
    // A value that only CloudFormation can resolve is an object here, and is left out.
    environment: Object.fromEntries(
      Object.entries(provider.environment ?? {}).flatMap(([name, value]) =>
        typeof value === 'object' ? [] : [[name, String(value)]],
      ),
    ),
  };
};

type Reading = { signal?: AbortSignal | undefined; env?: NodeJS.ProcessEnv };

/**
 * Reads serverless.yml as a deployment does, with all variables resolved for the stage `local`. It
 * takes seconds, and needs neither network nor credentials.
 *
 * @throws serverless's own error when the file is not valid
 */
export const readConfiguration = async ({
  signal,
  env = process.env,
}: Reading = {}): Promise<ServerlessConfiguration> => {
  const [command, ...args] = serverlessCommand('print', '--format', 'json');
  try {
    const { stdout } = await promisify(execFile)(command, args, {
      cwd: PROJECT_FOLDER,
      env,
      maxBuffer: 16 * 1024 * 1024,
      ...(signal === undefined ? {} : { signal }),
    });
    return JSON.parse(stdout) as ServerlessConfiguration;
  } catch (error) {
    signal?.throwIfAborted();
    throw new Error(`serverless.yml could not be read.\n${complaintOf(error)}`);
  }
};

/** Serverless writes its errors to the standard output. */
const complaintOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'stdout' in error && 'stderr' in error
    ? `${error.stdout}${error.stderr}`.trim()
    : String(error);

/**
 * What must be the same in two tables so that they store the same items under the same keys, and tell
 * the same of them.
 */
const shapeOf = ({
  KeySchema,
  GlobalSecondaryIndexes = [],
  StreamSpecification: stream,
}: Pick<
  TableDescription,
  'KeySchema' | 'GlobalSecondaryIndexes' | 'StreamSpecification'
>): string => {
  const keys = (schema: typeof KeySchema) =>
    schema?.map(({ AttributeName, KeyType }) => `${KeyType} ${AttributeName}`).sort();
  const indexes = GlobalSecondaryIndexes.map(
    ({ IndexName, KeySchema: schema }) => `${IndexName}: ${keys(schema)}`,
  ).sort();
  return JSON.stringify([keys(KeySchema), indexes, stream?.StreamViewType]);
};

/**
 * Creates the tables. A table that exists already, in an engine that keeps its data, is not
 * changed.
 *
 * @throws when a table with the same name has other keys, indexes or another stream
 */
export const createTables = async (
  client: DynamoDBClient,
  { tables }: Pick<Infrastructure, 'tables'>,
): Promise<void> => {
  await Promise.all(
    tables.map(async (table) => {
      try {
        await client.send(new CreateTableCommand(table));
      } catch (error) {
        if (!(error instanceof ResourceInUseException)) throw error;
        const { Table: existing = {} } = await client.send(
          new DescribeTableCommand({ TableName: table.TableName }),
        );
        if (shapeOf(existing) === shapeOf(table as TableDescription)) return;
        throw new Error(
          `The table ${table.TableName} exists with other keys, indexes or another stream than serverless.yml asks for. Delete it, or use another engine.`,
        );
      }
    }),
  );
};
