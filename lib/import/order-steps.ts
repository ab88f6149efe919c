import type { Change } from '../domain/change.ts';
import { missingUnits, type Order, type OrderLine } from '../domain/order.ts';
import { hasRoom } from '../domain/order-size.ts';
import { rulesOf } from '../domain/order-status.ts';
import { imports, references } from '../domain/references.ts';
import { adjustment, release, reservation, type StockMovement } from '../domain/stock-movement.ts';
import type { LineRecord, OrderRecord } from './records.ts';
import type { Finding } from './report.ts';

/** An order as it will be, and the products of which the ledger tells nothing. */
export type WholeOrder = { readonly order: Order; readonly notInLedger: ReadonlySet<string> };

/** The row that the shop would have by now if it had placed, shipped and cancelled the order itself. */
export const wholeOrder = (record: OrderRecord): WholeOrder => {
  const { id, status, createdAt, statusSince, expiresAt } = record;
  const { cancellationReason, cancellationNote } = record;
  const isCancelled = rulesOf(status).cancellation === 'done';
  const told = record.items.filter(({ notInLedger }) => !notInLedger);
  const round = { id, round: 1 };
  const has = (counter: keyof OrderLine & keyof LineRecord): boolean =>
    told.some((line) => Number(line[counter]) > 0);
  const order: Order = {
    id,
    status,
    statusSince,
    items: record.items.map(lineOf),
    version: 0,
    round: 1,
    movementReferences: [
      references.placement(round),
      ...(has('cancelledQuantity') ? [cancellationOf(round, isCancelled)] : []),
      ...(has('shippedQuantity') ? [references.shipment(round)] : []),
    ],
    ...(isCancelled && {
      cancelledAt: statusSince,
      // Whoever takes the cancellation back confirms the order anew: nobody knows whether it was.
      cancelledFrom: 'pending',
      restoredQuantities: record.items.map(({ notInLedger, cancelledQuantity }) =>
        notInLedger ? 0 : cancelledQuantity,
      ),
    }),
    ...(isCancelled && cancellationReason !== undefined && { cancellationReason }),
    ...(isCancelled && cancellationNote !== undefined && { cancellationNote }),
    ...(!isCancelled &&
      record.items.some(({ cancelledQuantity }) => cancelledQuantity > 0) && {
        cancelledByPart: record.items.map(({ cancelledQuantity }) => cancelledQuantity),
      }),
    ...(rulesOf(status).expires && expiresAt !== undefined && { expiresAt }),
    createdAt,
    updatedAt: statusSince,
  };
  const notInLedger = record.items
    .filter((line) => line.notInLedger)
    .map(({ productId }) => productId);
  return { order, notInLedger: new Set(notInLedger) };
};

const lineOf = ({ productId, ...units }: LineRecord): OrderLine => {
  const { reservedQuantity, shippedQuantity, cancelledQuantity } = units;
  return {
    productId,
    quantity: reservedQuantity + shippedQuantity + cancelledQuantity,
    reservedQuantity,
    shippedQuantity,
    cancelledQuantity,
    returnedQuantity: 0,
  };
};

const cancellationOf = (order: Pick<Order, 'id' | 'round'>, isWhole: boolean): string =>
  isWhole ? references.cancellation(order) : imports.partialCancellation(order);

/**
 * The movements of one line. The units that the order still holds or has shipped come into the stock
 * with it, as a part of the opening. So no movement of an import changes what is available, and no
 * customer of this shop can take what a customer of the old one was promised.
 */
const movementsOf = (order: Order, line: OrderLine): StockMovement[] => {
  const { productId, quantity, reservedQuantity, shippedQuantity, cancelledQuantity } = line;
  const isCancelled = rulesOf(order.status).cancellation === 'done';
  const came = reservedQuantity + shippedQuantity;
  const referenceId = imports.openingPart(productId, order.id);
  const reason = isCancelled ? order.cancellationReason : undefined;
  const restoration = { movementType: 'restoration', reason } as const;
  const shipment = { movementType: 'adjustment' } as const;
  return [
    ...(came > 0 ? [adjustment({ productId, quantity: came, referenceId }, order.createdAt)] : []),
    ...(quantity > 0 ? [reservation(order, { productId, quantity }, order.createdAt)] : []),
    ...(cancelledQuantity > 0
      ? [
          release(
            order.id,
            { ...restoration, referenceId: cancellationOf(order, isCancelled) },
            { productId, quantity: cancelledQuantity },
            { reserved: cancelledQuantity, stock: 0 },
            order.statusSince,
          ),
        ]
      : []),
    ...(shippedQuantity > 0
      ? [
          release(
            order.id,
            { ...shipment, referenceId: references.shipment(order) },
            { productId, quantity: shippedQuantity },
            { reserved: shippedQuantity, stock: shippedQuantity },
            order.statusSince,
          ),
        ]
      : []),
  ];
};

