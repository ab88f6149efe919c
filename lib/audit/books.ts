import type { OrderFacts } from '../domain/laws/order-book.ts';
import type { ProductFacts } from '../domain/laws/product-laws.ts';
import { hereSince, type Order } from '../domain/order.ts';
import type { Product } from '../domain/product.ts';
import type { MovementType, StockMovement } from '../domain/stock-movement.ts';
import { createSpill, type Spill } from './spill.ts';

/**
 * What an audit keeps of each row, by product. A product's row comes before its lines and movements,
 * because the tables are scanned in this sequence.
 */
export type ProductRecord =
  | readonly [productId: string, kind: 'wanted']
  | readonly [productId: string, kind: 'product', facts: ProductFacts]
  | readonly [productId: string, kind: 'line', orderId: string, held: number, since: string]
  | readonly [
      productId: string,
      kind: 'movement',
      referenceId: string,
      entry: string,
      stockDelta: number,
      reservedDelta: number,
      createdAt: string,
    ];

/** The same by order. `notInLedger` names a product of which the ledger tells nothing any more. */
export type OrderRecord =
  | readonly [orderId: string, kind: 'order', facts: OrderFacts]
  | readonly [
      orderId: string,
      kind: 'movement',
      referenceId: string,
      productId: string,
      movementType: MovementType,
      quantity: number,
    ]
  | readonly [orderId: string, kind: 'notInLedger', productId: string];

export type Books = {
  readonly products: Spill<ProductRecord>;
  readonly orders: Spill<OrderRecord>;
};

/** Books in temporary files in this folder. */
export const openBooks = (folder: string): Books => ({
  products: createSpill<ProductRecord>({ folder, name: 'products' }),
  orders: createSpill<OrderRecord>({ folder, name: 'orders' }),
});

export const enterProduct = (books: Books, product: Product): void => {
  const { name: _, ...facts } = product;
  books.products.add([product.id, 'product', facts]);
};

export const enterOrder = (books: Books, order: Order): void => {
  const { id, status, round, items, movementReferences, createdAt } = order;
  const { restoredQuantities, notRestocked, importedAt } = order;
  const facts: OrderFacts = {
    id,
    status,
    round,
    items,
    movementReferences,
    ...(restoredQuantities && { restoredQuantities }),
    ...(notRestocked && { notRestocked }),
    ...(importedAt && { importedAt }),
    createdAt,
  };
  books.orders.add([id, 'order', facts]);
  for (const { productId, reservedQuantity } of items) {
    books.products.add([productId, 'line', id, reservedQuantity, hereSince(order)]);
  }
};

export const enterMovement = (books: Books, movement: StockMovement): void => {
  const { referenceId, entry, productId, orderId, movementType, quantity } = movement;
  const { stockDelta, reservedDelta, createdAt } = movement;
  books.products.add([
    productId,
    'movement',
    referenceId,
    entry,
    stockDelta,
    reservedDelta,
    createdAt,
  ]);
  if (orderId !== undefined) {
    books.orders.add([orderId, 'movement', referenceId, productId, movementType, quantity]);
  }
};
