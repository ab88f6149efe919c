import type { Change, Refusal } from '../domain/change.ts';
import type { Order } from '../domain/order.ts';
import { decidePlacement, type NewOrder, type PlacementDecision } from '../domain/placement.ts';
import { giveUpPlacement } from './give-up-placement.ts';
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
 * short, what it holds goes back and the order is gone again; if this invocation dies before, the
 * sweep does that.
 */
export const placeOrder = async (request: NewOrder, ports: Ports): Promise<PlaceOrderResult> => {
  const { store, remaining, runtime } = ports;
  /** The order that has the id, as far as is known. */
  let standing: Order | undefined;
  /** Whether every step of it was taken here. */
  let isOurs = true;
  while (remaining() > 0) {
    // 1. Decide what comes next.
    const at = runtime.now().toISOString();
    const decision = decidePlacement(standing, request, at, LINES_PER_COMMIT);
    switch (decision.type) {
      case 'order_exists':
        return { outcome: 'order_exists' };
      case 'placed':
        return { outcome: isOurs ? 'placed' : 'already_placed', order: decision.order };
      case 'given_up': {
        const givenUp = await giveUpPlacement(decision.order, ports);
        if (givenUp.outcome === 'unfinished') return givenUp;
        standing = givenUp.outcome === 'standing' ? givenUp.order : undefined;
        continue;
      }
    }

    // 2. Commit it.
    isOurs ||= decision.isNew;
    const writeId = runtime.newId();
    const result = await store.commit(toChanges(decision, at), remaining, { writeId });
    if (result.type === 'exhausted') return { outcome: 'unfinished' };
    if (result.type === 'committed') {
      standing = { ...decision.order, writeId };
      if (standing.placing) continue;
      return { outcome: isOurs ? 'placed' : 'already_placed', order: standing };
    }

    // 3. Learn who or what was in the way.
    const refusal = result.refusals.find(isAboutOrder);
    // A conflict can hide that another call has just placed this very order, with these very goods.
    const found = refusal ? refusal.found : await store.getOrder(request.id, remaining);
    if (refusal || (found && !isSameVersion(found, standing))) {
      standing = found;
    } else {
      const givenUp = found && (await giveUpPlacement(found, ports));
      if (givenUp?.outcome === 'unfinished') return givenUp;
      if (givenUp?.outcome !== 'standing') return explain(result.refusals);
      standing = givenUp.order;
    }
    isOurs = false;
  }
  return { outcome: 'unfinished' };
};

const isSameVersion = (found: Order, standing: Order | undefined): boolean =>
  found.version === standing?.version && found.writeId === standing.writeId;

const toChanges = (
  { isNew, order, movements }: Extract<PlacementDecision, { type: 'reserve' }>,
  at: string,
): Change[] => [
  { type: isNew ? 'create-order' : 'update-order', order },
  ...movements.map(
    ({ productId, stockDelta, reservedDelta }): Change => ({
      type: 'move-stock',
      productId,
      stockDelta,
      reservedDelta,
      movements: 1,
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
