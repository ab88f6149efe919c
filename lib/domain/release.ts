import { holdsUnits, type Order, type OrderLine } from './order.ts';
import { rulesOf } from './order-status.ts';
import { causes, references } from './references.ts';
import type { ProductQuantity, ReleaseCause } from './stock-movement.ts';

/** Units that leave an order, and why. */
export type Release = ProductQuantity & { readonly cause: ReleaseCause };

/**
 * One step of an operation: the order becomes `order`, and these units leave it. If the order then
 * still holds units that it should release, deciding again about `order` returns the next step.
 *
 * `decisive` marks the step that makes the outcome final. The steps after it only catch up: a
 * request that takes only those did not cancel or ship the order itself.
 */
export type Step = {
  readonly type: 'step';
  readonly decisive: boolean;
  readonly order: Order;
  readonly releases: readonly Release[];
};

/** There is nothing left to do: this request or an earlier one has done it. */
export type Settled = { readonly type: 'settled' };

/** The request cannot be carried out on the order as it is. */
export type Rejected<Why> = { readonly type: 'rejected'; readonly why: Why };

/** What should happen to an order: its next step, or the reason that there is none. */
export type Decision<Why> = Step | Settled | Rejected<Why>;

/** Whether an order has to release its units now and still holds some. */
export const isReleasing = (order: Order): boolean =>
  releaseOf(order) !== undefined && holdsUnits(order);

/**
 * Releases units of an order that is cancelled or shipped, and adds the cause to its references. An
 * order in any other status keeps its units.
 *
 * @param atMost how many lines in one step, at least 1
 */
export const releaseHeld = (order: Order, now: string, atMost: number): Step => {
  const release = releaseOf(order);
  const held = order.items.filter((line) => line.reservedQuantity > 0);
  const released = new Set(release && held.slice(0, atMost));
  // Giving up a reinstatement does not change what the cancellation before it has put back.
  const restoredQuantities =
    release?.cause.movementType === 'restoration' && !order.reinstating
      ? restoredBy(order, release.cause.referenceId, released)
      : undefined;
  const { reinstating, ...rest } = order;
  const isOver = release !== undefined && released.size === held.length;
  return {
    type: 'step',
    decisive: false,
    order: {
      ...rest,
      ...(reinstating && !isOver && { reinstating }),
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
      ...(restoredQuantities && { restoredQuantities }),
      updatedAt: now,
    },
    releases: release
      ? [...released].map(({ productId, reservedQuantity }) => ({
          productId,
          quantity: reservedQuantity,
          cause: release.cause,
        }))
      : [],
  };
};

/**
 * What the whole order has put back on the shelf, line by line, with these lines; undefined if it
 * put back others before it counted them.
 */
const restoredBy = (
  order: Order,
  referenceId: string,
  released: ReadonlySet<OrderLine>,
): readonly number[] | undefined => {
  const before = order.restoredQuantities;
  if (!before && order.movementReferences.includes(referenceId)) return undefined;
  return order.items.map(
    (line, index) => (before?.[index] ?? 0) + (released.has(line) ? line.reservedQuantity : 0),
  );
};

/**
 * The same step, where some products do not exist any more: the order remembers that nothing of
 * them came back.
 *
 * @param isGone whether the product of a release does not exist any more
 */
export const withoutGone = (step: Step, isGone: (release: Release) => boolean): Step => {
  const lost = step.releases.filter(
    (release) => release.cause.movementType === 'restoration' && isGone(release),
  );
  // All units of a step leave the order for the same cause.
  const [first] = lost;
  if (!first) return step;
  const { referenceId } = first.cause;
  const gone = lost.map(({ productId }) => productId);
  const { keyUses, restoredQuantities, ...order } = step.order;
  const position = order.movementReferences.indexOf(referenceId);
  return {
    ...step,
    order: {
      ...order,
      ...(keyUses && {
        keyUses: keyUses.map((use) => (use.cause === position ? { ...use, gone } : use)),
      }),
      ...(restoredQuantities && {
        restoredQuantities: order.items.map(({ productId }, index) =>
          causes.isCancellation(referenceId) && gone.includes(productId)
            ? 0
            : (restoredQuantities[index] ?? 0),
        ),
      }),
    },
  };
};

/**
 * How the units that leave an order are counted, and why they leave; undefined if it keeps them.
 */
const releaseOf = (
  order: Order,
):
  | { readonly countedAs: 'shippedQuantity' | 'cancelledQuantity'; readonly cause: ReleaseCause }
  | undefined => {
  if (order.releaseAt !== undefined || order.reinstating === 'reserving') return undefined;
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
          referenceId: order.reinstating
            ? references.givenUpReinstatement(order)
            : references.cancellation(order),
          // What a reinstatement reserved was never lost.
          movementType:
            order.restock === false && !order.reinstating ? 'adjustment' : 'restoration',
          reason: order.cancellationReason,
        },
      };
  }
};
