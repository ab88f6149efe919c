/** Makes the sample calls to the functions, and records what they answer. */
import './unit-environment.ts';
import { isDeepStrictEqual } from 'node:util';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Example, Recorded, RecordedOperation } from '../../lib/http/openapi/examples.ts';
import { OPERATIONS } from '../../lib/http/operations/index.ts';
import { PROBLEMS, type ProblemCode } from '../../lib/http/problem.ts';
import { systemRuntime } from '../../lib/runtime.ts';
import { TABLES } from './builders.ts';
import { createContract } from './contract.ts';
import { mockQueue } from './fake-queue.ts';
import { openShop } from './fake-shop.ts';
import { always, cancelledWhere, type Fault, isTransaction, refusedWith } from './faults.ts';
import { LAST_BATCH, SAMPLE_CALLS, type SampleCall } from './sample-calls.ts';
import { connectSdkTo } from './sdk-connections.ts';
import { captureLog } from './unit-console.ts';
import { httpEvent, lambdaContext } from './unit-events.ts';
import type { HttpFunction } from './unit-functions.ts';

const OPENS_AT = Date.parse('2026-03-02T08:00:00.000Z');
const MINUTE_MS = 60_000;

/** A clock that stands still during a call, and ids that are the same in every run. */
const useSampleRuntime = () => {
  let minutes = 0;
  let ids = 0;
  Object.assign(systemRuntime, {
    now: () => new Date(OPENS_AT + minutes * MINUTE_MS),
    random: () => 0,
    newId: () => {
      ids += 1;
      return `01KJPV9B${String(ids).padStart(18, '0')}`;
    },
  } satisfies Partial<typeof systemRuntime>);
  return {
    goOn: () => {
      minutes += 1;
    },
  };
};

/** @throws Error when a call is not answered as it should be, or not as it is described */
export const recordExamples = async (): Promise<Recorded> => {
  const log = captureLog();
  const queue = mockQueue();
  queue.takesAll();
  const shop = openShop();
  const disconnect = connectSdkTo((...request) => shop.wire.handle(...request));
  const { goOn } = useSampleRuntime();
  const expectDescribed = createContract();
  const recorder = createRecorder();
  try {
    for (const sample of SAMPLE_CALLS) {
      goOn();
      const handler = await load(sample.call);
      shop.wire.use(...faultsOf(sample));
      const {
        statusCode: status = 0,
        headers = {},
        body: text,
      } = await handler(
        recorder.eventOf(sample),
        lambdaContext({ remaining: sample.trouble === 'no time' ? 100 : 10_000 }),
      );
      const body = text ? JSON.parse(text) : undefined;
      if (status !== sample.answers) {
        throw new Error(`${sample.call} answered ${status} instead of ${sample.answers}: ${text}`);
      }
      const { method, path } = handler.operation;
      expectDescribed({ method, path, status, headers, body });
      recorder.record(sample, body);
    }
  } finally {
    disconnect();
    queue.restore();
    log.restore();
  }
  return recorder.recorded();
};

const load = async (operationId: string): Promise<HttpFunction> => {
  if (!OPERATIONS.some((operation) => operation.operationId === operationId)) {
    throw new Error(`There is no operation ${operationId}`);
  }
  const name = operationId.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  return (await import(`../../functions/${name}.ts`)).handler;
};

const faultsOf = ({ trouble }: SampleCall): Fault[] => {
  if (trouble === 'a fault of ours') return [refusedWith('ValidationException')];
  if (trouble !== 'a hot product') return [];
  const contended = cancelledWhere('TransactionConflict', ({ table }) => table === TABLES.products);
  return [always(isTransaction, contended)];
};

type Mutable<Type> = { -readonly [Name in keyof Type]: Type[Name] };

/** Keeps what calls with a title were answered, and the first problem of each code. */
const createRecorder = () => {
  const operations: Record<string, RecordedOperation> = {};
  const problems: Record<string, Example> = {};
  let lastBatch = '';

  const named = (values: Readonly<Record<string, string>> = {}) =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        value === LAST_BATCH ? lastBatch : value,
      ]),
    );

  const recordAnswer = (sample: SampleCall, summary: string, body: unknown): void => {
    const { call, answers: status, json } = sample;
    const name = summary.toLowerCase().replaceAll(/\W+/g, '-');
    const own = operations[call] ?? { parameters: {}, requests: {}, answers: {} };
    const recorded: Mutable<RecordedOperation> = { ...own };
    const isNew = !Object.values(own.requests).some(({ value }) => isDeepStrictEqual(value, json));
    if (json !== undefined && isNew) {
      recorded.requests = { ...own.requests, [name]: { summary, value: json } };
    }
    if (body !== undefined) {
      const others = own.answers[status];
      recorded.answers = {
        ...own.answers,
        [status]: { ...others, [name]: { summary, value: body } },
      };
    }
    recorded.parameters = { ...named({ ...sample.path, ...sample.query }), ...own.parameters };
    operations[call] = recorded;
  };

  return {
    eventOf: ({ json, trouble, path, ...asked }: SampleCall): APIGatewayProxyEventV2 => {
      const event = httpEvent({
        ...asked,
        ...(path && { path: named(path) }),
        ...(json !== undefined && { json }),
      });
      if (trouble !== 'a token without the scope') return event;
      const authorizer = { jwt: { claims: { sub: 'ada', scope: 'countermand/cancel' } } };
      return { ...event, requestContext: { ...event.requestContext, authorizer } } as typeof event;
    },
    record: (sample: SampleCall, body: unknown): void => {
      const { batchId, code } = (body ?? {}) as { batchId?: string; code?: ProblemCode };
      if (batchId !== undefined) lastBatch = batchId;
      if (code !== undefined) problems[code] ??= { summary: PROBLEMS[code][1], value: body };
      if (sample.title !== undefined) recordAnswer(sample, sample.title, body);
    },
    recorded: (): Recorded => ({ operations, problems }),
  };
};
