import { describe, expect, test } from '@jest/globals';
import { waitUntil } from '../../local/wait.ts';
import { expectLawsHold } from '../support/audit.ts';
import { concurrently, numbered } from '../support/concurrently.ts';
import type { Answer } from '../support/http.ts';
import { useSystem } from '../support/running-system.ts';

const system = useSystem();

const post = (path: string, body?: unknown, headers?: Record<string, string>) =>
  system().call('POST', path, body, headers);
const get = (path: string) => system().call('GET', path);
const remove = (path: string) => system().call('DELETE', path);

const offer = (id: string, stockQuantity: number) =>
  post('/products', { id, name: `The ${id}`, stockQuantity });
const order = (id: string, basket: Record<string, number>) =>
  post('/orders', {
    id,
    items: Object.entries(basket).map(([productId, quantity]) => ({ productId, quantity })),
  });

const expectProblem = (answer: Answer, status: number, code: string): void => {
  expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
  expect(answer.contentType).toContain('application/problem+json');
};

const counters = async (productId: string) => {
  const { stockQuantity, reservedQuantity, availableQuantity } = (
    await get(`/products/${productId}`)
  ).body;
  return [stockQuantity, reservedQuantity, availableQuantity];
};

/** Reads a list to its end. */
const readAll = async (path: string, limit: number) => {
  const items: { id: string }[] = [];
  let cursor: string | undefined;
  do {
    const page = await get(
      `${path}${path.includes('?') ? '&' : '?'}limit=${limit}${cursor ? `&cursor=${cursor}` : ''}`,
    );
    expect(page.status).toBe(200);
    items.push(...page.body.items);
    cursor = page.body.nextCursor;
  } while (cursor);
  return items;
};

describe('An order', () => {
  test('goes from pending to confirmed, shipped and delivered, and never back', async () => {
    await offer('tea', 10);
    await order('way', { tea: 3 });

    expectProblem(await post('/orders/way/ship'), 409, 'invalid_transition');
    expect(await post('/orders/way/confirm')).toMatchObject({
      status: 200,
      body: { status: 'confirmed', version: 2 },
    });
    expect((await post('/orders/way/confirm')).body.version).toBe(2);
    expect(await post('/orders/way/ship')).toMatchObject({
      status: 200,
      body: { status: 'shipped', items: [{ quantity: 3, reservedQuantity: 0 }] },
    });
    expect((await post('/orders/way/ship')).status).toBe(200);
    expectProblem(await post('/orders/way/cancel'), 409, 'order_not_cancellable');
    expectProblem(await post('/orders/way/confirm'), 409, 'invalid_transition');
    expect((await post('/orders/way/deliver')).body.status).toBe('delivered');
    expect(await counters('tea')).toEqual([7, 0, 7]);
    expectProblem(await remove('/orders/way'), 409, 'order_not_deletable');
    for (const step of ['confirm', 'ship', 'deliver']) {
      expectProblem(await post(`/orders/nobody/${step}`), 404, 'order_not_found');
    }
  });
});

describe('Cancelling in part', () => {
  const part = (id: string, quantity: number, more = {}) => ({
    items: [{ productId: id, quantity }],
    ...more,
  });
  const key = (name: string) => ({ 'idempotency-key': name });

  test('takes each unit off the order once, and the last one cancels it', async () => {
    await offer('cocoa', 10);
    await order('parts', { cocoa: 4 });

    expectProblem(
      await post('/orders/parts/cancel', part('cocoa', 1)),
      400,
      'idempotency_key_required',
    );
    expectProblem(
      await post('/orders/parts/cancel', part('cocoa', 1), key('not a key')),
      400,
      'validation_failed',
    );
    const first = await post('/orders/parts/cancel', part('cocoa', 1), key('k1'));
    expect(first).toMatchObject({
      status: 200,
      body: {
        outcome: 'cancelled',
        order: { status: 'pending', items: [{ reservedQuantity: 3, cancelledQuantity: 1 }] },
        restored: [{ productId: 'cocoa', quantity: 1 }],
      },
    });
    expect((await post('/orders/parts/cancel', part('cocoa', 1), key('k1'))).body).toEqual({
      ...first.body,
      outcome: 'already_cancelled',
    });
    expectProblem(
      await post('/orders/parts/cancel', part('cocoa', 2), key('k1')),
      409,
      'reference_reused',
    );
    expectProblem(
      await post('/orders/parts/cancel', part('cocoa', 4), key('k2')),
      409,
      'quantity_exceeded',
    );
    expectProblem(
      await post('/orders/parts/cancel', part('tea-pot', 1), key('k2')),
      404,
      'line_not_found',
    );
    expect(
      (await post('/orders/parts/cancel', part('cocoa', 1, { restock: false }), key('k3'))).body,
    ).toMatchObject({ outcome: 'cancelled', restored: [] });
    expect((await post('/orders/parts/cancel', part('cocoa', 2), key('k4'))).body).toMatchObject({
      outcome: 'cancelled',
      order: { status: 'cancelled' },
    });
    expect(await counters('cocoa')).toEqual([9, 0, 9]);
    expect((await get('/movements?referenceId=order_parts_cancellation_k3')).body).toMatchObject({
      items: [{ movementType: 'adjustment', quantity: -1, stockDelta: -1, reservedDelta: -1 }],
    });
  });
});

