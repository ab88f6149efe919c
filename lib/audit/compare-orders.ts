import {
  checkGoneOrder,
  checkOrderBook,
  emptyOrderBook,
  enterInOrderBook,
  type OrderBook,
  type OrderFacts,
} from '../domain/laws/order-book.ts';
import type { OrderRecord } from './books.ts';
import type { OrderSuspect } from './order-suspect.ts';
import type { SpillPart } from './spill.ts';

type Entry = { order?: OrderFacts; readonly book: OrderBook; readonly notInLedger: Set<string> };

/**
 * Compares the orders of one part of the books with their movements.
 *
 * @returns the orders that look wrong
 */
export const compareOrders = async (part: SpillPart<OrderRecord>): Promise<OrderSuspect[]> => {
  const entries = new Map<string, Entry>();
  for await (const record of part.records()) {
    const [id] = record;
    const entry = entries.get(id) ?? { book: emptyOrderBook(), notInLedger: new Set() };
    entries.set(id, entry);
    switch (record[1]) {
      case 'order':
        entry.order = record[2];
        break;
      case 'movement': {
        const [, , referenceId, productId, movementType, quantity] = record;
        enterInOrderBook(entry.book, { referenceId, productId, movementType, quantity });
        break;
      }
      case 'notInLedger':
        entry.notInLedger.add(record[2]);
    }
  }
  return [...entries].flatMap(([orderId, { order, book, notInLedger }]) => {
    const wrong = order
      ? checkOrderBook(order, book, (productId) => !notInLedger.has(productId))
      : checkGoneOrder(orderId, book);
    return wrong.length > 0 ? [{ orderId, causes: [...book.causes.keys()] }] : [];
  });
};
