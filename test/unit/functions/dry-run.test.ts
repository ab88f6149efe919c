/** What a cancellation would do: told by the code that does it, without a write. */
import { describe, expect, test } from '@jest/globals';
import { aCancelledOrder, anOrder, manyLines } from '../../support/builders.ts';
import { numbered } from '../../support/concurrently.ts';
import { httpEvent, lambdaContext, sqsEvent } from '../../support/unit-events.ts';
import { functionTests } from '../../support/unit-functions.ts';

const { openShop, call, queue, log } = functionTests();
const { handler: cancel } = await import('../../../functions/cancel-order.ts');
const { handler: cancelOrders } = await import('../../../functions/cancel-orders.ts');
const { handler: createBatch } = await import('../../../functions/create-batch.ts');

const path = { orderId: 'o1' };
const part = { items: [{ productId: 'mug', quantity: 1 }] };

/** Times, versions of rows and names of commits differ between two calls. */
const comparable = (body: unknown): unknown =>
  JSON.parse(JSON.stringify(body).replace(/"\d{4}-\d\d-\d\dT[^"]*"/g, '"a time"'));

describe('A dry run', () => {
  test.each<[string, object, Parameters<typeof httpEvent>[0]]>([
    ['a whole order', anOrder('o1', { mug: 3, cup: 1 }), { json: {} }],
    ['lost goods', anOrder('o1', { mug: 3 }), { json: { restock: false, reason: 'fraud' } }],
    ['a grace', anOrder('o1', { mug: 3 }), { json: { graceSeconds: 60 } }],
    ['a large order', anOrder('o1', manyLines(120)), { json: {} }],
    ['a part', anOrder('o1', { mug: 3 }), { json: part, headers: { 'idempotency-key': 'k' } }],
    ['a cancelled order', aCancelledOrder('o1', { mug: 3 }), { json: {} }],
    ['a shipped order', anOrder('o1', { mug: 3 }, { status: 'shipped' }), { json: {} }],
    [
      'a locked order',
      anOrder('o1', { mug: 3 }, { lock: { since: '2026-03-01T08:00:00.000Z' } }),
      { json: {} },
    ],
    [
      'units of too few',
      anOrder('o1', { mug: 3 }),
      { json: { items: [{ productId: 'mug', quantity: 4 }] }, headers: { 'idempotency-key': 'k' } },
    ],
    ['a part without a key', anOrder('o1', { mug: 3 }), { json: part }],
  ])('answers as the cancellation then does, and writes nothing: %s', async (_, order, request) => {
    const shop = openShop({ orders: [order as ReturnType<typeof anOrder>] });
    const before = JSON.stringify([shop.db.rows('orders'), shop.db.rows('products')]);

    const dry = await call(
      cancel,
      httpEvent({ path, ...request, json: { ...(request?.json as object), dryRun: true } }),
    );

    expect(shop.wire.writes()).toEqual([]);
    expect(queue.messages()).toEqual([]);
    expect(JSON.stringify([shop.db.rows('orders'), shop.db.rows('products')])).toBe(before);
    const wet = await call(cancel, httpEvent({ path, ...request }));
    expect(comparable([dry.status, dry.body])).toEqual(comparable([wet.status, wet.body]));
  });

  test('knows that a product is gone', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 3, cup: 1 })] });
    await shop.loses('products', 'mug');

    const { body } = await call(cancel, httpEvent({ path, json: { dryRun: true } }));

    expect(body.restored).toEqual([{ productId: 'cup', quantity: 1 }]);
  });

  test('of an unknown order finds none', async () => {
    openShop();

    const { status } = await call(cancel, httpEvent({ path, json: { dryRun: true } }));

    expect(status).toBe(404);
    expect(log().metrics()).toEqual({});
  });
});

describe('A dry run of many cancellations', () => {
  const orderIds = [...numbered('o', 120), 'shipped', 'locked', 'done', 'nobody', 'o-1'];
  const lock = { since: '2026-03-01T08:00:00.000Z' };
  const aBusyShop = () =>
    openShop({
      orders: [
        ...numbered('o', 120).map((id) => anOrder(id, { mug: 1, [`own-${id}`]: 2 })),
        anOrder('shipped', { mug: 1 }, { status: 'shipped' }),
        anOrder('locked', { mug: 1 }, { lock }),
        aCancelledOrder('done', { mug: 1 }),
      ],
    });

  test('tells what becomes of each, what comes back, and what it takes, as it then is', async () => {
    const shop = aBusyShop();

    const { status, body } = await call(
      createBatch,
      httpEvent({ json: { orderIds, dryRun: true } }),
    );

    expect(status).toBe(200);
    expect(shop.wire.writes()).toEqual([]);
    expect(queue.messages()).toEqual([]);
    expect(body.results).toHaveLength(124);
    expect(body.results.slice(119)).toEqual([
      { orderId: 'o-120', outcome: 'cancelled' },
      { orderId: 'shipped', outcome: 'order_not_cancellable' },
      { orderId: 'locked', outcome: 'order_locked' },
      { orderId: 'done', outcome: 'already_cancelled' },
      { orderId: 'nobody', outcome: 'order_not_found' },
    ]);
    expect(body.restored[0]).toEqual({ productId: 'mug', quantity: 120 });
    expect(body.restored).toHaveLength(121);

    await cancelOrders(
      sqsEvent(...orderIds.map((orderId) => ({ orderId }))),
      lambdaContext({ remaining: 60_000 }),
    );
    const orderWrites = shop.wire
      .writes()
      .filter((request) => JSON.stringify(request.json).includes('"orders"'));
    expect(body.transactions).toBe(orderWrites.length);
    expect(body.writeUnits).toBeGreaterThan(120 * 2 * 4);
  });
});
