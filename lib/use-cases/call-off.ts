import type { Actor } from '../domain/actor.ts';
import { type CallOffRequest, decideCallOff, heldOf } from '../domain/call-off.ts';
import type { PartialRejection } from '../domain/cancellation.ts';
import type { Order } from '../domain/order.ts';
import type { ProductQuantity } from '../domain/stock-movement.ts';
import type { TaskResult } from '../group-commit/progress.ts';
import { lessThan, orIfTimeIsUp } from '../time-budget.ts';
import { type CancellationResult, outcomeOf } from './cancel-orders.ts';
import { type Holding, holdersOf } from './holders.ts';
import { LINES_PER_COMMIT, type Ports } from './ports.ts';
import { digestOf } from './request-digest.ts';
import { runOnShop } from './run.ts';

/**
 * How one turn at a call-off ended.
 *
 * - `done`: nobody holds units of the product, or only orders that cannot be cancelled; `left` says
 *   how many these are.
 * - `reopened`: the product takes new orders again, so somebody has ended the call-off.
 * - `unknown`: there is no such call-off, or it is too old.
 * - `unfinished`: orders are left, or may be. A later turn goes on.
 * - `failed`: an unexpected error. A later turn goes on.
 */
export type CallOffResult = {
  readonly batchId: string;
} & (
  | { readonly outcome: 'done'; readonly left: number }
  | { readonly outcome: 'reopened' | 'unknown' | 'unfinished' }
  | { readonly outcome: 'failed'; readonly error: unknown }
);

/** A call-off, and who asked for it. */
export type CallOffTurn = { readonly batchId: string; readonly by?: Actor | undefined };

/** Is told how the orders ended that were cancelled together. */
type Report = (turn: CallOffTurn, results: readonly CancellationResult[]) => void;

/**
 * Carries call-offs out, one after the other. Each has its share of the time, so that none costs the
 * others their turn.
 *
 * @returns one result per call-off, in their order; never rejects
 */
export const callOffAll = async (
  turns: readonly CallOffTurn[],
  ports: Ports,
  report: Report,
): Promise<CallOffResult[]> => {
  const results: CallOffResult[] = [];
  for (const [index, turn] of turns.entries()) {
    const share = ports.remaining() / (turns.length - index);
    const remaining = lessThan(ports.remaining, ports.remaining() - share);
    results.push(await callOff(turn, { ...ports, remaining }, report));
  }
  return results;
};

const callOff = async (turn: CallOffTurn, ports: Ports, report: Report): Promise<CallOffResult> => {
  const { batchId } = turn;
  try {
    const ended = await orIfTimeIsUp(() => walk(turn, ports, report), unfinished);
    return { batchId, ...ended };
  } catch (error) {
    return { batchId, outcome: 'failed', error };
  }
};

const unfinished = { outcome: 'unfinished' } as const;

type Ended =
  | { readonly outcome: 'done'; readonly left: number }
  | { readonly outcome: 'reopened' | 'unknown' | 'unfinished' };

/**
 * Walks through the orders that hold the product, and cancels them as they are found. The index of
 * the walk lags behind, so only the product's counter tells whether all were found.
 */
const walk = async (turn: CallOffTurn, ports: Ports, report: Report): Promise<Ended> => {
  const { store, remaining } = ports;
  const batch = await store.getBatch(turn.batchId, remaining);
  if (!batch?.callOff) return { outcome: 'unknown' };
  const request = { ...batch.callOff, idempotencyKey: turn.batchId, by: turn.by };
  const { productId } = request;
  const product = await store.getProduct(productId, remaining);
  // What is deleted was held by nobody.
  if (!product) return { outcome: 'done', left: 0 };
  if (!product.closed) return { outcome: 'reopened' };
  if (product.reservedQuantity === 0) return { outcome: 'done', left: 0 };

  /** What the orders hold that cannot be cancelled. */
  const refused = new Map<string, number>();
  for await (const { holdings } of holdersOf(productId, ports)) {
    const results = await cancelHeld(holdings, request, ports);
    report(turn, results);
    for (const [index, result] of results.entries()) {
      const held = holdings[index]?.reservedQuantity ?? 0;
      if (isRefused(result)) refused.set(result.orderId, held);
    }
    if (await isAll(refused, productId, ports)) return { outcome: 'done', left: refused.size };
  }
  return unfinished;
};

/**
 * Whether these orders hold all that is reserved of a product. They may have changed since they were
 * refused, so their sum alone proves nothing: they are read again. If the product does not move
 * meanwhile, they hold these units at the same moment, and by the law of holdings nobody else does.
 *
 * @param found what each of them held when it was found
 */
const isAll = async (
  found: ReadonlyMap<string, number>,
  productId: string,
  { store, remaining }: Ports,
): Promise<boolean> => {
  const before = await store.getProduct(productId, remaining);
  if (!before || before.reservedQuantity === 0) return true;
  const sum = [...found.values()].reduce((total, held) => total + held, 0);
  if (sum !== before.reservedQuantity) return false;
  const orders = await store.getOrders([...found.keys()], remaining);
  const after = await store.getProduct(productId, remaining);
  let held = 0;
  for (const order of orders.values()) {
    if (!(order instanceof Error)) held += heldOf(order, productId);
  }
  return held === after?.reservedQuantity && before.movementCount === after.movementCount;
};

/**
 * Cancels what orders hold, in as few transactions as it can. It may use half of the time that is
 * left, so that one contested order does not use up the time of all others.
 */
const cancelHeld = async (
  holdings: readonly Holding[],
  request: CallOffRequest,
  ports: Ports,
): Promise<CancellationResult[]> => {
  const remaining = lessThan(ports.remaining, ports.remaining() / 2);
  const asked = digestOf({ ...request, items: [] });
  const run = await runOnShop(
    holdings.map(({ order }) => ({
      order,
      by: request.by,
      // A later order with the same id is another holder, which the next walk finds.
      decide: (current: Order, at: string) =>
        current.createdAt === order.createdAt
          ? decideCallOff(current, request, asked, at, LINES_PER_COMMIT)
          : ({ type: 'settled' } as const),
    })),
    { ...ports, remaining },
  );
  return holdings.map(({ order }, index) => {
    const result = run.results[index] as TaskResult<PartialRejection>;
    return {
      orderId: order.id,
      drift: result.drift,
      // The conflicts of a group belong to no single order, so the first result has them all.
      conflicts: index === 0 ? run.conflicts : 0,
      ...outcomeOf(result, order, restoredSince(order, request)),
    };
  });
};

/** What a call-off has put back on the shelf of an order, of which it knew `before`. */
const restoredSince =
  (before: Order, { productId, restock }: CallOffRequest) =>
  (order: Order): ProductQuantity[] => {
    const quantity = cancelledOf(order, productId) - cancelledOf(before, productId);
    return restock === false || quantity <= 0 ? [] : [{ productId, quantity }];
  };

const cancelledOf = ({ items }: Order, productId: string): number =>
  items.find((line) => line.productId === productId)?.cancelledQuantity ?? 0;

/** Whether waiting does not help: only somebody else can change that the order is refused. */
const isRefused = (result: CancellationResult): boolean =>
  result.outcome === 'reference_reused' ||
  (result.outcome === 'not_cancellable' && result.why !== 'being_placed');
