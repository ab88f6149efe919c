import {
  decidePartialCancellation,
  type NotCancellable,
  type PartialCancellationRequest,
  type PartialRejection,
  restoredByPart,
} from '../domain/cancellation.ts';
import type { Order } from '../domain/order.ts';
import type { ProductQuantity } from '../domain/stock-movement.ts';
import { orIfTimeIsUp } from '../time-budget.ts';
import type { Ports } from './ports.ts';
import { digestOf } from './request-digest.ts';
import { runOneOnShop } from './run.ts';

/**
 * - `cancelled`: this call cancelled the units. `already_cancelled`: an earlier call with this key
 *   did.
 * - `reference_reused`: the key was used on this order for another request.
 * - `line_not_found`, `quantity_exceeded`: see `PartialRejection`.
 * - `not_cancellable`: the order cannot be cancelled in part, and why.
 * - `unfinished`: the time ran out; a retry with the same key is safe.
 */
export type PartialCancellationResult = { readonly conflicts: number } & (
  | {
      readonly outcome: 'cancelled' | 'already_cancelled';
      readonly order: Order;
      readonly restored: readonly ProductQuantity[];
      readonly drift: number;
    }
  | { readonly outcome: 'not_cancellable'; readonly why: NotCancellable; readonly order: Order }
  | {
      readonly outcome: 'line_not_found' | 'quantity_exceeded';
      readonly productIds: readonly string[];
    }
  | { readonly outcome: 'reference_reused' | 'not_found' | 'unfinished' }
);

/** Cancels some units of an order, once for each idempotency key. */
export const cancelLines = (
  request: PartialCancellationRequest,
  ports: Ports,
): Promise<PartialCancellationResult> =>
  orIfTimeIsUp(() => tryToCancel(request, ports), { outcome: 'unfinished', conflicts: 0 });

const tryToCancel = async (
  request: PartialCancellationRequest,
  ports: Ports,
): Promise<PartialCancellationResult> => {
  const { store, remaining } = ports;
  const order = await store.getOrder(request.orderId, remaining);
  if (!order) return { outcome: 'not_found', conflicts: 0 };
  const asked = digestOf(request);
  const told = { by: ports.by, ...request };
  const { result, conflicts } = await runOneOnShop(
    { order, decide: (current, at) => decidePartialCancellation(current, told, asked, at) },
    ports,
  );
  switch (result.type) {
    case 'not_found':
    case 'unfinished':
      return { outcome: result.type, conflicts };
    case 'rejected':
      return { ...toOutcome(result.why, result.order), conflicts };
    case 'settled':
      return {
        outcome: result.here ? 'cancelled' : 'already_cancelled',
        order: result.order,
        restored: restoredByPart(result.order, request),
        drift: result.drift,
        conflicts,
      };
  }
};

const toOutcome = (why: PartialRejection, order: Order) => {
  switch (why.code) {
    case 'not_cancellable':
      return { outcome: why.code, why: why.reason, order };
    case 'reference_reused':
      return { outcome: why.code };
    case 'line_not_found':
    case 'quantity_exceeded':
      return { outcome: why.code, productIds: why.productIds };
  }
};
