import { MetricUnit } from '@aws-lambda-powertools/metrics';
import type { PartialCancellationResult } from '../use-cases/cancel-lines.ts';
import type { CancellationResult } from '../use-cases/cancel-orders.ts';
import { logger } from './logger.ts';
import { metrics } from './metrics.ts';

type Result = CancellationResult | ({ readonly orderId: string } & PartialCancellationResult);

/**
 * Reports cancellations to operations: a log line for each result, and metrics in the log (embedded
 * metric format). `StockDrift` counts units that an order held but that the counter of their
 * product could not release.
 *
 * @param correlationIds by result, the id of the HTTP request or message that it belongs to
 */
export const reportCancellations = (
  results: readonly Result[],
  correlationIds: readonly string[],
): void => {
  for (const [index, result] of results.entries()) {
    logOutcome(result, correlationIds[index]);
  }
  const count = (outcome: Result['outcome']): number =>
    results.filter((result) => result.outcome === outcome).length;
  metrics.addMetric('OrdersCancelled', MetricUnit.Count, count('cancelled'));
  metrics.addMetric('OrdersAlreadyCancelled', MetricUnit.Count, count('already_cancelled'));
  metrics.addMetric('OrdersNotCancellable', MetricUnit.Count, count('not_cancellable'));
  metrics.addMetric(
    'ConflictsRetried',
    MetricUnit.Count,
    sum(results, ({ conflicts }) => conflicts),
  );
  metrics.addMetric('StockDrift', MetricUnit.Count, sum(results, driftOf));
  metrics.publishStoredMetrics();
};

/**
 * Reports to operations that cancellations were given up because their orders do not exist. That is
 * a mistake of the producer, not an incident.
 */
export const reportUnknownOrders = (
  unknown: readonly { readonly orderId: string; readonly messageId: string }[],
): void => {
  if (unknown.length === 0) return;
  for (const { orderId, messageId } of unknown) {
    logger.warn('cancellation of an unknown order', { orderId, correlationId: messageId });
  }
  metrics.addMetric('OrdersUnknown', MetricUnit.Count, unknown.length);
  metrics.publishStoredMetrics();
};

/** Reports to operations that a shipment moved more units than the product's counters had. */
export const reportDrift = (orderId: string, drift: number, correlationId: string): void => {
  if (drift === 0) return;
  logger.warn('shipment found stock drifted', { orderId, drift, correlationId });
  metrics.addMetric('StockDrift', MetricUnit.Count, drift);
  metrics.publishStoredMetrics();
};

const logOutcome = (result: Result, correlationId: string | undefined): void => {
  const { orderId, outcome, conflicts } = result;
  const drift = driftOf(result);
  const line = {
    orderId,
    outcome,
    correlationId,
    ...(conflicts > 0 && { conflicts }),
    ...(drift > 0 && { drift }),
  };
  if (outcome === 'failed') logger.error('cancellation failed', { ...line, error: result.error });
  else if (drift > 0) logger.warn('cancellation found stock drifted', line);
  else logger.info('cancellation', line);
};

const driftOf = (result: Result): number => ('drift' in result ? result.drift : 0);

const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0);
