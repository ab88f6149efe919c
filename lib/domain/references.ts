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
  shipment: (order: Round): string => `${nameOf(order)}_shipment`,
} as const;
