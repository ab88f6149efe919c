import { storeFromEnvironment } from '../lib/dynamodb/store.ts';
import { http, json } from '../lib/http/edge.ts';
import { orderNotFound, Problem } from '../lib/http/problem.ts';
import { orderResource } from '../lib/http/resources.ts';
import { CancelOrderBody, OrderPath } from '../lib/http/schemas.ts';
import { reportCancellations } from '../lib/observability/cancellations.ts';
import { cancelOrder, restoredUnits } from '../lib/use-cases/cancel-orders.ts';

const store = storeFromEnvironment();

export const handler = http(
  { path: OrderPath, body: CancelOrderBody },
  async ({ path: { orderId }, body, remaining, correlationId }) => {
    const result = await cancelOrder({ orderId, ...body }, { store, remaining });
    reportCancellations([result], [correlationId]);
    switch (result.outcome) {
      case 'cancelled':
      case 'already_cancelled':
        return json(200, {
          outcome: result.outcome,
          order: orderResource(result.order),
          restored: await restoredUnits(result, store),
        });
      case 'not_cancellable':
        throw new Problem('order_not_cancellable', `Order ${orderId} is ${result.order.status}`);
      case 'not_found':
        throw orderNotFound(orderId);
      case 'unfinished':
        throw new Problem('try_again', `Order ${orderId} could not be cancelled in time`);
      case 'failed':
        throw result.error;
    }
  },
);
