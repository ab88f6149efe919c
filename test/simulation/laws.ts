/**
 * The laws, checked after every commit on what it has written. It keeps its own books and shares no
 * code with the shop.
 */
import type { Row, Written } from '../support/fake-dynamodb.ts';

type Line = {
  readonly productId: string;
  readonly quantity: number;
  readonly reservedQuantity: number;
  readonly shippedQuantity: number;
  readonly cancelledQuantity: number;
  readonly returnedQuantity: number;
};

export type OrderRow = Row & {
  readonly id: string;
  readonly status: 'pending' | 'confirmed' | 'shipped' | 'delivered' | 'cancelled';
  readonly items: readonly Line[];
  readonly version: number;
  readonly createdAt: string;
  readonly placing?: true;
  readonly expiresAt?: string;
  readonly dueAt?: string;
  readonly dueShard?: string;
  readonly movementReferences: readonly string[];
};

export type ProductRow = Row & {
  readonly id: string;
  readonly name: string;
  readonly stockQuantity: number;
  readonly reservedQuantity: number;
  readonly availableQuantity: number;
  readonly movementCount: number;
  readonly deletedAt?: string;
};

export type MovementRow = Row & {
  readonly referenceId: string;
  readonly entry: string;
  readonly productId: string;
  readonly orderId?: string;
  readonly movementType: 'reservation' | 'restoration' | 'adjustment';
  readonly quantity: number;
  readonly stockDelta: number;
  readonly reservedDelta: number;
};

/** Where an order may go from each status, besides staying there. */
const NEXT: Readonly<Record<OrderRow['status'], readonly OrderRow['status'][]>> = {
  pending: ['confirmed', 'cancelled'],
  confirmed: ['shipped', 'cancelled'],
  shipped: ['delivered'],
  delivered: [],
  cancelled: [],
};

/** Whether an operation on an order has begun and not come to its end. */
export const isHalfDone = ({ status, placing, items }: OrderRow): boolean =>
  placing === true ||
  ((status === 'cancelled' || status === 'shipped') &&
    items.some(({ reservedQuantity }) => reservedQuantity > 0));

type Book = { stock: number; reserved: number; movements: number; held: number };

