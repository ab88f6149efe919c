import {
  type CancellationDecision,
  type CancellationRequest,
  decideCancellation,
} from '../domain/cancellation.ts';
import type { Order } from '../domain/order.ts';
import { references } from '../domain/references.ts';
import { heldLines, type Step } from '../domain/release.ts';
import type { ProductQuantity, StockMovement } from '../domain/stock-movement.ts';
import { runTasks } from '../group-commit/engine.ts';
import type { TaskResult } from '../group-commit/settle.ts';
import { deleteOrder } from './delete-order.ts';
import { COMMIT_CAPACITY, LINES_PER_COMMIT, type Ports, type Store } from './ports.ts';

/** Transactions that are under way at the same time; none of them touch the same product. */
const TRANSACTIONS_IN_FLIGHT = 16;

/**
 * What became of one request.
 *
 * - `cancelled`: this call cancelled the order.
 * - `already_cancelled`: it was cancelled before, or by somebody else just now.
 * - `not_cancellable`: its goods have left the building; `order` says in which state it is.
 * - `spared`: it was to be cancelled only in a state that it is not in, or it is not there at all.
 * - `not_found`: there is no such order.
 * - `unfinished`: the time ran out. Nothing is lost: asking again goes on where this stopped.
 * - `failed`: an error that nobody foresaw. It concerns this order alone.
 *
 * `restored` are the movements that gave the units back; it is absent where somebody else did part
 * of the work, and then the ledger knows. `drift` counts units that the order held but that could
 * not be given back, because the product's counter was below them or the product is gone.
 * `conflicts` counts the attempts that had to be repeated.
 */
export type CancellationResult = {
  readonly orderId: string;
  readonly conflicts: number;
} & Outcome;

type Outcome =
  | {
      readonly outcome: 'cancelled' | 'already_cancelled';
      readonly order: Order;
      readonly restored?: readonly StockMovement[];
      readonly drift: number;
    }
  | { readonly outcome: 'not_cancellable'; readonly order: Order; readonly drift: number }
  | { readonly outcome: 'spared'; readonly drift: number }
  | { readonly outcome: 'not_found' }
  | { readonly outcome: 'unfinished'; readonly drift: number }
  | { readonly outcome: 'failed'; readonly error: unknown; readonly drift: number };

/**
 * Cancels orders and gives their reserved stock back, exactly once however often and from however
 * many sides it is asked to. Every door of the system leads here: HTTP with one order, the queue
 * with many.
 *
 * An order that is named several times is cancelled for the first request, or the first without a
 * condition, and the others are told that it was already cancelled. Requests to finish
 * what was interrupted come after all others, since only they do.
 *
 * @returns one result per request, in their order; never rejects for what concerns a single order
 */
export const cancelOrders = async (
  requests: readonly CancellationRequest[],
  ports: Ports,
): Promise<CancellationResult[]> => {
  const results: CancellationResult[] = [];
  for (const finishing of [false, true]) {
    const indexes = [...requests.keys()].filter(
      (index) => (requests[index]?.onlyIf === 'unfinished') === finishing,
    );
    const some = indexes.map((index) => requests[index] as CancellationRequest);
    for (const [position, result] of (await cancelEach(some, ports)).entries()) {
      results[indexes[position] as number] = result;
    }
  }
  return results;
};

/** Cancels orders for requests that are all to finish what was interrupted, or none of them. */
const cancelEach = async (
  requests: readonly CancellationRequest[],
  ports: Ports,
): Promise<CancellationResult[]> => {
  if (requests.length === 0) return [];
  const chosen = new Map<string, CancellationRequest>();
  for (const request of requests) {
    const other = chosen.get(request.orderId);
    if (!other || (other.onlyIf && !request.onlyIf)) chosen.set(request.orderId, request);
  }
  const wanted = [...chosen.values()];
  const orders = await ports.store.getOrders([...chosen.keys()], ports.remaining);
  const found = wanted.filter(({ orderId }) => orders.has(orderId));
  const done = await runCancellations(
    found.map((request) => ({ request, order: orders.get(request.orderId) as Order })),
    ports,
  );
  const results = new Map<string, CancellationResult>(
    wanted.map((request) => [request.orderId, missing(request)]),
  );
  for (const result of done) results.set(result.orderId, result);
  return requests.map((request) => {
    const result = results.get(request.orderId) as CancellationResult;
    if (request === chosen.get(request.orderId)) return result;
    return result.outcome === 'not_found' ? missing(request) : repeated(result);
  });
};

