/** The process of `startAwsLike`; ends with the process that started it. */
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { latencyOf } from '../test/support/aws-latency.ts';
import { type FaultProxy, startFaultProxy } from '../test/support/fault-proxy.ts';
import type { Fault } from '../test/support/faults.ts';
import { transactionConflicts } from '../test/support/transaction-conflicts.ts';
import type { Order, Report } from './aws-like.ts';

/**
 * Delays every answer until AWS would have given it. The engine works during this time, so an
 * answer is late only if the engine is slower than AWS.
 */
const inTime: Fault = async (answer, request) => {
  const [answered] = await Promise.all([answer(), sleep(latencyOf(request))]);
  return answered;
};

let proxy: FaultProxy | undefined;
let since = performance.eventLoopUtilization();

const obey = async (order: Order): Promise<Report> => {
  switch (order.type) {
    case 'start':
      proxy = await startFaultProxy(order.target);
      return { type: 'started', endpoint: proxy.endpoint };
    case 'serve': {
      // Items stay busy until the answer to their transaction, and a conflict is answered as late
      // as a success.
      const conflicts = transactionConflicts({ keys: order.keys, hold: () => 0 });
      proxy?.use(inTime, conflicts, inTime);
      proxy?.forget();
      since = performance.eventLoopUtilization();
      return { type: 'serving' };
    }
    case 'report':
      return { type: 'busy', busy: performance.eventLoopUtilization(since).utilization };
  }
};

process.on('message', (order: Order) => {
  void obey(order).then((report) => process.send?.(report));
});
process.once('disconnect', () => process.exit());
