import { dueOf } from '../due.ts';
import { holdsUnits, isGrowing, missingUnits, type Order, type OrderLine } from '../order.ts';
import { rulesOf } from '../order-status.ts';
import { references } from '../references.ts';
import type { Law, Violation } from './violation.ts';

/** The laws that the row of an order can break alone. */
export const checkOrder = (order: Order): Violation[] => {
  const { units, cancellation } = rulesOf(order.status);
  const found: Violation[] = [];
  const violate = (law: Law, is: string, ought: string): void => {
    found.push({ law, of: 'order', subject: order.id, is, ought });
  };
  if (units === 'none' && holdsUnits(order)) {
    violate('right-to-stock', `is ${order.status} and still holds units`, 'holds none');
  }
  if (
    order.movementReferences.includes(references.cancellation(order)) &&
    cancellation !== 'done'
  ) {
    violate('right-to-stock', `gave its units back and is ${order.status}`, 'is cancelled');
  }
  if (cancellation !== 'done' && ONLY_CANCELLED.some((name) => order[name] !== undefined)) {
    violate('right-to-stock', `tells of a cancellation and is ${order.status}`, 'is cancelled');
  }
  const isInPart = units === 'kept' && isShippedInPart(order);
  if (!isGrowing(order) && isInPart !== (order.shippedInPart ?? false)) {
    const is = isInPart
      ? 'is shipped in part and does not say so'
      : 'says that it is shipped in part';
    violate('right-to-stock', is, 'says so while it holds units and others were shipped');
  }
  const { cancelledByPart } = order;
  if (order.items.some((line, index) => line.cancelledQuantity < (cancelledByPart?.[index] ?? 0))) {
    violate(
      'right-to-stock',
      'had more cancelled by parts than at all',
      'at most what is cancelled',
    );
  }
  const causes = order.movementReferences.length;
  if (order.keyUses?.some(({ cause }) => cause < 0 || cause >= causes)) {
    violate('answers', 'remembers a key of no cause', 'each key belongs to one of its causes');
  }
  const restored = order.restoredQuantities?.length ?? order.items.length;
  if (restored !== order.items.length) {
    violate('answers', `tells what came back of ${restored} lines`, `of its ${order.items.length}`);
  }
  return [...found, ...order.items.flatMap((line) => checkLine(order, line))];
};

/** What only a cancelled order has: a reinstatement takes it away. */
const ONLY_CANCELLED = [
  'cancelledAt',
  'cancelledFrom',
  'releaseAt',
  'reinstating',
] as const satisfies readonly (keyof Order)[];

const isShippedInPart = (order: Order): boolean =>
  holdsUnits(order) && order.items.some(({ shippedQuantity }) => shippedQuantity > 0);

/** What a line says of its units, whatever the ledger says. */
export const checkLine = (order: Order, line: OrderLine): Violation[] => {
  const { productId, quantity, returnedQuantity, ...units } = line;
  const { reservedQuantity, shippedQuantity, cancelledQuantity } = units;
  const found: Violation[] = [];
  const violate = (law: Law, is: string, ought: string): void => {
    found.push({ law, of: 'order', subject: order.id, is, ought, productId });
  };
  if (Math.min(reservedQuantity, shippedQuantity, cancelledQuantity, returnedQuantity) < 0) {
    violate('bounds', `counts negative units of ${productId}`, 'not below 0');
  }
  const missing = missingUnits(line);
  const mayMiss = isGrowing(order);
  if (mayMiss ? missing < 0 : missing !== 0) {
    violate(
      'right-to-stock',
      `holds ${reservedQuantity}, shipped ${shippedQuantity} and cancelled ${cancelledQuantity} ${productId}`,
      `${mayMiss ? 'at most' : 'together'} ${quantity}`,
    );
  }
  if (returnedQuantity > shippedQuantity) {
    violate(
      'right-to-stock',
      `got ${returnedQuantity} ${productId} back`,
      `at most ${shippedQuantity}, as many as were shipped`,
    );
  }
  return found;
};

/**
 * No work is lost: an order that is between two steps, or expires, is in the index of due orders in
 * time, and no other order is.
 *
 * @param dueAt the key of that index on the order's row
 */
export const checkDue = (order: Order, dueAt: string | undefined): Violation[] => {
  const due = dueOf(order);
  const isInTime = due ? dueAt !== undefined && dueAt <= due.at : dueAt === undefined;
  if (isInTime) return [];
  return [
    {
      law: 'nothing-lost',
      of: 'order',
      subject: order.id,
      is: dueAt === undefined ? 'is not due' : `is due at ${dueAt}`,
      ought: due ? `is due at ${due.at}, to ${due.duty}` : 'is not due for anything',
    },
  ];
};