describe('Adjusting the stock', () => {
  test('takes effect once per reference, and never goes below the reserved units', async () => {
    await offer('mate', 10);
    await order('for-mate', { mate: 4 });
    const adjust = (body: unknown) => post('/products/mate/adjustments', body);

    const delivery = await adjust({ quantity: 5, referenceId: 'po_77', reason: 'delivery' });
    expect(delivery).toMatchObject({
      status: 201,
      body: { referenceId: 'po_77', quantity: 5, stockDelta: 5, reason: 'delivery' },
    });
    expect(await adjust({ quantity: 5, referenceId: 'po_77' })).toMatchObject({
      status: 200,
      body: delivery.body,
    });
    expectProblem(await adjust({ quantity: 6, referenceId: 'po_77' }), 409, 'reference_reused');
    const tooMuch = await adjust({ quantity: -12 });
    expectProblem(tooMuch, 409, 'insufficient_stock');
    expect(tooMuch.body.shortages).toEqual([{ productId: 'mate', requested: 12, available: 11 }]);
    expect((await adjust({ quantity: -11 })).status).toBe(201);
    expectProblem(await adjust({ quantity: 0 }), 400, 'validation_failed');
    expectProblem(
      await adjust({ quantity: 1, referenceId: 'order_1_cancellation' }),
      400,
      'validation_failed',
    );
    expectProblem(
      await post('/products/unicorn/adjustments', { quantity: 1 }),
      404,
      'product_not_found',
    );
    expect(await counters('mate')).toEqual([4, 4, 0]);
  });
});

describe('Counting the stock', () => {
  test('adjusts it by the difference, once per reference', async () => {
    await offer('puerh', 10);
    await order('for-puerh', { puerh: 4 });
    const count = (body: unknown) => system().call('PUT', '/products/puerh/stock', body);

    const first = await count({ stockQuantity: 8, referenceId: 'monday', reason: 'stocktaking' });
    expect(first).toMatchObject({
      status: 200,
      body: {
        product: { stockQuantity: 8, reservedQuantity: 4, availableQuantity: 4 },
        movement: { referenceId: 'monday', quantity: -2, reason: 'stocktaking' },
      },
    });
    await post('/products/puerh/adjustments', { quantity: 5 });
    expect(await count({ stockQuantity: 8, referenceId: 'monday' })).toMatchObject({
      status: 200,
      body: { product: { stockQuantity: 13 }, movement: first.body.movement },
    });
    expectProblem(
      await count({ stockQuantity: 9, referenceId: 'monday' }),
      409,
      'reference_reused',
    );
    expectProblem(
      await count({ stockQuantity: 9, expectedStockQuantity: 12 }),
      409,
      'stock_changed',
    );
    expectProblem(await count({ stockQuantity: 3 }), 409, 'insufficient_stock');
    expect((await count({ stockQuantity: 13 })).body).not.toHaveProperty('movement');
    expectProblem(
      await system().call('PUT', '/products/unicorn/stock', { stockQuantity: 1 }),
      404,
      'product_not_found',
    );
    expect(await counters('puerh')).toEqual([13, 4, 9]);
  });
});

describe('Adjusting many products', () => {
  test('makes each adjustment and count on its own, once for each key', async () => {
    await offer('matcha', 10);
    await offer('hojicha', 10);
    const adjustments = [
      { productId: 'matcha', quantity: 5 },
      { productId: 'unicorn', quantity: 1 },
      { productId: 'hojicha', stockQuantity: 8 },
      { productId: 'matcha', quantity: -20 },
    ];
    const adjust = () => post('/adjustments', { adjustments }, { 'idempotency-key': 'k1' });

    expect(await adjust()).toMatchObject({
      status: 200,
      body: {
        results: [
          { productId: 'matcha', outcome: 'adjusted', referenceId: '0_k1' },
          { productId: 'unicorn', code: 'product_not_found' },
          { productId: 'hojicha', outcome: 'counted', movement: { quantity: -2 } },
          { productId: 'matcha', code: 'insufficient_stock', shortages: [{ available: 15 }] },
        ],
      },
    });
    expect((await adjust()).body.results).toMatchObject([
      { outcome: 'already_adjusted' },
      { code: 'product_not_found' },
      { outcome: 'already_counted' },
      { code: 'insufficient_stock' },
    ]);
    expect(await counters('matcha')).toEqual([15, 0, 15]);
    expectProblem(await post('/adjustments', { adjustments: [] }), 400, 'validation_failed');
  });
});

