import type { Order, OrderStatus } from './order.ts';
import { isReleasing, releaseHeld, type Step } from './release.ts';

/** Where a shop can take an order, and where it has to come from. */
const PREDECESSOR = {
  confirmed: 'pending',
  shipped: 'confirmed',
  delivered: 'shipped',
} as const satisfies Partial<Record<OrderStatus, OrderStatus>>;

export type Destination = keyof typeof PREDECESSOR;

/**
 * What taking an order on does to it: a step, or else
 *
 * - `unchanged`: it is there already.
 * - `invalid_transition`: it cannot go there from where it is.
 */
export type TransitionDecision =
  | Step
  | { readonly type: 'unchanged' }
  | { readonly type: 'invalid_transition' };

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
): TransitionDecision => {
  // Goods that are on their way are first booked out completely.
  if (isReleasing(order) && order.status === 'shipped' && to !== 'confirmed') {
    return releaseHeld(order, now, atMost);
  }
  if (order.status === to) return { type: 'unchanged' };
  if (order.status !== PREDECESSOR[to] || order.placing) return { type: 'invalid_transition' };
  if (to === 'shipped') {
    return releaseHeld({ ...order, status: to }, now, atMost);
  }
  return {
    type: 'step',
    order: { ...order, status: to, version: order.version + 1, updatedAt: now },
    releases: [],
  };
};
