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
  readonly round: number;
  readonly roundSince?: string;
  readonly expiresAt?: string;
  readonly releaseAt?: string;
  readonly reinstating?: 'reserving' | 'giving_up';
  readonly restock?: false;
  readonly notRestocked?: readonly number[];
  readonly lock?: Row;
  readonly updatedAt: string;
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
  readonly closed?: true;
  readonly closing?: string;
  readonly lastCount?: { readonly referenceId: string; readonly stockQuantity: number };
  readonly deletedAt?: string;
};

/** A call-off, as its batch has it. */
export type CallOffRow = {
  readonly productId: string;
  readonly productCreatedAt: string;
  readonly scope: 'line' | 'order';
  readonly restock?: boolean;
  readonly closing?: string;
};

/** Whether a product is gone, is a later one with the same id, or was opened again since. */
export const hasEnded = (callOff: CallOffRow, product: ProductRow | undefined): boolean =>
  product?.deletedAt !== undefined ||
  product?.createdAt !== callOff.productCreatedAt ||
  product.closing !== callOff.closing;

export type MovementRow = Row & {
  readonly referenceId: string;
  readonly entry: string;
  readonly productId: string;
  readonly orderId?: string;
  readonly movementType: 'reservation' | 'restoration' | 'adjustment';
  readonly quantity: number;
  readonly stockDelta: number;
  readonly reservedDelta: number;
  readonly countedQuantity?: number;
};

/**
 * Where an order may go from each status, besides staying there. A cancelled one goes back to where
 * it came from, when it is reinstated.
 */
const NEXT: Readonly<Record<OrderRow['status'], readonly OrderRow['status'][]>> = {
  pending: ['confirmed', 'cancelled'],
  confirmed: ['shipped', 'cancelled'],
  shipped: ['delivered'],
  delivered: [],
  cancelled: ['pending', 'confirmed'],
};

export const isHolding = ({ items }: OrderRow): boolean =>
  items.some(({ reservedQuantity }) => reservedQuantity > 0);

const hasLeft = ({ shippedQuantity }: Line): boolean => shippedQuantity > 0;

/** Whether an operation on an order has begun and not come to its end. */
export const isHalfDone = (order: OrderRow): boolean => {
  const { status, placing, reinstating, releaseAt } = order;
  if (placing === true || reinstating !== undefined) return true;
  const isToRelease = status === 'shipped' || (status === 'cancelled' && releaseAt === undefined);
  return isToRelease && isHolding(order);
};

/** When the sweep has to look at an order in which nothing is half done. */
const dueOf = ({ status, expiresAt, releaseAt, lock }: OrderRow): string | undefined => {
  if (status === 'cancelled') return releaseAt;
  return status === 'pending' && !lock ? expiresAt : undefined;
};

/** What is added up of movements and orders. */
const adderOf = () => {
  const sums = new Map<string, number>();
  return {
    add: (key: string, units: number): void => {
      sums.set(key, (sums.get(key) ?? 0) + units);
    },
    of: (key: string): number => sums.get(key) ?? 0,
  };
};

type Book = { stock: number; reserved: number; movements: number; held: number };

