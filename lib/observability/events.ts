import { MetricUnit } from '@aws-lambda-powertools/metrics';
import type { Published, StreamRecord } from '../events/publish.ts';
import { logger } from './logger.ts';
import { metrics, publishCounts } from './metrics.ts';
import { begunBy } from './writes.ts';

/**
 * Reports to operations what became of a batch of stream records: a log line for each event that was
 * sent, one for each record that nothing can be made of, and metrics in the log (embedded metric
 * format). No line has what the order or product contains. That of an event has the correlation id of
 * the call that made the change, if the order tells it, and otherwise that of the invocation.
 *
 * - `EventsPublished`, `EventsGivenUp`.
 * - `EventsDelayed`: events that the bus has not taken yet. Lambda brings their records again.
 * - `EventAge`: the longest time from a commit until its event was sent, in milliseconds.
 *
 * @param requestId the id of the invocation
 */
export const reportEvents = (
  { published, givenUp, delayed, problems }: Published,
  requestId: string,
  now: Date,
): void => {
  const idsOf = ({ correlationId }: StreamRecord) => begunBy(correlationId, requestId);
  for (const record of published) {
    const { event, sequenceNumber } = record;
    logger.info('event', { id: event?.id, type: event?.type, sequenceNumber, ...idsOf(record) });
  }
  for (const { record, why } of givenUp) {
    const { aggregate, sequenceNumber, event } = record;
    const line = { aggregate, sequenceNumber, why, type: event?.type, ...idsOf(record) };
    logger.error('event given up', line);
  }
  if (delayed.length > 0) {
    const [first] = delayed;
    const line = { events: delayed.length, problems, correlationId: requestId };
    logger.warn('events delayed', {
      ...line,
      aggregate: first?.aggregate,
      sequenceNumber: first?.sequenceNumber,
      ...(first?.damage !== undefined && { damage: first.damage }),
    });
  }
  if (published.length > 0) {
    const oldest = Math.min(...published.map(({ committedAt }) => committedAt));
    metrics.addMetric('EventAge', MetricUnit.Milliseconds, Math.max(0, now.getTime() - oldest));
  }
  publishCounts({
    EventsPublished: published.length,
    EventsDelayed: delayed.length,
    EventsGivenUp: givenUp.length,
  });
};
