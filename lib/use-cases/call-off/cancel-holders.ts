import { type CallOffRequest, decideCallOff } from '../../domain/call-off.ts';
import { type PartialRejection, restoredByWhole } from '../../domain/cancellation.ts';
import type { Order } from '../../domain/order.ts';
import type { ProductQuantity } from '../../domain/stock-movement.ts';
import type { Capacity } from '../../group-commit/pack.ts';
import type { Task, TaskResult } from '../../group-commit/progress.ts';
import { type CancellationResult, outcomeOf } from '../cancel-orders.ts';
import type { Holding } from '../holders.ts';
import { LINES_PER_COMMIT, type Ports } from '../ports.ts';
import { digestOf } from '../request-digest.ts';
import { runOnShop } from '../run.ts';

/** - `share`: units that may be taken of the order; all if absent. */
export type Chosen = Pick<Holding, 'order'> & { readonly share?: number };

/**
 * Cancels what orders hold of a product, in as few transactions as it can.
 *
 * @param capacity what each of these transactions may hold; the usual if absent
 * @returns one result per order, in their sequence
 */
export const cancelHolders = async (
  chosen: readonly Chosen[],
  request: CallOffRequest,
  ports: Ports,
  capacity?: Capacity,
): Promise<CancellationResult[]> => {
  const run = await runOnShop(
    chosen.map((one) => taskFor(one, request)),
    ports,
    { capacity },
  );
  return chosen.map(({ order }, index) => {
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

/**
 * An order of which only a share is taken may lose another share later. So the key names the version
 * that the share was decided for: it takes one share of this version, whoever does it.
 */
const taskFor = ({ order, share }: Chosen, request: CallOffRequest): Task<PartialRejection> => {
  const { idempotencyKey } = request;
  const own: CallOffRequest =
    share === undefined
      ? request
      : { ...request, share, idempotencyKey: `${idempotencyKey}-${order.version}` };
  const digest = digestOf({ ...own, items: [] });
  return {
    order,
    by: request.by,
    // A later order with the same id is another holder, which the next walk finds.
    decide: (current, at) =>
      current.createdAt === order.createdAt
        ? decideCallOff(current, own, digest, at, LINES_PER_COMMIT)
        : { type: 'settled' },
  };
};

/** Units of a product that were cancelled of an order, since it was as `before`. */
export const cancelledSince = (before: Order, order: Order, productId: string): number =>
  cancelledOf(order, productId) - cancelledOf(before, productId);

const cancelledOf = ({ items }: Order, productId: string): number =>
  items.find((line) => line.productId === productId)?.cancelledQuantity ?? 0;

/** What a call-off has put back on the shelf of an order, of which it knew `before`. */
const restoredSince =
  (before: Order, { productId, scope, restock }: CallOffRequest) =>
  (order: Order): readonly ProductQuantity[] => {
    if (restock === false) return [];
    // Of an order that was in its grace, only the line was cancelled.
    if (scope === 'order' && before.releaseAt === undefined) return restoredByWhole(order);
    const quantity = cancelledSince(before, order, productId);
    return quantity > 0 ? [{ productId, quantity }] : [];
  };
