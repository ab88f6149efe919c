/** The rows of a shop in the state that a test begins with. */
import type { Order } from '../../lib/domain/order.ts';
import { references } from '../../lib/domain/references.ts';
import { entryOf, type StockMovement } from '../../lib/domain/stock-movement.ts';
import type { Item } from '../../lib/dynamodb/codec.ts';
import { movementToItem, orderToItem } from '../../lib/dynamodb/items.ts';
import type { Tables } from '../../lib/dynamodb/tables.ts';
import { aMovement, aProduct, EARLIER } from './builders.ts';

export type Setting = {
  readonly orders?: readonly Order[];
  /** Counters that differ from the default: what the orders hold, and 100 units more. */
  readonly products?: Readonly<
    Record<string, { readonly stock?: number; readonly reserved?: number }>
  >;
};

/**
 * Every product of an order exists, with 100 available units and with all units reserved that the
 * orders hold, and the ledger explains all counters, unless `products` says otherwise.
 *
 * @returns each row with the name of its table
 */
export const furnishing = (
  { orders = [], products = {} }: Setting,
  tables: Tables,
): readonly (readonly [table: string, row: Item])[] => {
  const movements = orders.flatMap(movementsOfOrder);
  const reserved = new Map<string, number>(Object.keys(products).map((id) => [id, 0]));
  for (const { productId, reservedQuantity } of orders.flatMap(({ items }) => items)) {
    reserved.set(productId, (reserved.get(productId) ?? 0) + reservedQuantity);
  }
  const counters = [...reserved].map(([id, held]) => ({
    id,
    counters: { stock: held + 100, reserved: held, ...products[id] },
  }));
  const left = new Map<string, number>();
  for (const { productId, stockDelta } of movements) {
    left.set(productId, (left.get(productId) ?? 0) - stockDelta);
  }
  movements.push(
    ...counters.flatMap(({ id, counters: { stock } }) =>
      openingOf(id, stock + (left.get(id) ?? 0)),
    ),
  );
  const counts = new Map<string, number>();
  for (const { productId } of movements) counts.set(productId, (counts.get(productId) ?? 0) + 1);
  return [
    ...orders.map((order) => [tables.orders, orderToItem(order, tables)] as const),
    ...counters.map(({ id, counters: of }) => {
      const product = aProduct(id, { ...of, movements: counts.get(id) ?? 0 });
      return [tables.products, { ...product }] as const;
    }),
    ...movements.map((one) => [tables.stockMovements, movementToItem(one, tables)] as const),
  ];
};

/** The reservations of an order, and what became of the units that it does not hold any more. */
const movementsOfOrder = (order: Order): StockMovement[] =>
  order.items.flatMap(({ productId, quantity, reservedQuantity, shippedQuantity }) => {
    const gone = order.status === 'cancelled' ? quantity - reservedQuantity : 0;
    return [
      reservationOf(order, productId, quantity),
      ...(gone > 0 ? [restorationOf(order, productId, gone)] : []),
      ...(shippedQuantity > 0 ? [shipmentOf(order, productId, shippedQuantity)] : []),
    ];
  });

const openingOf = (id: string, stock: number): StockMovement[] =>
  stock === 0
    ? []
    : [
        aMovement({
          referenceId: references.opening(id),
          productId: id,
          entry: entryOf('adjustment', id),
          quantity: stock,
          stockDelta: stock,
        }),
      ];

const reservationOf = (order: Order, productId: string, quantity: number): StockMovement =>
  aMovement({
    referenceId: references.placement({ id: order.id, round: 1 }),
    entry: entryOf('reservation', productId),
    productId,
    orderId: order.id,
    movementType: 'reservation',
    quantity: -quantity,
    reservedDelta: quantity,
    stockDelta: 0,
    createdAt: order.createdAt,
  });

const shipmentOf = (order: Order, productId: string, quantity: number): StockMovement =>
  aMovement({
    referenceId: references.shipment({ id: order.id, round: 1 }),
    entry: entryOf('adjustment', productId),
    productId,
    orderId: order.id,
    quantity: -quantity,
    reservedDelta: -quantity,
    stockDelta: -quantity,
    createdAt: EARLIER,
  });

const restorationOf = (order: Order, productId: string, quantity: number): StockMovement =>
  aMovement({
    referenceId: references.cancellation({ id: order.id, round: 1 }),
    entry: entryOf('restoration', productId),
    productId,
    orderId: order.id,
    movementType: 'restoration',
    quantity,
    reservedDelta: -quantity,
    stockDelta: 0,
    createdAt: EARLIER,
  });
