import { dueOf } from '../due.ts';
import { hereSince, isImporting, type Order } from '../order.ts';
import type { Product } from '../product.ts';
import type { StockMovement } from '../stock-movement.ts';
import { checkMovement, movementName } from './movement-laws.ts';
import { checkOrderBook, emptyOrderBook, enterInOrderBook, type OrderBook } from './order-book.ts';
import { checkOrder } from './order-laws.ts';
import {
  checkBounds,
  checkLedger,
  emptyProductBook,
  enterInProductBook,
  type ProductBook,
} from './product-laws.ts';
import type { Violation } from './violation.ts';

export type Verdict = {
  readonly violations: readonly Violation[];
  /** Ids of orders with an interrupted operation. A later call or the sweep finishes it. */
  readonly unfinished: readonly string[];
};

/** Whether an operation on an order has begun and not come to its end. */
export const isUnfinished = (order: Order): boolean =>
  isImporting(order) || dueOf(order)?.duty === 'finish';

/**
 * Whether the ledger still tells of an order's units of a product. It does not if the product was
 * deleted and opened again since, by hand or by an import.
 *
 * @param since when the order came into this shop, see `hereSince`
 */
export const ledgerHas = (
  product: Pick<Product, 'deletedAt' | 'importedAt' | 'createdAt'> | undefined,
  since: string,
): boolean =>
  product !== undefined && product.deletedAt === undefined && hereSince(product) <= since;

/**
 * Checks the laws over a whole shop in memory, for tests; lib/audit does the same for a shop of any
 * size, by the same rules. It takes one row at a time, in any order:
 *
 * - ledger: a product's counters are the sums of its movements' deltas, and `movementCount` is the
 *   number of its movements. Of a product that is being deleted, only the count is checked.
 * - bounds: no counter is negative, and available is on hand minus reserved.
 * - holdings: what a product has reserved is what orders hold of it.
 * - once: no cause moved a product twice.
 * - right to the stock: every unit of an order is held, shipped or cancelled, exactly once. The
 *   ledger agrees, and no more units are returned than were shipped.
 * - answers: what a repeated cancellation tells is what the ledger says.
 *
 * The rows have to come from a moment at which no transaction was in flight. Otherwise rows from
 * before and after a transaction are mixed, and look like violations.
 */
export const createLawCheck = () => {
  const products = new Map<string, Product>();
  const orders = new Map<string, Order>();
  const productBooks = new Map<string, ProductBook>();
  const orderBooks = new Map<string, OrderBook>();
  const seen = new Set<string>();
  const violations: Violation[] = [];
  const unfinished: string[] = [];

  const product = (row: Product): void => {
    products.set(row.id, row);
    violations.push(...checkBounds(row));
  };

  const order = (row: Order): void => {
    orders.set(row.id, row);
    if (isUnfinished(row)) unfinished.push(row.id);
    violations.push(...checkOrder(row));
    for (const { productId, reservedQuantity } of row.items) {
      bookOf(productBooks, productId, emptyProductBook).held += reservedQuantity;
    }
  };

  const movement = (row: StockMovement): void => {
    const subject = movementName(row);
    if (seen.has(subject)) {
      violations.push({
        law: 'once',
        of: 'movement',
        subject,
        is: 'is recorded twice',
        ought: 'once',
      });
    }
    seen.add(subject);
    violations.push(...checkMovement(row));
    enterInProductBook(bookOf(productBooks, row.productId, emptyProductBook), row);
    if (row.orderId !== undefined) {
      enterInOrderBook(bookOf(orderBooks, row.orderId, emptyOrderBook), row);
    }
  };

  const verdict = (): Verdict => ({
    violations: [
      ...violations,
      ...[...products.values()].flatMap((row) =>
        checkLedger(row, productBooks.get(row.id) ?? emptyProductBook()),
      ),
      ...[...orders.values()].flatMap((row) =>
        checkOrderBook(row, orderBooks.get(row.id) ?? emptyOrderBook(), (productId) =>
          ledgerHas(products.get(productId), hereSince(row)),
        ),
      ),
    ],
    unfinished: [...unfinished],
  });

  return { product, order, movement, verdict };
};

const bookOf = <Book>(books: Map<string, Book>, id: string, empty: () => Book): Book => {
  const book = books.get(id) ?? empty();
  books.set(id, book);
  return book;
};