export const createLaws = (complain: (law: string, about: string) => void) => {
  const products = new Map<string, ProductRow>();
  const orders = new Map<string, OrderRow>();
  const books = new Map<string, Book>();
  /** By order and product: what the ledger says that is held, has been shipped and has come back. */
  const [held, shipped, returned] = [adderOf(), adderOf(), adderOf()];
  /** By the order, when it was placed, and the product: what was cancelled in part. */
  const cancelledByPart = adderOf();
  /** The status that an order had when it was cancelled. */
  const cancelledFrom = new Map<string, OrderRow['status']>();
  /** What was called off. */
  const callOffs = new Map<string, CallOffRow>();
  /** The number of the commit that made an order or product. */
  const madeAt = new Map<string, number>();
  let commits = 0;

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
    held.add(key, sign * row.reservedDelta);
    if (/_shipment(_|$)/.test(row.referenceId)) shipped.add(key, -sign * row.stockDelta);
    if (/_return_/.test(row.referenceId)) returned.add(key, sign * row.stockDelta);
    // Also of a product that is deleted later.
    if (sign === 1 && /_cancellation_/.test(row.referenceId)) {
      cancelledByPart.add(`${key} ${madeAt.get(row.orderId)}`, Math.abs(row.quantity));
    }
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
    const takesBack = before.status === 'cancelled';
    if (after.round !== before.round && !(takesBack && after.round === before.round + 1)) {
      complain('once', `order ${after.id} went from round ${before.round} to ${after.round}`);
    }
    const since = after.round === before.round ? before.roundSince : after.updatedAt;
    if (after.roundSince !== since) {
      complain('once', `order ${after.id} is in its round since ${after.roundSince}, not ${since}`);
    }
    if (!takesBack && after.status === 'cancelled') cancelledFrom.set(after.id, before.status);
    if (!takesBack && after.status === 'cancelled' && after.items.some(hasLeft)) {
      complain('right to the stock', `order ${after.id} is cancelled, and some of it has left`);
    }
    for (const [at, line] of after.items.entries()) {
      const was = before.items[at];
      if (was) checkUnits(before, after, was, line);
    }
    if (takesBack && after.status !== 'cancelled') checkReinstated(before, after);
  };

  /** Who may take units of a line from an order. */
  const checkUnits = (before: OrderRow, after: OrderRow, was: Line, is: Line): void => {
    const about = `order ${after.id} and its ${is.productId}`;
    if (before.lock && is.cancelledQuantity > was.cancelledQuantity) {
      complain('locked', `${about}: cancelled, although somebody has it in hand`);
    }
    const isInGrace = before.releaseAt !== undefined && after.updatedAt < before.releaseAt;
    if (isInGrace && is.reservedQuantity < was.reservedQuantity) {
      const isCalledOff = newReferences(before, after).some((reference) => {
        const callOff = callOffs.get(reference.split('_').at(-1) ?? '');
        return callOff?.productId === is.productId;
      });
      if (!isCalledOff) complain('grace', `${about}: given back before the grace ends`);
    }
    for (const reference of newReferences(before, after)) {
      const callOff = callOffs.get(reference.split('_').at(-1) ?? '');
      if (!callOff || is.cancelledQuantity === was.cancelledQuantity) continue;
      if (callOff.productId !== is.productId) {
        complain('called off', `${about}: cancelled by the call-off of ${callOff.productId}`);
      } else if (hasEnded(callOff, products.get(is.productId))) {
        complain('called off', `${about}: cancelled although the product was opened again`);
      }
    }
  };

  const newReferences = (before: OrderRow, after: OrderRow): readonly string[] =>
    after.movementReferences.slice(before.movementReferences.length);

  /** A reinstated order is as it was, except for what was cancelled in part. */
  const checkReinstated = (before: OrderRow, after: OrderRow): void => {
    const { id, status, items, releaseAt, reinstating } = after;
    const from = cancelledFrom.get(id) ?? status;
    if (status !== from) complain('reinstated', `order ${id} is ${status}, and was ${from}`);
    if (after.round === before.round && !before.reinstating) {
      complain('once', `order ${id} is reinstated twice in round ${after.round}`);
    }
    if (releaseAt !== undefined || reinstating !== undefined) {
      complain('reinstated', `order ${id} is ${status}, and still to be released`);
    }
    for (const { productId, cancelledQuantity } of items) {
      const byPart = cancelledByPart.of(`${id} ${productId} ${madeAt.get(id)}`);
      if (cancelledQuantity !== byPart) {
        complain('reinstated', `order ${id} lacks ${cancelledQuantity - byPart} ${productId}`);
      }
    }
  };

  const checkOrder = (order: OrderRow): void => {
    for (const [index, line] of order.items.entries()) {
      const { reservedQuantity, shippedQuantity, cancelledQuantity, quantity } = line;
      const { returnedQuantity } = line;
      const known = reservedQuantity + shippedQuantity + cancelledQuantity;
      const least = [reservedQuantity, shippedQuantity, cancelledQuantity, returnedQuantity];
      if (Math.min(...least) < 0) {
        complain('bounds', `order ${order.id} counts below zero of ${line.productId}`);
      }
      if (returnedQuantity > shippedQuantity) {
        complain(
          'right to the stock',
          `order ${order.id}: ${returnedQuantity} ${line.productId} came back of ${shippedQuantity}`,
        );
      }
      if (order.placing && order.status !== 'cancelled' ? known > quantity : known !== quantity) {
        complain('right to the stock', `order ${order.id} knows of ${known} of ${quantity}`);
      }
      const product = products.get(line.productId);
      if (!product || product.deletedAt !== undefined) continue;
      const key = `${order.id} ${line.productId}`;
      const notRestocked = order.notRestocked?.[index] ?? 0;
      // A product of that name which was made later knows nothing of what was shipped before.
      const isOlder = (madeAt.get(line.productId) ?? 0) <= (madeAt.get(order.id) ?? 0);
      const counted: [string, number, number][] = [
        ['holds', reservedQuantity, held.of(key)],
        ...(isOlder
          ? ([
              ['has shipped', shippedQuantity, shipped.of(key)],
              ['has got back', returnedQuantity - notRestocked, returned.of(key)],
            ] as [string, number, number][])
          : []),
      ];
      for (const [what, units, byLedger] of counted) {
        if (units === byLedger) continue;
        complain(
          'right to the stock',
          `order ${order.id} ${what} ${units} ${line.productId}, and by the ledger ${byLedger}`,
        );
      }
    }
    if (order.status === 'delivered' && isHolding(order)) {
      complain('right to the stock', `order ${order.id} is delivered and holds units`);
    }
    if (isHalfDone(order) && (order.dueAt === undefined || order.dueShard === undefined)) {
      complain('no work is lost', `order ${order.id} is half done, and nobody is told`);
    }
    if (!isHalfDone(order) && order.dueAt !== dueOf(order)) {
      complain('no work is lost', `order ${order.id} is due ${order.dueAt}, not ${dueOf(order)}`);
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
    const { movementType: type, quantity, entry, productId, referenceId } = after;
    const [stock, reserved] = deltasOf(after);
    const isFalse =
      quantity === 0 ||
      (type === 'reservation' && quantity > 0) ||
      (type === 'restoration' && quantity < 0) ||
      entry !== `${type}#${productId}` ||
      after.stockDelta !== stock ||
      after.reservedDelta !== reserved;
    if (isFalse) complain('ledger', `${referenceId} ${entry} is a ${type} of ${quantity}`);
    if (type === 'reservation' && products.get(productId)?.closed) {
      complain('closed', `${referenceId} reserves ${productId}, which is closed`);
    }
  };

  /** In its grace an order has its units, so taking its cancellation back moves nothing. */
  const checkMoves = (writes: readonly Written[]): void => {
    const isTakenBack = ({ table, before, after }: Written): boolean =>
      table === 'orders' &&
      (before as OrderRow | undefined)?.releaseAt !== undefined &&
      (after as OrderRow | undefined)?.status !== 'cancelled';
    if (writes.some(isTakenBack) && writes.some(({ table }) => table !== 'orders')) {
      complain('grace', 'a reinstatement within the grace moves products');
    }
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
        if (!was) {
          madeAt.set(id, commits);
          cancelledFrom.delete(id);
        }
        touched.orders.add(id);
        for (const { productId } of items) touched.products.add(productId);
        break;
      }
      case 'products': {
        const { id } = (after ?? before) as ProductRow;
        if (after) products.set(id, after as ProductRow);
        else products.delete(id);
        if (!before) madeAt.set(id, commits);
        touched.products.add(id);
        break;
      }
      case 'cancellation-batches': {
        const { id, callOff } = (after ?? {}) as Row;
        if (callOff) callOffs.set(String(id), callOff as CallOffRow);
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
      commits += 1;
      checkMoves(writes);
      for (const one of inSequence(writes)) enter(one, touched);
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

/** Movements first: what an order has become is held against them. */
const inSequence = (writes: readonly Written[]): readonly Written[] => {
  const isMovement = ({ table }: Written): boolean => table === 'stock-movements';
  return [...writes.filter(isMovement), ...writes.filter((one) => !isMovement(one))];
};

/** What a movement does to the units on hand and to those reserved. */
const deltasOf = ({
  movementType,
  quantity,
  orderId,
  referenceId,
}: MovementRow): [number, number] => {
  if (movementType !== 'adjustment') return [0, -quantity];
  return [quantity, orderId === undefined || /_return_/.test(referenceId) ? 0 : quantity];
};
