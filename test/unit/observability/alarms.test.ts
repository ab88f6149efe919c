/** An alarm on a metric of ours is worth nothing if no code writes the metric. */
import { describe, expect, test } from '@jest/globals';
import { toResource } from '../../../deployment/alarm-resources.ts';
import { alarmsOf } from '../../../deployment/alarms.ts';
import { anOrder, EARLIER, NOW } from '../../support/builders.ts';
import { createFakeEventBridge } from '../../support/fake-event-bridge.ts';
import { always, connectionRefused, isTransaction, refusedWith } from '../../support/faults.ts';
import { connectSdkTo } from '../../support/sdk-connections.ts';
import { orderRecord, streamRecord } from '../../support/streams.ts';
import { httpEvent, lambdaContext } from '../../support/unit-events.ts';
import { functionTests } from '../../support/unit-functions.ts';

const { openShop, call, log, wire } = functionTests();
const { handler: auditShop } = await import('../../../functions/audit-shop.ts');
const { handler: cancelOrder } = await import('../../../functions/cancel-order.ts');
const { handler: publishEvents } = await import('../../../functions/publish-events.ts');
const { handler: shipOrder } = await import('../../../functions/ship-order.ts');
const { handler: sweepOrders } = await import('../../../functions/sweep-orders.ts');

/** What unit-environment.ts names the service. */
const SERVICE = 'countermand';

const path = { orderId: 'o1' };
const sweep = () => sweepOrders({}, lambdaContext({ remaining: 60_000 }));

/** By metric, what happens in the shop when the alarm should go off. */
const WHAT_HAPPENS: Readonly<Record<string, () => Promise<unknown>>> = {
  StockDrift: async () => {
    openShop({
      orders: [anOrder('o1', { mug: 5 }, { status: 'confirmed' })],
      products: { mug: { reserved: 2 } },
    });
    await call(shipOrder, httpEvent({ path }));
  },
  RequestsFailed: async () => {
    openShop({ orders: [anOrder('o1', { mug: 2 })] });
    wire().use(always(isTransaction, refusedWith('AccessDenied', 400)));
    await call(cancelOrder, httpEvent({ path }));
  },
  RequestsUnfinished: async () => {
    wire().use(connectionRefused);
    await call(shipOrder, httpEvent({ path }), lambdaContext({ remaining: 400 }));
  },
  SweepFailures: async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 }, { expiresAt: NOW })] });
    shop.db.put('products', { id: 'mug', name: 'A mug that lost its counters' });
    await sweep();
  },
  OrdersOverdue: async () => {
    openShop({ orders: [anOrder('o1', { mug: 2 }, { expiresAt: NOW })] });
    await sweep();
  },
  AuditFindings: async () => {
    openShop({ orders: [anOrder('o1', { mug: 2 })], products: { mug: { reserved: 3 } } });
    await auditShop({}, lambdaContext({ remaining: 60_000 }));
  },
  OrdersCancelled: async () => {
    openShop({ orders: [anOrder('o1', { mug: 2 })] });
    await call(cancelOrder, httpEvent({ path }));
  },
  EventsPublished: async () => {
    const disconnect = connectSdkTo(createFakeEventBridge().handle);
    const record = orderRecord({ after: anOrder('o1', { mug: 2 }) }, 0, EARLIER);
    await publishEvents({ Records: [record] }, lambdaContext());
    disconnect();
  },
  EventsGivenUp: async () => {
    const damaged = { table: 'orders', after: { id: 'o1', status: 'lost' } };
    await publishEvents({ Records: [streamRecord(damaged, 0, EARLIER)] }, lambdaContext());
  },
  AuditIncomplete: async () => {
    openShop({ orders: [anOrder('o1', { mug: 2 })] });
    await auditShop({}, lambdaContext({ remaining: 0 }));
  },
};

type Metric = { readonly Name: string };
type Directive = {
  readonly Namespace: string;
  readonly Dimensions: readonly (readonly string[])[];
  readonly Metrics: readonly Metric[];
};

/** The values of the metrics that an alarm with these dimensions would see. */
const seen = (name: string, namespace: string, dimensions: Readonly<Record<string, string>>) =>
  log()
    .text()
    .split('\n')
    .filter((line) => line.includes('"CloudWatchMetrics"'))
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => {
      const [directive] = (line._aws as { CloudWatchMetrics: Directive[] }).CloudWatchMetrics;
      return (
        directive?.Namespace === namespace &&
        directive.Metrics.some(({ Name }) => Name === name) &&
        directive.Dimensions.some((names) => `${names}` === `${Object.keys(dimensions)}`) &&
        Object.entries(dimensions).every(([key, value]) => line[key] === value)
      );
    })
    .map((line) => line[name]);

const ours = alarmsOf(SERVICE, [])
  .flatMap(({ metrics }) => metrics)
  .filter(({ namespace }) => namespace === 'Countermand');

describe('The metric that an alarm of ours watches', () => {
  test.each(ours)('is written by the code: $name', async ({ name, namespace, dimensions }) => {
    await WHAT_HAPPENS[name]?.();

    const values = seen(name, namespace, dimensions).map(Number);
    expect(values.reduce((total, value) => total + value, 0)).toBeGreaterThan(0);
  });

  test('is tried here for each', () => {
    expect(ours.map(({ name }) => name).sort()).toEqual(Object.keys(WHAT_HAPPENS).sort());
  });
});

test('An alarm compares what one metric counts while another is silent, hour by hour', () => {
  const stopped = alarmsOf(SERVICE, []).find(({ kind }) => kind === 'EventsStopped');

  expect(stopped && toResource(stopped, SERVICE, 'topic').Properties).toMatchObject({
    Metrics: [
      { Expression: 'IF(FILL(m2, 0) == 0, FILL(m1, 0), 0)', ReturnData: true },
      { Id: 'm1', MetricStat: { Metric: { MetricName: 'OrdersCancelled' }, Period: 3600 } },
      { Id: 'm2', MetricStat: { Metric: { MetricName: 'EventsPublished' }, Period: 3600 } },
    ],
    EvaluationPeriods: 1,
    Threshold: 0,
    ComparisonOperator: 'GreaterThanThreshold',
  });
});
