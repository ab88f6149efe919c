import {
  type CancellationRequest,
  decideCancellation,
  type NotCancellable,
} from '../domain/cancellation.ts';
import type { Order } from '../domain/order.ts';
import { references } from '../domain/references.ts';
import type { ProductQuantity, StockMovement } from '../domain/stock-movement.ts';
import type { Task, TaskResult } from '../group-commit/progress.ts';
import { LINES_PER_COMMIT, type Ports, type Store } from './ports.ts';
import { readOrders } from './read-orders.ts';
import { type Patience, runOnShop } from './run.ts';

/**
 * What became of one request.
 *
 * - `cancelled`: this call cancelled the order.
 * - `already_cancelled`: it was cancelled before, or by somebody else just now.
 * - `not_cancellable`: it cannot be cancelled, and why; `order` says in which state it is.
 * - `not_found`: there is no such order, or only another that has been given its id.
 * - `unfinished`: the time or the patience ran out. Nothing is lost: any later request resumes the work. `createdAt`
 *   tells the order from others that its id is given to.
 * - `failed`: an error that nobody foresaw, or the order could not be read.
 *
 * `restored` are the movements that gave the units back; it is absent where somebody else did part
 * of the work, and then the ledger knows. `drift` counts units that the order held but that could
 * not be given back, because the product's counter was below them or the product is gone.
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
      readonly restored?: readonly StockMovement[];
    }
  | {
      readonly outcome: 'not_cancellable';
      readonly why: NotCancellable;
      readonly order: Order;
    }
  | { readonly outcome: 'not_found' }
  | { readonly outcome: 'unfinished'; readonly createdAt: string }
  | { readonly outcome: 'failed'; readonly error: unknown };

/**
 * Cancels orders and gives their reserved stock back, exactly once however often and from however
 * many sides it is asked to. Every door of the system leads here: HTTP with one order, the queue
 * with many.
 *
 * An order that is named several times is cancelled for the first request, and the others are told
 * that it was already cancelled. A request for an order that was placed at another time than the
 * one that has its id now finds none.
 *
 * @returns one result per request, in their order; what concerns some orders costs only these their
 *   turn, and rejects never
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
    tasks.set(order.id, cancellation(order, request));
  }
  const { results, conflicts } = await runOnShop([...tasks.values()], ports, patience);
  const became = new Map([...tasks.keys()].map((orderId, index) => [orderId, results[index]]));
  return requests.map((request, index): CancellationResult => {
    const { orderId } = request;
    const order = found.get(orderId);
    // Conflicts of orders that travel together cannot be told apart, so the first result has them.
    const counts = { orderId, conflicts: index === 0 ? conflicts : 0, drift: 0 };
    if (order && 'error' in order) return { ...counts, outcome: 'failed', ...order };
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

/** Why an order is not cancelled; `another` if its id was given to another order meanwhile. */
type Why = NotCancellable | 'another';

const isMeant = (order: Order, { createdAt }: CancellationRequest): boolean =>
  createdAt === undefined || createdAt === order.createdAt;

const cancellation = (order: Order, request: CancellationRequest): Task<Why> => ({
  order,
  decide: (current, at) =>
    isMeant(current, request)
      ? decideCancellation(current, request, at, LINES_PER_COMMIT)
      : { type: 'rejected', why: 'another' },
});

const toOutcome = (result: TaskResult<Why>, { createdAt }: Order): Outcome => {
  switch (result.type) {
    case 'settled':
      return {
        outcome: result.here ? 'cancelled' : 'already_cancelled',
        order: result.order,
        ...(result.movements && { restored: result.movements }),
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
      return { outcome: 'unfinished', createdAt };
  }
};

/** What a second request for the same order is told. */
const repeated = (outcome: Outcome): Outcome =>
  outcome.outcome === 'cancelled' ? { ...outcome, outcome: 'already_cancelled' } : outcome;

/**
 * The units that cancelling an order gave back, in the order of its lines. Asks the ledger where
 * the cancellation itself does not know, so a repeated call is told exactly what the first one was.
 */
export const restoredUnits = async (
  { order, restored }: { readonly order: Order; readonly restored?: readonly StockMovement[] },
  store: Pick<Store, 'movementsOfReferences'>,
): Promise<ProductQuantity[]> => {
  const movements =
    restored ??
    (
      await store.movementsOfReferences([references.cancellation(order)], {
        limit: order.items.length,
      })
    ).items;
  return unitsRestored(order, movements);
};

/** What of these movements went back on the shelf, in the order of the order's lines. */
export const unitsRestored = (
  order: Order,
  movements: readonly StockMovement[],
): ProductQuantity[] => {
  const quantities = new Map(
    movements
      .filter(({ movementType }) => movementType === 'restoration')
      .map(({ productId, quantity }) => [productId, quantity]),
  );
  return order.items.flatMap(({ productId }) => {
    const quantity = quantities.get(productId);
    return quantity === undefined ? [] : [{ productId, quantity }];
  });
};
