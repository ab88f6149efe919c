import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { reportCancellations, reportUnknownOrders } from '../lib/observability/cancellations.ts';
import { reportNoTurn } from '../lib/observability/turns.ts';
import type { Caller } from '../lib/observability/writes.ts';
import { giveBackFromEnvironment } from '../lib/queue/give-back.ts';
import { originOf, queueUrlsFrom } from '../lib/queue/queue-urls.ts';
import { type Received, readMessages } from '../lib/queue/read-messages.ts';
import { retryDelay } from '../lib/queue/retry-delay.ts';
import { sortByOutcome } from '../lib/queue/sort-by-outcome.ts';
import { yesOrNoFrom } from '../lib/settings.ts';
import { shopFromEnvironment } from '../lib/shop.ts';
import { lessThan, timeBudget } from '../lib/time-budget.ts';
import { cancelOrders } from '../lib/use-cases/cancel-orders.ts';
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
  const { requests, received, malformed } = readMessages(event.Records, mayWriteOff);
  const callers = received.map(callerOf);
  const results = await cancelOrders(
    requests.map((request, index) => ({ ...request, by: callers[index] })),
    { ...shop, takeTurn, remaining: lessThan(remaining, TO_GIVE_BACK_MS) },
  );
  reportCancellations(results, callers);
  const { undone, unknown } = sortByOutcome(received, results);
  reportUnknownOrders(unknown.map(({ orderId, message }) => ({ orderId, ...callerOf(message) })));
  const returned = [
    // A redelivery does not change these, so they go to the dead-letter queue without delay.
    ...malformed.map((message) => ({ ...message, delaySeconds: 0 })),
    ...undone.map((message) => ({
      ...message,
      delaySeconds: retryDelay(message.receives, shop.runtime.random),
    })),
  ];
  await giveBack[origin](returned, remaining);
  return { batchItemFailures: returned.map(({ messageId }) => ({ itemIdentifier: messageId })) };
};

const callerOf = ({ messageId, actorStated, correlationId }: Received): Caller => ({
  actor: 'queue',
  ...(actorStated !== undefined && { actorStated }),
  messageId,
  correlationId,
});
