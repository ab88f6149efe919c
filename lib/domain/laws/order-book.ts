import type { Order, OrderLine } from '../order.ts';
import { rulesOf } from '../order-status.ts';
import { causes, references } from '../references.ts';
import type { StockMovement } from '../stock-movement.ts';
import type { Violation } from './violation.ts';

/** What the ledger says about the units of one product of one order. */
export type UnitsBook = {
  /** Units that were reserved at some time. */
  reserved: number;
  held: number;
  shipped: number;
  returned: number;
  /** Units that the cancellation of the whole order put back on the shelf, by its cause. */
  restored: Map<string, number>;
};

/** What the ledger says about one order: its units by product, and a product of each cause. */
export type OrderBook = {
  readonly units: Map<string, UnitsBook>;
  readonly causes: Map<string, string>;
};

export const emptyOrderBook = (): OrderBook => ({ units: new Map(), causes: new Map() });

/** What the book needs of a movement. */
export type UnitsMoved = Pick<
  StockMovement,
  'referenceId' | 'productId' | 'movementType' | 'quantity'
>;

/**
 * Reservations take units, which counts as negative; restorations and what leaves the stock end
 * them. An adjustment that brings units in is a return: they were not held any more.
 */
export const enterInOrderBook = (book: OrderBook, movement: UnitsMoved): void => {
  const { referenceId, productId, movementType, quantity } = movement;
  book.causes.set(referenceId, productId);
  const units = book.units.get(productId) ?? {
    reserved: 0,
    held: 0,
    shipped: 0,
    returned: 0,
    restored: new Map(),
  };
  book.units.set(productId, units);
  if (movementType === 'reservation') {
    units.reserved -= quantity;
    units.held -= quantity;
  } else if (movementType === 'restoration' || quantity < 0) {
    units.held -= Math.abs(quantity);
    if (causes.isShipment(referenceId)) units.shipped += Math.abs(quantity);
    if (movementType === 'restoration' && causes.isCancellation(referenceId)) {
      units.restored.set(referenceId, quantity);
    }
  } else units.returned += quantity;
};

/** What the laws ask of an order's row besides its movements. */
export type OrderFacts = Pick<
  Order,
  | 'id'
  | 'status'
  | 'round'
  | 'items'
  | 'movementReferences'
  | 'restoredQuantities'
  | 'notRestocked'
  | 'importedAt'
  | 'createdAt'
>;

/**
 * Right to the stock, by the ledger: an order and its movements tell the same about its units. And
 * what it answers to a repeated cancellation is what the ledger says.
 *
 * @param isInLedger whether the ledger has the order's movements of a product: it has not when the
 *   product is gone, is being deleted, or was opened again after the order
 */
export const checkOrderBook = (
  order: OrderFacts,
  book: OrderBook,
  isInLedger: (productId: string) => boolean,
): Violation[] => {
  const lines = new Map(order.items.map((line, index) => [line.productId, { line, index }]));
  const productIds = new Set([...lines.keys(), ...book.units.keys()]);
  const found = [...productIds].filter(isInLedger).flatMap((productId) => {
    const { line, index = -1 } = lines.get(productId) ?? {};
    const units = book.units.get(productId);
    return [
      ...compareUnits(order, productId, line, units, order.notRestocked?.[index] ?? 0),
      ...compareAnswer(order, productId, order.restoredQuantities?.[index], units),
    ];
  });
  const known = new Set(order.movementReferences);
  const unknown = [...book.causes].filter(([cause]) => !known.has(cause));
  return [
    ...found,
    ...unknown.map(
      ([cause, productId]): Violation => ({
        law: 'nothing-lost',
        of: 'order',
        subject: order.id,
        is: `does not know of ${cause}`,
        ought: 'knows each cause that moved stock for it',
        productId,
      }),
    ),
  ];
};

const compareUnits = (
  order: OrderFacts,
  productId: string,
  line: OrderLine | undefined,
  units: UnitsBook | undefined,
  notRestocked: number,
): Violation[] => {
  const found: Violation[] = [];
  const compare = (what: string, is: number, ought: number): void => {
    if (is !== ought) found.push(differs(order, productId, `${what} ${is} ${productId}`, ought));
  };
  const { reserved = 0, shipped = 0 } = units ?? {};
  compare('holds', line?.reservedQuantity ?? 0, units?.held ?? 0);
  // An import brings in lines without movements when it knows no such product.
  if (order.importedAt !== undefined && reserved === 0 && shipped === 0) return found;
  compare('shipped', line?.shippedQuantity ?? 0, shipped);
  compare('got back', (line?.returnedQuantity ?? 0) - notRestocked, units?.returned ?? 0);
  const { reservedQuantity = 0, shippedQuantity = 0, cancelledQuantity = 0 } = line ?? {};
  const taken = reservedQuantity + shippedQuantity + cancelledQuantity;
  // A cancelled order may be losing its movements, product by product, because it is being deleted.
  const isDeletable = rulesOf(order.status).cancellation === 'done';
  if (reserved < taken && !(isDeletable && units === undefined)) {
    found.push(differs(order, productId, `accounts for ${taken} ${productId}`, reserved));
  }
  return found;
};

const compareAnswer = (
  order: OrderFacts,
  productId: string,
  told: number | undefined,
  units: UnitsBook | undefined,
): Violation[] => {
  if (told === undefined || units === undefined) return [];
  const cause = lastCancellation(order);
  const restored = units.restored.get(cause);
  if (told === (restored ?? 0)) return [];
  // Somebody began to delete the order, and a reinstatement that was given up has left movements.
  if (restored === undefined && cause !== references.cancellation(order)) return [];
  const is = `tells that ${told} ${productId} came back`;
  return [{ ...differs(order, productId, is, restored ?? 0), law: 'answers' }];
};

/** The cause of the last cancellation of the whole order; after it, a reinstatement may have begun. */
const lastCancellation = ({ id, round, movementReferences }: OrderFacts): string => {
  const causes = Array.from({ length: round }, (_, index) =>
    references.cancellation({ id, round: round - index }),
  );
  return causes.find((cause) => movementReferences.includes(cause)) ?? '';
};

const differs = (
  { id }: OrderFacts,
  productId: string,
  is: string,
  byLedger: number,
): Violation => ({
  law: 'right-to-stock',
  of: 'order',
  subject: id,
  is,
  ought: `${byLedger}, by the ledger`,
  productId,
});

/** Movements of an order without a row: nobody finds them, and they stand in the way of its id. */
export const checkGoneOrder = (orderId: string, book: OrderBook): Violation[] =>
  [...book.units.keys()].map((productId) => ({
    law: 'nothing-lost',
    of: 'order',
    subject: orderId,
    is: `does not exist, and has movements of ${productId}`,
    ought: 'none',
    productId,
  }));
