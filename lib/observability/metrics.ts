import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

/** Metrics are written to the log. Namespace and service name come from the POWERTOOLS_* environment. */
export const metrics = new Metrics();

/** The metrics of the namespace Countermand. Each counts something. */
export type CountedMetric =
  | 'AuditFindings'
  | 'AuditIncomplete'
  | 'AuditUnproven'
  | 'EventsDelayed'
  | 'EventsGivenUp'
  | 'EventsPublished'
  | 'OrdersCancelled'
  | 'OrdersAlreadyCancelled'
  | 'OrdersNotCancellable'
  | 'OrdersUnknown'
  | 'OrdersUnfinished'
  | 'OrdersExpired'
  | 'OrdersFinished'
  | 'OrdersOverdue'
  | 'ConflictsRetried'
  | 'RequestsFailed'
  | 'RequestsUnfinished'
  | 'StockDrift'
  | 'SweepFailures';

/** Writes counts to the log, in embedded metric format. */
export const publishCounts = (counts: Readonly<Partial<Record<CountedMetric, number>>>): void => {
  for (const [name, count] of Object.entries(counts)) {
    metrics.addMetric(name, MetricUnit.Count, count);
  }
  metrics.publishStoredMetrics();
};
