/** A shop that is fuzzed: the functions as they are deployed, on a DynamoDB in memory. */
import { ok } from 'node:assert/strict';
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
import { DOCUMENTED } from '../../lib/http/operations/index.ts';
import { systemRuntime } from '../../lib/runtime.ts';
import { seededRandom } from '../../lib/seeded-random.ts';
import { expectLawsHold } from '../support/audit.ts';
import { NOW, TABLES } from '../support/builders.ts';
import { createFakeDynamoDB, type Row } from '../support/fake-dynamodb.ts';
import type { mockQueue } from '../support/fake-queue.ts';
import { openShop } from '../support/fake-shop.ts';
import { connectSdkTo } from '../support/sdk-connections.ts';
import { describeTables } from '../support/table-descriptions.ts';
import { httpEvent, lambdaContext } from '../support/unit-events.ts';
import type { HttpFunction } from '../support/unit-functions.ts';
import { PRODUCTS } from './json.ts';
import { createMemory } from './memory.ts';
import { type Answer, readAnswer } from './promises.ts';
import { callOf } from './requests.ts';

export type Functions = {
  readonly http: ReadonlyMap<string, HttpFunction>;
  readonly cancelOrders: (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;
};

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
  for (const operation of DOCUMENTED) {
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
    return ask(callOf(operation), httpEvent({ path, ...(query && { query }) }));
  };

  return {
    memory,
    begin,
    /** Bodies of the messages that functions have sent. */
    sent,
    /** In how many seconds failed messages come back. */
    returned: (): number[] => Object.values(queue.returned()),
    /** What has changed in the tables. */
    changes,
    operationOf: (call: string): Operation => handlerOf(call).operation,
    /** Asks for what has to keep the promises of every answer. */
    ask,
    get,
    handOver: async (records: readonly SQSRecord[]): Promise<string[]> => {
      const response = await functions.cancelOrders({ Records: [...records] }, CONTEXT);
      told = response;
      return response.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    },
    order: (id: string): Row | undefined => db.get(TABLES.orders, { id }),
    lastAnswer: (): unknown => told,
    expectLaws: (): Promise<void> => expectLawsHold(shop),
    close: disconnect,
  };
};

/**
 * A database that knows what has changed in it since it forgot the last time. It is no change when a
 * product was written last: an order of many lines that runs short takes back what it held.
 */
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
        .filter(({ before, after }) => !isDeepStrictEqual(timeless(before), timeless(after))),
    forget: () => before.clear(),
  };
};

const timeless = (row: Row | undefined): Row => ({ ...row, updatedAt: undefined });

const GETS = DOCUMENTED.filter(({ method }) => method === 'get').map((operation) => ({
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
