/** An order in one of its rounds; see `Order`. */
type Round = { readonly id: string; readonly round: number };

/** `~` is in no id, so that the causes of two orders can never be the same. */
const nameOf = ({ id, round }: Round): string =>
  round === 1 ? `order_${id}` : `order_${id}~${round}`;

/**
 * The names of causes. A cause moves a product once, because its name is half of the ledger's
 * primary key; nothing else in the system remembers what has been done already.
 */
export const references = {
  opening: (productId: string): string => `product_${productId}_opening`,
  placement: (order: Round): string => nameOf(order),
  cancellation: (order: Round): string => `${nameOf(order)}_cancellation`,
  partialCancellation: (order: Round, idempotencyKey: string): string =>
    `${nameOf(order)}_cancellation_${idempotencyKey}`,
  shipment: (order: Round): string => `${nameOf(order)}_shipment`,
} as const;
