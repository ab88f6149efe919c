import {
  type CancellationRequest,
  decideCancellation,
  type NotCancellable,
  restoredByWhole,
} from '../domain/cancellation.ts';
import type { Order } from '../domain/order.ts';
import type { ProductQuantity } from '../domain/stock-movement.ts';
import type { Task, TaskResult } from '../group-commit/progress.ts';
import { TimeIsUpError } from '../time-budget.ts';
import { LINES_PER_COMMIT, type Ports } from './ports.ts';
import { readOrders } from './read-orders.ts';
import { type Patience, runOnShop } from './run.ts';

/**
 * How one request ended.
 *
 * - `cancelled`: this call cancelled the order.
 * - `already_cancelled`: an earlier or concurrent request cancelled it.
 * - `not_cancellable`: it cannot be cancelled, and why; `order` is its current state.
 * - `not_found`: the order does not exist, or its id now belongs to another order.
 * - `unfinished`: the time ran out, or there were more conflicts than the caller allows. Nothing is
 *   lost: a later request or the sweep resumes the work. `orderCreatedAt` tells the order from a
 *   later one with the same id.
 * - `failed`: an unexpected error, or the order could not be read. It affects this order only.
 *
 * `restored` are the units that the order put back on the shelf. `drift` counts units that the order held but that could not
 * be released, because the product's counter was too low or the product does not exist any more.
 * `conflicts` counts the attempts that had to be repeated.
 */
export type CancellationResult = {
  readonly orderId: string;
  readonly conflicts: number;
  readonly drift: number;
} & Outcome;

type Outcome =
  | {
      readonly outcome: 'cancelled' | 'already_cancelled';
      readonly order: Order;
      readonly restored: readonly ProductQuantity[];
    }
  | {
      readonly outcome: 'not_cancellable';
      readonly why: NotCancellable;
      readonly order: Order;
    }
  | { readonly outcome: 'not_found' }
  | { readonly outcome: 'unfinished'; readonly orderCreatedAt?: string }
  | { readonly outcome: 'failed'; readonly error: unknown };

/**
 * Cancels orders and gives their reserved stock back, exactly once, however many callers ask at the
 * same time or again. HTTP calls it with one order, the queue function with many.
 *
 * If several requests name the same order, the first one cancels it, and the others get
 * `already_cancelled`. A request with `orderCreatedAt` finds only an order of that time.
 *
 * @returns one result per request, in their order; never rejects because of some orders
 */
export const cancelOrders = async (
  requests: readonly CancellationRequest[],
  ports: Ports,
  patience: Patience = {},
): Promise<CancellationResult[]> => {
  const found = await readOrders(
    requests.map(({ orderId }) => orderId),
    ports,
  );
  const tasks = new Map<string, Task<Why>>();
  const first = new Map<string, CancellationRequest>();
  for (const request of requests) {
    const order = found.get(request.orderId);
    if (!order || 'error' in order || first.has(order.id) || !isMeant(order, request)) continue;
    first.set(order.id, request);
    tasks.set(order.id, cancellation(order, { by: ports.by, ...request }));
  }
  const { results, conflicts } = await runOnShop([...tasks.values()], ports, patience);
  const became = new Map([...tasks.keys()].map((orderId, index) => [orderId, results[index]]));
  return requests.map((request, index): CancellationResult => {
    const { orderId } = request;
    const order = found.get(orderId);
    // The conflicts of a group belong to no single order, so the first result has them all.
    const counts = { orderId, conflicts: index === 0 ? conflicts : 0, drift: 0 };
    if (order && 'error' in order) return { ...counts, ...unread(order.error) };
    const result = became.get(orderId);
    if (!order || !result || !isMeant(order, request)) return { ...counts, outcome: 'not_found' };
    const outcome = toOutcome(result, order);
    if ('order' in outcome && !isMeant(outcome.order, request)) {
      return { ...counts, outcome: 'not_found' };
    }
    return request === first.get(orderId)
      ? { ...counts, drift: result.drift, ...outcome }
      : { ...counts, ...repeated(outcome) };
  });
};

/** Cancels one order. */
export const cancelOrder = async (
  request: CancellationRequest,
  ports: Ports,
  patience: Patience = {},
): Promise<CancellationResult> => {
  const [result] = await cancelOrders([request], ports, patience);
  return result as CancellationResult;
};

/** Why an order is not cancelled; `another` if its id now belongs to another order. */
type Why = NotCancellable | 'another';

const isMeant = (order: Order, { orderCreatedAt }: CancellationRequest): boolean =>
  orderCreatedAt === undefined || orderCreatedAt === order.createdAt;

const cancellation = (order: Order, request: CancellationRequest): Task<Why> => ({
  order,
  by: request.by,
  decide: (current, at) =>
    isMeant(current, request)
      ? decideCancellation(current, request, at, LINES_PER_COMMIT)
      : { type: 'rejected', why: 'another' },
});

/** The outcome for an order that was not read in time, or whose row is damaged. */
const unread = (error: unknown): Outcome =>
  error instanceof TimeIsUpError ? { outcome: 'unfinished' } : { outcome: 'failed', error };

const toOutcome = (result: TaskResult<Why>, { createdAt }: Order): Outcome => {
  switch (result.type) {
    case 'settled':
      return {
        outcome: result.here ? 'cancelled' : 'already_cancelled',
        order: result.order,
        restored: restoredByWhole(result.order),
      };
    case 'rejected':
      return result.why === 'another'
        ? { outcome: 'not_found' }
        : { outcome: 'not_cancellable', why: result.why, order: result.order };
    case 'failed':
      return { outcome: 'failed', error: result.error };
    case 'not_found':
      return { outcome: 'not_found' };
    case 'unfinished':
      return { outcome: 'unfinished', orderCreatedAt: createdAt };
  }
};

/** The outcome for a second request for the same order. */
const repeated = (outcome: Outcome): Outcome =>
  outcome.outcome === 'cancelled' ? { ...outcome, outcome: 'already_cancelled' } : outcome;
