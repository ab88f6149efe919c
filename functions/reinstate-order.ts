import { http, json } from '../lib/http/edge.ts';
import { reinstateOrder as operation } from '../lib/http/operations/reinstate-order.ts';
import { tooMuchDone, wrongState } from '../lib/http/order-changes.ts';
import { orderNotFound, Problem } from '../lib/http/problem.ts';
import { orderResource } from '../lib/http/resources.ts';
import { unavailableProblem } from '../lib/http/unavailable.ts';
import { shopFromEnvironment } from '../lib/shop.ts';
import { reinstateOrder } from '../lib/use-cases/reinstate-order.ts';

const shop = shopFromEnvironment();

export const handler = http(
  operation,
  async ({ path: { orderId }, body, remaining, caller, report }) => {
    const result = await reinstateOrder(orderId, body, { ...shop, remaining, by: caller });
    report({ orderId, outcome: result.outcome });
    switch (result.outcome) {
      case 'reinstated':
        return json(200, orderResource(result.order));
      case 'invalid_transition':
        throw wrongState(result.order);
      case 'too_many_parts':
        throw tooMuchDone(result.order);
      case 'not_found':
        throw orderNotFound(orderId);
      case 'unfinished':
        throw new Problem(
          'try_again',
          `Order ${orderId} could not be reinstated in time; ask again`,
        );
      default:
        throw unavailableProblem(result);
    }
  },
);
