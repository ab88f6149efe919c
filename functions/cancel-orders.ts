import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { reportCallOffs } from '../lib/observability/call-offs.ts';
import { reportCancellations, reportUnknownOrders } from '../lib/observability/cancellations.ts';
import { reportNoTurn } from '../lib/observability/turns.ts';
import type { Caller } from '../lib/observability/writes.ts';
import { giveBackFromEnvironment } from '../lib/queue/give-back.ts';
import { originOf, queueUrlsFrom } from '../lib/queue/queue-urls.ts';
import { type Received, type ReceivedCallOff, readMessages } from '../lib/queue/read-messages.ts';
import { retryDelay } from '../lib/queue/retry-delay.ts';
import { sortByOutcome } from '../lib/queue/sort-by-outcome.ts';
import { yesOrNoFrom } from '../lib/settings.ts';
import { shopFromEnvironment } from '../lib/shop.ts';
import { lessThan, timeBudget } from '../lib/time-budget.ts';
import { callOffAll } from '../lib/use-cases/call-off/call-off.ts';
import { cancelOrders } from '../lib/use-cases/cancel-orders.ts';
import type { Ports } from '../lib/use-cases/ports.ts';
import { createTurns } from '../lib/use-cases/turns/take-turns.ts';

/** The time that is kept for giving failed messages back, in milliseconds. */
const TO_GIVE_BACK_MS = 1_000;

const shop = shopFromEnvironment();
const takeTurn = createTurns(shop, reportNoTurn);
const giveBack = giveBackFromEnvironment(shop.runtime);
const queueUrls = queueUrlsFrom(process.env);
const plainQueueWritesOff = yesOrNoFrom(process.env, 'PLAIN_QUEUE_WRITES_OFF');

export const handler = async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
  const remaining = timeBudget(context, event.Records.length);
  const origin = originOf(event.Records, queueUrls);
  const mayWriteOff = origin === 'writeOffs' || plainQueueWritesOff;
  const { requests, received, callOffs, malformed } = readMessages(event.Records, mayWriteOff);
  const callers = received.map(callerOf);
  const ports = { ...shop, takeTurn, remaining: lessThan(remaining, TO_GIVE_BACK_MS) };
  const results = await cancelOrders(
    requests.map((request, index) => ({ ...request, by: callers[index] })),
    ports,
  );
  reportCancellations(results, callers);
  const { undone, unknown } = sortByOutcome(received, results);
  reportUnknownOrders(unknown.map(({ orderId, message }) => ({ orderId, ...callerOf(message) })));
  const unfinished = await carryOn(callOffs, ports);
  const returned = [
    // A redelivery does not change these, so they go to the dead-letter queue without delay.
    ...malformed.map((message) => ({ ...message, delaySeconds: 0 })),
    ...[...undone, ...unfinished].map((message) => ({
      ...message,
      delaySeconds: retryDelay(message.receives, shop.runtime.random),
    })),
  ];
  await giveBack[origin](returned, remaining);
  return { batchItemFailures: returned.map(({ messageId }) => ({ itemIdentifier: messageId })) };
};

/**
 * Carries call-offs on, each once, however many messages are about it.
 *
 * @returns the messages that have to come back
 */
const carryOn = async (callOffs: readonly ReceivedCallOff[], ports: Ports): Promise<Received[]> => {
  const messages = new Map(callOffs.map(({ batchId, message }) => [batchId, message]));
  const callers = new Map([...messages].map(([id, message]) => [id, callerOf(message)]));
  const results = await callOffAll(
    [...callers].map(([batchId, by]) => ({ batchId, by })),
    ports,
    ({ batchId }, cancelled) => {
      const caller = callers.get(batchId);
      if (caller) reportCancellations(cancelled, Array(cancelled.length).fill(caller));
    },
  );
  reportCallOffs(results, [...callers.values()]);
  const comeBack = new Set(
    results.flatMap(({ batchId, outcome }) =>
      outcome === 'unfinished' || outcome === 'failed' ? [batchId] : [],
    ),
  );
  return callOffs.flatMap(({ batchId, message }) => (comeBack.has(batchId) ? [message] : []));
};

const callerOf = ({ messageId, actorStated, correlationId }: Received): Caller => ({
  actor: 'queue',
  ...(actorStated !== undefined && { actorStated }),
  messageId,
  correlationId,
});
