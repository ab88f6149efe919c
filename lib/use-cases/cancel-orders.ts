import { type CancellationOutcome, cancelGroup } from '../commit/group.ts';
import type { CancellationRequest } from '../domain/cancellation.ts';
import type { Order } from '../domain/order.ts';
import { references } from '../domain/references.ts';
import type { ProductQuantity, StockMovement } from '../domain/stock-movement.ts';
import type { TimeBudget } from '../dynamodb/backoff.ts';
import { MAX_TRANSACTION_ACTIONS } from '../dynamodb/limits.ts';
import type { Store } from '../dynamodb/store.ts';

/** An order takes one action, and each of its lines two: the product's counters and the movement. */
const LINES_PER_TRANSACTION = Math.floor((MAX_TRANSACTION_ACTIONS - 1) / 2);

/** Groups that are committed at the same time. */
const GROUPS_IN_FLIGHT = 8;

/**
 * What became of one request. `failed` carries an error that nobody foresaw; it concerns this order
 * alone. `conflicts` counts the attempts that had to be repeated for it.
 */
export type CancellationResult = { readonly orderId: string; readonly conflicts: number } & (
  | CancellationOutcome
  | { readonly outcome: 'failed'; readonly error: unknown }
);

type Ports = {
  readonly store: Pick<Store, 'getOrders' | 'commit'>;
  readonly remaining: TimeBudget;
  readonly now?: () => Date;
};

/**
 * Cancels orders and gives their reserved stock back, exactly once however often and from however
 * many sides it is asked to. Every door of the system leads here: HTTP with one order, the queue
 * with many.
 *
 * An order that is named several times is cancelled for the first request, and the others are told
 * that it was already cancelled.
 *
 * @param remaining milliseconds that may be spent; orders not reached by then are `unfinished`
 * @returns one result per request, in their order; never rejects for what concerns a single order
 */
export const cancelOrders = async (
  requests: readonly CancellationRequest[],
  { store, remaining, now = () => new Date() }: Ports,
): Promise<CancellationResult[]> => {
  const first = new Map<string, CancellationRequest>();
  for (const request of requests) {
    if (!first.has(request.orderId)) first.set(request.orderId, request);
  }
  const orders = await store.getOrders([...first.keys()], remaining);

  const cancelOne = async (request: CancellationRequest): Promise<CancellationResult> => {
    const { orderId } = request;
    const order = orders.get(orderId);
    if (!order) return { orderId, conflicts: 0, outcome: 'not_found' };
    try {
      const { outcomes, conflicts } = await cancelGroup([{ request, order }], {
        commit: (changes) => store.commit(changes, remaining),
        now,
        linesPerTransaction: LINES_PER_TRANSACTION,
      });
      return { orderId, conflicts, ...(outcomes[0] ?? { outcome: 'unfinished' }) };
    } catch (error) {
      return { orderId, conflicts: 0, outcome: 'failed', error };
    }
  };

  const results = new Map<string, CancellationResult>();
  await inParallel([...first.values()], GROUPS_IN_FLIGHT, async (request) => {
    results.set(request.orderId, await cancelOne(request));
  });
  return requests.map((request) => {
    const result = results.get(request.orderId) as CancellationResult;
    return request === first.get(request.orderId) ? result : repeated(result);
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

/** What a second request for the same order is told. */
const repeated = (result: CancellationResult): CancellationResult =>
  result.outcome === 'cancelled'
    ? { ...result, outcome: 'already_cancelled', conflicts: 0, drift: 0 }
    : { ...result, conflicts: 0 };

const inParallel = async <T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> => {
  const waiting = items.values();
  const worker = async () => {
    for (const item of waiting) await work(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
};

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
      await store.movementsOfReferences([references.cancellation(order.id)], {
        limit: order.items.length,
        movementType: 'restoration',
      })
    ).items;
  const quantities = new Map(movements.map((movement) => [movement.productId, movement.quantity]));
  return order.items.flatMap(({ productId }) => {
    const quantity = quantities.get(productId);
    return quantity === undefined ? [] : [{ productId, quantity }];
  });
};
