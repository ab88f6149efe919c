/** What a call-off would do: told by the code that does it, without a write. */
import { describe, expect, test } from '@jest/globals';
import { anOrder } from '../../support/builders.ts';
import { numbered } from '../../support/concurrently.ts';
import { httpEvent, lambdaContext, sqsEvent } from '../../support/unit-events.ts';
import { functionTests } from '../../support/unit-functions.ts';

const { openShop, call, queue } = functionTests();
const { handler: callOff } = await import('../../../functions/call-off-product.ts');
const { handler: cancelOrders } = await import('../../../functions/cancel-orders.ts');

const mug = { path: { productId: 'mug' }, headers: { 'idempotency-key': 'k1' } };
const asks = (json: object) => call(callOff, httpEvent({ ...mug, json }));
const asksWhat = (json: object) => asks({ ...json, dryRun: true });

const lock = { since: '2026-03-01T08:00:00.000Z' };

/** A mug in every order, and of one half also a cup; some cannot be cancelled. */
const aBusyShop = () =>
  openShop({
    orders: [
      ...numbered('o', 120).map((id, index) =>
        anOrder(id, index % 2 === 0 ? { mug: 2 } : { mug: 1, cup: 1 }),
      ),
      anOrder('locked', { mug: 3 }, { lock }),
      anOrder('parted', { mug: 3 }, { shippedInPart: true, status: 'confirmed' }),
      anOrder('other', { cup: 1 }),
    ],
  });

type Results = readonly { readonly orderId: string; readonly outcome: string }[];

describe('A dry run of a call-off', () => {
  test.each([
    { scope: 'line' },
    { scope: 'order' },
    { scope: 'line', restock: false },
    { scope: 'line', upTo: 101 },
    { scope: 'line', upTo: 101, restock: false },
    { scope: 'line', upTo: 1_000 },
  ])('tells what becomes of each holder, as it then is: %j', async (json) => {
    const shop = aBusyShop();
    const before = JSON.stringify([shop.db.rows('orders'), shop.db.rows('products')]);

    const dry = await asksWhat(json);

    expect(dry).toMatchObject({ status: 200, body: { complete: true } });
    expect(shop.wire.writes()).toEqual([]);
    expect(queue.messages()).toEqual([]);
    expect(JSON.stringify([shop.db.rows('orders'), shop.db.rows('products')])).toBe(before);

    const available = await stock(shop);
    const { body } = await asks(json);
    await cancelOrders(sqsEvent({ callOff: body.batchId }), lambdaContext({ remaining: 60_000 }));
    const took = (dry.body.results as Results)
      .filter(({ outcome }) => outcome === 'cancelled')
      .map(({ orderId }) => orderId);
    for (const id of [...numbered('o', 120), 'locked', 'parted', 'other']) {
      expect([id, (await shop.order(id)).version]).toEqual([id, took.includes(id) ? 2 : 1]);
    }
    const after = await stock(shop);
    const back = ['mug', 'cup'].map((productId, at) => ({
      productId,
      quantity: (after[at] ?? 0) - (available[at] ?? 0),
    }));
    expect(dry.body.restored).toEqual(back.filter(({ quantity }) => quantity > 0));
    const orderWrites = shop.wire
      .writes()
      .filter((request) => JSON.stringify(request.json).includes('"TableName":"orders"'));
    expect(dry.body.transactions).toBe(orderWrites.length);
    expect(dry.body.writeUnits).toBeGreaterThan(took.length * 4);
  });

  test('tells why an order would not be cancelled', async () => {
    aBusyShop();

    const { body } = await asksWhat({ scope: 'order' });

    expect(body.results).toHaveLength(122);
    expect((body.results as Results).filter(({ outcome }) => outcome !== 'cancelled')).toEqual([
      { orderId: 'locked', outcome: 'order_locked' },
      { orderId: 'parted', outcome: 'order_not_cancellable' },
    ]);
  });

  test('tells to try again of an order that is still being placed', async () => {
    openShop({ orders: [anOrder('o1', { mug: 1, cup: 2 }, { placing: true })] });

    const { body } = await asksWhat({ scope: 'line' });

    expect(body.results).toEqual([{ orderId: 'o1', outcome: 'try_again' }]);
  });

  test('of a product that nobody holds is empty, and complete', async () => {
    const shop = openShop();
    await shop.sells({ mug: 5 });

    expect((await asksWhat({ scope: 'line' })).body).toEqual({
      complete: true,
      results: [],
      restored: [],
      transactions: 0,
      writeUnits: 0,
    });
  });

  test('is not complete where the index does not show all holders yet', async () => {
    const shop = aBusyShop();
    await shop.tampersWith('products', 'mug', { reservedQuantity: 187 });

    expect((await asksWhat({ scope: 'line' })).body.complete).toBe(false);
  });

  test('finds no product, and needs no key', async () => {
    openShop();
    const event = httpEvent({ path: mug.path, json: { scope: 'line', upTo: 3, dryRun: true } });

    expect(await call(callOff, event)).toMatchObject({
      status: 404,
      body: { code: 'product_not_found' },
    });
  });

  test('that has no time answers 503', async () => {
    aBusyShop();
    const event = httpEvent({ ...mug, json: { scope: 'line', dryRun: true } });

    expect(await call(callOff, event, lambdaContext({ remaining: 100 }))).toMatchObject({
      status: 503,
      body: { code: 'try_again' },
    });
  });
});

/** What is available of the mug and of the cup. */
const stock = async (shop: ReturnType<typeof openShop>): Promise<number[]> =>
  (await Promise.all([shop.stockOf('mug'), shop.stockOf('cup')])).map(({ available }) => available);
