import type { Order, OrderLine } from './order.ts';
import { references } from './references.ts';
import type { ProductQuantity, ReleaseCause } from './stock-movement.ts';

/** Units that leave an order, and why. */
export type Release = ProductQuantity & { readonly cause: ReleaseCause };

/**
 * One step on an order's way: the order becomes `order`, and these units leave it. Where the order
 * still holds something afterwards that it should not, deciding again about `order` says what comes
 * next.
 */
export type Step = {
  readonly type: 'step';
  readonly order: Order;
  readonly releases: readonly Release[];
};

/** Data that is damaged may have no line where one should be; it holds nothing. */
const holds = (line: OrderLine | null): boolean => (line?.reservedQuantity ?? 0) > 0;

/** The lines that still hold units. */
export const heldLines = (order: Order): readonly OrderLine[] => order.items.filter(holds);

/** Whether an order that has ended still holds units: it was interrupted, and they are the work left. */
export const isReleasing = (order: Order): boolean =>
  (order.status === 'cancelled' || order.status === 'shipped') && order.items.some(holds);

/**
 * Lets an order that has been cancelled or shipped go of the units that it holds, and has it know
 * the cause.
 *
 * @param atMost how many lines in one step, at least 1
 */
export const releaseHeld = (order: Order, now: string, atMost: number): Step => {
  const cause = causeOf(order);
  const released = new Set(heldLines(order).slice(0, atMost));
  return {
    type: 'step',
    order: {
      ...order,
      items: order.items.map((line) =>
        released.has(line)
          ? {
              ...line,
              reservedQuantity: 0,
              ...(order.status === 'cancelled' && { cancelledQuantity: line.quantity }),
            }
          : line,
      ),
      version: order.version + 1,
      movementReferences: [...new Set([...order.movementReferences, cause.referenceId])],
      updatedAt: now,
    },
    releases: [...released].map(({ productId, reservedQuantity }) => ({
      productId,
      quantity: reservedQuantity,
      cause,
    })),
  };
};

const causeOf = ({ id, status, restock, cancellationReason }: Order): ReleaseCause =>
  status === 'shipped'
    ? { referenceId: references.shipment(id), movementType: 'adjustment' }
    : {
        referenceId: references.cancellation(id),
        movementType: restock === false ? 'adjustment' : 'restoration',
        reason: cancellationReason,
      };
