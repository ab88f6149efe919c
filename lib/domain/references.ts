/**
 * The names of causes. A cause moves a product once, because its name is half of the ledger's
 * primary key; nothing else in the system remembers what has been done already.
 */
export const references = {
  opening: (productId: string): string => `product_${productId}_opening`,
  placement: (orderId: string): string => `order_${orderId}`,
  cancellation: (orderId: string): string => `order_${orderId}_cancellation`,
  partialCancellation: (orderId: string, idempotencyKey: string): string =>
    `order_${orderId}_cancellation_${idempotencyKey}`,
  shipment: (orderId: string): string => `order_${orderId}_shipment`,
} as const;
