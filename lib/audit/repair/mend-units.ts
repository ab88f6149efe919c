import { movementName } from '../../domain/laws/movement-laws.ts';
import { checkOrderBook, emptyOrderBook, enterInOrderBook } from '../../domain/laws/order-book.ts';
import type { Order, OrderLine } from '../../domain/order.ts';
import { rulesOf } from '../../domain/order-status.ts';
import { causes, references, repairs } from '../../domain/references.ts';
import {
  adjustment,
  release,
  reservation,
  type StockMovement,
} from '../../domain/stock-movement.ts';
import { groupBy } from '../../group-by.ts';

/** What has to change in the ledger, and the causes that the order has to know of. */
export type MendedUnits = {
  readonly drop: readonly StockMovement[];
  readonly add: readonly StockMovement[];
  readonly learn: readonly string[];
};

const NOTHING: MendedUnits = { drop: [], add: [], learn: [] };

/**
 * - `at`, `key`: when a repair acts, and the key of the causes that it has to invent.
 * - `used`: the names of all movements of the product: none of them may be recorded again.
 */
export type RepairContext = {
  readonly at: string;
  readonly key: string;
  readonly used: ReadonlySet<string>;
};

/**
 * Makes the ledger explain what an order says about its units of one product. The order is the truth:
 * the units that it holds are those that a customer will get.
 *
 * 1. A cause that the order does not know of, and that agrees with it, becomes known to it.
 * 2. Otherwise what the order does not know of never happened, and its movement is deleted. So are
 *    the newest movements of more units than the order tells. If they stayed, the ledger would
 *    take the cause for done when it really happens.
 * 3. What is missing is recorded, under its own cause if that is free.
 *
 * @param order undefined if it does not exist: then nothing of it ever happened
 * @param movements all of this order and product
 */
export const mendUnits = (
  order: Order | undefined,
  productId: string,
  movements: readonly StockMovement[],
  context: RepairContext,
): MendedUnits => {
  if (!order) return { ...NOTHING, drop: movements };
  const isKnown = ({ referenceId }: StockMovement): boolean =>
    order.movementReferences.includes(referenceId);
  const unknown = movements.filter((movement) => !isKnown(movement));
  if (agrees(order, productId, movements)) {
    return { ...NOTHING, learn: [...new Set(unknown.map(({ referenceId }) => referenceId))] };
  }
  const known = movements.filter(isKnown);
  if (agrees(order, productId, known)) return { ...NOTHING, drop: unknown };
  const { drop, add } = rewrite(order, productId, known, context);
  const learn = add
    .map(({ referenceId }) => referenceId)
    .filter((id) => !order.movementReferences.includes(id));
  return { drop: [...unknown, ...drop], add, learn };
};

/** The laws of lib/domain/laws, for one line. */
const agrees = (order: Order, productId: string, movements: readonly StockMovement[]): boolean => {
  const book = emptyOrderBook();
  for (const movement of movements) enterInOrderBook(book, movement);
  const { restoredQuantities: _, ...facts } = order;
  const index = order.items.findIndex((line) => line.productId === productId);
  const items = order.items.slice(index, index + 1);
  const notRestocked = order.notRestocked?.slice(index, index + 1) ?? [];
  return checkOrderBook({ ...facts, items, notRestocked }, book, () => true).every(
    ({ law }) => law === 'nothing-lost',
  );
};

const NO_LINE = {
  reservedQuantity: 0,
  shippedQuantity: 0,
  cancelledQuantity: 0,
  returnedQuantity: 0,
};

