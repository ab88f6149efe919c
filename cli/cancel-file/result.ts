import { stringify } from 'csv-stringify/sync';
import { rulesOf } from '../../lib/domain/order-status.ts';
import type { OrderNow } from '../dead-letters/explain.ts';
import type { Journal, Rejected } from './journal.ts';
import type { BatchToSend } from './plan.ts';
import type { OrderToCancel } from './read-orders.ts';

/**
 * What became of an order of the file.
 *
 * - `code`: why it is rejected, as the API names it.
 */
export type Outcome = {
  readonly orderId: string;
  readonly outcome: 'cancelled' | 'rejected' | 'pending';
  readonly code?: string;
};

/**
 * @param open the batches that still have pending orders
 * @param orders what their orders are now
 * @returns one outcome for each order, in the sequence of the file
 */
export const outcomesOf = (
  file: readonly OrderToCancel[],
  batches: readonly BatchToSend[],
  journal: Pick<Journal, 'finished'>,
  open: readonly number[],
  orders: ReadonlyMap<string, OrderNow>,
): Outcome[] => {
  const rejected = new Map<string, Rejected>(
    [...journal.finished.values()].flat().map((each) => [each.orderId, each]),
  );
  const undecided = new Set(open.flatMap((batch) => batches[batch]?.orderIds ?? []));
  return file.map(({ orderId }) => {
    if (undecided.has(orderId)) return { orderId, ...outcomeNow(orders.get(orderId)) };
    const code = rejected.get(orderId)?.code;
    return code === undefined
      ? { orderId, outcome: 'cancelled' }
      : { orderId, outcome: 'rejected', code };
  });
};

const outcomeNow = (order: OrderNow | undefined): Omit<Outcome, 'orderId'> => {
  if (order === 'not_found') return { outcome: 'rejected', code: 'order_not_found' };
  if (order === undefined || order === 'not_reachable') return { outcome: 'pending' };
  switch (rulesOf(order.status).cancellation) {
    case 'possible':
      return { outcome: 'pending' };
    case 'done':
      return { outcome: isFinished(order) ? 'cancelled' : 'pending' };
    case 'goods_left':
      return { outcome: 'rejected', code: 'order_not_cancellable' };
  }
};

/** A cancelled order that still holds units is not finished. */
const isFinished = ({ items }: { items: readonly { reservedQuantity: number }[] }): boolean =>
  items.every(({ reservedQuantity }) => reservedQuantity === 0);

/** The result file: a line for each order. */
export const resultCsv = (outcomes: readonly Outcome[]): string =>
  stringify([...outcomes], { header: true, columns: ['orderId', 'outcome', 'code'] });
