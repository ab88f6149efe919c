import { describe, expect, test } from '@jest/globals';
import { anOrder } from '../../support/builders.ts';
import { httpEvent, lambdaContext } from '../../support/unit-events.ts';
import { functionTests } from '../../support/unit-functions.ts';

const { openShop, call, wire, queue, log } = functionTests();
const { handler } = await import('../../../functions/cancel-order.ts');
const { handler: listMovements } = await import('../../../functions/list-order-movements.ts');

const path = { orderId: 'o1' };
const key = { 'idempotency-key': 'basket-17.a' };
const twoMugs = { items: [{ productId: 'mug', quantity: 2 }] };

const aSmallShop = () =>
  openShop({ orders: [anOrder('o1', { mug: 5 }), anOrder('o2', { mug: 4 })] });

const cancel = (json: unknown, headers: Record<string, string> = key, remaining = 10_000) =>
  call(handler, httpEvent({ path, headers, json }), lambdaContext({ remaining }));

describe('POST /orders/{orderId}/cancel with items', () => {
  test('cancels these units and returns what was restored', async () => {
    const shop = aSmallShop();

    const { status, body } = await cancel({ ...twoMugs, reason: 'customer' });

    expect(status).toBe(200);
    expect(body).toMatchObject({
      outcome: 'cancelled',
      order: {
        status: 'pending',
        items: [{ productId: 'mug', quantity: 5, reservedQuantity: 3, cancelledQuantity: 2 }],
      },
      restored: [{ productId: 'mug', quantity: 2 }],
    });
    expect(body.order).not.toHaveProperty('movementReferences');
    expect((await shop.product('mug')).reservedQuantity).toBe(7);
    expect(wire().sent).toHaveLength(2);
    expect(log().metrics()).toMatchObject({ OrdersCancelled: 1 });
  });

  test('returns the same answer for the same key again', async () => {
    const shop = aSmallShop();
    const first = await cancel(twoMugs);

    const again = await cancel(twoMugs);

    expect(again.body).toEqual({ ...first.body, outcome: 'already_cancelled' });
    expect((await shop.product('mug')).reservedQuantity).toBe(7);
  });

  test('is 409 for the same key with another body', async () => {
    aSmallShop();
    await cancel(twoMugs);

    expect(await cancel({ items: [{ productId: 'mug', quantity: 1 }] })).toMatchObject({
      status: 409,
      body: { code: 'reference_reused' },
    });
  });

  test('tells with its movements why, and what was noted', async () => {
    aSmallShop();
    await cancel({ ...twoMugs, reason: 'customer', note: 'two too many' });

    const { body } = await call(listMovements, httpEvent({ path }));

    expect(body.items).toMatchObject([
      { movementType: 'reservation' },
      { movementType: 'restoration', reason: 'customer', note: 'two too many' },
    ]);
  });

  test('cancels more units with another key', async () => {
    const shop = aSmallShop();
    await cancel(twoMugs);
    await cancel(twoMugs, { 'idempotency-key': 'k2' });

    expect((await shop.product('mug')).reservedQuantity).toBe(5);
  });

  test.each([undefined, ''])('is 400 idempotency_key_required with key %j', async (given) => {
    const shop = aSmallShop();

    expect(
      await cancel(twoMugs, given === undefined ? {} : { 'idempotency-key': given }),
    ).toMatchObject({ status: 400, body: { code: 'idempotency_key_required' } });
    expect((await shop.product('mug')).reservedQuantity).toBe(9);
  });

  test.each(['a b', 'ü', 'x'.repeat(256), 'tab\t', '\u0000', '""'])(
    'is 400 with the key %j, and names the header',
    async (given) => {
      aSmallShop();

      const { status, body } = await cancel(twoMugs, { 'idempotency-key': given });

      expect(status).toBe(400);
      expect(body).toMatchObject({
        code: 'validation_failed',
        errors: [{ path: 'Idempotency-Key' }],
      });
      expect(wire().sent).toEqual([]);
    },
  );

  test.each(['a_b', 'x'.repeat(65), 'x'.repeat(255), 'a,b', '<script>', '../o2', '.', '..', '"'])(
    'is idempotent with the key %j, which is hashed',
    async (given) => {
      const shop = aSmallShop();

      const first = await cancel(twoMugs, { 'idempotency-key': given });
      const again = await cancel(twoMugs, { 'idempotency-key': given });

      expect([first.body.outcome, again.body.outcome]).toEqual(['cancelled', 'already_cancelled']);
      expect((await shop.order('o1')).movementReferences.at(-1)).toMatch(
        /^order_o1_cancellation_[a-z2-7]{26}$/,
      );
    },
  );

  test('means the same with the key in quotes', async () => {
    aSmallShop();
    const first = await cancel(twoMugs);

    const again = await cancel(twoMugs, { 'idempotency-key': '"basket-17.a"' });

    expect(again.body).toEqual({ ...first.body, outcome: 'already_cancelled' });
  });

  test('is 409 if the order holds fewer units, and names the product', async () => {
    aSmallShop();

    const { status, body } = await cancel({ items: [{ productId: 'mug', quantity: 6 }] });

    expect(status).toBe(409);
    expect(body).toMatchObject({ code: 'quantity_exceeded' });
    expect(body.detail).toContain('mug');
  });

  test('is 404 if the order lacks the product, and names it', async () => {
    aSmallShop();

    const { status, body } = await cancel({ items: [{ productId: 'jug', quantity: 1 }] });

    expect(status).toBe(404);
    expect(body).toMatchObject({ code: 'line_not_found' });
    expect(body.detail).toContain('jug');
  });

  test('is 404 for an unknown order', async () => {
    openShop();

    expect(await cancel(twoMugs)).toMatchObject({ status: 404, body: { code: 'order_not_found' } });
  });

  test('is 409 for a shipped order', async () => {
    openShop({ orders: [anOrder('o1', { mug: 5 }, { status: 'shipped' })] });

    expect(await cancel(twoMugs)).toMatchObject({
      status: 409,
      body: { code: 'order_not_cancellable', detail: 'Order o1 is shipped' },
    });
  });

  test('is 503 when no time is left, and queues nothing', async () => {
    const shop = aSmallShop();

    expect(await cancel(twoMugs, key, 400)).toMatchObject({
      status: 503,
      headers: { 'retry-after': '1' },
      body: { code: 'try_again' },
    });
    expect(queue.messages()).toEqual([]);
    expect((await shop.order('o1')).version).toBe(1);
  });

  test('restores nothing with restock false', async () => {
    const shop = aSmallShop();

    const { body } = await cancel({ ...twoMugs, restock: false });

    expect(body).toMatchObject({ outcome: 'cancelled', restored: [] });
    expect(await shop.product('mug')).toMatchObject({ stockQuantity: 107, reservedQuantity: 7 });
  });
});
