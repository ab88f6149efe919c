import type { Change, Refusal } from '../domain/change.ts';
import { missingUnits, type Order } from '../domain/order.ts';
import { decidePlacement, type NewOrder, type PlacementDecision } from '../domain/placement.ts';
import type { Product } from '../domain/product.ts';
import { orIfTimeIsUp } from '../time-budget.ts';
import { giveUpPlacement } from './give-up-placement.ts';
import { LINES_PER_COMMIT, type Ports } from './ports.ts';
import { readProducts } from './read-products.ts';

/** A product with fewer available units than a request needs. */
export type Shortage = {
  readonly productId: string;
  readonly requested: number;
  readonly available: number;
};

/**
 * - `placed`: this call placed the order, and it holds all its units.
 * - `already_placed`: it was placed before with the same lines; `order` is its current state.
 * - `order_exists`: the id belongs to another order, or to one that was given up and is kept.
 * - `product_not_found`, `product_closed`, `insufficient_stock`: nothing is reserved. Each names all
 *   such products.
 * - `unfinished`: the time ran out; a retry with the same id is safe.
 */
export type PlaceOrderResult =
  | { readonly outcome: 'placed' | 'already_placed'; readonly order: Order }
  | { readonly outcome: 'order_exists' | 'unfinished' }
  | {
      readonly outcome: 'product_not_found' | 'product_closed';
      readonly productIds: readonly string[];
    }
  | { readonly outcome: 'insufficient_stock'; readonly shortages: readonly Shortage[] };

/**
 * Places an order: reserves all its lines, or nothing.
 *
 * An order that is too large for one transaction reserves its lines step by step. If a product runs
 * short or is closed, the placement is given up: the order releases what it holds and is deleted (compensation).
 * If the invocation crashes before that, the sweep gives the placement up.
 */
export const placeOrder = (request: NewOrder, ports: Ports): Promise<PlaceOrderResult> =>
  orIfTimeIsUp(() => tryToPlace(request, ports), { outcome: 'unfinished' });

const tryToPlace = async (request: NewOrder, ports: Ports): Promise<PlaceOrderResult> => {
  const { store, remaining, runtime } = ports;
  /** The order that has the id, in its latest known state. */
  let standing: Order | undefined;
  /** Whether this call took every step of it. */
  let isOurs = true;
  while (remaining() > 0) {
    // 1. Decide the next step.
    const at = runtime.now().toISOString();
    const decision = decidePlacement(standing, { by: ports.by, ...request }, at, LINES_PER_COMMIT);
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

    // 3. Learn from the refusal.
    const refusal = result.refusals.find(isAboutOrder);
    // Stock can be short because a concurrent call has just placed this same order: read it first.
    const found = refusal ? refusal.found : await store.getOrder(request.id, remaining);
    if (refusal || (found && !isSameVersion(found, standing))) {
      standing = found;
    } else {
      const givenUp = found && (await giveUpPlacement(found, ports));
      if (givenUp?.outcome === 'unfinished') return givenUp;
      const isStanding = givenUp?.outcome === 'standing';
      if (!isStanding && (found || !(await hasChanged(result.refusals, ports)))) {
        return explain([
          ...result.refusals.flatMap(needOf),
          ...(await needsOfLaterSteps(decision.order, ports)),
        ]);
      }
      standing = isStanding ? givenUp.order : undefined;
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

/** Checked before the stock: a retry of a placed order must not be answered with a shortage. */
const isAboutOrder = (
  refusal: Refusal,
): refusal is Extract<Refusal, { type: 'create-order' | 'update-order' }> =>
  refusal.type === 'create-order' || refusal.type === 'update-order';

/**
 * Whether the order whose movements were refused has been deleted since, or placed again. The commit
 * met a conflict at the order, or that refusal would have told of it.
 */
const hasChanged = async (
  refusals: readonly Refusal[],
  { store, remaining }: Pick<Ports, 'store' | 'remaining'>,
): Promise<boolean> => {
  const refusal = refusals.find(({ type }) => type === 'record-movement');
  if (refusal?.type !== 'record-movement') return false;
  const { movement } = refusal;
  if (!(await store.getMovement(movement, remaining))) return true;
  return (await store.getOrder(movement.orderId ?? '', remaining)) !== undefined;
};

/** Units that an order needs of a product, and the product; absent if it does not exist. */
type Need = {
  readonly productId: string;
  readonly requested: number;
  readonly product?: Product | undefined;
};

const needOf = (refusal: Refusal): Need[] =>
  refusal.type === 'move-stock'
    ? [
        {
          productId: refusal.productId,
          requested: refusal.reservedDelta,
          product: refusal.found,
        },
      ]
    : [];

/**
 * What the later steps of a placement would have needed. They were not tried, and the caller is told
 * of every product that is short or closed.
 */
const needsOfLaterSteps = async (order: Order, ports: Ports): Promise<readonly Need[]> => {
  const lines = order.items.filter((line) => missingUnits(line) > 0);
  const products = await readProducts(
    lines.map(({ productId }) => productId),
    ports,
  );
  return lines.map((line, index) => ({
    productId: line.productId,
    requested: missingUnits(line),
    product: products[index],
  }));
};

const explain = (needs: readonly Need[]): PlaceOrderResult => {
  const missing = needs.filter(({ product }) => !product).map(({ productId }) => productId);
  if (missing.length > 0) return { outcome: 'product_not_found', productIds: missing };
  const closed = needs.filter(({ product }) => product?.closed).map(({ productId }) => productId);
  if (closed.length > 0) return { outcome: 'product_closed', productIds: closed };
  const shortages = needs.flatMap(({ productId, requested, product }): Shortage[] => {
    const available = product?.availableQuantity ?? 0;
    return available < requested ? [{ productId, requested, available }] : [];
  });
  if (shortages.length > 0) return { outcome: 'insufficient_stock', shortages };
  // Only a movement's condition failed: an order with this id has moved stock before.
  return { outcome: 'order_exists' };
};
