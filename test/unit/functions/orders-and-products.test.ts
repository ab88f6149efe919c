import { describe, expect, test } from '@jest/globals';
import { productResource } from '../../../lib/http/resources.ts';
import { aCancelledOrder, aMovement, anOrder, aProduct } from '../../support/builders.ts';
import { always, isTransaction, refusedWith, timedOut } from '../../support/faults.ts';
import { httpEvent, lambdaContext } from '../../support/unit-events.ts';
import { functionTests } from '../../support/unit-functions.ts';

const { openShop, call, wire, log } = functionTests();
const { handler: createProduct } = await import('../../../functions/create-product.ts');
const { handler: getHealth } = await import('../../../functions/get-health.ts');
const { handler: getOrder } = await import('../../../functions/get-order.ts');
const { handler: getProduct } = await import('../../../functions/get-product.ts');
const { handler: listOrderMovements } = await import('../../../functions/list-order-movements.ts');
const { handler: listProductMovements } = await import(
  '../../../functions/list-product-movements.ts'
);
const { handler: placeOrder } = await import('../../../functions/place-order.ts');

const ULID = /^[0-9A-HJKMNP-TV-Z]{26}$/;
const late = lambdaContext({ remaining: 100 });

describe('POST /products', () => {
  const mug = { id: 'mug', name: 'Blue mug', stockQuantity: 10 };

  test('creates a product and returns its location', async () => {
    const shop = openShop();

    const { status, headers, body } = await call(createProduct, httpEvent({ json: mug }));

    expect(status).toBe(201);
    expect(headers).toMatchObject({ location: '/products/mug' });
    expect(body).toEqual(productResource(await shop.product('mug')));
    expect(body).not.toHaveProperty('movementCount');
    expect(body).toMatchObject({ ...mug, reservedQuantity: 0, availableQuantity: 10 });
  });

  test('gives a new ULID to a product without an id', async () => {
    openShop();

    const { headers, body } = await call(createProduct, httpEvent({ json: { name: 'Mug' } }));

    expect(body.id).toMatch(ULID);
    expect(headers).toMatchObject({ location: `/products/${body.id}` });
  });

  test('uses the Idempotency-Key as the id if there is none, so that a retry creates nothing', async () => {
    openShop();
    const headers = { 'idempotency-key': 'import-7' };
    const create = (json: object) => call(createProduct, httpEvent({ json, headers }));

    const first = await create({ name: 'Mug', stockQuantity: 3 });
    const again = await create({ name: 'Mug', stockQuantity: 3 });
    const other = await create({ name: 'Mug', stockQuantity: 3, id: 'mug' });

    expect([first.status, again.status, other.status]).toEqual([201, 200, 201]);
    expect([first.body.id, again.body.id, other.body.id]).toEqual(['import-7', 'import-7', 'mug']);
  });

  test('is 200 with the product as it is now when it is repeated', async () => {
    const shop = openShop();
    await call(createProduct, httpEvent({ json: mug }));

    const again = await call(createProduct, httpEvent({ json: mug }));

    expect(again).toMatchObject({ status: 200, body: productResource(await shop.product('mug')) });
    expect(again.headers).not.toHaveProperty('location');
  });

  test('is 409 for an id that another product has', async () => {
    openShop();
    await call(createProduct, httpEvent({ json: mug }));

    const other = await call(createProduct, httpEvent({ json: { ...mug, name: 'Red mug' } }));

    expect(other).toMatchObject({ status: 409, body: { code: 'product_exists' } });
  });

  test('is 503 when no time is left', async () => {
    openShop();

    expect(await call(createProduct, httpEvent({ json: mug }), late)).toMatchObject({
      status: 503,
      headers: { 'retry-after': '1' },
      body: { code: 'try_again', id: 'mug' },
    });
  });
});

