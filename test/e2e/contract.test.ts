import { describe, expect, test } from '@jest/globals';
import { createClient, orThrow } from '../../client/dist/client.js';
import { numbered } from '../support/concurrently.ts';
import type { Answer } from '../support/http.ts';
import { useSystem } from '../support/running-system.ts';

const system = useSystem();

const TIME = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
const ULID = expect.stringMatching(/^[0-9A-HJKMNP-TV-Z]{26}$/);

const JSON_TYPE = expect.stringMatching(/^application\/json(;|$)/);
const PROBLEM_TYPE = expect.stringMatching(/^application\/problem\+json(;|$)/);

/** A successful answer with exactly this body. */
const expectAnswer = (answer: Answer, status: number, body: unknown): void => {
  expect({ status: answer.status, body: answer.body }).toEqual({ status, body });
  expect(answer.contentType).toEqual(JSON_TYPE);
};

/** Problem details as RFC 9457 has them, with exactly these extensions. */
const expectProblem = (
  answer: Answer,
  status: number,
  code: string,
  extensions: Record<string, unknown> = {},
): void => {
  expect({ status: answer.status, body: answer.body }).toEqual({
    status,
    body: {
      type: 'about:blank',
      title: expect.stringMatching(/./),
      status,
      detail: expect.stringMatching(/./),
      code,
      ...extensions,
    },
  });
  expect(answer.contentType).toEqual(PROBLEM_TYPE);
};

const product = (id: string, stock: number, reserved = 0) => ({
  id,
  name: `The ${id}`,
  stockQuantity: stock,
  reservedQuantity: reserved,
  availableQuantity: stock - reserved,
  createdAt: TIME,
  updatedAt: TIME,
});

const openOrder = (id: string | typeof ULID, basket: Record<string, number>) => ({
  id,
  status: 'pending',
  statusSince: TIME,
  items: Object.entries(basket).map(([productId, quantity]) => ({
    productId,
    quantity,
    reservedQuantity: quantity,
    shippedQuantity: 0,
    cancelledQuantity: 0,
    returnedQuantity: 0,
  })),
  version: 1,
  createdAt: TIME,
  updatedAt: TIME,
});

const offer = (id: string, stockQuantity: number) =>
  system().call('POST', '/products', { id, name: `The ${id}`, stockQuantity });

const order = (id: string, basket: Record<string, number>) =>
  system().call('POST', '/orders', {
    id,
    items: Object.entries(basket).map(([productId, quantity]) => ({ productId, quantity })),
  });

describe('POST /products', () => {
  test('opens a product and answers with its location', async () => {
    const answer = await offer('mug', 12);

    expectAnswer(answer, 201, product('mug', 12));
    expect(answer.headers.get('location')).toBe('/products/mug');
  });

  test('answers 200 and the product as it is now if it was opened with the same content before', async () => {
    await offer('cup', 12);
    await order('for-cup', { cup: 5 });

    expectAnswer(await offer('cup', 12), 200, product('cup', 12, 5));
  });

  test('refuses an id that another product has', async () => {
    await offer('jug', 12);

    expectProblem(await offer('jug', 13), 409, 'product_exists');
  });

  test('chooses an id if none is given, and opens without stock if none is given', async () => {
    const answer = await system().call('POST', '/products', { name: '  Saucer ' });

    expectAnswer(answer, 201, { ...product('', 0), id: ULID, name: 'Saucer' });
    expect(answer.headers.get('location')).toBe(`/products/${answer.body.id}`);
  });
});

describe('GET /products/{productId}', () => {
  test('shows the three counters', async () => {
    await offer('plate', 9);
    await order('for-plate', { plate: 4 });

    expectAnswer(await system().call('GET', '/products/plate'), 200, product('plate', 9, 4));
  });

  test('knows no product that does not exist', async () => {
    expectProblem(await system().call('GET', '/products/unicorn'), 404, 'product_not_found');
  });
});

