import type { CancellationResult } from '../use-cases/cancel-orders.ts';
import { logger } from './logger.ts';
import { publishCounts } from './metrics.ts';
import { type Caller, unitsOf } from './writes.ts';

/**
 * Reports cancellations to operations: a log line for each result, and metrics in the log (embedded
 * metric format). `StockDrift` counts units that an order held but that the counter of their
 * product could not release.
 *
 * @param callers by result, who asked for it
 */
export const reportCancellations = (
  results: readonly CancellationResult[],
  callers: readonly Caller[],
): void => {
  for (const [index, result] of results.entries()) {
    logOutcome(result, callers[index]);
  }
  const count = (outcome: CancellationResult['outcome']): number =>
    results.filter((result) => result.outcome === outcome).length;
  publishCounts({
    OrdersCancelled: count('cancelled'),
    OrdersAlreadyCancelled: count('already_cancelled'),
    OrdersNotCancellable: sum(results, ({ outcome }) => (REFUSED.includes(outcome) ? 1 : 0)),
    OrdersUnfinished: count('unfinished'),
    ConflictsRetried: sum(results, ({ conflicts }) => conflicts),
    StockDrift: sum(results, ({ drift }) => drift),
  });
};

/**
 * Reports to operations that cancellations were given up because their orders do not exist. That is
 * a mistake of the producer, not an incident.
 */
export const reportUnknownOrders = (
  unknown: readonly ({ readonly orderId: string } & Caller)[],
): void => {
  if (unknown.length === 0) return;
  for (const order of unknown) logger.warn('cancellation of an unknown order', order);
  publishCounts({ OrdersUnknown: unknown.length });
};

/** Reports to operations that a shipment moved more units than the product's counters had. */
export const reportDrift = (orderId: string, drift: number, caller: Caller): void => {
  if (drift === 0) return;
  logger.warn('shipment found stock drifted', { orderId, drift, ...caller });
  publishCounts({ StockDrift: drift });
};

/** What an order is in no state for, or does not have. */
const REFUSED: readonly CancellationResult['outcome'][] = [
  'not_cancellable',
  'line_not_found',
  'quantity_exceeded',
  'reference_reused',
];

const logOutcome = (result: CancellationResult, caller: Caller | undefined): void => {
  const { orderId, outcome, conflicts, drift } = result;
  const line = {
    orderId,
    outcome,
    ...caller,
    ...(outcome === 'cancelled' && { units: unitsOf(result.restored) }),
    ...(conflicts > 0 && { conflicts }),
    ...(drift > 0 && { drift }),
  };
  if (outcome === 'failed') logger.error('cancellation failed', { ...line, error: result.error });
  else if (drift > 0) logger.warn('cancellation found stock drifted', line);
  else logger.info('cancellation', line);
};

const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0);
