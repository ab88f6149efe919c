import { inBatches, joinGroups } from '../batches.ts';
import type { Change } from '../domain/change.ts';
import { holdsUnits, isImporting, type Order } from '../domain/order.ts';
import { rulesOf } from '../domain/order-status.ts';
import type { StockMovement } from '../domain/stock-movement.ts';
import { backOff } from '../retry.ts';
import { orIfTimeIsUp } from '../time-budget.ts';
import { COMMIT_CAPACITY, type Ports } from './ports.ts';

/**
 * - `deleted`: the order and its movements are deleted. `units` is what the order was about, and
 *   `movements` how many this call has deleted.
 * - `order_not_deletable`: it is not cancelled, or its movements do not add up to zero. Without
 *   them the ledger would not explain the stock any more.
 * - `unfinished`: the time ran out; a retry resumes the work.
 */
export type DeleteOrderResult =
  | { readonly outcome: 'deleted'; readonly units: number; readonly movements: number }
  | { readonly outcome: 'not_found' | 'order_not_deletable' | 'unfinished' };

/** One action checks or deletes the order. */
const ACTIONS_FOR_GROUPS = COMMIT_CAPACITY.actions - 1;

/**
 * Deletes a cancelled order and its movements. The movements of one product are deleted in one
 * transaction, because only together they add up to zero. The order is deleted last: until then, a
 * retry resumes the work.
 *
 * @param only the order to delete; without it, the one that has the id at the first read
 */
export const deleteOrder = (
  orderId: string,
  ports: Ports,
  only?: Pick<Order, 'createdAt'>,
): Promise<DeleteOrderResult> =>
  orIfTimeIsUp<DeleteOrderResult>(() => tryToDelete(orderId, ports, only), {
    outcome: 'unfinished',
  });

const tryToDelete = async (
  orderId: string,
  ports: Ports,
  only: Pick<Order, 'createdAt'> | undefined,
): Promise<DeleteOrderResult> => {
  const { store, remaining, runtime } = ports;
  const gone: GoneProducts = new Map();
  let meant = only;
  let before: number | undefined;
  let movements = 0;
  const onDeleted = (deleted: number): void => {
    movements += deleted;
  };
  for (let attempt = 0; remaining() > 0; attempt += 1) {
    const order = await store.getOrder(orderId, remaining);
    meant ??= order;
    // An id can be used again after a delete.
    if (!order || order.createdAt !== meant?.createdAt) return { outcome: 'not_found' };
    if (rulesOf(order.status).cancellation !== 'done' || holdsUnits(order) || isImporting(order)) {
      return { outcome: 'order_not_deletable' };
    }
    const groups = await readGroups(order, ports);
    const known = gone.size;
    await findGone(groups.filter((group) => !addsUp(group)).map(productOf), gone, ports);
    if (groups.every((group) => isDeletable(group, gone))) {
      const outcome = await deleteGroups(order, groups, gone, ports, onDeleted);
      if (outcome === 'deleted') return { outcome, units: unitsOf(order), movements };
      if (outcome === 'unfinished') return { outcome };
    }
    // If another request is deleting them, the movements do not add up, and the next read finds
    // fewer.
    const left = groups.flat().length;
    if (left === before && gone.size === known) return { outcome: 'order_not_deletable' };
    before = left;
    if (!(await backOff(attempt, remaining, runtime))) break;
  }
  return { outcome: 'unfinished' };
};

const unitsOf = ({ items }: Order): number =>
  items.reduce((total, { quantity }) => total + quantity, 0);

/**
 * Products that do not exist any more: when each was retired, or undefined if it has no row. Their
 * ledgers have no counters to explain any more.
 */
type GoneProducts = Map<string, string | undefined>;

/** Products that are read at the same time. */
const PRODUCTS_IN_FLIGHT = 25;

/** Finds out which of these products do not exist any more. */
const findGone = async (
  productIds: readonly string[],
  gone: GoneProducts,
  { store, remaining }: Ports,
): Promise<void> => {
  await inBatches(productIds, { size: 1, atOnce: PRODUCTS_IN_FLIGHT }, async ([productId = '']) => {
    if (await store.getProduct(productId, remaining)) return;
    gone.set(productId, (await store.getRetiredProduct(productId, remaining))?.deletedAt);
  });
};

type Group = readonly StockMovement[];

/** The movements of an order by product. */
const readGroups = async (order: Order, { store, remaining }: Ports): Promise<Group[]> => {
  const byProduct = new Map<string, StockMovement[]>();
  const all = store.readMovementsOfReferences(order.movementReferences, remaining);
  for await (const movement of all) {
    const movements = byProduct.get(movement.productId);
    if (movements) movements.push(movement);
    else byProduct.set(movement.productId, [movement]);
  }
  return [...byProduct.values()];
};

const productOf = (group: Group): string => group[0]?.productId ?? '';

const addsUp = (group: Group): boolean =>
  group.reduce((total, movement) => total + movement.stockDelta, 0) === 0 &&
  group.reduce((total, movement) => total + movement.reservedDelta, 0) === 0;

/** The movements add up to zero, or their product is gone; and they fit one transaction. */
const isDeletable = (group: Group, gone: GoneProducts): boolean =>
  (addsUp(group) || gone.has(productOf(group))) && group.length < ACTIONS_FOR_GROUPS;

/**
 * Deletes the movements and then the order.
 *
 * @returns `refused` when another request has written to any of them meanwhile, or when a product
 *   does not exist any more, which is then added to `gone`
 */
const deleteGroups = async (
  order: Order,
  groups: readonly Group[],
  gone: GoneProducts,
  ports: Ports,
  onDeleted: (movements: number) => void,
): Promise<'deleted' | 'refused' | 'unfinished'> => {
  const parts = joinGroups(
    groups.map((group) => toChanges(group, gone)),
    ACTIONS_FOR_GROUPS,
  );
  for (const [index, changes] of parts.entries()) {
    const type = index === parts.length - 1 ? 'delete-order' : 'require-order';
    const result = await ports.store.commit([{ type, order }, ...changes], ports.remaining);
    if (result.type === 'exhausted') return 'unfinished';
    if (result.type === 'refused') {
      const missing = result.refusals.flatMap((refusal) =>
        refusal.type === 'uncount-movements' && !refusal.found ? [refusal.productId] : [],
      );
      await findGone(missing, gone, ports);
      return 'refused';
    }
    onDeleted(changes.filter((change) => change.type === 'delete-movement').length);
  }
  return 'deleted';
};

/** A product counts its movements, so every delete counts down in the same transaction. */
const toChanges = (group: Group, gone: GoneProducts): Change[] => [
  countDown(productOf(group), group.length, gone),
  ...group.map((movement): Change => ({ type: 'delete-movement', movement })),
];

const countDown = (productId: string, movements: number, gone: GoneProducts): Change => {
  if (!gone.has(productId)) return { type: 'uncount-movements', productId, movements };
  const retiredAt = gone.get(productId);
  return retiredAt === undefined
    ? { type: 'require-no-product', productId }
    : { type: 'uncount-movements', productId, movements, retiredAt };
};
