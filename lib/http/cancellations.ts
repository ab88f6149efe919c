import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { NotCancellable } from '../domain/cancellation.ts';
import type { Order } from '../domain/order.ts';
import type { PartialCancellationResult } from '../use-cases/cancel-lines.ts';
import type { ToldCancellation } from '../use-cases/restored-units.ts';
import { json } from './edge.ts';
import { listed, orderNotFound, Problem } from './problem.ts';
import { orderResource } from './resources.ts';

/** The answer to a cancellation. One that was not finished is on the queue now. */
export const cancellationAnswer = (result: ToldCancellation): APIGatewayProxyStructuredResultV2 => {
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
    case 'not_found':
      throw orderNotFound(orderId);
    case 'failed':
      throw result.error;
  }
};

/** The answer to a partial cancellation. */
export const partialCancellationAnswer = (
  orderId: string,
  result: PartialCancellationResult,
): APIGatewayProxyStructuredResultV2 => {
  switch (result.outcome) {
    case 'cancelled':
    case 'already_cancelled':
      return json(200, {
        outcome: result.outcome,
        order: orderResource(result.order),
        restored: result.restored,
      });
    case 'not_cancellable':
      throw notCancellable(result.order, result.why);
    case 'line_not_found':
      throw new Problem('line_not_found', `Order ${orderId} has no ${listed(result.productIds)}`);
    case 'quantity_exceeded':
      throw new Problem(
        'quantity_exceeded',
        `Order ${orderId} does not hold that many of ${listed(result.productIds)}`,
      );
    case 'reference_reused':
      throw new Problem(
        'reference_reused',
        'The Idempotency-Key was sent with another body before',
      );
    case 'not_found':
      throw orderNotFound(orderId);
    case 'unfinished':
      throw new Problem('try_again', 'Send it again with the same Idempotency-Key');
  }
};

const notCancellable = ({ id, status }: Order, why: NotCancellable): Problem => {
  const details: Record<NotCancellable, string> = {
    goods_left: `Order ${id} is ${status}`,
    too_many_parts: `Order ${id} was cancelled in part too often; the rest can be cancelled as a whole`,
    being_placed: `Order ${id} is still being placed; it can be cancelled as a whole`,
  };
  return new Problem('order_not_cancellable', details[why]);
};
