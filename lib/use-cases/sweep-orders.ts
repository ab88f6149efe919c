import { type Duty, decideDue, dueOf } from '../domain/due.ts';
import type { Order } from '../domain/order.ts';
import { rulesOf } from '../domain/order-status.ts';
import type { Task, TaskResult } from '../group-commit/progress.ts';
import { TimeIsUpError } from '../time-budget.ts';
import { clearAway } from './give-up-placement.ts';
import { LINES_PER_COMMIT, type Ports } from './ports.ts';
import { runOnShop } from './run.ts';

/**
 * What became of an order that was due.
 *
 * - `done`: what it was due for has been done, here or by somebody else.
 * - `unfinished`: the time ran out. It stays due, and the next sweep resumes the work.
 * - `failed`: an error that nobody foresaw. It concerns this order alone, which stays due.
 *
 * `drift` counts units that it held but that could not be given back.
 */
export type SweptOrder = {
  readonly orderId: string;
  readonly duty?: Duty;
  readonly drift: number;
} & (
  | { readonly outcome: 'done' | 'unfinished' }
  | { readonly outcome: 'failed'; readonly error: unknown }
);

/**
 * Looks after the orders that are due: those that expire, and those whose work was interrupted. It
 * sends no messages, so nothing piles up; what it does not get to is due at the next sweep. Safe to
 * run twice at once, because each order's version lets only one of them take each step.
 *
 * @returns what became of each; orders that are not due any more are left out
 */
export const sweepOrders = async (ports: Ports): Promise<SweptOrder[]> => {
  const swept: SweptOrder[] = [];
  try {
    await sweepInto(swept, ports);
  } catch (error) {
    // What has been done is told all the same; a sweep that came to nothing says why.
    if (!(error instanceof TimeIsUpError) || swept.length === 0) throw error;
  }
  return swept;
};

const sweepInto = async (swept: SweptOrder[], ports: Ports): Promise<void> => {
  const { store, remaining, runtime } = ports;
  const by = runtime.now().toISOString();
  for await (const orderIds of store.ordersDue(by, remaining)) {
    const found = await store.getOrders(orderIds, remaining);
    const due: { readonly order: Order; readonly duty: Duty }[] = [];
    for (const [orderId, order] of found) {
      if (order instanceof Error) {
        swept.push({ orderId, outcome: 'failed', error: order, drift: 0 });
        continue;
      }
      const duty = dueOf(order);
      if (duty && duty.at <= by) due.push({ order, duty: duty.duty });
    }
    const { results } = await runOnShop(
      due.map(({ order }) => lookAfter(order)),
      ports,
    );
    for (const [index, { order, duty }] of due.entries()) {
      const result = results[index] as TaskResult<never>;
      swept.push({
        orderId: order.id,
        duty,
        drift: result.drift,
        ...(await conclude(result, ports)),
      });
    }
    if (remaining() <= 0) break;
  }
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
