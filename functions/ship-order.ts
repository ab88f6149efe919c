import { http } from '../lib/http/edge.ts';
import { OrderPath } from '../lib/http/schemas.ts';
import { transitionAnswer } from '../lib/http/transitions.ts';
import { reportDrift } from '../lib/observability/cancellations.ts';
import { shopFromEnvironment } from '../lib/shop.ts';
import { transitionOrder } from '../lib/use-cases/transition-order.ts';

const shop = shopFromEnvironment();

export const handler = http(
  { path: OrderPath },
  async ({ path: { orderId }, remaining, correlationId }) => {
    const result = await transitionOrder(orderId, 'shipped', { ...shop, remaining });
    if ('drift' in result) reportDrift(orderId, result.drift, correlationId);
    return transitionAnswer(orderId, result);
  },
);
