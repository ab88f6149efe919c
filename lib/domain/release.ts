import type { Order } from './order.ts';
import { rulesOf } from './order-status.ts';
import { references } from './references.ts';
import type { ProductQuantity, ReleaseCause } from './stock-movement.ts';

/** Units that leave an order, and why. */
export type Release = ProductQuantity & { readonly cause: ReleaseCause };

/**
 * One step on an order's way: the order becomes `order`, and these units leave it. Where the order
 * still holds something afterwards that it should not, deciding again about `order` says what comes
 * next.
 *
 * `decisive` is the step that makes the outcome final. The steps after it only catch up, and
 * whoever takes them has not done what the first one did.
 */
export type Step = {
  readonly type: 'step';
  readonly decisive: boolean;
  readonly order: Order;
  readonly releases: readonly Release[];
};

/** There is nothing left to do: what was asked for has been done, here or before. */
export type Settled = { readonly type: 'settled' };

/** What was asked for cannot be done to the order as it is. */
export type Rejected<Why> = { readonly type: 'rejected'; readonly why: Why };

/** What is to be done with an order: its next step, or that there is none. */
export type Decision<Why> = Step | Settled | Rejected<Why>;

/** Whether an order lets go of its units and still holds some: what is left of an interrupted step. */
export const isReleasing = (order: Order): boolean =>
  releaseOf(order) !== undefined && order.items.some((line) => line.reservedQuantity > 0);

/**
 * Lets an order that has been cancelled or shipped go of the units that it holds, and has it know
 * the cause. An order in any other status keeps them.
 *
 * @param atMost how many lines in one step, at least 1
 */
export const releaseHeld = (order: Order, now: string, atMost: number): Step => {
  const release = releaseOf(order);
  const held = release ? order.items.filter((line) => line.reservedQuantity > 0) : [];
  const released = new Set(held.slice(0, atMost));
  return {
    type: 'step',
    decisive: false,
    order: {
      ...order,
      items: order.items.map((line) =>
        release && released.has(line)
          ? {
              ...line,
              reservedQuantity: 0,
              [release.countedAs]: line[release.countedAs] + line.reservedQuantity,
            }
          : line,
      ),
      version: order.version + 1,
      movementReferences: release
        ? [...new Set([...order.movementReferences, release.cause.referenceId])]
        : order.movementReferences,
      updatedAt: now,
    },
    releases: [...released].flatMap(({ productId, reservedQuantity }) =>
      release ? [{ productId, quantity: reservedQuantity, cause: release.cause }] : [],
    ),
  };
};

/** As what the units of an order count that leave it, and why they leave; undefined if it keeps them. */
const releaseOf = (
  order: Order,
):
  | { readonly countedAs: 'shippedQuantity' | 'cancelledQuantity'; readonly cause: ReleaseCause }
  | undefined => {
  switch (rulesOf(order.status).units) {
    case 'kept':
    case 'none':
      return undefined;
    case 'shipped':
      return {
        countedAs: 'shippedQuantity',
        cause: { referenceId: references.shipment(order), movementType: 'adjustment' },
      };
    case 'cancelled':
      return {
        countedAs: 'cancelledQuantity',
        cause: {
          referenceId: references.cancellation(order),
          movementType: order.restock === false ? 'adjustment' : 'restoration',
          reason: order.cancellationReason,
        },
      };
  }
};
