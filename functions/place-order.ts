import { expiryOf } from '../lib/domain/due.ts';
import { http, json } from '../lib/http/edge.ts';
import { placeOrder as operation } from '../lib/http/operations/place-order.ts';
import { Problem } from '../lib/http/problem.ts';
import { orderResource } from '../lib/http/resources.ts';
import { unavailableProblem } from '../lib/http/unavailable.ts';
import { unitsOf } from '../lib/observability/writes.ts';
import { wholeNumberFrom } from '../lib/settings.ts';
import { shopFromEnvironment } from '../lib/shop.ts';
import { placeOrder } from '../lib/use-cases/place-order.ts';

const shop = shopFromEnvironment();
const ttlMinutes = wholeNumberFrom(process.env, 'PENDING_ORDER_TTL_MINUTES');

export const handler = http(operation, async ({ body, remaining, caller, report }) => {
  const { id } = body;
  const expiresAt = body.expiresAt ?? expiryOf(shop.runtime.now(), ttlMinutes);
  const result = await placeOrder({ ...body, expiresAt }, { ...shop, remaining, by: caller });
  report({ orderId: id, outcome: result.outcome, units: unitsOf(body.items) });
  switch (result.outcome) {
    case 'placed':
      return json(201, orderResource(result.order), { location: `/orders/${id}` });
    case 'already_placed':
      return json(200, orderResource(result.order));
    case 'order_exists':
      throw new Problem('order_exists', `The id ${id} belongs to another order`);
    case 'unfinished':
      throw new Problem(
        'try_again',
        `Order ${id} could not be placed in time; send it again with this id`,
      );
    default:
      throw unavailableProblem(result);
  }
});