export const createLaws = (complain: (law: string, about: string) => void) => {
  const products = new Map<string, ProductRow>();
  const orders = new Map<string, OrderRow>();
  const books = new Map<string, Book>();
  /** By order and product, what the ledger says that the order holds. */
  const heldByLedger = new Map<string, number>();

  const bookOf = (productId: string): Book => {
    const book = books.get(productId) ?? { stock: 0, reserved: 0, movements: 0, held: 0 };
    books.set(productId, book);
    return book;
  };

  const enterMovement = (row: MovementRow, sign: 1 | -1): void => {
    const book = bookOf(row.productId);
    book.stock += sign * row.stockDelta;
    book.reserved += sign * row.reservedDelta;
    book.movements += sign;
    if (row.orderId === undefined) return;
    const key = `${row.orderId} ${row.productId}`;
    heldByLedger.set(key, (heldByLedger.get(key) ?? 0) + sign * row.reservedDelta);
  };

  const enterOrder = ({ items }: OrderRow, sign: 1 | -1): void => {
    for (const line of items) bookOf(line.productId).held += sign * line.reservedQuantity;
  };

  const checkStep = (before: OrderRow | undefined, after: OrderRow | undefined): void => {
    if (!after) {
      if (before && (before.status !== 'cancelled' || isHolding(before))) {
        complain('right to the stock', `order ${before.id} was deleted as ${before.status}`);
      }
      return;
    }
    if (!before) {
      if (after.version !== 1) complain('version', `order ${after.id} begins at ${after.version}`);
      return;
    }
    if (after.version !== before.version + 1 || after.createdAt !== before.createdAt) {
      complain('version', `order ${after.id} went from ${before.version} to ${after.version}`);
    }
    if (after.status !== before.status && !NEXT[before.status].includes(after.status)) {
      complain(
        'right to the stock',
        `order ${after.id} went from ${before.status} to ${after.status}`,
      );
    }
  };

  const checkOrder = (order: OrderRow): void => {
    for (const line of order.items) {
      const { reservedQuantity: held, shippedQuantity, cancelledQuantity, quantity } = line;
      const known = held + shippedQuantity + cancelledQuantity;
      if (Math.min(held, shippedQuantity, cancelledQuantity) < 0) {
        complain('bounds', `order ${order.id} counts below zero of ${line.productId}`);
      }
      if (order.placing && order.status !== 'cancelled' ? known > quantity : known !== quantity) {
        complain('right to the stock', `order ${order.id} knows of ${known} of ${quantity}`);
      }
      const product = products.get(line.productId);
      const byLedger = heldByLedger.get(`${order.id} ${line.productId}`) ?? 0;
      if (product && product.deletedAt === undefined && byLedger !== held) {
        complain(
          'right to the stock',
          `order ${order.id} holds ${held} ${line.productId}, and by the ledger ${byLedger}`,
        );
      }
    }
    if (order.status === 'delivered' && isHolding(order)) {
      complain('right to the stock', `order ${order.id} is delivered and holds units`);
    }
    if (isHalfDone(order) && (order.dueAt === undefined || order.dueShard === undefined)) {
      complain('no work is lost', `order ${order.id} is half done, and nobody is told`);
    }
    const expires = order.status === 'pending' && order.expiresAt !== undefined;
    if (!isHalfDone(order) && !expires && order.dueAt !== undefined) {
      complain('no work is lost', `order ${order.id} is due for nothing`);
    }
  };

  const checkProduct = (productId: string): void => {
    const product = products.get(productId);
    const book = bookOf(productId);
    if (!product) {
      if (book.movements !== 0) complain('ledger', `${productId} is gone, its movements are not`);
      if (book.held !== 0) complain('holdings', `${productId} is gone, and orders hold it`);
      return;
    }
    if (product.movementCount !== book.movements) {
      complain('ledger', `${productId} counts ${product.movementCount} of ${book.movements}`);
    }
    if (product.reservedQuantity !== book.held) {
      complain(
        'holdings',
        `${productId} has ${product.reservedQuantity} reserved, orders hold ${book.held}`,
      );
    }
    // A product that is being deleted has lost a part of its ledger.
    if (product.deletedAt !== undefined) return;
    const { stockQuantity: stock, reservedQuantity: reserved, availableQuantity } = product;
    if (stock !== book.stock || reserved !== book.reserved) {
      complain(
        'ledger',
        `${productId} has ${stock} and ${reserved} reserved, by its ledger ${book.stock} and ${book.reserved}`,
      );
    }
    if (
      Math.min(stock, reserved, availableQuantity) < 0 ||
      availableQuantity !== stock - reserved
    ) {
      complain('bounds', `${productId} has ${stock} - ${reserved} = ${availableQuantity}`);
    }
  };

  const checkMovement = (before: MovementRow | undefined, after: MovementRow | undefined): void => {
    if (before && after) complain('once', `${after.referenceId} ${after.entry} is written again`);
    if (!after) return;
    const { movementType: type, quantity, entry, productId } = after;
    const isFalse =
      quantity === 0 ||
      (type === 'reservation' && quantity > 0) ||
      (type === 'restoration' && quantity < 0) ||
      entry !== `${type}#${productId}`;
    if (isFalse) complain('ledger', `${after.referenceId} ${entry} is a ${type} of ${quantity}`);
  };

  const enter = ({ table, before, after }: Written, touched: Touched): void => {
    switch (table) {
      case 'orders': {
        const [was, is] = [before, after] as [OrderRow | undefined, OrderRow | undefined];
        checkStep(was, is);
        if (was) enterOrder(was, -1);
        if (is) enterOrder(is, 1);
        const { id, items } = (is ?? was) as OrderRow;
        if (is) orders.set(id, is);
        else orders.delete(id);
        touched.orders.add(id);
        for (const { productId } of items) touched.products.add(productId);
        break;
      }
      case 'products': {
        const { id } = (after ?? before) as ProductRow;
        if (after) products.set(id, after as ProductRow);
        else products.delete(id);
        touched.products.add(id);
        break;
      }
      case 'stock-movements': {
        const [was, is] = [before, after] as [MovementRow | undefined, MovementRow | undefined];
        checkMovement(was, is);
        if (was) enterMovement(was, -1);
        if (is) enterMovement(is, 1);
        const { productId, orderId } = (is ?? was) as MovementRow;
        touched.products.add(productId);
        if (orderId !== undefined) touched.orders.add(orderId);
        break;
      }
    }
  };

  return {
    /** Looks at what was written, all at once. */
    check: (writes: readonly Written[]): void => {
      const touched: Touched = { orders: new Set(), products: new Set() };
      for (const one of writes) enter(one, touched);
      for (const id of touched.products) checkProduct(id);
      for (const id of touched.orders) {
        const order = orders.get(id);
        if (order) checkOrder(order);
      }
    },
    orders: orders as ReadonlyMap<string, OrderRow>,
    products: products as ReadonlyMap<string, ProductRow>,
  };
};

type Touched = { readonly orders: Set<string>; readonly products: Set<string> };

const isHolding = ({ items }: OrderRow): boolean =>
  items.some(({ reservedQuantity }) => reservedQuantity > 0);
