import type { Actor } from './actor.ts';
import { decideCancellation } from './cancellation.ts';
import type { Order } from './order.ts';
import { rulesOf } from './order-status.ts';
import { decideGivingUp } from './placement.ts';
import { type Decision, isReleasing, releaseHeld } from './release.ts';

/**
 * How long after its last step an operation counts as interrupted, in milliseconds. An invocation
 * that is still running takes the next step in a fraction of that time.
 */
const INTERRUPTED_AFTER_MS = 60_000;

/** When an order that is placed now expires; undefined when pending orders never expire. */
export const expiryOf = (placed: Date, ttlMinutes: number): string | undefined =>
  ttlMinutes === 0 ? undefined : new Date(placed.getTime() + ttlMinutes * 60_000).toISOString();

/**
 * What the sweep has to do with an order:
 *
 * - `finish`: the order is between two steps, and the invocation that took them may have crashed.
 * - `expire`: the shop has not confirmed the order in time.
 */
export type Duty = 'finish' | 'expire';

/** What an order is due for, and when; undefined for an order that the sweep need not handle. */
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
 * Decides what the sweep does with an order that is due: it gives up an interrupted placement,
 * resumes an interrupted cancellation or shipment, and cancels a pending order that has expired.
 * An order that is not due (any more, or yet) is settled.
 *
 * @param atMost how many lines may be released in one step, at least 1
 */
export const decideDue = (
  order: Order,
  now: string,
  atMost: number,
  by?: Actor,
): Decision<never> => {
  const due = dueOf(order);
  if (!due) return { type: 'settled' };
  // A release that has begun is resumed at once. Everything else waits until it is due, because a
  // placement may still be running.
  const isUnderWay = rulesOf(order.status).units !== 'kept';
  if (due.at > now && !isUnderWay) return { type: 'settled' };
  if (due.duty === 'finish') return finish(order, now, atMost);
  return orSettled(decideCancellation(order, { reason: 'expired', by }, now, atMost));
};

const finish = (order: Order, now: string, atMost: number): Decision<never> =>
  order.placing ? orSettled(decideGivingUp(order, now, atMost)) : releaseHeld(order, now, atMost);

/** The sweep leaves an order alone when another request has taken it to another status. */
const orSettled = (decision: Decision<unknown>): Decision<never> =>
  decision.type === 'rejected' ? { type: 'settled' } : decision;
