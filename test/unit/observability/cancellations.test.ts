import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import '../../support/unit-environment.ts';
import type { CancellationResult } from '../../../lib/use-cases/cancel-orders.ts';
import { anOrder } from '../../support/builders.ts';
import { captureLog } from '../../support/unit-console.ts';

const { reportCancellations } = await import('../../../lib/observability/cancellations.ts');

let log: ReturnType<typeof captureLog>;

beforeEach(() => {
  log = captureLog();
});

afterEach(() => {
  log.restore();
});

const order = anOrder('o1', { mug: 2 });

const RESULTS: CancellationResult[] = [
  {
    orderId: 'o1',
    outcome: 'cancelled',
    order,
    restored: [{ productId: 'mug', quantity: 2 }],
    drift: 0,
    conflicts: 2,
  },
  { orderId: 'o2', outcome: 'cancelled', order, restored: [], drift: 4, conflicts: 0 },
  { orderId: 'o3', outcome: 'already_cancelled', order, restored: [], drift: 1, conflicts: 1 },
  { orderId: 'o4', outcome: 'not_cancellable', why: 'goods_left', order, drift: 0, conflicts: 0 },
  { orderId: 'o5', outcome: 'not_found', drift: 0, conflicts: 0 },
  { orderId: 'o6', outcome: 'unfinished', orderCreatedAt: order.createdAt, drift: 2, conflicts: 7 },
  { orderId: 'o7', outcome: 'failed', error: new Error('broken'), drift: 3, conflicts: 0 },
];
const CALLERS = RESULTS.map((_, index) => ({
  actor: 'queue',
  correlationId: `message-${index + 1}`,
}));

describe('Reporting cancellations', () => {
  test('counts outcomes, conflicts and drift as metrics', () => {
    reportCancellations(RESULTS, CALLERS);

    expect(log.metrics()).toEqual({
      OrdersCancelled: 2,
      OrdersAlreadyCancelled: 1,
      OrdersNotCancellable: 1,
      OrdersUnfinished: 1,
      ConflictsRetried: 10,
      StockDrift: 10,
    });
  });

  test('counts each result once, and not again with the next batch', () => {
    reportCancellations(RESULTS, CALLERS);
    log.forget();

    reportCancellations([], []);

    expect(log.metrics()).toEqual({
      OrdersCancelled: 0,
      OrdersAlreadyCancelled: 0,
      OrdersNotCancellable: 0,
      OrdersUnfinished: 0,
      ConflictsRetried: 0,
      StockDrift: 0,
    });
  });

  test('uses the namespace and the dimension that the alarm watches', () => {
    reportCancellations(RESULTS, CALLERS);

    expect(log.text()).toMatch(/"Namespace":"Countermand","Dimensions":\[\["service"\]\]/);
    expect(log.text()).toContain('"service":"countermand"');
  });

  test('logs a line for each result, with conflicts and drift only if there are any', () => {
    reportCancellations(RESULTS, CALLERS);

    const lines = log.messages().map(({ timestamp: _, sampling_rate: __, ...line }) => line);
    const common = { service: 'countermand' };
    expect(lines).toMatchObject(
      [
        {
          level: 'INFO',
          orderId: 'o1',
          outcome: 'cancelled',
          actor: 'queue',
          correlationId: 'message-1',
          units: 2,
          conflicts: 2,
        },
        {
          level: 'WARN',
          orderId: 'o2',
          outcome: 'cancelled',
          correlationId: 'message-2',
          drift: 4,
        },
        { level: 'WARN', orderId: 'o3', outcome: 'already_cancelled', drift: 1, conflicts: 1 },
        { level: 'INFO', orderId: 'o4', outcome: 'not_cancellable' },
        { level: 'INFO', orderId: 'o5', outcome: 'not_found' },
        { level: 'WARN', orderId: 'o6', outcome: 'unfinished', drift: 2, conflicts: 7 },
        { level: 'ERROR', orderId: 'o7', outcome: 'failed', error: { message: 'broken' } },
      ].map((line) => ({ ...common, ...line })),
    );
    expect(lines[3]).not.toHaveProperty('conflicts');
    expect(lines[3]).not.toHaveProperty('drift');
  });
});