describe('A product', () => {
  test('can be renamed and closed, and takes new orders only while it is open', async () => {
    await offer('chai', 10);
    await order('for-chai', { chai: 4 });
    const change = (body: unknown) => system().call('PATCH', '/products/chai', body);

    expect(await change({ name: 'Chai', metadata: { shelf: 'a1' }, closed: true })).toMatchObject({
      status: 200,
      body: { name: 'Chai', metadata: { shelf: 'a1' }, closed: true, reservedQuantity: 4 },
    });
    expect((await offer('chai', 10)).status).toBe(200);
    expectProblem(await order('late-for-chai', { chai: 1 }), 409, 'product_closed');
    expect((await order('for-chai', { chai: 4 })).status).toBe(200);
    expect((await post('/orders/for-chai/cancel')).body.outcome).toBe('cancelled');
    expect((await change({ metadata: {}, closed: false })).body).toEqual(
      expect.not.objectContaining({ metadata: expect.anything(), closed: expect.anything() }),
    );
    expect((await order('in-time-for-chai', { chai: 1 })).status).toBe(201);
    expectProblem(
      await system().call('PATCH', '/products/unicorn', { closed: true }),
      404,
      'product_not_found',
    );
  });
});

describe('Deleting', () => {
  test('removes a product without reservations, and an order whose movements add up to 0', async () => {
    await offer('rooibos', 10);
    await order('gone', { rooibos: 4 });

    expectProblem(await remove('/products/rooibos'), 409, 'product_in_use');
    expectProblem(await remove('/orders/gone'), 409, 'order_not_deletable');
    await post('/orders/gone/cancel');
    expect(await remove('/orders/gone')).toMatchObject({ status: 204, body: '' });
    expectProblem(await get('/orders/gone'), 404, 'order_not_found');
    expectProblem(await remove('/orders/gone'), 404, 'order_not_found');
    expect((await get('/products/rooibos/movements')).body.items).toHaveLength(1);
    expect((await remove('/products/rooibos')).status).toBe(204);
    expectProblem(await get('/products/rooibos'), 404, 'product_not_found');
    expectProblem(await remove('/products/rooibos'), 404, 'product_not_found');
    expect((await get('/movements?referenceId=product_rooibos_opening')).body.items).toEqual([]);
  });
});

describe('The API', () => {
  test('serves its OpenAPI document, and a page for people', async () => {
    const description = await get('/openapi.json');
    // Nobody is asked here, so nobody is told to bring a token.
    expect(description).toMatchObject({
      status: 200,
      body: { openapi: '3.1.0', paths: { '/orders': { post: { security: [] } } } },
    });
    expect(description.body.paths).toHaveProperty(['/orders/{orderId}/cancel', 'post']);
    const page = await get('/docs');
    expect(page.status).toBe(200);
    expect(page.contentType).toContain('text/html');
    expect(page.body).toContain('docs/scalar.js');
  });
});

describe('Lists', () => {
  test('show the orders of one status, the active orders, and the products', async () => {
    await offer('sencha', 100);
    const ids = numbered('listed', 9);
    for (const id of ids) await order(id, { sencha: 1 });
    await post('/orders/listed-1/cancel');
    await post('/orders/listed-2/confirm');
    const idsOf = async (path: string) =>
      (await readAll(path, 2)).map(({ id }) => id).filter((id) => ids.includes(id));

    expect(await idsOf('/orders?status=cancelled')).toEqual(['listed-1']);
    expect(await idsOf('/orders?status=confirmed')).toEqual(['listed-2']);
    // The order that came to its status last is first.
    const [first, second, ...pending] = ids;
    expect(await idsOf('/orders?status=active')).toEqual([second, ...pending.reverse()]);
    expect(await idsOf('/orders')).toEqual([second, first, ...pending]);
    expect((await readAll('/products', 2)).map(({ id }) => id)).toContain('sencha');
    const { statusSince } = (await get('/orders/listed-1')).body;
    expect(await idsOf(`/orders?status=cancelled&from=${statusSince}`)).toEqual(['listed-1']);
    expect(await idsOf(`/orders?status=cancelled&to=${statusSince}`)).toEqual([]);
    expectProblem(await get('/orders?status=lost'), 400, 'validation_failed');
    const { nextCursor } = (await get('/orders?status=active&limit=2')).body;
    expectProblem(await get(`/orders?status=pending&cursor=${nextCursor}`), 400, 'invalid_cursor');
    expectProblem(await get(`/orders?status=active&cursor=x${nextCursor}`), 400, 'invalid_cursor');
  });

  test('show who holds a product', async () => {
    await offer('pekoe', 10);
    await order('holds-2', { pekoe: 2 });
    await order('holds-3', { pekoe: 3 });

    const page = await get('/products/pekoe/orders?limit=1');
    expect(page.body.items).toEqual([
      { orderId: 'holds-3', status: 'pending', reservedQuantity: 3 },
    ]);
    const next = await get(`/products/pekoe/orders?cursor=${page.body.nextCursor}`);
    expect(next.body).toEqual({
      items: [{ orderId: 'holds-2', status: 'pending', reservedQuantity: 2 }],
    });
    expectProblem(await get('/products/unicorn/orders'), 404, 'product_not_found');
  });

  test('show the movements of one reference and of one type', async () => {
    await offer('oolong', 10);
    await order('moved', { oolong: 2 });
    await post('/orders/moved/cancel');

    const of = async (path: string) =>
      (await get(path)).body.items.map(({ entry }: { entry: string }) => entry);
    expect(await of('/movements?referenceId=order_moved')).toEqual(['reservation#oolong']);
    expect(await of('/orders/moved/movements')).toEqual([
      'reservation#oolong',
      'restoration#oolong',
    ]);
    expect(await of('/orders/moved/movements?movementType=restoration')).toEqual([
      'restoration#oolong',
    ]);
    expect(await of('/products/oolong/movements?movementType=adjustment')).toEqual([
      'adjustment#oolong',
    ]);
    expectProblem(await get('/movements'), 400, 'validation_failed');
  });
});

