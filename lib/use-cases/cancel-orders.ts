import {
  type CancellationRequest,
  decideCancellation,
  type NotCancellable,
} from '../domain/cancellation.ts';
import type { Order } from '../domain/order.ts';
import { references } from '../domain/references.ts';
import type { ProductQuantity, StockMovement } from '../domain/stock-movement.ts';
import type { Task, TaskResult } from '../group-commit/progress.ts';
import { orIfTimeIsUp } from '../time-budget.ts';
import { LINES_PER_COMMIT, type Ports, type Store } from './ports.ts';
import { runOnShop } from './run.ts';

/**
 * How one request ended.
 *
 * - `cancelled`: this call cancelled the order.
 * - `already_cancelled`: an earlier or concurrent request cancelled it.
 * - `not_cancellable`: it cannot be cancelled, and why; `order` is its current state.
 * - `not_found`: the order does not exist.
 * - `unfinished`: the time ran out. Nothing is lost: a later request or the sweep resumes the work.
 * - `failed`: an unexpected error. It affects this order only.
 *
 * `restored` are the movements that released the units. It is absent if another request did part of
 * the work; then the ledger has them. `drift` counts units that the order held but that could not
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
      readonly restored?: readonly StockMovement[];
    }
  | {
      readonly outcome: 'not_cancellable';
      readonly why: NotCancellable;
      readonly order: Order;
    }
  | { readonly outcome: 'not_found' | 'unfinished' }
  | { readonly outcome: 'failed'; readonly error: unknown };

/**
 * Cancels orders and gives their reserved stock back, exactly once, however many callers ask at the
 * same time or again. HTTP calls it with one order, the queue function with many.
 *
 * If several requests name the same order, the first one cancels it, and the others get
 * `already_cancelled`.
 *
 * @returns one result per request, in their order; never rejects because of a single order
 */
export const cancelOrders = async (
  requests: readonly CancellationRequest[],
  ports: Ports,
): Promise<CancellationResult[]> => {
  const first = new Map<string, CancellationRequest>();
  for (const request of requests) {
    if (!first.has(request.orderId)) first.set(request.orderId, request);
  }
  const found = await orIfTimeIsUp(
    () => ports.store.getOrders([...first.keys()], ports.remaining),
    undefined,
  );
  const tasks = new Map<string, Task<NotCancellable>>();
  for (const [orderId, request] of first) {
    const order = found?.get(orderId);
    if (order && !(order instanceof Error)) tasks.set(orderId, cancellation(order, request));
  }
  const { results, conflicts } = await runOnShop([...tasks.values()], ports);
  const became = new Map([...tasks.keys()].map((orderId, index) => [orderId, results[index]]));
  return requests.map((request, index): CancellationResult => {
    const { orderId } = request;
    const result = became.get(orderId);
    const outcome = result ? toOutcome(result) : unread(orderId, found);
    // The conflicts of a group belong to no single order, so the first result has them all.
    const counts = { orderId, conflicts: index === 0 ? conflicts : 0, drift: result?.drift ?? 0 };
    return request === first.get(orderId)
      ? { ...counts, ...outcome }
      : { ...counts, drift: 0, ...repeated(outcome) };
  });
};

/** Cancels one order. */
export const cancelOrder = async (
  request: CancellationRequest,
  ports: Ports,
): Promise<CancellationResult> => {
  const [result] = await cancelOrders([request], ports);
  return result as CancellationResult;
};

const cancellation = (order: Order, request: CancellationRequest): Task<NotCancellable> => ({
  order,
  decide: (current, at) => decideCancellation(current, request, at, LINES_PER_COMMIT),
});

/** The outcome for an order that was not read in time, does not exist, or whose row is damaged. */
const unread = (
  orderId: string,
  found: ReadonlyMap<string, Order | Error> | undefined,
): Outcome => {
  if (!found) return { outcome: 'unfinished' };
  const order = found.get(orderId);
  return order instanceof Error ? { outcome: 'failed', error: order } : { outcome: 'not_found' };
};

const toOutcome = (result: TaskResult<NotCancellable>): Outcome => {
  switch (result.type) {
    case 'settled':
      return {
        outcome: result.here ? 'cancelled' : 'already_cancelled',
        order: result.order,
        ...(result.movements && { restored: result.movements }),
      };
    case 'rejected':
      return { outcome: 'not_cancellable', why: result.why, order: result.order };
    case 'failed':
      return { outcome: 'failed', error: result.error };
    case 'not_found':
    case 'unfinished':
      return { outcome: result.type };
  }
};

/** The outcome for a second request for the same order. */
const repeated = (outcome: Outcome): Outcome =>
  outcome.outcome === 'cancelled' ? { ...outcome, outcome: 'already_cancelled' } : outcome;

/** The ports that a read of the ledger needs. */
export type LedgerPorts = Pick<Ports, 'remaining'> & {
  readonly store: Pick<Store, 'movementsOfReferences'>;
};

/**
 * The units that a cancellation gave back, in the sequence of the order's lines. Without `restored`
 * it reads the ledger, so a retry gets exactly the answer that the first call got.
 */
export const restoredUnits = async (
  { order, restored }: { readonly order: Order; readonly restored?: readonly StockMovement[] },
  { store, remaining }: LedgerPorts,
): Promise<ProductQuantity[]> => {
  const movements =
    restored ??
    (
      await store.movementsOfReferences([references.cancellation(order)], {
        limit: order.items.length,
        remaining,
      })
    ).items;
  return unitsRestored(order, movements);
};

/**
 * The units of these movements that went back on the shelf, in the sequence of the order's lines.
 */
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
