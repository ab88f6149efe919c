import { describe, expect, test } from '@jest/globals';
import { expectLawsHold } from '../../support/audit.ts';
import { aCancelledOrder, anOrder, manyCauses, manyLines } from '../../support/builders.ts';
import { httpEvent, lambdaContext } from '../../support/unit-events.ts';
import { functionTests, type HttpFunction } from '../../support/unit-functions.ts';

const { openShop, call, wire, queue } = functionTests();
const { handler: confirm } = await import('../../../functions/confirm-order.ts');
const { handler: ship } = await import('../../../functions/ship-order.ts');
const { handler: deliver } = await import('../../../functions/deliver-order.ts');
const { handler: reinstate } = await import('../../../functions/reinstate-order.ts');
const { handler: deleteOrder } = await import('../../../functions/delete-order.ts');

const path = { orderId: 'o1' };
const late = lambdaContext({ remaining: 100 });

const WAYS: [string, HttpFunction, 'pending' | 'confirmed' | 'shipped', string][] = [
  ['confirm', confirm, 'pending', 'confirmed'],
  ['ship', ship, 'confirmed', 'shipped'],
  ['deliver', deliver, 'shipped', 'delivered'],
];

describe.each(WAYS)('POST /orders/{orderId}/%s', (_, handler, from, to) => {
  const aReadyShop = () => openShop({ orders: [anOrder('o1', { mug: 2 }, { status: from })] });

  test(`takes the order from ${from} to ${to}`, async () => {
    aReadyShop();

    const { status, body } = await call(handler, httpEvent({ path }));

    expect(status).toBe(200);
    expect(body).toMatchObject({ id: 'o1', status: to });
    for (const name of ['movementReferences', 'statusShard', 'placing', 'keyUses']) {
      expect(body).not.toHaveProperty(name);
    }
  });

  test('is 200 with the same order again, and writes nothing', async () => {
    aReadyShop();
    const first = await call(handler, httpEvent({ path }));
    const writes = wire().writes().length;

    expect(await call(handler, httpEvent({ path }))).toEqual(first);
    expect(wire().writes()).toHaveLength(writes);
  });

  test('is 409 for a cancelled order', async () => {
    openShop({ orders: [aCancelledOrder('o1', { mug: 2 })] });

    expect(await call(handler, httpEvent({ path }))).toMatchObject({
      status: 409,
      body: { code: 'invalid_transition', detail: 'Order o1 is cancelled' },
    });
  });

  test('is 404 for an unknown order', async () => {
    openShop();

    expect(await call(handler, httpEvent({ path }))).toMatchObject({
      status: 404,
      body: { code: 'order_not_found' },
    });
  });

  test('is 503 when no time is left', async () => {
    aReadyShop();

    expect(await call(handler, httpEvent({ path }), late)).toMatchObject({
      status: 503,
      headers: { 'retry-after': '1' },
      body: { code: 'try_again' },
    });
  });
});

test.each(WAYS.filter(([, , from]) => from !== 'shipped'))(
  'POST /orders/{orderId}/%s is 409 for an order that is being placed, and says why',
  async (_, handler, from) => {
    openShop({ orders: [anOrder('o1', { mug: 2 }, { placing: true, status: from })] });

    expect(await call(handler, httpEvent({ path }))).toMatchObject({
      status: 409,
      body: { code: 'invalid_transition', detail: 'Order o1 is still being placed' },
    });
  },
);

describe('POST /orders/{orderId}/ship', () => {
  test('ships an order of 50 lines, and queues nothing', async () => {
    const shop = openShop({ orders: [anOrder('o1', manyLines(50), { status: 'confirmed' })] });

    expect(await call(ship, httpEvent({ path }))).toMatchObject({ status: 200 });
    expect(queue.messages()).toEqual([]);
    await expectLawsHold(shop);
  });
});

describe('POST /orders/{orderId}/reinstate', () => {
  test('is 409 for an order that has no room for another round, and says why', async () => {
    const movementReferences = manyCauses('o1', 1_000);
    openShop({
      orders: [aCancelledOrder('o1', { mug: 2 }, { movementReferences, cancelledFrom: 'pending' })],
    });

    expect(await call(reinstate, httpEvent({ path }))).toMatchObject({
      status: 409,
      body: { code: 'invalid_transition', detail: 'Too much was done to order o1 already' },
    });
  });
});

describe('DELETE /orders/{orderId}', () => {
  test('is 204 for a cancelled order, and 404 after that', async () => {
    const shop = openShop({ orders: [aCancelledOrder('o1', { mug: 2 })] });

    const response = await call(deleteOrder, httpEvent({ path }));

    expect(response).toMatchObject({ status: 204, body: undefined });
    expect(shop.db.rows('orders')).toEqual([]);
    expect(await call(deleteOrder, httpEvent({ path }))).toMatchObject({
      status: 404,
      body: { code: 'order_not_found' },
    });
  });

  test('is 409 for an order that is not cancelled', async () => {
    openShop({ orders: [anOrder('o1', { mug: 2 })] });

    expect(await call(deleteOrder, httpEvent({ path }))).toMatchObject({
      status: 409,
      body: { code: 'order_not_deletable' },
    });
  });

  test('is 503 when no time is left', async () => {
    openShop({ orders: [aCancelledOrder('o1', { mug: 2 })] });

    expect(await call(deleteOrder, httpEvent({ path }), late)).toMatchObject({
      status: 503,
      body: { code: 'try_again' },
    });
  });
});
