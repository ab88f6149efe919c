import {
  type AnyCancellation,
  type CancellationRequest,
  decideCancellation,
  decidePartialCancellation,
  type NotCancellable,
  type PartialCancellationRequest,
  type PartialRejection,
  restoredByPart,
  restoredByWhole,
  wasReinstatedSince,
} from '../domain/cancellation.ts';
import type { Order } from '../domain/order.ts';
import type { ProductQuantity } from '../domain/stock-movement.ts';
import type { Task, TaskResult } from '../group-commit/progress.ts';
import { TimeIsUpError } from '../time-budget.ts';
import { LINES_PER_COMMIT, type Ports } from './ports.ts';
import { readOrders } from './read-orders.ts';
import { digestOf } from './request-digest.ts';
import { type Patience, runOnShop } from './run.ts';

/**
 * How one request ended.
 *
 * - `cancelled`: this call cancelled the order, or the units that it names.
 * - `already_cancelled`: an earlier or concurrent request did, also if the order was reinstated since
 *   it was asked for.
 * - `not_cancellable`: it cannot be cancelled, and why; `order` is its current state.
 * - `line_not_found`, `quantity_exceeded`, `reference_reused`: see `PartRejection`.
 * - `not_found`: the order does not exist, or its id now belongs to another order.
 * - `unfinished`: the time ran out, or there were more conflicts than the caller allows. Nothing is
 *   lost: a later request or the sweep resumes the work. `orderCreatedAt` tells the order from a
 *   later one with the same id, and `orderRound` its cancellation from a later one.
 * - `failed`: an unexpected error, or the order could not be read. It affects this order only.
 *
 * `restored` are the units that went back on the shelf. `drift` counts units that the order held but
 * that could not be released, because the product's counter was too low or the product does not
 * exist any more. `conflicts` counts the attempts that had to be repeated.
 */
export type CancellationResult = {
  readonly orderId: string;
  readonly conflicts: number;
  readonly drift: number;
} & Outcome;

/** Why an order cannot be cancelled, now or later. */
export type WhyNotCancellable = Exclude<NotCancellable, 'being_imported'>;

type Outcome =
  | {
      readonly outcome: 'cancelled' | 'already_cancelled';
      readonly order: Order;
      readonly restored: readonly ProductQuantity[];
    }
  | {
      readonly outcome: 'not_cancellable';
      readonly why: WhyNotCancellable;
      readonly order: Order;
    }
  | {
      readonly outcome: 'line_not_found' | 'quantity_exceeded';
      readonly productIds: readonly string[];
    }
  | { readonly outcome: 'reference_reused' }
  | { readonly outcome: 'not_found' }
  | {
      readonly outcome: 'unfinished';
      readonly orderCreatedAt?: string;
      readonly orderRound?: number;
    }
  | { readonly outcome: 'failed'; readonly error: unknown };

/**
 * Cancels orders and parts of orders, and gives their reserved stock back, exactly once, however
 * many callers ask at the same time or again. HTTP calls it with one request, the queue function
 * with many.
 *
 * If several requests ask for the same, the first one does it, and the others get
 * `already_cancelled`. Different requests for one order are carried out one after the other. A
 * request with `orderCreatedAt` finds only an order of that time. No request cancels an order that was
 * reinstated since it was sent, or since the order was found for it.
 *
 * @returns one result per request, in their order; never rejects because of some orders
 */
export const cancelOrders = async (
  requests: readonly AnyCancellation[],
  ports: Ports,
  patience: Patience = {},
): Promise<CancellationResult[]> => {
  const found = await readOrders(
    requests.map(({ orderId }) => orderId),
    ports,
  );
  /** The first request of each kind, and how it ended. */
  const first = new Map<string, AnyCancellation>();
  const became = new Map<AnyCancellation, TaskResult<Why>>();
  const latest = new Map<string, Order>();
  const names = requests.map(sameAs);
  for (const [index, request] of requests.entries()) {
    const order = found.get(request.orderId);
    if (!order || 'error' in order || !isMeant(order, request)) continue;
    if (wasReinstatedSince(order, request)) continue;
    latest.set(order.id, order);
    const name = names[index] as string;
    if (!first.has(name)) first.set(name, request);
  }
  let conflicts = 0;
  for (const wave of inWaves([...first.values()])) {
    const run = await runOnShop(
      wave.map((request) =>
        cancellation(latest.get(request.orderId) as Order, {
          by: ports.by,
          ...inRoundOf(found.get(request.orderId) as Order, request),
        }),
      ),
      ports,
      patience,
    );
    conflicts += run.conflicts;
    for (const [index, request] of wave.entries()) {
      const result = run.results[index] as TaskResult<Why>;
      became.set(request, result);
      if ('order' in result) latest.set(request.orderId, result.order);
    }
  }
  return requests.map((request, index): CancellationResult => {
    const { orderId } = request;
    const order = found.get(orderId);
    // The conflicts of a group belong to no single order, so the first result has them all.
    const counts = { orderId, conflicts: index === 0 ? conflicts : 0, drift: 0 };
    if (order && 'error' in order) return { ...counts, ...unread(order.error) };
    if (!order || !isMeant(order, request)) return { ...counts, outcome: 'not_found' };
    const decisive = wasReinstatedSince(order, request)
      ? undefined
      : first.get(names[index] as string);
    const result = decisive && became.get(decisive);
    if (!result) {
      const restored = restoredBy(request)(order);
      return { ...counts, outcome: 'already_cancelled', order, restored };
    }
    const outcome = outcomeOf(result, order, restoredBy(request));
    if ('order' in outcome && !isMeant(outcome.order, request)) {
      return { ...counts, outcome: 'not_found' };
    }
    return request === decisive
      ? { ...counts, drift: result.drift, ...outcome }
      : { ...counts, ...repeated(outcome) };
  });
};