/** An order that is to be cancelled only in a certain state does not have to be there at all. */
const missing = ({ orderId, onlyIf }: CancellationRequest): CancellationResult => ({
  orderId,
  conflicts: 0,
  ...(onlyIf ? { outcome: 'spared', drift: 0 } : { outcome: 'not_found' }),
});

/** Cancels one order. */
export const cancelOrder = async (
  request: CancellationRequest,
  ports: Ports,
): Promise<CancellationResult> => {
  const [result] = await cancelOrders([request], ports);
  return result as CancellationResult;
};

/** Cancels orders as they were read. Conflicts cannot be told apart, so the first result has them. */
const runCancellations = async (
  cancellations: readonly { readonly request: CancellationRequest; readonly order: Order }[],
  ports: Ports,
): Promise<CancellationResult[]> => {
  const { store, remaining, queue, runtime } = ports;
  for (const { order } of cancellations) if (isLarge(order)) await queue?.finishLater(order.id);
  const { results, conflicts } = await runTasks<CancellationEnd>(
    cancellations.map(({ request, order }) => ({
      order,
      decide: (current, at) => decideCancellation(current, request, at, LINES_PER_COMMIT),
    })),
    {
      commit: (changes, patience) => store.commit(changes, remaining, patience),
      remaining,
      now: runtime.now,
      capacity: COMMIT_CAPACITY,
      inFlight: TRANSACTIONS_IN_FLIGHT,
    },
  );
  const done: CancellationResult[] = [];
  for (const [index, { request }] of cancellations.entries()) {
    const settled = results[index] as TaskResult<CancellationEnd>;
    const result = request.onlyIf === 'unfinished' ? await cleanUp(settled, ports) : settled;
    done.push({
      orderId: request.orderId,
      conflicts: index === 0 ? conflicts : 0,
      ...toOutcome(result),
    });
  }
  return done;
};

/**
 * Removes an order that was given up while it was being placed. It never was a whole order: once it
 * holds nothing, it has never been there.
 */
const cleanUp = async (
  result: TaskResult<CancellationEnd>,
  ports: Ports,
): Promise<TaskResult<CancellationEnd>> => {
  if (result.type !== 'done') return result;
  const { work } = result;
  if (work.order.status !== 'cancelled' || !work.order.placing) return result;
  try {
    const { outcome } = await deleteOrder(work.order.id, ports);
    return outcome === 'unfinished' ? { type: outcome, work } : result;
  } catch (error) {
    return { type: 'failed', error, work };
  }
};

type CancellationEnd = Exclude<CancellationDecision, Step>;

const toOutcome = (result: TaskResult<CancellationEnd>): Outcome => {
  if (result.type === 'not_found') return { outcome: 'not_found' };
  const { order, before, shared, movements, drift } = result.work;
  if (result.type === 'failed') return { outcome: 'failed', error: result.error, drift };
  if (result.type === 'unfinished') return { outcome: 'unfinished', drift };
  if (result.end.type === 'spared') return { outcome: 'spared', drift };
  if (result.end.type === 'not_cancellable') return { outcome: result.end.type, order, drift };
  const here = before !== undefined && before.status !== 'cancelled';
  return {
    outcome: here ? 'cancelled' : 'already_cancelled',
    order,
    ...(here && !shared && { restored: movements }),
    drift,
  };
};

const isLarge = (order: Order): boolean =>
  Array.isArray(order.items) && heldLines(order).length > LINES_PER_COMMIT;

/** What a second request for the same order is told. */
const repeated = (result: CancellationResult): CancellationResult => {
  const quiet = { ...result, conflicts: 0, ...('drift' in result && { drift: 0 }) };
  return quiet.outcome === 'cancelled' ? { ...quiet, outcome: 'already_cancelled' } : quiet;
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
