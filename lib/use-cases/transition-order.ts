import { decideTransition } from '../domain/lifecycle.ts';
import type { Order } from '../domain/order.ts';
import type { Destination } from '../domain/order-status.ts';
import { changeOrder } from './change-order.ts';
import { LINES_PER_COMMIT, type Ports } from './ports.ts';

/**
 * - `moved`: the order has the status, since this call or since before.
 * - `invalid_transition`: the order cannot go from its current status to this one.
 * - `unfinished`: the time ran out; a retry is safe.
 *
 * `drift` counts units that the order held and that the products' counters could not give.
 */
export type TransitionResult = { readonly drift: number } & (
  | { readonly outcome: 'moved' | 'invalid_transition'; readonly order: Order }
  | { readonly outcome: 'not_found' | 'unfinished' }
);

/**
 * Takes an order to its next status. Shipping takes what the order holds out of the stock, once.
 */
export const transitionOrder = async (
  orderId: string,
  to: Destination,
  ports: Ports,
): Promise<TransitionResult> => {
  const result = await changeOrder(
    orderId,
    (order, at) => decideTransition(order, to, at, LINES_PER_COMMIT),
    ports,
  );
  switch (result.outcome) {
    case 'done':
      return { outcome: 'moved', order: result.order, drift: result.drift };
    case 'rejected':
      return { outcome: result.why, order: result.order, drift: result.drift };
    default:
      return result;
  }
};
