import {
  decidePartialCancellation,
  type PartialCancellationDecision,
  type PartialCancellationRequest,
} from '../domain/cancellation.ts';
import { mergeLines, type Order } from '../domain/order.ts';
import { references } from '../domain/references.ts';
import type { Step } from '../domain/release.ts';
import type { ProductQuantity, StockMovement } from '../domain/stock-movement.ts';
import { runGroup } from '../group-commit/settle.ts';
import { unitsRestored } from './cancel-orders.ts';
import { COMMIT_CAPACITY, type Ports } from './ports.ts';

/**
 * - `cancelled`: this call cancelled the units. `already_cancelled`: the same call did, before.
 * - `reference_reused`: the key was used on this order for something else.
 * - `line_not_found`, `quantity_exceeded`: the order does not have, or hold, what was asked for.
 * - `not_cancellable`: the goods have left the building.
 * - `unfinished`: the time ran out; asking again with the same key is safe.
 */
export type PartialCancellationResult = { readonly conflicts: number } & (
  | {
      readonly outcome: 'cancelled' | 'already_cancelled';
      readonly order: Order;
      readonly restored: readonly ProductQuantity[];
      readonly drift: number;
    }
  | { readonly outcome: 'not_cancellable'; readonly order: Order }
  | {
      readonly outcome: 'line_not_found' | 'quantity_exceeded';
      readonly productIds: readonly string[];
    }
  | { readonly outcome: 'reference_reused' | 'not_found' | 'unfinished' }
);

type PartialCancellationEnd = Exclude<PartialCancellationDecision, Step>;

/** Cancels some units of an order, once for each idempotency key. */
export const cancelLines = async (
  request: PartialCancellationRequest,
  { store, remaining, runtime }: Ports,
): Promise<PartialCancellationResult> => {
  const order = await store.getOrder(request.orderId);
  if (!order) return { outcome: 'not_found', conflicts: 0 };
  const { results, conflicts } = await runGroup<PartialCancellationEnd>(
    [{ order, decide: (current, at) => decidePartialCancellation(current, request, at) }],
    {
      commit: (changes) => store.commit(changes, remaining),
      now: runtime.now,
      maxChanges: COMMIT_CAPACITY.actions,
    },
  );
  const [result] = results;
  if (result?.type === 'failed') throw result.error;
  if (result?.type !== 'done') return { outcome: result?.type ?? 'unfinished', conflicts };

  const { end, work } = result;
  switch (end.type) {
    case 'not_cancellable':
      return { outcome: end.type, order: work.order, conflicts };
    case 'line_not_found':
    case 'quantity_exceeded':
      return { outcome: end.type, productIds: end.productIds, conflicts };
    case 'repeated': {
      const here = work.before !== undefined;
      const movements = here ? work.movements : await earlierMovements(request, store);
      if (!here && !(await isSameCancellation(request, movements, store))) {
        return { outcome: 'reference_reused', conflicts };
      }
      return {
        outcome: here ? 'cancelled' : 'already_cancelled',
        order: work.order,
        restored: unitsRestored(work.order, movements),
        drift: work.drift,
        conflicts,
      };
    }
  }
};

const earlierMovements = async (
  { orderId, idempotencyKey }: PartialCancellationRequest,
  store: Ports['store'],
): Promise<readonly StockMovement[]> => {
  const referenceId = references.partialCancellation(orderId, idempotencyKey);
  const { items } = await store.movementsOfReferences([referenceId], { limit: 100 });
  return items;
};

/**
 * Whether the ledger shows that the key was used for just this. It has no movement for a product
 * that was gone.
 */
const isSameCancellation = async (
  { items, restock, reason }: PartialCancellationRequest,
  movements: readonly StockMovement[],
  store: Ports['store'],
): Promise<boolean> => {
  const asked = new Map(mergeLines(items).map((line) => [line.productId, line.quantity]));
  const movementType = restock === false ? 'adjustment' : 'restoration';
  const same = movements.every(
    (movement) =>
      movement.movementType === movementType &&
      movement.reason === reason &&
      Math.abs(movement.quantity) === asked.get(movement.productId),
  );
  for (const { productId } of movements) asked.delete(productId);
  for (const productId of same ? asked.keys() : []) {
    if (await store.getProduct(productId)) return false;
  }
  return same;
};
