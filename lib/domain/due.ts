import { decideCancellation } from './cancellation.ts';
import type { Order } from './order.ts';
import { rulesOf } from './order-status.ts';
import { decideGivingUp } from './placement.ts';
import { type Decision, isReleasing, releaseHeld } from './release.ts';

/**
 * How long after its last step an order counts as interrupted, in milliseconds. Whoever works on it
 * takes its next step in a fraction of that.
 */
const INTERRUPTED_AFTER_MS = 60_000;

/** When an order expires that is placed now; never, where pending orders have no time to live. */
export const expiryOf = (placed: Date, ttlMinutes: number): string | undefined =>
  ttlMinutes === 0 ? undefined : new Date(placed.getTime() + ttlMinutes * 60_000).toISOString();

/**
 * What somebody has to look after an order for:
 *
 * - `finish`: it is between two steps, and whoever takes them may have died.
 * - `expire`: nobody has confirmed it.
 */
export type Duty = 'finish' | 'expire';

/** What an order is due for, and when; undefined for one that nobody has to look after. */
export const dueOf = (order: Order): { readonly duty: Duty; readonly at: string } | undefined => {
  if (order.placing || isReleasing(order)) {
    const at = new Date(Date.parse(order.updatedAt) + INTERRUPTED_AFTER_MS).toISOString();
    return { duty: 'finish', at };
  }
  if (rulesOf(order.status).expires && order.expiresAt !== undefined) {
    return { duty: 'expire', at: order.expiresAt };
  }
  return undefined;
};

/**
 * Decides what is done to an order that is due: an interrupted placement is given up, an
 * interrupted cancellation or shipment goes on, and a pending order that is too old is cancelled.
 * An order that is not due any more, or not yet, is settled.
 *
 * @param atMost how many lines may be released in one step, at least 1
 */
export const decideDue = (order: Order, now: string, atMost: number): Decision<never> => {
  const due = dueOf(order);
  if (!due) return { type: 'settled' };
  // What has been begun goes on at once; only what others are still at has to be given its time.
  const isUnderWay = rulesOf(order.status).units !== 'kept';
  if (due.at > now && !isUnderWay) return { type: 'settled' };
  if (due.duty === 'finish') return finish(order, now, atMost);
  return orSettled(decideCancellation(order, { reason: 'expired' }, now, atMost));
};

const finish = (order: Order, now: string, atMost: number): Decision<never> =>
  order.placing ? orSettled(decideGivingUp(order, now, atMost)) : releaseHeld(order, now, atMost);

/** There is nothing to be done about an order that somebody else has taken somewhere else. */
const orSettled = (decision: Decision<unknown>): Decision<never> =>
  decision.type === 'rejected' ? { type: 'settled' } : decision;
