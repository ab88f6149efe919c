import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Written } from '../observability/writes.ts';
import type { TransitionResult } from '../use-cases/transition-order.ts';
import { json } from './edge.ts';
import { wrongState } from './order-changes.ts';
import { orderNotFound, Problem } from './problem.ts';
import { orderResource } from './resources.ts';

/** What the log says of a transition, with the units that the order now holds or has shipped. */
export const transitionWritten = (orderId: string, result: TransitionResult): Written => ({
  orderId,
  outcome: result.outcome,
  ...(result.outcome === 'moved' && {
    units: result.order.items.reduce(
      (total, { reservedQuantity, shippedQuantity }) => total + reservedQuantity + shippedQuantity,
      0,
    ),
  }),
});

/** The answer to a transition. */
export const transitionAnswer = (
  orderId: string,
  result: TransitionResult,
): APIGatewayProxyStructuredResultV2 => {
  switch (result.outcome) {
    case 'moved':
      return json(200, orderResource(result.order));
    case 'invalid_transition':
      throw wrongState(result.order);
    case 'not_found':
      throw orderNotFound(orderId);
    case 'unfinished':
      throw new Problem('try_again', `Order ${orderId} could not be moved in time; ask again`);
  }
};
