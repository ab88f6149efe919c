import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Order } from '../domain/order.ts';
import type { CancellationResult, WhyNotCancellable } from '../use-cases/cancel-orders.ts';
import { json } from './edge.ts';
import { partProblem } from './order-changes.ts';
import { orderNotFound, Problem } from './problem.ts';
import { orderResource } from './resources.ts';

/** The answer to a cancellation. One that was not finished is on the queue now. */
export const cancellationAnswer = (
  result: CancellationResult,
): APIGatewayProxyStructuredResultV2 => {
  const { orderId, outcome } = result;
  switch (outcome) {
    case 'cancelled':
    case 'already_cancelled':
      return json(200, {
        outcome,
        order: orderResource(result.order),
        restored: result.restored,
      });
    case 'unfinished':
      return json(202, { outcome: 'accepted', orderId }, { location: `/orders/${orderId}` });
    case 'not_cancellable':
      throw notCancellable(result.order, result.why);
    case 'line_not_found':
    case 'quantity_exceeded':
      throw partProblem(orderId, { code: outcome, productIds: result.productIds });
    case 'reference_reused':
      throw partProblem(orderId, { code: outcome });
    case 'not_found':
      throw orderNotFound(orderId);
    case 'failed':
      throw result.error;
  }
};

const notCancellable = ({ id, status, shippedInPart }: Order, why: WhyNotCancellable): Problem => {
  const details: Record<WhyNotCancellable, string> = {
    goods_left: shippedInPart
      ? `Order ${id} is shipped in part; what it still holds can be cancelled by lines`
      : `Order ${id} is ${status}`,
    locked: `Order ${id} is in somebody's hands; lock says in whose`,
    no_longer_pending: `Order ${id} is ${status}`,
    too_many_parts: `Order ${id} was cancelled in part too often; the rest can be cancelled as a whole`,
    being_placed: `Order ${id} is still being placed; it can be cancelled as a whole`,
  };
  return new Problem(why === 'locked' ? 'order_locked' : 'order_not_cancellable', details[why]);
};
