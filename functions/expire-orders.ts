import type { Context } from 'aws-lambda';
import { logger } from '../lib/observability/logger.ts';
import { queueFromEnvironment } from '../lib/queue/cancellation-queue.ts';
import { wholeNumberFrom } from '../lib/settings.ts';
import { shopFromEnvironment } from '../lib/shop.ts';
import { timeBudget } from '../lib/time-budget.ts';
import { expireOrders } from '../lib/use-cases/expire-orders.ts';

const shop = shopFromEnvironment();
const queue = queueFromEnvironment();
const ttlMinutes = wholeNumberFrom(process.env, 'PENDING_ORDER_TTL_MINUTES', {
  from: 0,
  to: 525_600,
});

export const handler = async (_event: unknown, context: Context): Promise<void> => {
  const expired = await expireOrders(ttlMinutes, {
    ...shop,
    queue,
    remaining: timeBudget(context),
  });
  logger.info('expiry', { expired });
};
