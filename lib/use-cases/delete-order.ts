import { joinGroups } from '../batches.ts';
import type { Change } from '../domain/change.ts';
import type { Order } from '../domain/order.ts';
import { isReleasing } from '../domain/release.ts';
import type { StockMovement } from '../domain/stock-movement.ts';
import { MOVEMENTS_PER_COMMIT, type Ports } from './ports.ts';

/**
 * - `deleted`: the order and its movements are gone.
 * - `order_not_deletable`: it is not cancelled, or its movements do not add up to nothing, so that
 *   without them the ledger would not explain the stock any more.
 * - `unfinished`: the time ran out; asking again goes on.
 */
export type DeleteOrderResult = {
  readonly outcome: 'deleted' | 'not_found' | 'order_not_deletable' | 'unfinished';
};

/** How often the movements are looked at before they are taken for what they seem. */
const LOOKS = 3;

/**
 * Deletes a cancelled order and its movements. The movements of one product go together, because
 * together they add up to nothing, and the order goes last: until then, whoever asks again goes on.
 */
export const deleteOrder = async (
  orderId: string,
  { store, remaining }: Pick<Ports, 'store' | 'remaining'>,
): Promise<DeleteOrderResult> => {
  let order: Order | undefined;
  let groups: StockMovement[][] | undefined;
  // Movements that somebody else is deleting, or has deleted with the order, do not add up either.
  for (let look = 0; look < LOOKS && !groups; look += 1) {
    order = await store.getOrder(orderId, remaining);
    if (!order) return { outcome: 'not_found' };
    if (order.status !== 'cancelled' || isReleasing(order)) break;
    groups = await deletableGroups(order, store);
  }
  if (!order || !groups) return { outcome: 'order_not_deletable' };
  const parts = joinGroups(groups, MOVEMENTS_PER_COMMIT);
  for (const [index, movements] of parts.entries()) {
    const isLast = index === parts.length - 1;
    const result = await store.commit(toChanges(order, movements, isLast), remaining);
    if (result.type === 'exhausted') return { outcome: 'unfinished' };
    // Somebody else has deleted it, or has given its id to a new one, which is none of our business.
    if (result.type === 'refused') return { outcome: 'not_found' };
  }
  return { outcome: 'deleted' };
};

/** The movements of an order by product; undefined where they do not add up, or are too many. */
const deletableGroups = async (
  order: Order,
  store: Ports['store'],
): Promise<StockMovement[][] | undefined> => {
  const byProduct = new Map<string, StockMovement[]>();
  for await (const movement of store.readMovementsOfReferences(order.movementReferences)) {
    const movements = byProduct.get(movement.productId) ?? [];
    byProduct.set(movement.productId, [...movements, movement]);
  }
  const groups = [...byProduct.values()];
  const isDeletable = groups.every(
    (group) => addsUpToNothing(group) && group.length <= MOVEMENTS_PER_COMMIT,
  );
  return isDeletable ? groups : undefined;
};

const addsUpToNothing = (movements: readonly StockMovement[]): boolean =>
  movements.reduce((total, movement) => total + movement.stockDelta, 0) === 0 &&
  movements.reduce((total, movement) => total + movement.reservedDelta, 0) === 0;

const toChanges = (
  order: Order,
  movements: readonly StockMovement[],
  isLast: boolean,
): Change[] => [
  { type: isLast ? 'delete-order' : 'require-order', order },
  ...movements.map((movement): Change => ({ type: 'delete-movement', movement })),
];
