/** A shop that is fuzzed: the functions as they are deployed, on a DynamoDB in memory. */
import { deepStrictEqual, ok } from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import type {
  APIGatewayProxyEventV2,
  Context,
  SQSBatchResponse,
  SQSEvent,
  SQSRecord,
} from 'aws-lambda';
import type { Operation } from '../../lib/http/operation.ts';
import { OPERATIONS } from '../../lib/http/operations/index.ts';
import { readMessage } from '../../lib/queue/message.ts';
import { systemRuntime } from '../../lib/runtime.ts';
import { seededRandom } from '../../lib/seeded-random.ts';
import { expectLawsHold } from '../support/audit.ts';
import { NOW, TABLES } from '../support/builders.ts';
import { createFakeDynamoDB, type Row } from '../support/fake-dynamodb.ts';
import type { mockQueue } from '../support/fake-queue.ts';
import { openShop } from '../support/fake-shop.ts';
import { connectSdkTo } from '../support/sdk-connections.ts';
import { describeTables } from '../support/table-descriptions.ts';
import { lambdaContext, sqsEvent } from '../support/unit-events.ts';
import type { HttpFunction } from '../support/unit-functions.ts';
import { PRODUCTS } from './json.ts';
import { createMemory } from './memory.ts';
import { type Message, toRecords } from './messages.ts';
import { type Answer, canBeSent, readAnswer } from './promises.ts';
import { callOf, pathOf, type Request, toEvent } from './requests.ts';

