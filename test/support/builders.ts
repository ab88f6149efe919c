/** Orders, products and tables for tests, with as few words as a test needs. */
import type { Order, OrderLine } from '../../lib/domain/order.ts';
import type { NewOrder } from '../../lib/domain/placement.ts';
import type { Product } from '../../lib/domain/product.ts';
import type { StockMovement } from '../../lib/domain/stock-movement.ts';
import type { Tables } from '../../lib/dynamodb/tables.ts';

/** The time at which everything was made that a test finds. */
export const EARLIER = '2026-03-01T08:00:00.000Z';
/** The time at which a test acts. */
export const NOW = '2026-03-02T12:00:00.000Z';

export const TABLES: Tables = {
  orders: 'orders',
  products: 'products',
  stockMovements: 'stock-movements',
  cancellationBatches: 'cancellation-batches',
  turns: 'turns',
  orderStatusShards: 8,
  orderDueShards: 2,
  productMovementShards: 4,
};

/** A line that holds all its units. */
export const aLine = (
  productId: string,
  quantity: number,
  differences: Partial<OrderLine> = {},
): OrderLine => ({
  productId,
  quantity,
  reservedQuantity: quantity,
  shippedQuantity: 0,
  cancelledQuantity: 0,
  returnedQuantity: 0,
  ...differences,
});

/** A pending order. Lines may be given as units by product, as in `{ mug: 2 }`. */
export const anOrder = (
  id: string,
  lines: Readonly<Record<string, number>> | readonly OrderLine[],
  differences: Partial<Order> = {},
): Order => ({
  id,
  status: 'pending',
  statusSince: EARLIER,
  items: Array.isArray(lines)
    ? lines
    : Object.entries(lines).map(([productId, quantity]) => aLine(productId, quantity)),
  version: 1,
  round: 1,
  movementReferences: [`order_${id}`],
  createdAt: EARLIER,
  updatedAt: EARLIER,
  ...differences,
});

/** A new order after it was placed, with all its units held. */
export const asPlaced = ({ id, items }: NewOrder): Order =>
  anOrder(
    id,
    items.map(({ productId, quantity }) => aLine(productId, quantity)),
  );

/** A cancelled order that holds nothing any more. */
export const aCancelledOrder = (
  id: string,
  lines: Readonly<Record<string, number>>,
  differences: Partial<Order> = {},
): Order =>
  anOrder(
    id,
    Object.entries(lines).map(([productId, quantity]) =>
      aLine(productId, quantity, { reservedQuantity: 0, cancelledQuantity: quantity }),
    ),
    {
      status: 'cancelled',
      version: 2,
      cancelledAt: EARLIER,
      movementReferences: [`order_${id}`, `order_${id}_cancellation`],
      ...differences,
    },
  );

export const aProduct = (
  id: string,
  {
    stock = 100,
    reserved = 0,
    movements = 1,
  }: { readonly stock?: number; readonly reserved?: number; readonly movements?: number } = {},
): Product => ({
  id,
  name: `The ${id}`,
  stockQuantity: stock,
  reservedQuantity: reserved,
  availableQuantity: stock - reserved,
  movementCount: movements,
  createdAt: EARLIER,
  updatedAt: EARLIER,
});

export const aMovement = (differences: Partial<StockMovement> = {}): StockMovement => {
  const { movementType = 'adjustment', productId = 'mug' } = differences;
  return {
    referenceId: 'stocktaking',
    entry: `${movementType}#${productId}`,
    productId,
    movementType,
    quantity: 1,
    stockDelta: 1,
    reservedDelta: 0,
    createdAt: EARLIER,
    ...differences,
  };
};

/** This many lines of one unit, each of another product: `p000`, `p001` … */
export const manyLines = (count: number): OrderLine[] =>
  Array.from({ length: count }, (_, index) => aLine(`p${String(index).padStart(3, '0')}`, 1));

/** This many causes of an order, as the names in its `movementReferences`. */
export const manyCauses = (orderId: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `order_${orderId}_${index}`);
