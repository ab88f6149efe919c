import { type Duty, decideDue, dueOf } from '../domain/due.ts';
import type { Order } from '../domain/order.ts';
import { rulesOf } from '../domain/order-status.ts';
import type { Task, TaskResult } from '../group-commit/progress.ts';
import { shareOf, TimeIsUpError } from '../time-budget.ts';
import { clearAway } from './give-up-placement.ts';
import { LINES_PER_COMMIT, type Ports } from './ports.ts';
import { runOnShop } from './run.ts';

/**
 * How the sweep ended for one order that was due.
 *
 * - `done`: this sweep or another request has done what the order was due for.
 * - `unfinished`: the time ran out. The order stays due, and the next sweep resumes the work.
 * - `failed`: an unexpected error. It affects this order only, which stays due. Without an
 *   `orderId`, reading the due orders failed, and some of them may have been left out.
 *
 * `drift` counts units that the order held but that could not be released. `lateMs` are the
 * milliseconds since the order was due, if its row says so, and `units` what it held then.
 * `correlationId` is that of the call which began what the order was due for, if it is known.
 */
export type SweptOrder = {
  readonly drift: number;
  readonly lateMs: number;
  readonly units?: number;
  readonly correlationId?: string;
} & (
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

/** Orders that have expired can be reinstated for so long; 0 or absent for not at all. */
type SweepPorts = Ports & { readonly expiryGraceSeconds?: number };

/** Is told how the orders of a page ended, as soon as they have. */
type Report = (page: readonly SweptOrder[]) => void;

/**
 * Handles the orders that are due: it expires pending orders and finishes interrupted operations.
 * It sends no messages, so no backlog can grow: an order that it does not reach is due at the next
 * sweep. Two sweeps may run at the same time, because an order's version (optimistic lock) lets
 * only one of them take each step.
 *
 * It tells of each page when it is done with it: there may be tens of thousands of orders, and who is
 * killed or runs out of time has told of all pages before.
 *
 * @returns one result per order; orders that are not due any more are left out. Never rejects
 */
export const sweepOrders = async (
  ports: SweepPorts,
  report: Report = () => {},
): Promise<SweptOrder[]> => {
  const { store, remaining, runtime } = ports;
  const by = runtime.now().toISOString();
  const swept: SweptOrder[] = [];
  const tell = (page: readonly SweptOrder[]): void => {
    if (page.length > 0) report(page);
    swept.push(...page);
  };
  try {
    for await (const orderIds of store.ordersDue(by, remaining)) {
      const found = await store.getOrders(orderIds, remaining);
      const due: Due[] = [];
      const damaged: SweptOrder[] = [];
      for (const [orderId, order] of found) {
        if (order instanceof Error) damaged.push(failed(order, orderId));
        else due.push(...dueBy(by, order));
      }
      tell(damaged);
      tell(await sweepAll(due, ports));
      if (remaining() <= 0) break;
    }
  } catch (error) {
    // A sweep that ends with its time has not failed, but one that came to nothing says why.
    const endedInTime = error instanceof TimeIsUpError && remaining() <= 0;
    if (!endedInTime || swept.length === 0) tell([failed(error)]);
  }
  return swept;
};

type Expiry = Parameters<typeof decideDue>[3];

type Due = { readonly order: Order; readonly duty: Duty; readonly lateMs: number };

const failed = (error: unknown, orderId?: string): SweptOrder => ({
  ...(orderId !== undefined && { orderId }),
  outcome: 'failed',
  error,
  drift: 0,
  lateMs: 0,
});

/** The index lags behind, so an order that it shows may not be due any more. */
const dueBy = (by: string, order: Order): Due[] => {
  const due = dueOf(order);
  if (!due || due.at > by) return [];
  return [{ order, duty: due.duty, lateMs: Date.parse(by) - Date.parse(due.at) }];
};

/**
 * Settles one page of due orders. It may use half of the time that is left, so that one contested
 * order does not use up the time of all others. Orders that were given up are cleared away in the
 * other half.
 */
const sweepAll = async (due: readonly Due[], ports: SweepPorts): Promise<SweptOrder[]> => {
  const remaining = shareOf(ports.remaining, 1 / 2);
  const { results } = await runOnShop(
    due.map(({ order }) =>
      sweepTask(order, { by: ports.by, graceSeconds: ports.expiryGraceSeconds }),
    ),
    { ...ports, remaining },
  );
  const swept: SweptOrder[] = [];
  for (const [index, { order, duty, lateMs }] of due.entries()) {
    const result = results[index] as TaskResult<never>;
    const outcome = await conclude(result, ports);
    const units = order.items.reduce((total, line) => total + line.reservedQuantity, 0);
    const { id: orderId, correlationId } = order;
    swept.push({
      orderId,
      duty,
      lateMs,
      units,
      drift: result.drift,
      ...(correlationId !== undefined && { correlationId }),
      ...outcome,
    });
  }
  return swept;
};

const sweepTask = (order: Order, expiry: Expiry): Task<never> => ({
  order,
  decide: (current, at) => decideDue(current, at, LINES_PER_COMMIT, expiry),
});

/**
 * False for an order that is being placed again: its caller has resumed the placement meanwhile.
 */
const isGivenUp = ({ placing, status }: Order): boolean =>
  placing === true && rulesOf(status).cancellation === 'done';

/** Clears away an order that was given up. Every other order is done when it is settled. */
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
