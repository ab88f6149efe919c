import type { Refusal } from '../domain/change.ts';
import { missingUnits, type Order } from '../domain/order.ts';
import { decidePlacement, type NewOrder } from '../domain/placement.ts';
import type { ProductQuantity } from '../domain/stock-movement.ts';
import { orIfTimeIsUp } from '../time-budget.ts';
import { giveUpPlacement } from './give-up-placement.ts';
import { LINES_PER_COMMIT, type Ports } from './ports.ts';
import {
  explainRefusal,
  isAboutOrder,
  isSameVersion,
  reserving,
  type Unavailable,
} from './reserving.ts';

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
  | Unavailable;

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
    const result = await store.commit(reserving(decision, at), remaining, { writeId });
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
        // If only a movement's condition failed, an order with this id has moved stock before.
        return (
          (await explainRefusal(result.refusals, missingLines(decision.order), ports)) ?? {
            outcome: 'order_exists',
          }
        );
      }
      standing = isStanding ? givenUp.order : undefined;
    }
    isOurs = false;
  }
  return { outcome: 'unfinished' };
};

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

/** What the later steps of a placement would have reserved. */
const missingLines = ({ items }: Order): ProductQuantity[] =>
  items
    .map((line) => ({ productId: line.productId, quantity: missingUnits(line) }))
    .filter(({ quantity }) => quantity > 0);
