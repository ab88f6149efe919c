import type { SweptOrder } from '../use-cases/sweep-orders.ts';
import { logger } from './logger.ts';
import { publishCounts } from './metrics.ts';
import { begunBy } from './writes.ts';

/** A sweep comes every minute. An order that is due for longer than ten was not reached, or fails. */
const OVERDUE_MS = 10 * 60_000;

/**
 * Reports a page of a sweep to operations: a log line for each order, and metrics in the log (embedded
 * metric format). A line has the correlation id of the call that began what the sweep does. If that is not
 * known, it is the sweep's.
 *
 * @param requestId the id of the sweep's invocation
 */
export const reportSweep = (swept: readonly SweptOrder[], requestId: string): void => {
  for (const order of swept) {
    const { outcome, drift, correlationId, ...rest } = order;
    const line = {
      ...rest,
      outcome,
      actor: 'sweep',
      ...begunBy(correlationId, requestId),
      ...(drift > 0 && { drift }),
    };
    if (outcome === 'failed') logger.error('order that was due could not be looked after', line);
    else logger.info('order that was due', line);
  }
  const count = (wanted: (order: SweptOrder) => boolean): number => swept.filter(wanted).length;
  publishCounts({
    OrdersExpired: count(({ duty, outcome }) => duty === 'expire' && outcome === 'done'),
    OrdersFinished: count(({ duty, outcome }) => duty === 'finish' && outcome === 'done'),
    OrdersUnfinished: count(({ outcome }) => outcome === 'unfinished'),
    OrdersOverdue: count(({ lateMs }) => lateMs > OVERDUE_MS),
    SweepFailures: count(({ outcome }) => outcome === 'failed'),
    StockDrift: swept.reduce((total, { drift }) => total + drift, 0),
  });
};