const rewrite = (
  order: Order,
  productId: string,
  known: readonly StockMovement[],
  context: RepairContext,
): Pick<MendedUnits, 'drop' | 'add'> => {
  const index = order.items.findIndex((one) => one.productId === productId);
  const {
    reservedQuantity: held,
    shippedQuantity: shipped,
    cancelledQuantity,
    returnedQuantity,
  } = order.items[index] ?? NO_LINE;
  const restocked = returnedQuantity - (order.notRestocked?.[index] ?? 0);
  const taken = held + shipped + cancelledQuantity;
  const kinds = groupBy(known, kindOf);
  const of = (kind: Kind, limit: number) => keepAtMost(kinds.get(kind) ?? [], limit);
  // A later round has reserved again what an earlier one has cancelled.
  const reserved = of('reservation', order.round === 1 ? taken : Number.POSITIVE_INFINITY);
  // What each of its rounds has cancelled had been reserved before.
  const ofRounds =
    order.round === 1 ? 0 : held + shipped + unitsOf(kinds.get('cancellation') ?? []);
  const everReserved = Math.max(taken, reserved.units, ofRounds);
  const out = of('shipment', shipped);
  const back = of('return', restocked);
  const cancelled = of('cancellation', everReserved - shipped - held);
  const missing: readonly (readonly [Kind, number])[] = [
    ['reservation', everReserved - reserved.units],
    ['shipment', shipped - out.units],
    ['return', restocked - back.units],
    ['cancellation', everReserved - shipped - held - cancelled.units],
  ];
  return {
    drop: [reserved, out, back, cancelled].flatMap(({ drop }) => drop),
    add: missing.flatMap(([kind, quantity]) =>
      quantity > 0 ? [recordOf(kind, order, { productId, quantity }, context)] : [],
    ),
  };
};

type Kind = 'reservation' | 'shipment' | 'return' | 'cancellation';

const kindOf = ({ movementType, referenceId, quantity }: StockMovement): Kind => {
  if (movementType === 'reservation') return 'reservation';
  if (movementType === 'adjustment' && quantity > 0) return 'return';
  return causes.isShipment(referenceId) ? 'shipment' : 'cancellation';
};

const unitsOf = (movements: readonly StockMovement[]): number =>
  movements.reduce((total, { quantity }) => total + Math.abs(quantity), 0);

/** Keeps the oldest movements that have no more units than this together. */
const keepAtMost = (movements: readonly StockMovement[], limit: number) => {
  const oldestFirst = [...movements].sort((a, b) => a.createdAt.localeCompare(b.createdAt));
  const drop: StockMovement[] = [];
  let units = 0;
  for (const movement of oldestFirst) {
    const more = Math.abs(movement.quantity);
    if (units + more > limit) drop.push(movement);
    else units += more;
  }
  return { units, drop };
};

type Units = Pick<OrderLine, 'productId' | 'quantity'>;

/** A movement that is missing. Its own cause is free if the order knows of it and nothing uses its key. */
const recordOf = (
  kind: Kind,
  order: Order,
  units: Units,
  { at, key, used }: RepairContext,
): StockMovement => {
  const named = (
    own: string | undefined,
    invented: string,
    make: (cause: string) => StockMovement,
  ) => {
    const movement = make(own ?? invented);
    const isFree =
      own !== undefined &&
      order.movementReferences.includes(own) &&
      !used.has(movementName(movement));
    return { ...(isFree ? movement : make(invented)), reason: 'repair' };
  };
  const leaving = (movementType: 'restoration' | 'adjustment') => (referenceId: string) => {
    const { quantity } = units;
    const moved = { reserved: quantity, stock: movementType === 'adjustment' ? quantity : 0 };
    return release(order.id, { referenceId, movementType }, units, moved, at);
  };
  switch (kind) {
    case 'reservation':
      return named(
        references.placement(order),
        repairs.ofOrder(order, kind, key),
        (referenceId) => ({
          ...reservation(order, units, at),
          referenceId,
        }),
      );
    case 'shipment':
      return named(
        references.shipment(order),
        repairs.ofOrder(order, kind, key),
        leaving('adjustment'),
      );
    case 'return':
      return named(undefined, repairs.ofOrder(order, kind, key), (referenceId) => ({
        ...adjustment({ ...units, referenceId }, at),
        orderId: order.id,
      }));
    case 'cancellation': {
      const isWhole = rulesOf(order.status).cancellation === 'done';
      const own = isWhole ? references.cancellation(order) : undefined;
      const type = order.restock === false ? 'adjustment' : 'restoration';
      return named(own, repairs.ofCancellation(order, key), leaving(type));
    }
  }
};