describe('GET /products/{productId}/movements', () => {
  test('lists the movements page by page, the newest first', async () => {
    await offer('spoon', 100);
    for (const id of numbered('spoon-order', 5)) await order(id, { spoon: 2 });
    await system().call('POST', '/orders/spoon-order-3/cancel');

    const pages: Answer[] = [];
    let cursor = '';
    do {
      pages.push(await system().call('GET', `/products/spoon/movements?limit=3${cursor}`));
      cursor = `&cursor=${encodeURIComponent(pages.at(-1)?.body.nextCursor)}`;
    } while (pages.at(-1)?.body.nextCursor !== undefined);

    expect(pages.map(({ body }) => body.items.length)).toEqual([3, 3, 1]);
    const items = pages.flatMap(({ body }) => body.items);
    expect(items.map(({ referenceId }) => referenceId)).toEqual([
      'order_spoon-order-3_cancellation',
      'order_spoon-order-5',
      'order_spoon-order-4',
      'order_spoon-order-3',
      'order_spoon-order-2',
      'order_spoon-order-1',
      'product_spoon_opening',
    ]);
    expect(items.at(0)).toEqual({
      referenceId: 'order_spoon-order-3_cancellation',
      entry: 'restoration#spoon',
      productId: 'spoon',
      orderId: 'spoon-order-3',
      movementType: 'restoration',
      quantity: 2,
      stockDelta: 0,
      reservedDelta: -2,
      actor: 'local',
      createdAt: TIME,
    });
    expect(items.at(-1)).toEqual({
      referenceId: 'product_spoon_opening',
      entry: 'adjustment#spoon',
      productId: 'spoon',
      movementType: 'adjustment',
      quantity: 100,
      stockDelta: 100,
      reservedDelta: 0,
      actor: 'local',
      createdAt: TIME,
    });
  });

  test('lists only the movements of one type', async () => {
    await offer('fork', 100);
    await order('fork-1', { fork: 2 });
    await order('fork-2', { fork: 3 });
    await system().call('POST', '/orders/fork-1/cancel');

    const list = async (movementType: string) =>
      (await system().call('GET', `/products/fork/movements?movementType=${movementType}`)).body;

    expect(await list('reservation')).toEqual({
      items: [
        expect.objectContaining({ orderId: 'fork-2', quantity: -3 }),
        expect.objectContaining({ orderId: 'fork-1', quantity: -2 }),
      ],
    });
    expect(await list('restoration')).toEqual({
      items: [expect.objectContaining({ orderId: 'fork-1', quantity: 2 })],
    });
    expect(await list('adjustment')).toEqual({
      items: [expect.objectContaining({ quantity: 100 })],
    });
  });

  test('accepts a cursor only for the list that it was made for', async () => {
    await offer('knife', 100);
    await order('knife-1', { knife: 2 });
    const { body } = await system().call('GET', '/products/knife/movements?limit=1');
    const at = (path: string) => system().call('GET', `${path}cursor=${body.nextCursor}`);

    expectAnswer(await at('/products/knife/movements?'), 200, { items: [expect.anything()] });
    await offer('ladle', 1);
    expectProblem(await at('/products/ladle/movements?'), 400, 'invalid_cursor');
    expectProblem(
      await at('/products/knife/movements?movementType=adjustment&'),
      400,
      'invalid_cursor',
    );
    expectProblem(await at('/orders/knife-1/movements?'), 400, 'invalid_cursor');
  });

  test('knows no product that does not exist', async () => {
    const answer = await system().call('GET', '/products/unicorn/movements');

    expectProblem(answer, 404, 'product_not_found');
  });
});

describe('POST /orders', () => {
  test('places an order and answers with its location', async () => {
    await offer('desk', 10);
    await offer('lamp', 10);

    const answer = await order('office', { desk: 1, lamp: 2 });

    expectAnswer(answer, 201, openOrder('office', { desk: 1, lamp: 2 }));
    expect(answer.headers.get('location')).toBe('/orders/office');
  });

  test('chooses an id if none is given', async () => {
    await offer('shelf', 10);

    const answer = await system().call('POST', '/orders', {
      items: [{ productId: 'shelf', quantity: 2 }],
    });

    expectAnswer(answer, 201, openOrder(ULID, { shelf: 2 }));
    expect(answer.headers.get('location')).toBe(`/orders/${answer.body.id}`);
  });

  test('answers 200 if the same order was placed before', async () => {
    await offer('rug', 10);
    await order('floor', { rug: 2 });

    const again = await system().call('POST', '/orders', {
      id: 'floor',
      items: [
        { productId: 'rug', quantity: 1 },
        { productId: 'rug', quantity: 1 },
      ],
    });

    expectAnswer(again, 200, openOrder('floor', { rug: 2 }));
    expectAnswer(await system().call('GET', '/products/rug'), 200, product('rug', 10, 2));
  });

  test('refuses an id that another order has', async () => {
    await offer('sofa', 10);
    await order('lounge', { sofa: 1 });

    expectProblem(await order('lounge', { sofa: 2 }), 409, 'order_exists');
  });

  test('names the products that run short, and how many units are available', async () => {
    await offer('vase', 3);
    await offer('bowl', 1);
    await offer('tray', 9);

    const answer = await order('table', { vase: 4, bowl: 2, tray: 1 });

    expectProblem(answer, 409, 'insufficient_stock', {
      shortages: [
        { productId: 'vase', requested: 4, available: 3 },
        { productId: 'bowl', requested: 2, available: 1 },
      ],
    });
    expectProblem(await system().call('GET', '/orders/table'), 404, 'order_not_found');
  });

  test('names the products that do not exist', async () => {
    const answer = await order('zoo', { unicorn: 1, dragon: 1 });

    expectProblem(answer, 404, 'product_not_found');
    expect(answer.body.detail).toMatch(/unicorn.*dragon/);
  });
});