describe('An order of 120 products', () => {
  test('is placed, cancelled and deleted like any other', async () => {
    const productIds = numbered('large', 120);
    await concurrently(productIds, (id) => offer(id, 3), { limit: 8 });
    const basket = Object.fromEntries(productIds.map((id) => [id, 2]));

    expect(await order('large', basket)).toMatchObject({
      status: 201,
      body: { status: 'pending' },
    });
    expect((await order('large', basket)).status).toBe(200);
    const refused = await order('larger', { ...basket, 'large-100': 1 });
    expectProblem(refused, 409, 'insufficient_stock');
    expectProblem(await get('/orders/larger'), 404, 'order_not_found');
    // On a slow machine the answer is 202, and the queue finishes the cancellation.
    expect(['cancelled', 'accepted']).toContain((await post('/orders/large/cancel')).body.outcome);
    await waitUntil(
      'the order holds nothing',
      async () =>
        (await get('/orders/large')).body.items.every(
          (line: { reservedQuantity: number }) => line.reservedQuantity === 0,
        ),
      { timeoutSeconds: 60 },
    );
    const again = await post('/orders/large/cancel');
    expect(again.body).toMatchObject({ outcome: 'already_cancelled' });
    expect(again.body.restored).toHaveLength(120);
    expect((await remove('/orders/large')).status).toBe(204);
    await expectLawsHold(system().shop);
  });
});

describe('A batch of 200 orders, 10 shipped and 10 unknown', () => {
  test('adds up to its total at any time, and ends with every order cancelled or rejected', async () => {
    await offer('bulk', 1_000);
    const orderIds = numbered('bulk', 190);
    await concurrently(orderIds, (id) => order(id, { bulk: 1 }), { limit: 16 });
    const shipped = orderIds.slice(0, 10);
    await concurrently(shipped, async (id) => {
      await post(`/orders/${id}/confirm`);
      await post(`/orders/${id}/ship`);
    });
    const unknown = numbered('unknown', 10);

    const accepted = await post('/cancellations', {
      orderIds: [...orderIds, ...unknown],
      reason: 'staff',
    });
    expect(accepted).toMatchObject({ status: 202, body: { accepted: 200 } });
    const path = `/cancellations/${accepted.body.batchId}`;
    expect(accepted.headers.get('location')).toBe(path);

    await waitUntil(
      'the batch is done',
      async () => {
        const { body } = await get(path);
        expect(body.cancelled + body.pending + body.rejected.length).toBe(body.total);
        return body.pending === 0;
      },
      { timeoutSeconds: 60 },
    );
    const { body } = await get(path);
    expect(body).toMatchObject({ batchId: accepted.body.batchId, total: 200, cancelled: 180 });
    expect(body.rejected).toEqual([
      ...shipped.map((orderId) => ({ orderId, code: 'order_not_cancellable' })),
      ...unknown.map((orderId) => ({ orderId, code: 'order_not_found' })),
    ]);
    expect(await counters('bulk')).toEqual([990, 0, 990]);
    expectProblem(await get('/cancellations/none'), 404, 'batch_not_found');
    expectProblem(await post('/cancellations', { orderIds: [] }), 400, 'validation_failed');
    await expectLawsHold(system().shop);
  });
});
