import type { CancellationReason, Order, OrderLine, OrderStatus } from './order.ts';
import { references } from './references.ts';
import type { ProductQuantity } from './stock-movement.ts';

/** Somebody wants an order cancelled. */
export type CancellationRequest = {
  readonly orderId: string;
  readonly reason?: CancellationReason | undefined;
  readonly note?: string | undefined;
};

/**
 * What cancelling does to an order:
 *
 * - `release`: the order becomes `order` and these units go back. Where the order still holds
 *   something afterwards, deciding again about `order` says what comes next.
 * - `already_cancelled`: there is nothing left to do.
 * - `not_cancellable`: the goods have left the building.
 */
export type CancellationDecision =
  | { readonly type: 'release'; readonly order: Order; readonly units: readonly ProductQuantity[] }
  | { readonly type: 'already_cancelled' }
  | { readonly type: 'not_cancellable' };

const CANCELLABLE: ReadonlySet<OrderStatus> = new Set(['pending', 'confirmed']);

const holds = (line: OrderLine): boolean => line.reservedQuantity > 0;

/**
 * Decides what cancelling would do to an order as it is now. Pure: the caller fixes the time and
 * makes it happen.
 *
 * A cancelled order that still holds units was interrupted; what it holds is the work left, so
 * deciding about it again goes on where it stopped.
 *
 * @param atMost how many lines may be released in one step, at least 1
 */
export const decideCancellation = (
  order: Order,
  { reason, note }: CancellationRequest,
  now: string,
  atMost: number,
): CancellationDecision => {
  const open = CANCELLABLE.has(order.status);
  if (!open && order.status !== 'cancelled') return { type: 'not_cancellable' };

  const released = order.items.filter(holds).slice(0, atMost);
  if (!open && released.length === 0) return { type: 'already_cancelled' };

  const stillHeld = new Set(order.items.filter(holds).slice(atMost));
  const after: Order = {
    ...order,
    items: order.items.map((line) =>
      stillHeld.has(line)
        ? line
        : { ...line, reservedQuantity: 0, cancelledQuantity: line.quantity },
    ),
    version: order.version + 1,
    updatedAt: now,
  };
  return {
    type: 'release',
    order: open ? cancelled(after, now, reason, note) : after,
    units: released.map((line) => ({
      productId: line.productId,
      quantity: line.reservedQuantity,
    })),
  };
};

const cancelled = (
  order: Order,
  now: string,
  reason: CancellationReason | undefined,
  note: string | undefined,
): Order => ({
  ...order,
  status: 'cancelled',
  cancelledAt: now,
  ...(reason !== undefined && { cancellationReason: reason }),
  ...(note !== undefined && { cancellationNote: note }),
  movementReferences: [...order.movementReferences, references.cancellation(order.id)],
});
