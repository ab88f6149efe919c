import { MetricUnit } from '@aws-lambda-powertools/metrics';
import type { SweptOrder } from '../use-cases/sweep-orders.ts';
import { logger } from './logger.ts';
import { metrics } from './metrics.ts';

/**
 * Reports a sweep to operations: a log line for each order, and metrics in the log (embedded metric
 * format).
 *
 * @param correlationId the id of the sweep's invocation
 */
export const reportSweep = (swept: readonly SweptOrder[], correlationId: string): void => {
  for (const order of swept) {
    const { outcome, drift, ...rest } = order;
    const line = { ...rest, outcome, correlationId, ...(drift > 0 && { drift }) };
    if (outcome === 'failed') logger.error('order that was due could not be looked after', line);
    else logger.info('order that was due', line);
  }
  const count = (wanted: (order: SweptOrder) => boolean): number => swept.filter(wanted).length;
  metrics.addMetric(
    'OrdersExpired',
    MetricUnit.Count,
    count(({ duty, outcome }) => duty === 'expire' && outcome === 'done'),
  );
  metrics.addMetric(
    'OrdersFinished',
    MetricUnit.Count,
    count(({ duty, outcome }) => duty === 'finish' && outcome === 'done'),
  );
  metrics.addMetric(
    'SweepFailures',
    MetricUnit.Count,
    count(({ outcome }) => outcome === 'failed'),
  );
  metrics.addMetric(
    'StockDrift',
    MetricUnit.Count,
    swept.reduce((total, { drift }) => total + drift, 0),
  );
  metrics.publishStoredMetrics();
};