describe('GET /orders/{orderId}', () => {
  test('shows the order', async () => {
    await offer('lens', 10);
    await order('photo', { lens: 2 });

    const answer = await system().call('GET', '/orders/photo');

    expectAnswer(answer, 200, openOrder('photo', { lens: 2 }));
  });

  test('knows no order that does not exist', async () => {
    expectProblem(await system().call('GET', '/orders/nobody'), 404, 'order_not_found');
  });
});

describe('POST /orders/{orderId}/cancel', () => {
  const cancelledOrder = (id: string, basket: Record<string, number>) => ({
    ...openOrder(id, basket),
    status: 'cancelled',
    version: 2,
    cancelledBy: 'local',
    cancelledAt: TIME,
    items: Object.entries(basket).map(([productId, quantity]) => ({
      productId,
      quantity,
      reservedQuantity: 0,
      shippedQuantity: 0,
      cancelledQuantity: quantity,
      returnedQuantity: 0,
    })),
  });

  test('cancels the order and lists the units that it gave back', async () => {
    await offer('tent', 10);
    await offer('mat', 10);
    await order('camp', { tent: 1, mat: 4 });

    const answer = await system().call('POST', '/orders/camp/cancel', {
      reason: 'customer',
      note: 'Rain',
    });

    expectAnswer(answer, 200, {
      outcome: 'cancelled',
      order: {
        ...cancelledOrder('camp', { tent: 1, mat: 4 }),
        cancellationReason: 'customer',
        cancellationNote: 'Rain',
      },
      restored: [
        { productId: 'tent', quantity: 1 },
        { productId: 'mat', quantity: 4 },
      ],
    });
    expectAnswer(await system().call('GET', '/products/mat'), 200, product('mat', 10));
    expectAnswer(await system().call('GET', '/orders/camp'), 200, answer.body.order);
  });

  test('answers the same a second time, whatever the second request says', async () => {
    await offer('rope', 10);
    await order('climb', { rope: 2 });
    const first = await system().call('POST', '/orders/climb/cancel', { reason: 'staff' });

    const again = await system().call('POST', '/orders/climb/cancel', { reason: 'fraud' });

    expectAnswer(again, 200, { ...first.body, outcome: 'already_cancelled' });
    expectAnswer(await system().call('GET', '/products/rope'), 200, product('rope', 10));
  });

  test('needs no body', async () => {
    await offer('map', 10);
    await order('hike', { map: 2 });

    const answer = await system().call('POST', '/orders/hike/cancel');

    expectAnswer(answer, 200, {
      outcome: 'cancelled',
      order: cancelledOrder('hike', { map: 2 }),
      restored: [{ productId: 'map', quantity: 2 }],
    });
  });

  test.each(['shipped', 'delivered'])('refuses an order that was %s', async (status) => {
    await offer(`boat-${status}`, 10);
    await order(`trip-${status}`, { [`boat-${status}`]: 2 });
    await system().shop.tampersWith('orders', `trip-${status}`, { status });

    const answer = await system().call('POST', `/orders/trip-${status}/cancel`);

    expectProblem(answer, 409, 'order_not_cancellable');
    expect(answer.body.detail).toContain(status);
  });

  test('knows no order that does not exist', async () => {
    expectProblem(await system().call('POST', '/orders/nobody/cancel'), 404, 'order_not_found');
  });
});

describe('POST /cancellations', () => {
  test('takes a note with every character that SQS takes, and brings it to the order', async () => {
    await offer('lamp', 5);
    await order('for-lamp', { lamp: 2 });
    const note = 'Leider doch nicht 😀\n\u{10ffff}';

    const { status, body } = await system().call('POST', '/cancellations', {
      orderIds: ['for-lamp'],
      note,
    });
    await system().queues.untilDone();

    expect({ status, accepted: body.accepted }).toEqual({ status: 202, accepted: 1 });
    expect((await system().call('GET', '/orders/for-lamp')).body).toMatchObject({
      status: 'cancelled',
      cancellationNote: note,
    });
  });
});

