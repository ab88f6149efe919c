import { inBatches, joinGroups } from '../batches.ts';
import type { Change } from '../domain/change.ts';
import type { Order } from '../domain/order.ts';
import { rulesOf } from '../domain/order-status.ts';
import { isReleasing } from '../domain/release.ts';
import type { StockMovement } from '../domain/stock-movement.ts';
import { backOff } from '../retry.ts';
import { orIfTimeIsUp } from '../time-budget.ts';
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

/** One action makes sure that the order is still the same. */
const ACTIONS_FOR_GROUPS = COMMIT_CAPACITY.actions - 1;

/**
 * Deletes a cancelled order and its movements. The movements of one product go together, because
 * together they add up to nothing, and the order goes last: until then, any later request resumes
 * the work.
 *
 * @param only the order that is meant; without it, the one that has the id first
 */
export const deleteOrder = (
  orderId: string,
  ports: Ports,
  only?: Pick<Order, 'createdAt'>,
): Promise<DeleteOrderResult> =>
  orIfTimeIsUp(() => tryToDelete(orderId, ports, only), { outcome: 'unfinished' });

const tryToDelete = async (
  orderId: string,
  ports: Ports,
  only: Pick<Order, 'createdAt'> | undefined,
): Promise<DeleteOrderResult> => {
  const { store, remaining, runtime } = ports;
  const gone: GoneProducts = new Map();
  let meant = only;
  let before: number | undefined;
  for (let attempt = 0; remaining() > 0; attempt += 1) {
    const order = await store.getOrder(orderId, remaining);
    meant ??= order;
    // An id can be given again after a delete.
    if (!order || order.createdAt !== meant?.createdAt) return { outcome: 'not_found' };
    if (rulesOf(order.status).cancellation !== 'done' || isReleasing(order)) {
      return { outcome: 'order_not_deletable' };
    }
    const groups = await readGroups(order, ports);
    const known = gone.size;
    await lookAt(groups.filter((group) => !addsUp(group)).map(productOf), gone, ports);
    if (groups.every((group) => isDeletable(group, gone))) {
      const outcome = await deleteGroups(order, groups, gone, ports);
      if (outcome !== 'refused') return { outcome };
    }
    // Movements that somebody else is deleting do not add up either; then there are fewer next time.
    const left = groups.flat().length;
    if (left === before && gone.size === known) return { outcome: 'order_not_deletable' };
    before = left;
    if (!(await backOff(attempt, remaining, runtime))) break;
  }
  return { outcome: 'unfinished' };
};

/**
 * Products that are not there any more: when each was retired, or undefined for one that has no row.
 * Their ledgers need not explain anything any more.
 */
type GoneProducts = Map<string, string | undefined>;

/** Products that are looked at at the same time. */
const PRODUCTS_IN_FLIGHT = 25;

/** Learns which of these products are not there any more. */
const lookAt = async (
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

/** Movements of one product add up to nothing, if it is still there, and fit one transaction. */
const isDeletable = (group: Group, gone: GoneProducts): boolean =>
  (addsUp(group) || gone.has(productOf(group))) && group.length < ACTIONS_FOR_GROUPS;

/**
 * Deletes the movements and then the order.
 *
 * @returns `refused` when somebody else has written to any of them meanwhile, or when a product is
 *   not there, which then is among the `gone`
 */
const deleteGroups = async (
  order: Order,
  groups: readonly Group[],
  gone: GoneProducts,
  ports: Ports,
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
      await lookAt(missing, gone, ports);
      return 'refused';
    }
  }
  return 'deleted';
};

/** The product counts its movements, so that it knows when the last of them is gone. */
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
