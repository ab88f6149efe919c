import type { Context } from 'aws-lambda';
import { storeFromEnvironment } from '../lib/dynamodb/store.ts';
import { logger } from '../lib/observability/logger.ts';
import { wholeNumberFrom } from '../lib/settings.ts';
import { queueFromEnvironment } from '../lib/sqs/cancellation-queue.ts';
import { timeBudget } from '../lib/time-budget.ts';
import { expireOrders } from '../lib/use-cases/expire-orders.ts';

const store = storeFromEnvironment();
const queue = queueFromEnvironment();
const ttlMinutes = wholeNumberFrom(process.env, 'PENDING_ORDER_TTL_MINUTES', {
  from: 0,
  to: 525_600,
});

export const handler = async (_event: unknown, context: Context): Promise<void> => {
  const expired = await expireOrders(ttlMinutes, { store, queue, remaining: timeBudget(context) });
  logger.info('expiry', { expired });
};