describe('GET /orders/{orderId}/movements', () => {
  test('lists the movements of the order page by page', async () => {
    await offer('oak', 10);
    await offer('elm', 10);
    await order('forest', { oak: 1, elm: 2 });
    await system().call('POST', '/orders/forest/cancel');

    const first = await system().call('GET', '/orders/forest/movements?limit=3');
    const second = await system().call(
      'GET',
      `/orders/forest/movements?limit=3&cursor=${first.body.nextCursor}`,
    );

    expectAnswer(first, 200, {
      items: [1, 2, 3].map(() => expect.anything()),
      nextCursor: expect.any(String),
    });
    expectAnswer(second, 200, { items: [expect.anything()] });
    expect(
      [...first.body.items, ...second.body.items].map(({ entry, quantity }) => [entry, quantity]),
    ).toEqual([
      ['reservation#elm', -2],
      ['reservation#oak', -1],
      ['restoration#elm', 2],
      ['restoration#oak', 1],
    ]);
    expect(second.body.items[0]).toEqual({
      referenceId: 'order_forest_cancellation',
      entry: 'restoration#oak',
      productId: 'oak',
      orderId: 'forest',
      movementType: 'restoration',
      quantity: 1,
      stockDelta: 0,
      reservedDelta: -1,
      actor: 'local',
      createdAt: TIME,
    });
  });

  test('knows no order that does not exist', async () => {
    const answer = await system().call('GET', '/orders/nobody/movements');

    expectProblem(answer, 404, 'order_not_found');
  });
});

describe('Ids', () => {
  test.each(['constructor', 'toString', 'hasOwnProperty', '0', '-', 'x'.repeat(64)])(
    'with a meaning in JavaScript are accepted like all others: %s',
    async (id) => {
      expectAnswer(await offer(id, 5), 201, product(id, 5));
      expectAnswer(await order(id, { [id]: 2 }), 201, openOrder(id, { [id]: 2 }));
      expect(await system().call('POST', `/orders/${id}/cancel`)).toMatchObject({
        status: 200,
        body: { outcome: 'cancelled', restored: [{ productId: id, quantity: 2 }] },
      });
      expectAnswer(await system().call('GET', `/products/${id}`), 200, product(id, 5));
    },
  );
});

describe('A path without a route', () => {
  test('is 404 with problem details', async () => {
    expectProblem(await system().call('GET', '/baskets/1?limit=x'), 404, 'not_found');
    expectProblem(await system().call('POST', '/orders/1001/refund', '{'), 404, 'not_found');
  });

  test('is 405 and names the allowed methods if the path has another method', async () => {
    const answer = await system().call('PUT', '/orders/1001', {});

    expectProblem(answer, 405, 'method_not_allowed');
    expect(answer.headers.get('allow')).toBe('GET, PATCH, DELETE');
  });
});

describe('GET /health', () => {
  test('answers 200', async () => {
    expectAnswer(await system().call('GET', '/health'), 200, { status: 'ok' });
  });
});

describe('Every answer', () => {
  test('has a correlation id of its own, or the id of the caller if there is one', async () => {
    const own = await Promise.all([1, 2, 3].map(() => fetch(`${system().baseUrl}/health`)));
    const given = await fetch(`${system().baseUrl}/orders/nobody`, {
      headers: { 'x-correlation-id': 'call-4711' },
    });

    const ids = own.map(({ headers }) => headers.get('x-correlation-id'));
    expect(ids).toEqual(ids.map(() => expect.stringMatching(/./)));
    expect(new Set(ids).size).toBe(3);
    expect(given.headers.get('x-correlation-id')).toBe('call-4711');
  });
});

describe('The typed client', () => {
  test('places an order and cancels it, and gets a refusal as a value', async () => {
    const shop = createClient({ baseUrl: system().baseUrl });
    orThrow(await shop.createProduct({ body: { id: 'typed', name: 'Typed', stockQuantity: 2 } }));

    const items = [{ productId: 'typed', quantity: 2 }];
    const placed = orThrow(await shop.placeOrder({ body: { id: 'typed-1', items } }));
    const refused = await shop.placeOrder({ body: { items } });
    const cancelled = await shop.cancelOrder({ orderId: 'typed-1', body: { reason: 'customer' } });

    expect(placed).toMatchObject({ status: 201, body: { status: 'pending' }, attempts: 1 });
    expect(refused).toMatchObject({
      ok: false,
      problem: {
        code: 'insufficient_stock',
        shortages: [{ productId: 'typed', requested: 2, available: 0 }],
      },
    });
    expect(cancelled).toMatchObject({
      status: 200,
      body: { outcome: 'cancelled', restored: items },
    });
  });
});
