import { type Duty, decideDue, dueOf } from '../domain/due.ts';
import type { Order } from '../domain/order.ts';
import { rulesOf } from '../domain/order-status.ts';
import type { Task, TaskResult } from '../group-commit/progress.ts';
import { clearAway } from './give-up-placement.ts';
import { LINES_PER_COMMIT, type Ports } from './ports.ts';
import { runOnShop } from './run.ts';

/**
 * What became of an order that was due.
 *
 * - `done`: what it was due for has been done, by this sweep or by another caller.
 * - `unfinished`: the time ran out. It stays due, and the next sweep resumes the work.
 * - `failed`: an error that nobody foresaw. It concerns this order alone, which stays due. Without an
 *   `orderId` it was the reading of due orders that failed, and some of them may have been left out.
 *
 * `drift` counts units that it held but that could not be given back.
 */
export type SweptOrder = { readonly drift: number } & (
  | {
      readonly orderId: string;
      readonly duty: Duty;
      readonly outcome: 'done' | 'unfinished';
    }
  | {
      readonly orderId?: string;
      readonly duty?: Duty;
      readonly outcome: 'failed';
      readonly error: unknown;
    }
);

/**
 * Looks after the orders that are due: those that expire, and those whose work was interrupted. It
 * sends no messages, so nothing piles up; what it does not get to is due at the next sweep. Safe to
 * run twice at once, because each order's version lets only one of them take each step.
 *
 * @returns what became of each; orders that are not due any more are left out. Never rejects
 */
export const sweepOrders = async (ports: Ports): Promise<SweptOrder[]> => {
  const { store, remaining, runtime } = ports;
  const by = runtime.now().toISOString();
  const swept: SweptOrder[] = [];
  try {
    for await (const orderIds of store.ordersDue(by, remaining)) {
      const found = await store.getOrders(orderIds, remaining);
      const due: Due[] = [];
      for (const [orderId, order] of found) {
        if (order instanceof Error) swept.push(failed(order, orderId));
        else due.push(...dueBy(by, order));
      }
      swept.push(...(await lookAfterAll(due, ports)));
      if (remaining() <= 0) break;
    }
  } catch (error) {
    swept.push(failed(error));
  }
  return swept;
};

type Due = { readonly order: Order; readonly duty: Duty };

const failed = (error: unknown, orderId?: string): SweptOrder => ({
  ...(orderId !== undefined && { orderId }),
  outcome: 'failed',
  error,
  drift: 0,
});

/** The index lags, so that an order that it shows may not be due any more. */
const dueBy = (by: string, order: Order): Due[] => {
  const due = dueOf(order);
  return due && due.at <= by ? [{ order, duty: due.duty }] : [];
};

/**
 * One order that cannot get on must not use up the time of all others: each part of the orders gets
 * half of the time that is left, and what was given up is cleared away in the other half.
 */
const lookAfterAll = async (due: readonly Due[], ports: Ports): Promise<SweptOrder[]> => {
  const kept = ports.remaining() / 2;
  const { results } = await runOnShop(
    due.map(({ order }) => lookAfter(order)),
    { ...ports, remaining: () => Math.max(0, ports.remaining() - kept) },
  );
  const swept: SweptOrder[] = [];
  for (const [index, { order, duty }] of due.entries()) {
    const result = results[index] as TaskResult<never>;
    const outcome = await conclude(result, ports);
    swept.push({ orderId: order.id, duty, drift: result.drift, ...outcome });
  }
  return swept;
};

const lookAfter = (order: Order): Task<never> => ({
  order,
  decide: (current, at) => decideDue(current, at, LINES_PER_COMMIT),
});

/** An order that is still being placed is not; somebody has resumed its placement meanwhile. */
const isGivenUp = ({ placing, status }: Order): boolean =>
  placing === true && rulesOf(status).cancellation === 'done';

/** Clears away what was given up; everything else is done when it is settled. */
const conclude = async (
  result: TaskResult<never>,
  ports: Ports,
): Promise<{ outcome: 'done' | 'unfinished' } | { outcome: 'failed'; error: unknown }> => {
  switch (result.type) {
    case 'failed':
      return { outcome: 'failed', error: result.error };
    case 'unfinished':
      return { outcome: 'unfinished' };
    case 'rejected':
    case 'not_found':
      return { outcome: 'done' };
    case 'settled':
      if (!isGivenUp(result.order)) return { outcome: 'done' };
      try {
        const outcome = await clearAway(result.order, ports);
        return { outcome: outcome === 'cleared' ? 'done' : outcome };
      } catch (error) {
        return { outcome: 'failed', error };
      }
  }
};
