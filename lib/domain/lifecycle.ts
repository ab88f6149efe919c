import type { Order } from './order.ts';
import { type Destination, rulesOf } from './order-status.ts';
import { type Decision, isReleasing, releaseHeld } from './release.ts';

/**
 * Decides what a transition would do to an order as it is now. Shipping takes what the order holds
 * out of the stock. It races with cancelling for the same units; the order's version (optimistic
 * lock) gives each unit to exactly one of them.
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
  // A shipment that was interrupted is finished first.
  if (isReleasing(order)) return releaseHeld(order, now, atMost);
  if (isThere) return { type: 'settled' };
  return {
    ...releaseHeld({ ...order, status: to, statusSince: now }, now, atMost),
    decisive: true,
  };
};
