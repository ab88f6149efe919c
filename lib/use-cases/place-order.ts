import type { Change, Refusal } from '../domain/change.ts';
import {
  continuePlacing,
  hasSameLines,
  mergeLines,
  type NewOrder,
  type Order,
  placeOrder as place,
  type ReservationStep,
} from '../domain/order.ts';
import { cancelOrder } from './cancel-orders.ts';
import { LINES_PER_COMMIT, type Ports } from './ports.ts';

/** A product that has less to give than an order asks for, in units. */
export type Shortage = {
  readonly productId: string;
  readonly requested: number;
  readonly available: number;
};

/**
 * - `placed`: the order holds everything it asks for.
 * - `already_placed`: it was placed before with the same lines; `order` is what it is now.
 * - `order_exists`: the id belongs to another order.
 * - `product_not_found`, `insufficient_stock`: nothing was reserved, or nothing is any more.
 * - `unfinished`: the time ran out; asking again with the same id is safe.
 */
export type PlaceOrderResult =
  | { readonly outcome: 'placed' | 'already_placed'; readonly order: Order }
  | { readonly outcome: 'order_exists' | 'unfinished' }
  | { readonly outcome: 'product_not_found'; readonly productIds: readonly string[] }
  | { readonly outcome: 'insufficient_stock'; readonly shortages: readonly Shortage[] };

/**
 * Places an order: reserves every line of it, or nothing.
 *
 * An order too large for one transaction takes hold of its lines step by step. If one of them runs
 * short, what it holds goes back and the order is gone again; if we do not live to do that, a
 * message that was sent before the first step has somebody else do it.
 */
export const placeOrder = async (request: NewOrder, ports: Ports): Promise<PlaceOrderResult> => {
  const { store, remaining, queue, runtime } = ports;
  const large = mergeLines(request.items).length > LINES_PER_COMMIT;
  if (large) await queue?.finishLater(request.id);

  // The order as it stands between two steps; undefined before the first.
  let order: Order | undefined;
  let joined = false;
  while (remaining() > 0) {
    const at = runtime.now().toISOString();
    const step = order
      ? continuePlacing(order, at, LINES_PER_COMMIT)
      : place(request, at, LINES_PER_COMMIT);
    const result = await store.commit(
      toChanges(order ? 'update-order' : 'create-order', step, at),
      remaining,
    );
    if (result.type === 'exhausted') break;
    if (result.type === 'committed') {
      order = step.order;
      if (!order.placing) return { outcome: joined ? 'already_placed' : 'placed', order };
      continue;
    }
    const refusal = result.refusals.find(isAboutOrder);
    const standing = refusal ? refusal.found : order && (await giveUp(order, ports));
    if (!refusal && !standing) return explain(result.refusals);
    if (standing && !hasSameLines(standing, request.items)) return { outcome: 'order_exists' };
    if (standing && !standing.placing) return { outcome: 'already_placed', order: standing };
    if (standing?.status !== 'cancelled') {
      // Somebody else is placing it, and we join in; or it is gone, and we begin again.
      order = standing;
      joined = standing !== undefined;
    } else if (await giveUp(standing, ports)) {
      // Its stock had drifted, so that its movements have to stay, and it with them.
      return { outcome: 'order_exists' };
    } else {
      order = undefined;
      joined = false;
    }
  }
  return { outcome: 'unfinished' };
};

const toChanges = (
  type: 'create-order' | 'update-order',
  { order, movements }: ReservationStep,
  at: string,
): Change[] => [
  { type, order },
  ...movements.map(
    ({ productId, stockDelta, reservedDelta }): Change => ({
      type: 'move-stock',
      productId,
      stockDelta,
      reservedDelta,
      at,
    }),
  ),
  ...movements.map((movement): Change => ({ type: 'record-movement', movement })),
];

/** An id that is taken weighs more than missing goods: a repeated order must not be told of stock. */
const isAboutOrder = (
  refusal: Refusal,
): refusal is Extract<Refusal, { type: 'create-order' | 'update-order' }> =>
  refusal.type === 'create-order' || refusal.type === 'update-order';

const explain = (refusals: readonly Refusal[]): PlaceOrderResult => {
  const productIds: string[] = [];
  const shortages: Shortage[] = [];
  for (const refusal of refusals) {
    if (refusal.type !== 'move-stock') continue;
    const { productId, reservedDelta, found } = refusal;
    if (!found) productIds.push(productId);
    else {
      shortages.push({ productId, requested: reservedDelta, available: found.availableQuantity });
    }
  }
  if (productIds.length > 0) return { outcome: 'product_not_found', productIds };
  if (shortages.length > 0) return { outcome: 'insufficient_stock', shortages };
  // Only the ledger objects: this id has moved stock before.
  return { outcome: 'order_exists' };
};

/**
 * Gives back what a half placed order holds, and removes it as if it had never been.
 *
 * @returns the order if it stands all the same: because somebody else has finished it meanwhile, or
 *   because not everything could be undone
 */
const giveUp = async (order: Order, ports: Ports): Promise<Order | undefined> => {
  const { queue: _, ...rest } = ports;
  const result = await cancelOrder(
    { orderId: order.id, reason: 'inventory', onlyIf: 'unfinished' },
    rest,
  );
  if (result.outcome === 'failed') throw result.error;
  return ports.store.getOrder(order.id);
};
