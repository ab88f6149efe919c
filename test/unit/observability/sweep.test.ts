import { describe, expect, test } from '@jest/globals';
import { aLine, anOrder, NOW } from '../../support/builders.ts';
import { numbered } from '../../support/concurrently.ts';
import { lambdaContext } from '../../support/unit-events.ts';
import { functionTests } from '../../support/unit-functions.ts';

const { openShop, log } = functionTests();
const { handler } = await import('../../../functions/sweep-orders.ts');
const { reportSweep } = await import('../../../lib/observability/sweep.ts');

const MINUTE_MS = 60_000;

describe('A sweep', () => {
  test('leaves a line for each order, with its units, and one correlation id', async () => {
    openShop({
      orders: [
        anOrder('o1', { mug: 2, cup: 3 }, { expiresAt: NOW }),
        anOrder('o2', [aLine('mug', 1)], { expiresAt: NOW }),
      ],
    });

    await handler({}, lambdaContext({ remaining: 60_000 }));

    const common = {
      level: 'INFO',
      message: 'order that was due',
      duty: 'expire',
      outcome: 'done',
      actor: 'sweep',
      correlationId: 'aws-request-id',
    };
    expect(log().messages()).toHaveLength(2);
    expect(log().messages()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ ...common, orderId: 'o1', units: 5 }),
        expect.objectContaining({ ...common, orderId: 'o2', units: 1 }),
      ]),
    );
    expect(log().metrics()).toMatchObject({ OrdersExpired: 2, SweepFailures: 0 });
  });

  test('that is killed has told of each page that it had done, with its counts', async () => {
    // Prepare: two pages of due orders, from four shards, and an answer that never comes after the first
    const orders = numbered('o', 2_400).map((id) => anOrder(id, { mug: 1 }, { expiresAt: NOW }));
    const shop = openShop({ orders });
    let queries = 0;
    const isKilled = new Promise<void>((killed) => {
      shop.wire.use((answer, { operation }) => {
        if (operation === 'Query') queries += 1;
        if (queries < 3) return answer();
        killed();
        return new Promise(() => {});
      });
    });

    // Act
    void handler({}, lambdaContext({ remaining: 60_000 }));
    await isKilled;

    // Assess
    const cancelled = shop.db.rows('orders').filter(({ status }) => status === 'cancelled');
    expect(cancelled.length).toBeGreaterThanOrEqual(1_000);
    expect(cancelled.length).toBeLessThan(2_400);
    const told = log()
      .messages()
      .map(({ orderId }) => orderId);
    expect(told.sort()).toEqual(cancelled.map(({ id }) => id).sort());
    expect(log().metrics()).toMatchObject({ OrdersExpired: cancelled.length, StockDrift: 0 });
  });

  test('without work counts nothing, once', async () => {
    openShop();

    await handler({}, lambdaContext({ remaining: 60_000 }));

    expect(log().messages()).toEqual([]);
    expect(log().metrics()).toMatchObject({ OrdersExpired: 0, SweepFailures: 0 });
  });

  test('counts what it has not finished, what failed, and what was due for more than ten minutes', () => {
    const order = { drift: 0, duty: 'finish' } as const;

    reportSweep(
      [
        { ...order, orderId: 'o1', outcome: 'done', lateMs: 10 * MINUTE_MS },
        { ...order, orderId: 'o2', outcome: 'done', lateMs: 10 * MINUTE_MS + 1 },
        { ...order, orderId: 'o3', outcome: 'unfinished', lateMs: 60 * MINUTE_MS, drift: 3 },
        { ...order, orderId: 'o4', outcome: 'failed', lateMs: 0, error: new Error('broken') },
      ],
      'sweep-1',
    );

    expect(log().metrics()).toEqual({
      OrdersExpired: 0,
      OrdersFinished: 2,
      OrdersUnfinished: 1,
      OrdersOverdue: 2,
      SweepFailures: 1,
      StockDrift: 3,
    });
    expect(log().messages().at(3)).toMatchObject({ level: 'ERROR', orderId: 'o4' });
  });
});
