/** Whether a batch keeps the promises of the queue: what cannot be done fails alone. */
import { deepStrictEqual, ok } from 'node:assert/strict';
import type { SQSRecord } from 'aws-lambda';
import { readMessage } from '../../lib/queue/message.ts';
import { sqsEvent } from '../support/unit-events.ts';
import { type Message, toRecords } from './messages.ts';
import { canBeSent } from './promises.ts';
import type { World } from './world.ts';

/**
 * Hands over a batch, and looks at what became of it.
 *
 * @returns whether messages failed
 * @throws whatever was thrown, or the AssertionError of a broken promise
 */
export const checkMessages = async (
  world: World,
  messages: readonly Message[],
): Promise<string> => {
  world.begin();
  const records = toRecords(messages, world.memory);
  for (const [index, { isValid }] of messages.entries()) {
    const read = readMessage(records[index]?.body ?? '');
    ok(
      isValid === undefined || isValid === !('issues' in read),
      'A message is read for what it is',
    );
  }
  const failed = await handOver(world, records);
  return failed === 0 ? 'all done' : 'some failed';
};

/** What a function puts on the queue is done there, whether or not its orders exist. */
export const deliver = async (world: World, bodies: readonly string[]): Promise<void> => {
  ok(bodies.every(canBeSent), 'The queue carries what was accepted');
  const { Records } = sqsEvent(...bodies);
  const known = Records.map((one) => ({
    ...one,
    attributes: { ...one.attributes, ApproximateReceiveCount: '3' },
  }));
  await handOver(world, known);
};

/** Hands a batch to the queue's function, which has to fail exactly what it cannot do. */
const handOver = async (world: World, records: readonly SQSRecord[]): Promise<number> => {
  const requests = records.map(({ body }) => readMessage(body));
  const failing = records.filter(({ attributes }, index) => {
    const read = requests[index];
    if (!read || 'issues' in read) return true;
    // A call-off of a fuzzed product is done at once: no index lags here.
    if ('callOff' in read) return false;
    const { orderId, orderCreatedAt } = read.request;
    const order = world.order(orderId);
    const isKnown = order && (!orderCreatedAt || order.createdAt === orderCreatedAt);
    return !isKnown && !(Number(attributes?.ApproximateReceiveCount) >= 3);
  });
  const failed = await world.handOver(records);
  deepStrictEqual(
    failed.toSorted(),
    failing.map(({ messageId }) => messageId).toSorted(),
    'Exactly the messages fail that nobody can do',
  );
  ok(
    world.returned().every((delay) => Number.isInteger(delay) && delay >= 0),
    'A message that failed comes back in a number of seconds',
  );
  for (const read of requests) {
    if (!('request' in read)) continue;
    const { orderCreatedAt, onlyIf, ...request } = read.request;
    const order = world.order(request.orderId);
    // A part, a lock or a condition leaves the order as it is.
    const isWhole = !('items' in request) && orderCreatedAt === undefined && onlyIf === undefined;
    if (order && isWhole && !order.lock && !order.shippedInPart) {
      ok(/^(cancelled|shipped|delivered)$/.test(String(order.status)), 'A done order is over');
    }
  }
  if (failing.length === records.length) deepStrictEqual(world.changes(), []);
  return failing.length;
};
