/** An order in one of its rounds; see `Order`. */
type Round = { readonly id: string; readonly round: number };

/** No id contains `~`, so two orders can never have the same cause. */
const nameOf = ({ id, round }: Round): string =>
  round === 1 ? `order_${id}` : `order_${id}~${round}`;

/**
 * The names of causes (`referenceId`). A cause moves a product once, because its name is half of
 * the ledger's primary key. The system has no other record of which operations were done. What an
 * order's keys were used for is on the order, because the ledger can lose it; see `KeyUse`.
 */
export const references = {
  opening: (productId: string): string => `product_${productId}_opening`,
  placement: (order: Round): string => nameOf(order),
  cancellation: (order: Round): string => `${nameOf(order)}_cancellation`,
  partialCancellation: (order: Round, idempotencyKey: string): string =>
    `${nameOf(order)}_cancellation_${idempotencyKey}`,
  /** What a reinstatement that was given up releases again. */
  givenUpReinstatement: (order: Round): string => `${nameOf(order)}_reinstatement-given-up`,
  shipment: (order: Round): string => `${nameOf(order)}_shipment`,
  partialShipment: (order: Round, idempotencyKey: string): string =>
    `${nameOf(order)}_shipment_${idempotencyKey}`,
  return: (order: Round, idempotencyKey: string): string =>
    `${nameOf(order)}_return_${idempotencyKey}`,
} as const;

/** The names of causes that only a repair has. A part that it cancels is a partial cancellation. */
export const repairs = {
  /** It makes the ledger explain what an order says. */
  ofOrder: (order: Round, what: 'reservation' | 'shipment' | 'return', key: string): string =>
    `${nameOf(order)}_${what}_${keyOfRepair(key)}`,
  ofCancellation: (order: Round, key: string): string =>
    references.partialCancellation(order, keyOfRepair(key)),
  /** It makes the ledger explain what no order does. */
  ofProduct: (productId: string, key: string): string => `product_${productId}_${keyOfRepair(key)}`,
} as const;

/** The names of causes that only an import has. */
export const imports = {
  /** A part of a product's opening: it comes in with an order, or beside old adjustments. */
  openingPart: (productId: string, what: string): string =>
    `${references.opening(productId)}_${what}`,
  /** What was cancelled of an order that is not cancelled as a whole. */
  partialCancellation: (order: Round): string => references.partialCancellation(order, 'import'),
} as const;

const keyOfRepair = (key: string): string => `repair-${key}`;

/** What the name of a cause tells. No id contains `_` or `~`. */
export const causes = {
  isOfOrders: (referenceId: string): boolean => referenceId.startsWith('order_'),
  /** Whether a cause belongs to this order, in any of its rounds. */
  isOf: (orderId: string, referenceId: string): boolean =>
    referenceId === `order_${orderId}` ||
    referenceId.startsWith(`order_${orderId}_`) ||
    referenceId.startsWith(`order_${orderId}~`),
  /** What reserves for an order: its placement, in any of its rounds, or a repair. */
  isReservation: (referenceId: string): boolean =>
    /^order_[^_]*(_reservation_.*)?$/.test(referenceId),
  /** The shipment of an order, whole or in part. */
  isShipment: (referenceId: string): boolean => /^order_[^_]*_shipment(_|$)/.test(referenceId),
  /** The cancellation of a whole order. */
  isCancellation: (referenceId: string): boolean => /^order_[^_]*_cancellation$/.test(referenceId),
} as const;
