/**
 * The machine that the functions run on, made of virtual time. Import it before the functions: they
 * take hold of the runtime and the SDK when they are loaded.
 */
import './environment.ts';
import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers';
import {
  ChangeMessageVisibilityBatchCommand,
  SendMessageBatchCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import {
  BatchGetCommand,
  DynamoDBDocumentClient,
  GetCommand,
  QueryCommand,
  ScanCommand,
  TransactWriteCommand,
} from '@aws-sdk/lib-dynamodb';
import { logger } from '../../lib/observability/logger.ts';
import { metrics } from '../../lib/observability/metrics.ts';
import { type Runtime, systemRuntime } from '../../lib/runtime.ts';

/** What the code asks of the world, through the SDK. */
export type Request = {
  readonly service: 'dynamodb' | 'sqs';
  readonly operation: string;
  readonly input: unknown;
  readonly signal: AbortSignal | undefined;
};

export type Machine = Runtime & {
  readonly setTimeout: (run: () => void, milliseconds: number) => object;
  readonly clearTimeout: (timer: object) => void;
  readonly send: (request: Request) => Promise<unknown>;
  /** What the code tells to operations. */
  readonly metric: (name: string, value: number) => void;
  readonly error: (message: unknown) => void;
};

let machine: Machine | undefined;

const beginnings: (() => void)[] = [];

/** Has this done at the beginning of each simulation. */
export const atBeginning = (begin: () => void): void => {
  beginnings.push(begin);
};

/** From now on everything that the functions ask for is asked of this machine. */
export const runOn = (one: Machine): void => {
  machine = one;
  for (const begin of beginnings) begin();
};

const running = (): Machine => {
  if (!machine) throw new Error('No simulation is running');
  return machine;
};

const runtime: Runtime = {
  now: () => running().now(),
  random: () => running().random(),
  sleep: (milliseconds) => running().sleep(milliseconds),
  abortAfter: (milliseconds) => running().abortAfter(milliseconds),
  newId: () => running().newId(),
};
Object.assign(systemRuntime, runtime);

// Middy ends a handler just before its deadline, by a timer of Node's.
Object.assign(timers, {
  setTimeout: (run: () => void, milliseconds: number) => running().setTimeout(run, milliseconds),
});
syncBuiltinESMExports();
Object.assign(globalThis, {
  clearTimeout: (timer: object | undefined) => timer && running().clearTimeout(timer),
});

Object.assign(metrics, {
  addMetric: (name: string, _unit: string, value: number) => running().metric(name, value),
  publishStoredMetrics: () => {},
});
Object.assign(logger, {
  error: (message: unknown) => running().error(message),
  warn: () => {},
  info: () => {},
});

type Command = { readonly input: unknown };

const OPERATIONS = new Map<unknown, Pick<Request, 'service' | 'operation'>>([
  [GetCommand, { service: 'dynamodb', operation: 'GetItem' }],
  [BatchGetCommand, { service: 'dynamodb', operation: 'BatchGetItem' }],
  [QueryCommand, { service: 'dynamodb', operation: 'Query' }],
  [ScanCommand, { service: 'dynamodb', operation: 'Scan' }],
  [TransactWriteCommand, { service: 'dynamodb', operation: 'TransactWriteItems' }],
  [SendMessageBatchCommand, { service: 'sqs', operation: 'SendMessageBatch' }],
  [ChangeMessageVisibilityBatchCommand, { service: 'sqs', operation: 'ChangeMessageVisibility' }],
]);

const send = (
  command: Command,
  { abortSignal: signal }: { readonly abortSignal?: AbortSignal } = {},
): Promise<unknown> => {
  const known = OPERATIONS.get(command.constructor);
  if (!known) throw new Error(`The simulation knows no ${command.constructor.name}`);
  return running().send({ ...known, input: command.input, signal });
};

// Below this, the SDK turns values into bytes and back, which takes most of a simulation's time.
for (const client of [DynamoDBDocumentClient, SQSClient]) {
  Object.defineProperty(client.prototype, 'send', { value: send });
}