describe('POST /orders', () => {
  const order = { id: 'o1', items: [{ productId: 'mug', quantity: 3 }] };
  const aFullShop = () => openShop({ products: { mug: { stock: 10 }, cup: { stock: 1 } } });

  test('places an order and returns its location', async () => {
    const shop = aFullShop();

    const { status, headers, body } = await call(placeOrder, httpEvent({ json: order }));

    expect(status).toBe(201);
    expect(headers).toMatchObject({ location: '/orders/o1' });
    expect(body).toMatchObject({ id: 'o1', status: 'pending', version: 1 });
    expect(body).not.toHaveProperty('movementReferences');
    expect(body).not.toHaveProperty('statusShard');
    expect((await shop.product('mug')).reservedQuantity).toBe(3);
  });

  test('gives a new ULID to an order without an id', async () => {
    aFullShop();

    const { body } = await call(placeOrder, httpEvent({ json: { items: order.items } }));

    expect(body.id).toMatch(ULID);
  });

  test('uses the Idempotency-Key as the id if there is none, so that a retry places nothing', async () => {
    const shop = aFullShop();
    const place = (key: string) =>
      call(
        placeOrder,
        httpEvent({ json: { items: order.items }, headers: { 'idempotency-key': key } }),
      );

    const first = await place('"basket_17"');
    const again = await place('basket_17');

    expect([first.status, again.status]).toEqual([201, 200]);
    expect(first.body.id).toMatch(/^[a-z2-7]{26}$/);
    expect(again.body).toEqual(first.body);
    expect((await shop.product('mug')).reservedQuantity).toBe(3);
  });

  test('is 200 when it is repeated, and reserves nothing more', async () => {
    const shop = aFullShop();
    const first = await call(placeOrder, httpEvent({ json: order }));

    const again = await call(placeOrder, httpEvent({ json: order }));

    expect(again).toMatchObject({ status: 200, body: first.body });
    expect((await shop.product('mug')).reservedQuantity).toBe(3);
  });

  test('is 409 for an id that another order has', async () => {
    aFullShop();
    await call(placeOrder, httpEvent({ json: order }));

    const other = { ...order, items: [{ productId: 'mug', quantity: 4 }] };

    expect(await call(placeOrder, httpEvent({ json: other }))).toMatchObject({
      status: 409,
      body: { code: 'order_exists' },
    });
  });

  test('is 409 for too many units, and says how many are available', async () => {
    aFullShop();
    const items = [
      { productId: 'mug', quantity: 1 },
      { productId: 'cup', quantity: 2 },
    ];

    expect(await call(placeOrder, httpEvent({ json: { items } }))).toMatchObject({
      status: 409,
      body: {
        code: 'insufficient_stock',
        shortages: [{ productId: 'cup', requested: 2, available: 1 }],
      },
    });
  });

  test('is 404 for products that do not exist, and names them', async () => {
    aFullShop();
    const items = ['jug', 'mug', 'jar'].map((productId) => ({ productId, quantity: 1 }));

    expect(await call(placeOrder, httpEvent({ json: { items } }))).toMatchObject({
      status: 404,
      body: { code: 'product_not_found', detail: 'There is no product jug, jar' },
    });
  });

  test('is 503 when no time is left', async () => {
    aFullShop();

    expect(await call(placeOrder, httpEvent({ json: order }), late)).toMatchObject({
      status: 503,
      body: { code: 'try_again', id: 'o1' },
    });
  });

  test('is 503 with the new id when no time is left', async () => {
    aFullShop();
    const { items } = order;

    const { status, body } = await call(placeOrder, httpEvent({ json: { items } }), late);

    expect([status, body.code]).toEqual([503, 'try_again']);
    expect(body.id).toMatch(ULID);
  });

  test('is 503 with the new id if DynamoDB never answers the transaction', async () => {
    aFullShop();
    const { items } = order;
    wire().use(always(isTransaction, timedOut));
    let left = 10_000;
    const getRemainingTimeInMillis = () => {
      left -= 1_000;
      return left;
    };
    const context = { ...lambdaContext(), getRemainingTimeInMillis };

    const { status, body } = await call(placeOrder, httpEvent({ json: { items } }), context);

    expect([status, body.code]).toEqual([503, 'try_again']);
    expect(body.id).toMatch(ULID);
  });
});

