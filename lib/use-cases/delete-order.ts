import { joinGroups } from '../batches.ts';
import type { Change } from '../domain/change.ts';
import type { Order } from '../domain/order.ts';
import { rulesOf } from '../domain/order-status.ts';
import { isReleasing } from '../domain/release.ts';
import type { StockMovement } from '../domain/stock-movement.ts';
import { backOff } from '../retry.ts';
import { COMMIT_CAPACITY, type Ports } from './ports.ts';

/**
 * - `deleted`: the order and its movements are gone.
 * - `order_not_deletable`: it is not cancelled, or its movements do not add up to nothing, so that
 *   without them the ledger would not explain the stock any more.
 * - `unfinished`: the time ran out; asking again resumes it.
 */
export type DeleteOrderResult = {
  readonly outcome: 'deleted' | 'not_found' | 'order_not_deletable' | 'unfinished';
};

/** How often the movements are looked at before they are taken for what they seem. */
const LOOKS = 3;

/** One action makes sure that the order is still the same. */
const ACTIONS_FOR_GROUPS = COMMIT_CAPACITY.actions - 1;

/**
 * Deletes a cancelled order and its movements. The movements of one product go together, because
 * together they add up to nothing, and the order goes last: until then, any later request resumes
 * the work.
 */
export const deleteOrder = async (orderId: string, ports: Ports): Promise<DeleteOrderResult> => {
  const { store, remaining, runtime } = ports;
  let looks = 0;
  for (let attempt = 0; remaining() > 0; attempt += 1) {
    const order = await store.getOrder(orderId, remaining);
    if (!order) return { outcome: 'not_found' };
    if (rulesOf(order.status).cancellation !== 'done' || isReleasing(order)) {
      return { outcome: 'order_not_deletable' };
    }
    const groups = await readGroups(order, store);
    if (groups.every(isDeletable)) {
      const outcome = await deleteGroups(order, groups, ports);
      if (outcome !== 'refused') return { outcome };
    } else {
      // Movements that somebody else is deleting do not add up either, for a moment.
      looks += 1;
      if (looks === LOOKS) return { outcome: 'order_not_deletable' };
    }
    if (!(await backOff(attempt, remaining, runtime))) break;
  }
  return { outcome: 'unfinished' };
};

/** The movements of an order by product. */
const readGroups = async (order: Order, store: Ports['store']): Promise<StockMovement[][]> => {
  const byProduct = new Map<string, StockMovement[]>();
  for await (const movement of store.readMovementsOfReferences(order.movementReferences)) {
    const movements = byProduct.get(movement.productId);
    if (movements) movements.push(movement);
    else byProduct.set(movement.productId, [movement]);
  }
  return [...byProduct.values()];
};

/** Movements of one product add up to nothing, and fit one transaction. */
const isDeletable = (movements: readonly StockMovement[]): boolean =>
  movements.reduce((total, movement) => total + movement.stockDelta, 0) === 0 &&
  movements.reduce((total, movement) => total + movement.reservedDelta, 0) === 0 &&
  movements.length < ACTIONS_FOR_GROUPS;

/**
 * Deletes the movements and then the order.
 *
 * @returns `refused` when somebody else has written to any of them meanwhile
 */
const deleteGroups = async (
  order: Order,
  groups: readonly (readonly StockMovement[])[],
  { store, remaining }: Ports,
): Promise<'deleted' | 'refused' | 'unfinished'> => {
  const parts = joinGroups(groups.map(toChanges), ACTIONS_FOR_GROUPS);
  for (const [index, changes] of parts.entries()) {
    const type = index === parts.length - 1 ? 'delete-order' : 'require-order';
    const result = await store.commit([{ type, order }, ...changes], remaining);
    if (result.type === 'exhausted') return 'unfinished';
    if (result.type === 'refused') return 'refused';
  }
  return 'deleted';
};

/** The product counts its movements, so that it knows when the last of them is gone. */
const toChanges = (movements: readonly StockMovement[]): Change[] => [
  {
    type: 'uncount-movements',
    productId: movements[0]?.productId ?? '',
    movements: movements.length,
  },
  ...movements.map((movement): Change => ({ type: 'delete-movement', movement })),
];
