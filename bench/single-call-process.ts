/**
 * The process of `measureSingleCall`: calls the deployed handler and two bare requests, in turns.
 */
import {
  DynamoDBClient,
  GetItemCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { handler } from '../functions/cancel-order.ts';
import { httpEvent, lambdaContext } from '../test/support/unit-events.ts';
import type { Recorded } from './recorded.ts';
import type { Assignment, Medians } from './single-call.ts';
import { medianOf } from './times.ts';

/** Calls that are not counted, until the engine, the connections and the compiler are warm. */
const WARM_UP = 50;

const client = new DynamoDBClient();

const byHandler = async (orderId: string): Promise<void> => {
  const event = httpEvent({ path: { orderId }, json: { reason: 'customer' } });
  const response = await handler(event, lambdaContext());
  if (response.statusCode !== 200) throw new Error(`Order ${orderId}: ${response.body}`);
};

/** The same two requests without the handler: no checks, no logs. */
const byRequests = async ({ read, write }: Recorded): Promise<void> => {
  await client.send(new GetItemCommand(read));
  await client.send(new TransactWriteItemsCommand(write));
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
    bareMs.push(await millisecondsOf(() => byRequests(bare[index] as Recorded)));
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