describe('GET', () => {
  test('/orders/{orderId} returns the order without internal attributes', async () => {
    const order = aCancelledOrder('o1', { mug: 2 }, { cancellationReason: 'staff' });
    openShop({ orders: [order] });

    const { status, body } = await call(getOrder, httpEvent({ path: { orderId: 'o1' } }));

    const { movementReferences: _references, round: _round, ...shown } = order;
    expect(status).toBe(200);
    expect(body).toEqual(shown);
  });

  test('/products/{productId} returns the product', async () => {
    const product = aProduct('mug', { reserved: 3 });
    await openShop().stocks(product);

    expect(await call(getProduct, httpEvent({ path: { productId: 'mug' } }))).toMatchObject({
      status: 200,
      body: productResource(product),
    });
  });

  test.each([
    ['/orders/{orderId}', getOrder, { orderId: 'x' }, 'order_not_found'],
    ['/orders/{orderId}/movements', listOrderMovements, { orderId: 'x' }, 'order_not_found'],
    ['/products/{productId}', getProduct, { productId: 'x' }, 'product_not_found'],
    [
      '/products/{productId}/movements',
      listProductMovements,
      { productId: 'x' },
      'product_not_found',
    ],
  ] as const)('%s is 404 for an unknown id', async (_, handler, path, code) => {
    openShop();

    expect(await call(handler, httpEvent({ path }))).toMatchObject({ status: 404, body: { code } });
  });

  test('/health answers without a request to DynamoDB', async () => {
    const { status, body } = await call(getHealth, httpEvent());

    expect([status, body]).toEqual([200, { status: 'ok' }]);
    expect(wire().sent).toEqual([]);
  });

  test('/orders/{orderId}/movements returns the movements of the order page by page', async () => {
    // Prepare
    const shop = openShop({
      orders: [anOrder('o1', { mug: 2, cup: 1 }), anOrder('o2', { mug: 9 })],
    });
    await shop.cancelsAll(['o1']);
    const path = { orderId: 'o1' };

    // Act
    const first = await call(listOrderMovements, httpEvent({ path, query: { limit: '3' } }));
    const cursor: string = first.body.nextCursor;
    const second = await call(listOrderMovements, httpEvent({ path, query: { cursor } }));

    // Assess
    const items = [...first.body.items, ...second.body.items];
    expect(items.map(({ referenceId, entry }) => `${referenceId} ${entry}`)).toEqual([
      'order_o1 reservation#cup',
      'order_o1 reservation#mug',
      'order_o1_cancellation restoration#cup',
      'order_o1_cancellation restoration#mug',
    ]);
    expect(items.every((item) => !('productShard' in item))).toBe(true);
    expect(second.body).not.toHaveProperty('nextCursor');
  });

  test('/products/{productId}/movements returns movements of one type, newest first', async () => {
    // Prepare
    const shop = openShop({ products: { mug: { stock: 10 } } });
    for (let day = 1; day <= 9; day += 1) {
      await shop.records(
        aMovement({ referenceId: `count-${day}`, createdAt: `2026-04-0${day}T00:00:00.000Z` }),
      );
    }
    const path = { productId: 'mug' };

    // Act
    const query = { limit: '5', movementType: 'adjustment' };
    const first = await call(listProductMovements, httpEvent({ path, query }));
    const cursor: string = first.body.nextCursor;
    const second = await call(
      listProductMovements,
      httpEvent({ path, query: { ...query, cursor } }),
    );

    // Assess
    expect(
      [...first.body.items, ...second.body.items].map(({ referenceId }) => referenceId),
    ).toEqual([...[9, 8, 7, 6, 5, 4, 3, 2, 1].map((day) => `count-${day}`), 'product_mug_opening']);
    expect(second.body).not.toHaveProperty('nextCursor');
  });
});

describe('When DynamoDB fails unexpectedly', () => {
  const items = [{ productId: 'mug', quantity: 1 }];

  test.each([
    ['create-product', createProduct, { json: { name: 'Mug' } }],
    ['place-order', placeOrder, { json: { items } }],
    ['get-order', getOrder, { path: { orderId: 'o1' } }],
    ['get-product', getProduct, { path: { productId: 'mug' } }],
    ['list-order-movements', listOrderMovements, { path: { orderId: 'o1' } }],
    ['list-product-movements', listProductMovements, { path: { productId: 'mug' } }],
  ] as const)('%s is 500 without details', async (_, handler, event) => {
    wire().use(refusedWith('AccessDeniedException', 400, 'arn:aws:dynamodb:secret'));

    const response = await call(handler, httpEvent(event));

    expect(response).toMatchObject({ status: 500, body: { code: 'internal_error' } });
    expect(JSON.stringify(response)).not.toMatch(/arn:|AccessDenied/);
    expect(log().text()).toContain('arn:aws:dynamodb:secret');
  });
});
