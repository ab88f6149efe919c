import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Order } from '../domain/order.ts';
import type { PartRejection } from '../domain/part.ts';
import { unitsOf, type Written } from '../observability/writes.ts';
import type { ChangeOrderResult } from '../use-cases/change-order.ts';
import { json } from './edge.ts';
import { keyReused, listed, orderNotFound, Problem } from './problem.ts';
import { orderResource } from './resources.ts';

/** What the log says of a change. `units` are those that the request names. */
export const changeWritten = (
  orderId: string,
  result: ChangeOrderResult<unknown>,
  items: readonly { readonly quantity: number }[] = [],
): Written => ({
  orderId,
  outcome: result.outcome,
  ...(items.length > 0 && { units: unitsOf(items) }),
});

type WhyNot = 'invalid_transition' | 'too_many_parts' | 'being_imported' | PartRejection;

/** The answer to a change of an order. */
export const changeAnswer = (
  orderId: string,
  result: ChangeOrderResult<WhyNot>,
): APIGatewayProxyStructuredResultV2 => {
  switch (result.outcome) {
    case 'done':
      return json(200, orderResource(result.order));
    case 'rejected':
      throw rejection(result.order, result.why);
    case 'not_found':
      throw orderNotFound(orderId);
    case 'unfinished':
      throw new Problem('try_again', `Order ${orderId} could not be changed in time; ask again`);
  }
};

const rejection = (order: Order, why: WhyNot): Problem => {
  const { id } = order;
  if (why === 'invalid_transition') return wrongState(order);
  if (why === 'being_imported') {
    return new Problem('try_again', `Order ${id} is still being imported; ask again`);
  }
  if (why === 'too_many_parts') return tooMuchDone(order);
  return partProblem(id, why);
};

/** The problem of an order whose row has no room for more. */
export const tooMuchDone = ({ id }: Order): Problem =>
  new Problem('invalid_transition', `Too much was done to order ${id} already`);

/** The problem of an order that cannot go somewhere from where it is. */
export const wrongState = ({ id, status, placing, importing, shippedInPart }: Order): Problem => {
  const growing = importing ? 'still being imported' : placing && 'still being placed';
  const state = shippedInPart ? `${status}, and shipped in part` : status;
  return new Problem('invalid_transition', `Order ${id} is ${growing || state}`);
};

/** The problem of a request about some units of an order. */
export const partProblem = (orderId: string, why: PartRejection): Problem => {
  switch (why.code) {
    case 'line_not_found':
      return new Problem('line_not_found', `Order ${orderId} has no ${listed(why.productIds)}`);
    case 'quantity_exceeded':
      return new Problem(
        'quantity_exceeded',
        `Order ${orderId} does not have that many of ${listed(why.productIds)}`,
      );
    case 'reference_reused':
      return keyReused();
  }
};
