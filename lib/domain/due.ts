import { type CancellationRequest, decideCancellation } from './cancellation.ts';
import { isImporting, type Order } from './order.ts';
import { rulesOf } from './order-status.ts';
import { decideGivingUp } from './placement.ts';
import { giveUpReinstatement } from './reinstatement.ts';
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
 * - `release`: the grace of its cancellation has ended.
 */
export type Duty = 'finish' | 'expire' | 'release';

/** What an order is due for, and when; undefined for an order that the sweep need not handle. */
export const dueOf = (order: Order): { readonly duty: Duty; readonly at: string } | undefined => {
  // Only the import knows the lines that are left.
  if (isImporting(order)) return undefined;
  if (order.placing || order.reinstating || isReleasing(order)) {
    const at = new Date(Date.parse(order.updatedAt) + INTERRUPTED_AFTER_MS).toISOString();
    return { duty: 'finish', at };
  }
  if (order.releaseAt !== undefined) return { duty: 'release', at: order.releaseAt };
  if (rulesOf(order.status).expires && order.expiresAt !== undefined && !order.lock) {
    return { duty: 'expire', at: order.expiresAt };
  }
  return undefined;
};

/**
 * Decides what the sweep does with an order that is due: it gives up an interrupted placement or
 * reinstatement, resumes an interrupted cancellation or shipment, cancels a pending order that has
 * expired, and releases what a cancelled order held in its grace. An order that is not due (any
 * more, or yet) is settled.
 *
 * @param atMost how many lines may be released in one step, at least 1
 * @param expiry who cancels an order that has expired, and its grace
 */
export const decideDue = (
  order: Order,
  now: string,
  atMost: number,
  expiry: Pick<CancellationRequest, 'by' | 'graceSeconds'> = {},
): Decision<never> => {
  const due = dueOf(order);
  // A release that has begun is resumed at once. Everything else waits until it is due, because a
  // placement may still be running.
  if (!due || (due.at > now && !isReleasing(order))) return { type: 'settled' };
  switch (due.duty) {
    case 'finish':
      return finish(order, now, atMost);
    case 'release': {
      const { releaseAt: _, ...released } = order;
      return releaseHeld(released, now, atMost);
    }
    case 'expire':
      return orSettled(decideCancellation(order, { reason: 'expired', ...expiry }, now, atMost));
  }
};

const finish = (order: Order, now: string, atMost: number): Decision<never> => {
  if (order.placing) return orSettled(decideGivingUp(order, now, atMost));
  return order.reinstating === 'reserving'
    ? giveUpReinstatement(order, now, atMost)
    : releaseHeld(order, now, atMost);
};

/** The sweep leaves an order alone when another request has taken it to another status. */
const orSettled = (decision: Decision<unknown>): Decision<never> =>
  decision.type === 'rejected' ? { type: 'settled' } : decision;
