import type { Actor } from './actor.ts';
import {
  type CancellationRequest,
  decideCancellation,
  PARTIAL_CANCELLATION,
  type PartialCancellationRequest,
  type PartialRejection,
} from './cancellation.ts';
import { holdsUnits, isImporting, type Order } from './order.ts';
import { isFull } from './order-size.ts';
import { rulesOf } from './order-status.ts';
import { added, decidePart, type Part } from './part.ts';
import type { Product } from './product.ts';
import { type Decision, isReleasing, releaseHeld } from './release.ts';

/** What a call-off cancels of an order: the line of the product, or everything. */
export const CALL_OFF_SCOPES = ['line', 'order'] as const;
export type CallOffScope = (typeof CALL_OFF_SCOPES)[number];

/**
 * A caller wants no order to hold units of a product any more, or so many units fewer.
 *
 * - `upTo`: units that it may take in all; all of them if absent. Only of scope `line`.
 */
export type CallOff = Pick<CancellationRequest, 'reason' | 'note' | 'restock'> & {
  readonly productId: string;
  readonly scope: CallOffScope;
  readonly upTo?: number | undefined;
};

/**
 * A call-off that has begun.
 *
 * - `productCreatedAt`: a later product with the same id is not called off in its place.
 * - `closing`: for how long the product is called off: until it is opened again. None with `upTo`.
 */
export type StartedCallOff = CallOff & {
  readonly productCreatedAt: string;
  readonly closing?: string;
};

/** Whether a product was opened again since it was called off, or is a later one with the same id. */
export const hasEnded = (
  { productCreatedAt, closing }: StartedCallOff,
  product: Product,
): boolean =>
  product.createdAt !== productCreatedAt || (closing !== undefined && product.closing !== closing);

/**
 * What a call-off with `upTo` has taken so far, counted by the transactions that took it.
 *
 * - `units`: never more than `upTo`.
 * - `orders`: how many times it took units of an order.
 */
export type Taken = { readonly units: number; readonly orders: number };

/**
 * - `idempotencyKey`: the name of the call-off, so that it takes a line of an order once.
 * - `share`: units that it may take of an order; all if absent.
 */
export type CallOffRequest = Omit<CallOff, 'upTo'> & {
  readonly idempotencyKey: string;
  readonly share?: number;
  readonly by?: Actor | undefined;
};

/** Units of a product that an order holds. */
export const heldOf = ({ items }: Order, productId: string): number =>
  items.find((line) => line.productId === productId)?.reservedQuantity ?? 0;

/**
 * Decides what a call-off would do to an order as it is now. An order that holds no units of the
 * product is settled, whatever else it holds.
 *
 * An order in its grace is cancelled for everybody, and only its units are left to take. So its line
 * is cancelled, whatever the scope, and its other lines keep their grace. An order that is being
 * reinstated is settled for now: the product is closed, so this gives up or ends soon, and a later
 * call finds what is left.
 *
 * @param digest the digest of the request, see `KeyUse`
 * @param atMost how many lines may be released in one step, at least 1
 */
export const decideCallOff = (
  order: Order,
  request: CallOffRequest,
  digest: string,
  now: string,
  atMost: number,
): Decision<PartialRejection> => {
  if (isImporting(order)) return notCancellable('being_imported');
  const isCancelled = rulesOf(order.status).cancellation === 'done';
  const isInGrace = order.releaseAt !== undefined;
  if (isCancelled && isReleasing(order)) return releaseHeld(order, now, atMost);
  const held = heldOf(order, request.productId);
  const quantity = Math.min(held, request.share ?? held);
  if (quantity === 0 || (isCancelled && !isInGrace)) return { type: 'settled' };
  if (request.scope === 'line' || isInGrace) {
    const items = [{ productId: request.productId, quantity }];
    return decidePart(HELD_LINE, order, { ...request, items }, digest, now);
  }
  const decision = decideCancellation(order, request, now, atMost);
  return decision.type === 'rejected' ? notCancellable(decision.why) : decision;
};

const notCancellable = (
  reason: Extract<PartialRejection, { code: 'not_cancellable' }>['reason'],
): Decision<PartialRejection> => ({
  type: 'rejected',
  why: { code: 'not_cancellable', reason },
});

type HeldLine = Part<Omit<PartialCancellationRequest, 'orderId'>, PartialRejection>;

/** Cancelling what an order holds of one product, also in its grace. */
const HELD_LINE: HeldLine = {
  ...PARTIAL_CANCELLATION,
  unitsOf: ({ reservedQuantity }) => reservedQuantity,
  after: (order, request, now, quantities) =>
    order.releaseAt === undefined
      ? PARTIAL_CANCELLATION.after(order, request, now, quantities)
      : afterInGrace({ ...order, cancelledByPart: added(order.cancelledByPart, quantities) }),
};

/** Without any units there is nothing to wait for, and nothing that could be reinstated. */
const afterInGrace = (order: Order): Order => {
  if (holdsUnits(order)) return order;
  const { releaseAt: _, cancelledFrom: __, ...over } = order;
  return over;
};

/**
 * What a call-off finds in an order that holds units: `pending` if it will take them, or why it
 * cannot before somebody else changes the order.
 */
export const stateForCallOff = (
  order: Order,
  scope: CallOffScope,
): 'pending' | 'order_locked' | 'order_not_cancellable' => {
  switch (rulesOf(order.status).cancellation) {
    case 'done':
      return 'pending';
    case 'goods_left':
      return 'order_not_cancellable';
    case 'possible': {
      if (order.lock) return 'order_locked';
      const isTooLate = scope === 'order' ? order.shippedInPart : isFull(order);
      return isTooLate ? 'order_not_cancellable' : 'pending';
    }
  }
};