export type Functions = {
  readonly http: ReadonlyMap<string, HttpFunction>;
  readonly cancelOrders: (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;
};

/** What is thrown at a shop. */
export type Input = Request | readonly Message[];

/** What became of an input: the status and code of its answer, or whether messages failed. */
export type Outcome = { readonly call: string; readonly result: string };

export type World = Awaited<ReturnType<typeof openWorld>>;

/** As few as a merge needs: a list asks each of them. */
const SHARDS = { orderStatusShards: 2, orderDueShards: 2, productMovementShards: 2 };

/** Enough for a thousand messages. */
const CONTEXT = lambdaContext({ remaining: 60_000 });

/** The functions of all operations, by their calls, as they are loaded once. */
export const loadFunctions = async (): Promise<Functions> => {
  Object.assign(process.env, {
    ORDER_STATUS_SHARDS: String(SHARDS.orderStatusShards),
    ORDER_DUE_SHARDS: String(SHARDS.orderDueShards),
    PRODUCT_MOVEMENT_SHARDS: String(SHARDS.productMovementShards),
  });
  const nameOf = ({ operationId }: Operation): string =>
    operationId.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  const http = new Map<string, HttpFunction>();
  // One after the other: Jest cannot link two modules at once.
  for (const operation of OPERATIONS) {
    const { handler } = await import(`../../functions/${nameOf(operation)}.ts`);
    http.set(callOf(operation), handler);
  }
  const { handler: cancelOrders } = await import('../../functions/cancel-orders.ts');
  return { http, cancelOrders };
};

/** Time and chance that are the same in every run; waits are over at once. */
const useSeededRuntime = (seed: number): void => {
  let milliseconds = Date.parse(NOW);
  let ids = 0;
  Object.assign(systemRuntime, {
    now: () => {
      milliseconds += 1;
      return new Date(milliseconds);
    },
    random: seededRandom(seed),
    sleep: () => setImmediate(),
    newId: () => {
      ids += 1;
      return String(ids).padStart(26, '0');
    },
  } satisfies Partial<typeof systemRuntime>);
};

type Queue = ReturnType<typeof mockQueue>;

/** Opens a shop, at the other end of every client of the SDK, and fills its shelves. */
export const openWorld = async (functions: Functions, queue: Queue, seed: number) => {
  useSeededRuntime(seed);
  const { db, changes, forget } = watchedDatabase();
  const shop = openShop({ db, tables: SHARDS });
  const disconnect = connectSdkTo(shop.wire.handle);
  await shop.sells(
    Object.fromEntries(PRODUCTS.map((id, index) => [id, index < 7 ? 1_000_000 : 60])),
  );
  const memory = createMemory();
  /** The answer to the input that is being thrown. */
  let told: unknown;

  const sent = (): string[] =>
    queue
      .commandCalls(SendMessageBatchCommand)
      .flatMap((call) => call.args[0].input.Entries ?? [])
      .map(({ MessageBody = '' }) => MessageBody);

  const begin = (): void => {
    forget();
    shop.wire.forget();
    queue.resetHistory();
    told = undefined;
  };

  const handlerOf = (call: string): HttpFunction => {
    const handler = functions.http.get(call);
    ok(handler, `There is a function for ${call}`);
    return handler;
  };

  const ask = async (call: string, event: APIGatewayProxyEventV2): Promise<Answer> => {
    const handler = handlerOf(call);
    const response = await handler(event, CONTEXT);
    told = response;
    return readAnswer(handler.operation, response);
  };

  const get = async (place: string, query?: Record<string, string>): Promise<Answer> => {
    const [operation, path] = routeTo(place);
    const { pathParameters: _, ...event } = eventOf(query);
    return ask(callOf(operation), { ...event, pathParameters: path });
  };

  /** Shows what was accepted: as it was sent, as it was answered, and by the name that was told. */
  const checkRoundTrip = async (
    operation: Operation,
    event: APIGatewayProxyEventV2,
    { status, location, body }: Answer,
  ): Promise<void> => {
    const shown = (body.order ?? body) as Row;
    if (operation.method !== 'get') {
      const own = pathOf(operation, event.pathParameters as Record<string, string>);
      const [, kind, id = shown.id] = own.split('/');
      const answer = await get(location ?? `/${kind}/${id}`);
      deepStrictEqual(answer.status, operation.method === 'delete' ? 404 : 200);
      if (shown.id !== undefined) deepStrictEqual(answer.body, shown);
      const asked = bodyOf(event);
      if (status === 201) checkTexts(asked, shown);
      if (body.outcome === 'cancelled' && !asked.items) {
        deepStrictEqual(shown.cancellationNote ?? '', String(asked.note ?? '').trim());
      }
    }
    const [{ referenceId } = shown] = (body.items ?? []) as Row[];
    if (referenceId !== undefined) {
      const ledger = await get('/movements', { referenceId: String(referenceId), limit: '100' });
      deepStrictEqual(ledger.status, 200);
      const all = ledger.body.items as Row[];
      ok(
        body.items ? all.length > 0 : all.some((one) => isDeepStrictEqual(one, shown)),
        'A movement is found by its reference',
      );
    }
  };

  const learn = (
    operation: Operation,
    { pathParameters, queryStringParameters }: APIGatewayProxyEventV2,
    { body, location }: Answer,
  ): void => {
    const { nextCursor, batchId, referenceId } = body;
    if (typeof nextCursor === 'string') {
      const { cursor: _, ...query } = queryStringParameters ?? {};
      memory.learnPage({
        operation,
        path: (pathParameters ?? {}) as Record<string, string>,
        query: query as Record<string, string>,
        cursor: nextCursor,
      });
    }
    if (batchId !== undefined) memory.learnName('batchId', String(batchId));
    if (referenceId !== undefined) memory.learnName('referenceId', String(referenceId));
    const [, kind, id] = location?.match(/^\/(\w+)s\/([^/]+)$/) ?? [];
    if (kind !== undefined && id !== undefined) memory.learnName(`${kind}Id`, id);
  };

  const request = async (input: Request): Promise<Outcome> => {
    const { operation } = handlerOf(input.call);
    const event = toEvent(operation, input, memory);
    const answer = await ask(input.call, event);
    const { status, body } = answer;
    if (status >= 400 || operation.method === 'get') {
      deepStrictEqual(changes(), [], 'A refused request and a read change nothing');
      deepStrictEqual(sent(), [], 'A refused request and a read send nothing');
    }
    if (status >= 400) {
      const goesOn = input.next !== undefined && memory.page(operation, input.next) !== undefined;
      ok(body.code !== 'invalid_cursor' || !goesOn || input.forgery, 'A cursor of ours leads on');
    } else {
      const bodies = sent();
      learn(operation, event, answer);
      await checkRoundTrip(operation, event, answer);
      if (bodies.length > 0) await deliver(bodies);
    }
    return { call: input.call, result: `${status} ${body.code ?? ''}`.trim() };
  };

  /** What a function puts on the queue is done there, whether or not its orders exist. */
  const deliver = async (bodies: readonly string[]): Promise<void> => {
    ok(bodies.every(canBeSent), 'The queue carries what was accepted');
    const { Records } = sqsEvent(...bodies);
    const known = Records.map((one) => ({
      ...one,
      attributes: { ...one.attributes, ApproximateReceiveCount: '3' },
    }));
    await handOver(known);
  };

  const stateOf = (id: string): Row | undefined => db.get(TABLES.orders, { id });

  /** Hands a batch to the queue's function, which has to fail exactly what it cannot do. */
  const handOver = async (records: readonly SQSRecord[]): Promise<number> => {
    const requests = records.map(({ body }) => readMessage(body));
    const failing = records.filter(({ attributes }, index) => {
      const read = requests[index];
      if (!read || !('request' in read)) return true;
      const { orderId, orderCreatedAt } = read.request;
      const order = stateOf(orderId);
      const isKnown = order && (!orderCreatedAt || order.createdAt === orderCreatedAt);
      return !isKnown && !(Number(attributes?.ApproximateReceiveCount) >= 3);
    });
    const response = await functions.cancelOrders({ Records: [...records] }, CONTEXT);
    told = response;
    deepStrictEqual(
      response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).toSorted(),
      failing.map(({ messageId }) => messageId).toSorted(),
      'Exactly the messages fail that nobody can do',
    );
    ok(
      Object.values(queue.returned()).every((delay) => Number.isInteger(delay) && delay >= 0),
      'A message that failed comes back in a number of seconds',
    );
    for (const read of requests) {
      const order = 'request' in read && stateOf(read.request.orderId);
      if (order && !read.request.orderCreatedAt) {
        ok(/^(cancelled|shipped|delivered)$/.test(String(order.status)), 'A done order is over');
      }
    }
    if (failing.length === records.length) deepStrictEqual(changes(), []);
    return failing.length;
  };

  const batch = async (messages: readonly Message[]): Promise<Outcome> => {
    const records = toRecords(messages, memory);
    for (const [index, { isValid }] of messages.entries()) {
      const read = readMessage(records[index]?.body ?? '');
      ok(
        isValid === undefined || isValid === 'request' in read,
        'A message is read for what it is',
      );
    }
    const failed = await handOver(records);
    return { call: 'queue', result: failed === 0 ? 'all done' : 'some failed' };
  };

  return {
    /** @throws whatever was thrown, or the AssertionError of a broken promise */
    meets: async (input: Input): Promise<Outcome> => {
      begin();
      if (!('call' in input)) return batch(input);
      const outcome = await request(input);
      begin();
      if (input.twice) await request(input);
      return outcome;
    },
    lastAnswer: (): unknown => told,
    expectLaws: (): Promise<void> => expectLawsHold(shop),
    close: disconnect,
  };
};