/** As many lines as an order can have that comes in. */
const MOST_LINES = 2_000;

/** What is wrong with an order that is too large to come in, or that nobody could cancel afterwards. */
export const tooLarge = (record: OrderRecord): Finding | undefined => {
  const { id, items } = record;
  const found = (is: string): Finding => ({
    kind: 'too_many_lines',
    orderId: id,
    quantity: items.length,
    is,
    done: 'not imported',
  });
  if (items.length > MOST_LINES) {
    return found(`has ${items.length} lines, and an order can have ${MOST_LINES}`);
  }
  return hasRoom(wholeOrder(record).order)
    ? undefined
    : found(`has ${items.length} lines with ids so long that an order has no room for them`);
};

/** What one transaction brings in of an order. */
export type Step = {
  readonly isNew: boolean;
  readonly order: Order;
  readonly movements: readonly StockMovement[];
};

/**
 * The next step of an order, with as many of its lines as fit. While lines are left, it is
 * `importing`. The same lines always make the same steps, wherever an earlier import has stopped.
 *
 * @param standing what an earlier step has written; undefined before the first
 * @param actions the actions that its lines may take
 */
export const nextStep = (
  { order, notInLedger }: WholeOrder,
  standing: Order | undefined,
  at: string,
  actions: number,
): Step => {
  const present = new Map(standing?.items.map((line) => [line.productId, line]));
  const isThere = ({ productId }: OrderLine): boolean => {
    const line = present.get(productId);
    return line !== undefined && missingUnits(line) === 0;
  };
  const movements: StockMovement[] = [];
  let room = actions;
  let isFull = false;
  const items = order.items.map((line) => {
    if (isThere(line)) return line;
    const own = notInLedger.has(line.productId) ? [] : movementsOf(order, line);
    const size = own.length === 0 ? 0 : own.length + 1;
    isFull ||= size > room;
    if (isFull) return { ...line, reservedQuantity: 0, shippedQuantity: 0, cancelledQuantity: 0 };
    room -= size;
    movements.push(...own);
    return line;
  });
  const isLeft = items.some((line) => missingUnits(line) > 0);
  return {
    isNew: standing === undefined,
    order: {
      ...order,
      items,
      version: (standing?.version ?? 0) + 1,
      importedAt: standing?.importedAt ?? at,
      ...(standing?.writeId !== undefined && { writeId: standing.writeId }),
      ...(isLeft && { importing: true as const }),
      updatedAt: at,
    },
    movements,
  };
};

/** The changes of steps that share a transaction: each product is updated once. */
export const stepChanges = (steps: readonly Step[], at: string): Change[] => {
  const movements = steps.flatMap((step) => step.movements);
  return [
    ...steps.map(
      ({ isNew, order }): Change => ({ type: isNew ? 'create-order' : 'update-order', order }),
    ),
    ...movedProducts(movements, at),
    ...movements.map((movement): Change => ({ type: 'record-movement', movement })),
  ];
};

/** One update for each product of these movements. */
export const movedProducts = (movements: readonly StockMovement[], at: string): Change[] => {
  const moves = new Map<string, { stockDelta: number; reservedDelta: number; movements: number }>();
  for (const { productId, stockDelta, reservedDelta } of movements) {
    const move = moves.get(productId) ?? { stockDelta: 0, reservedDelta: 0, movements: 0 };
    move.stockDelta += stockDelta;
    move.reservedDelta += reservedDelta;
    move.movements += 1;
    moves.set(productId, move);
  }
  return [...moves].map(
    ([productId, move]): Change => ({ type: 'move-stock', productId, ...move, at }),
  );
};