export const isPart = (request: AnyCancellation): request is PartialCancellationRequest =>
  'items' in request && request.items !== undefined;

/** The same for requests of which only one has to be carried out. No id contains a blank. */
const sameAs = (request: AnyCancellation): string =>
  isPart(request)
    ? `${request.orderId} ${request.idempotencyKey} ${digestOf(request)}`
    : `${request.orderId} ${request.onlyIf ?? ''}`;

/** Requests for different orders can share transactions. Those for one order wait for each other. */
const inWaves = (requests: readonly AnyCancellation[]): AnyCancellation[][] => {
  const waves: AnyCancellation[][] = [];
  const before = new Map<string, number>();
  for (const request of requests) {
    const wave = before.get(request.orderId) ?? 0;
    before.set(request.orderId, wave + 1);
    const together = waves[wave];
    if (together) together.push(request);
    else waves.push([request]);
  }
  return waves;
};

/** Cancels one order, or a part of it. */
export const cancelOrder = async (
  request: AnyCancellation,
  ports: Ports,
  patience: Patience = {},
): Promise<CancellationResult> => {
  const [result] = await cancelOrders([request], ports, patience);
  return result as CancellationResult;
};

/** Why something is not cancelled; `another` if the id now belongs to another order. */
type Why = PartialRejection | 'another';

const isMeant = (order: Order, { orderCreatedAt }: CancellationRequest): boolean =>
  orderCreatedAt === undefined || orderCreatedAt === order.createdAt;

/**
 * A request for a whole order is for the round in which it was found, whatever happens meanwhile. A
 * part has its key for that.
 */
const inRoundOf = ({ round }: Order, request: AnyCancellation): AnyCancellation =>
  isPart(request) ? request : { ...request, orderRound: round };

const cancellation = (order: Order, request: AnyCancellation): Task<Why> => {
  const decide = isPart(request) ? partDecision(request) : wholeDecision(request);
  return {
    order,
    by: request.by,
    decide: (current, at) => {
      if (!isMeant(current, request)) return { type: 'rejected', why: 'another' };
      return wasReinstatedSince(current, request) ? { type: 'settled' } : decide(current, at);
    },
  };
};

const partDecision = (request: PartialCancellationRequest): Task<Why>['decide'] => {
  const digest = digestOf(request);
  return (order, at) => decidePartialCancellation(order, request, digest, at);
};

const wholeDecision =
  (request: CancellationRequest): Task<Why>['decide'] =>
  (order, at) => {
    const decision = decideCancellation(order, request, at, LINES_PER_COMMIT);
    return decision.type === 'rejected'
      ? { type: 'rejected', why: { code: 'not_cancellable', reason: decision.why } }
      : decision;
  };

/** The outcome for an order that was not read in time, or whose row is damaged. */
const unread = (error: unknown): Outcome =>
  error instanceof TimeIsUpError ? { outcome: 'unfinished' } : { outcome: 'failed', error };

/**
 * How a task ended, as an outcome.
 *
 * @param before the order as the task found it
 * @param restoredOf the units that went back on the shelf, if the order is settled
 */
export const outcomeOf = (
  result: TaskResult<Why>,
  before: Order,
  restoredOf: (order: Order) => readonly ProductQuantity[],
): Outcome => {
  switch (result.type) {
    case 'settled':
      return {
        outcome: result.here ? 'cancelled' : 'already_cancelled',
        order: result.order,
        restored: restoredOf(result.order),
      };
    case 'rejected':
      return result.why === 'another'
        ? { outcome: 'not_found' }
        : refused(result.why, result.order);
    case 'failed':
      return { outcome: 'failed', error: result.error };
    case 'not_found':
      return { outcome: 'not_found' };
    case 'unfinished':
      return unfinished(before);
  }
};

const unfinished = ({ createdAt, round }: Order): Outcome => ({
  outcome: 'unfinished',
  orderCreatedAt: createdAt,
  orderRound: round,
});

const restoredBy =
  (request: AnyCancellation) =>
  (order: Order): ProductQuantity[] =>
    isPart(request) ? restoredByPart(order, request) : restoredByWhole(order);

const refused = (why: PartialRejection, order: Order): Outcome => {
  switch (why.code) {
    case 'not_cancellable':
      // Soon it will be in, and then it can be cancelled: the queue must not forget it.
      return why.reason === 'being_imported'
        ? unfinished(order)
        : { outcome: why.code, why: why.reason, order };
    case 'line_not_found':
    case 'quantity_exceeded':
      return { outcome: why.code, productIds: why.productIds };
    case 'reference_reused':
      return { outcome: why.code };
  }
};

/** The outcome for a second request for the same order. */
const repeated = (outcome: Outcome): Outcome =>
  outcome.outcome === 'cancelled' ? { ...outcome, outcome: 'already_cancelled' } : outcome;
