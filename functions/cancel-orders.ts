import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { reportCancellations } from '../lib/observability/cancellations.ts';
import { readMessages } from '../lib/queue/read-messages.ts';
import { shopFromEnvironment } from '../lib/shop.ts';
import { timeBudget } from '../lib/time-budget.ts';
import { cancelOrders } from '../lib/use-cases/cancel-orders.ts';

const shop = shopFromEnvironment();

/** Outcomes that a redelivery of the message would not change. */
const DONE: ReadonlySet<string> = new Set(['cancelled', 'already_cancelled', 'not_cancellable']);

export const handler = async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
  const { requests, messageIds, malformed } = readMessages(event.Records);
  const remaining = timeBudget(context, event.Records.length);
  const results = await cancelOrders(requests, { ...shop, remaining });
  reportCancellations(results, messageIds);
  const undone = messageIds.filter((_, index) => !DONE.has(results[index]?.outcome ?? ''));
  return {
    batchItemFailures: [...malformed, ...undone].map((itemIdentifier) => ({ itemIdentifier })),
  };
};
