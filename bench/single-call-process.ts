/** The process behind `measureSingleCall`: the deployed handler and two bare requests, in turns. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { handler } from '../functions/cancel-order.ts';
import { tablesFromEnvironment } from '../lib/dynamodb/tables.ts';
import { cancelBare } from './bare-cancellation.ts';
import { medianOf } from './median.ts';
import type { Assignment, Medians } from './single-call.ts';

/** Until the engine, the connections and the compiler are warm. */
const WARM_UP = 50;

const client = new DynamoDBClient();
const tables = tablesFromEnvironment(process.env);

const context = { getRemainingTimeInMillis: () => 10_000 } as Context;

const eventFor = (orderId: string): APIGatewayProxyEventV2 => ({
  version: '2.0',
  routeKey: 'POST /orders/{orderId}/cancel',
  rawPath: `/orders/${orderId}/cancel`,
  rawQueryString: '',
  headers: { 'content-type': 'application/json' },
  pathParameters: { orderId },
  body: '{"reason":"customer"}',
  isBase64Encoded: false,
  requestContext: { requestId: orderId } as APIGatewayProxyEventV2['requestContext'],
});

const byHandler = async (orderId: string): Promise<void> => {
  const response = await handler(eventFor(orderId), context);
  if (response.statusCode !== 200) throw new Error(`Order ${orderId}: ${response.body}`);
};

const millisecondsOf = async (work: () => Promise<void>): Promise<number> => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};

const run = async ({ byHandler: mine, bare }: Assignment): Promise<Medians> => {
  const handlerMs: number[] = [];
  const bareMs: number[] = [];
  for (const [index, orderId] of mine.entries()) {
    handlerMs.push(await millisecondsOf(() => byHandler(orderId)));
    bareMs.push(await millisecondsOf(() => cancelBare(client, tables, bare[index] as string)));
  }
  return {
    handlerMs: medianOf(handlerMs.slice(WARM_UP)),
    bareMs: medianOf(bareMs.slice(WARM_UP)),
  };
};

process.once('message', (assignment: Assignment) => {
  void run(assignment).then((medians) => process.send?.(medians));
});
process.once('disconnect', () => process.exit());
