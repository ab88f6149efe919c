import { type Order, statusBegins } from './order.ts';
import { type Destination, rulesOf } from './order-status.ts';
import { type Decision, isReleasing, releaseHeld } from './release.ts';

/**
 * Decides what taking an order to its next status would do to it as it is now. Shipping takes what
 * the order holds out of the stock; it wants the same units as cancelling, and the order's version
 * lets only one of them have each.
 *
 * @param atMost how many lines may be released in one step, at least 1
 */
export const decideTransition = (
  order: Order,
  to: Destination,
  now: string,
  atMost: number,
): Decision<'invalid_transition'> => {
  const isThere = order.status === to;
  const isNext = rulesOf(order.status).next === to;
  if ((!isThere && !isNext) || order.placing) {
    return { type: 'rejected', why: 'invalid_transition' };
  }
  // Goods that are on their way are first booked out completely.
  if (isReleasing(order)) return releaseHeld(order, now, atMost);
  if (isThere) return { type: 'settled' };
  return {
    ...releaseHeld({ ...order, status: to, statusSince: statusBegins(order, now) }, now, atMost),
    decisive: true,
  };
};
