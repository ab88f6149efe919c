import { describe, expect, test } from '@jest/globals';
import { expectLawsHold } from '../../support/audit.ts';
import { aCancelledOrder, anOrder, manyLines } from '../../support/builders.ts';
import { httpEvent, lambdaContext } from '../../support/unit-events.ts';
import { functionTests, type HttpFunction } from '../../support/unit-functions.ts';

const { openShop, call, wire, queue } = functionTests();
const { handler: confirm } = await import('../../../functions/confirm-order.ts');
const { handler: ship } = await import('../../../functions/ship-order.ts');
const { handler: deliver } = await import('../../../functions/deliver-order.ts');
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

  test('again is 200 with the order unchanged', async () => {
    aReadyShop();
    const first = await call(handler, httpEvent({ path }));
    const writes = wire().writes().length;

    expect(await call(handler, httpEvent({ path }))).toEqual(first);
    expect(wire().writes()).toHaveLength(writes);
  });

  test('from anywhere else is 409', async () => {
    openShop({ orders: [aCancelledOrder('o1', { mug: 2 })] });

    expect(await call(handler, httpEvent({ path }))).toMatchObject({
      status: 409,
      body: { code: 'invalid_transition', detail: 'Order o1 is cancelled' },
    });
  });

  test('of an order that is being placed is 409, and says why', async () => {
    openShop({ orders: [anOrder('o1', { mug: 2 }, { placing: true, status: from })] });
    if (from === 'shipped') return;

    expect(await call(handler, httpEvent({ path }))).toMatchObject({
      status: 409,
      body: { code: 'invalid_transition', detail: 'Order o1 is still being placed' },
    });
  });

  test('of an unknown order is 404', async () => {
    openShop();

    expect(await call(handler, httpEvent({ path }))).toMatchObject({
      status: 404,
      body: { code: 'order_not_found' },
    });
  });

  test('out of time is 503', async () => {
    aReadyShop();

    expect(await call(handler, httpEvent({ path }), late)).toMatchObject({
      status: 503,
      headers: { 'retry-after': '1' },
      body: { code: 'try_again' },
    });
  });
});

describe('POST /orders/{orderId}/ship', () => {
  test('of many lines takes several steps, and puts nothing on the queue', async () => {
    const shop = openShop({ orders: [anOrder('o1', manyLines(50), { status: 'confirmed' })] });

    expect(await call(ship, httpEvent({ path }))).toMatchObject({ status: 200 });
    expect(queue.messages()).toEqual([]);
    await expectLawsHold(shop);
  });
});

describe('DELETE /orders/{orderId}', () => {
  test('deletes a cancelled order and says nothing', async () => {
    const shop = openShop({ orders: [aCancelledOrder('o1', { mug: 2 })] });

    const response = await call(deleteOrder, httpEvent({ path }));

    expect(response).toMatchObject({ status: 204, body: undefined });
    expect(shop.db.rows('orders')).toEqual([]);
    expect(await call(deleteOrder, httpEvent({ path }))).toMatchObject({
      status: 404,
      body: { code: 'order_not_found' },
    });
  });

  test('refuses an order that is not cancelled', async () => {
    openShop({ orders: [anOrder('o1', { mug: 2 })] });

    expect(await call(deleteOrder, httpEvent({ path }))).toMatchObject({
      status: 409,
      body: { code: 'order_not_deletable' },
    });
  });

  test('out of time is 503', async () => {
    openShop({ orders: [aCancelledOrder('o1', { mug: 2 })] });

    expect(await call(deleteOrder, httpEvent({ path }), late)).toMatchObject({
      status: 503,
      body: { code: 'try_again' },
    });
  });
});