/** A database that knows what has changed in it since it forgot the last time. */
const watchedDatabase = () => {
  const db = createFakeDynamoDB(describeTables());
  const before = new Map<string, { table: string; key: Row; row: Row | undefined }>();
  type Action = { readonly TableName: string; readonly Key?: Row; readonly Item?: Row };
  const remember = (input: unknown): void => {
    const { TransactItems } = input as { TransactItems: readonly Record<string, Action>[] };
    for (const { TableName, Key, Item = {} } of TransactItems.flatMap(Object.values<Action>)) {
      const { id, referenceId, entry } = Key ?? Item;
      const key = id === undefined ? { referenceId, entry } : { id };
      const name = JSON.stringify([TableName, key]);
      if (!before.has(name))
        before.set(name, { table: TableName, key, row: db.get(TableName, key) });
    }
  };
  const execute: typeof db.execute = (operation, input) => {
    if (operation === 'TransactWriteItems') remember(input);
    return db.execute(operation, input);
  };
  return {
    db: { ...db, execute },
    changes: () =>
      [...before.values()]
        .map(({ table, key, row }) => ({ before: row, after: db.get(table, key) }))
        .filter((one) => !isDeepStrictEqual(one.before, one.after)),
    forget: () => before.clear(),
  };
};

const GETS = OPERATIONS.filter(({ method }) => method === 'get').map((operation) => ({
  operation,
  pattern: new RegExp(`^${operation.path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
}));

/** The operation that reads a path, and its parameters. */
const routeTo = (place: string): readonly [Operation, Record<string, string>] => {
  for (const { operation, pattern } of GETS) {
    const match = place.match(pattern);
    if (match) return [operation, { ...match.groups }];
  }
  throw new Error(`Nothing reads ${place}`);
};

const eventOf = (query: Record<string, string> = {}): APIGatewayProxyEventV2 =>
  toEvent(OPERATIONS[0] as Operation, { call: '', path: {}, query, headers: {} }, createMemory());

/** A body as its function has read it. */
const bodyOf = ({ body = '', isBase64Encoded }: APIGatewayProxyEventV2): Row => {
  if (!body) return {};
  return JSON.parse(
    new TextDecoder().decode(Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8')),
  );
};

/** Texts that were sent are shown under their names, without the space around them. */
const checkTexts = (asked: Row, shown: Row): void => {
  for (const [name, value] of Object.entries(asked)) {
    if (typeof value === 'string' && value.trim() !== '') {
      deepStrictEqual({ [name]: shown[name] }, { [name]: value.trim() });
    }
  }
};
