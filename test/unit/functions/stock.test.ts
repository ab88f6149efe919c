import { describe, expect, test } from '@jest/globals';
import { anOrder } from '../../support/builders.ts';
import { httpEvent, lambdaContext } from '../../support/unit-events.ts';
import { functionTests } from '../../support/unit-functions.ts';

const { openShop, call, log } = functionTests();
const { handler: adjust } = await import('../../../functions/adjust-stock.ts');
const { handler: createProduct } = await import('../../../functions/create-product.ts');
const { handler: placeOrder } = await import('../../../functions/place-order.ts');
const { handler: updateProduct } = await import('../../../functions/update-product.ts');
const { handler: adjustMany } = await import('../../../functions/adjust-products.ts');
const { handler: countStock } = await import('../../../functions/count-stock.ts');
const { handler: deleteProduct } = await import('../../../functions/delete-product.ts');
const { handler: getProduct } = await import('../../../functions/get-product.ts');
const { handler: listProducts } = await import('../../../functions/list-products.ts');

const path = { productId: 'mug' };
const late = lambdaContext({ remaining: 100 });

const aSmallShop = () =>
  openShop({ orders: [anOrder('o1', { mug: 4 })], products: { mug: { stock: 10 }, cup: {} } });

describe('POST /products/{productId}/adjustments', () => {
  const counted = { quantity: -2, referenceId: 'stocktaking', reason: ' broken ' };

  test('changes the stock and returns the movement', async () => {
    const shop = aSmallShop();

    const { status, body } = await call(adjust, httpEvent({ path, json: counted }));

    expect(status).toBe(201);
    expect(body).toEqual({
      actor: 'local',
      referenceId: 'stocktaking',
      entry: 'adjustment#mug',
      productId: 'mug',
      movementType: 'adjustment',
      quantity: -2,
      stockDelta: -2,
      reservedDelta: 0,
      reason: 'broken',
      createdAt: expect.any(String),
    });
    expect((await shop.product('mug')).stockQuantity).toBe(8);
  });

  test('keeps a note, which a repeat does not change', async () => {
    aSmallShop();
    const first = await call(adjust, httpEvent({ path, json: { ...counted, note: ' it fell ' } }));

    const again = await call(adjust, httpEvent({ path, json: { ...counted, note: 'it flew' } }));

    expect(first).toMatchObject({ status: 201, body: { reason: 'broken', note: 'it fell' } });
    expect(again).toMatchObject({ status: 200, body: first.body });
  });

  test('is 200 with the first movement when it is repeated', async () => {
    aSmallShop();
    const first = await call(adjust, httpEvent({ path, json: counted }));

    const again = await call(adjust, httpEvent({ path, json: counted }));

    expect(again).toEqual({ ...first, status: 200, headers: again.headers });
  });

  test('without a reference makes a new adjustment each time', async () => {
    const shop = aSmallShop();

    const first = await call(adjust, httpEvent({ path, json: { quantity: 1 } }));
    const second = await call(adjust, httpEvent({ path, json: { quantity: 1 } }));

    expect([first.status, second.status]).toEqual([201, 201]);
    expect(first.body.referenceId).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
    expect((await shop.product('mug')).stockQuantity).toBe(12);
  });

  test('is idempotent by its Idempotency-Key if it has no reference', async () => {
    const shop = aSmallShop();
    const headers = { 'idempotency-key': 'count-7' };
    const json = { quantity: 1 };

    const first = await call(adjust, httpEvent({ path, json, headers }));
    const again = await call(adjust, httpEvent({ path, json, headers }));
    const other = await call(
      adjust,
      httpEvent({ path, json: { ...json, referenceId: 'a' }, headers }),
    );

    expect([first.status, again.status, other.status]).toEqual([201, 200, 201]);
    expect([first.body.referenceId, other.body.referenceId]).toEqual(['count-7', 'a']);
    expect((await shop.product('mug')).stockQuantity).toBe(12);
  });

  test('is 409 for a used reference with another quantity', async () => {
    aSmallShop();
    await call(adjust, httpEvent({ path, json: counted }));

    expect(
      await call(adjust, httpEvent({ path, json: { ...counted, quantity: 5 } })),
    ).toMatchObject({ status: 409, body: { code: 'reference_reused' } });
  });

  test('is 409 below the reserved units, and says how many are available', async () => {
    aSmallShop();

    expect(await call(adjust, httpEvent({ path, json: { quantity: -7 } }))).toMatchObject({
      status: 409,
      body: {
        code: 'insufficient_stock',
        shortages: [{ productId: 'mug', requested: 7, available: 6 }],
      },
    });
  });

  test('is 404 for an unknown product', async () => {
    openShop();

    expect(await call(adjust, httpEvent({ path, json: counted }))).toMatchObject({
      status: 404,
      body: { code: 'product_not_found' },
    });
  });

  test('is 503 when no time is left, with the reference for the retry', async () => {
    aSmallShop();

    const response = await call(adjust, httpEvent({ path, json: { quantity: 1 } }), late);

    expect(response).toMatchObject({ status: 503, body: { code: 'try_again' } });
    expect(response.body.referenceId).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(response.body.detail).toContain(response.body.referenceId);
  });
});

describe('PUT /products/{productId}/stock', () => {
  const count = (json: unknown, headers = {}) =>
    call(countStock, httpEvent({ path, json, headers }));

  test('is 200 with the product and the movement, and the same again', async () => {
    aSmallShop();
    const body = { stockQuantity: 7, reason: ' stocktaking ' };
    const headers = { 'idempotency-key': 'monday' };

    const first = await count(body, headers);
    expect(first).toMatchObject({
      status: 200,
      body: {
        product: { stockQuantity: 7, reservedQuantity: 4, availableQuantity: 3 },
        movement: { referenceId: 'monday', quantity: -3, reason: 'stocktaking' },
      },
    });
    expect((await count(body, headers)).body).toEqual(first.body);
  });

  test('is 200 without a movement when nothing differs', async () => {
    aSmallShop();

    const { status, body } = await count({ stockQuantity: 10 });
    expect([status, Object.keys(body)]).toEqual([200, ['product']]);
  });

  test('is 409 when the stock is not what was expected, and says what it is', async () => {
    aSmallShop();

    expect(await count({ stockQuantity: 7, expectedStockQuantity: 9 })).toMatchObject({
      status: 409,
      body: { code: 'stock_changed', detail: 'There are 10 on hand' },
    });
  });

  test('is 409 below what is reserved', async () => {
    aSmallShop();

    expect(await count({ stockQuantity: 3 })).toMatchObject({
      status: 409,
      body: {
        code: 'insufficient_stock',
        shortages: [{ productId: 'mug', requested: 7, available: 6 }],
      },
    });
  });

  test('is 409 for a reference of another count, and of an adjustment', async () => {
    aSmallShop();
    await call(adjust, httpEvent({ path, json: { quantity: 1, referenceId: 'adjusted' } }));
    await count({ stockQuantity: 12, referenceId: 'counted' });

    const reused = { status: 409, body: { code: 'reference_reused' } };
    expect(await count({ stockQuantity: 11, referenceId: 'adjusted' })).toMatchObject(reused);
    expect(await count({ stockQuantity: 13, referenceId: 'counted' })).toMatchObject(reused);
    const adjusts = httpEvent({ path, json: { quantity: 1, referenceId: 'counted' } });
    expect(await call(adjust, adjusts)).toMatchObject(reused);
  });

  test('is 404 for an unknown product, and 400 without a quantity or with a negative one', async () => {
    openShop();

    expect(await count({ stockQuantity: 1 })).toMatchObject({
      status: 404,
      body: { code: 'product_not_found' },
    });
    for (const json of [{}, { stockQuantity: -1 }, { stockQuantity: null }]) {
      expect(await count(json)).toMatchObject({ status: 400, body: { code: 'validation_failed' } });
    }
  });

  test('is 503 when no time is left, with the reference for the retry', async () => {
    aSmallShop();

    const response = await call(countStock, httpEvent({ path, json: { stockQuantity: 1 } }), late);
    expect(response).toMatchObject({ status: 503, body: { code: 'try_again' } });
    expect(response.body.referenceId).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
  });
});

describe('POST /adjustments', () => {
  const adjustAll = (adjustments: unknown, headers = {}) =>
    call(adjustMany, httpEvent({ json: { adjustments }, headers }));

  test('is 200 with what became of each, in the sequence of the request', async () => {
    aSmallShop();
    await call(adjust, httpEvent({ path, json: { quantity: 1, referenceId: 'used' } }));

    const { status, body } = await adjustAll([
      { productId: 'cup', stockQuantity: 7, referenceId: 'r1', reason: 'stocktaking' },
      { productId: 'mug', quantity: -8, referenceId: 'r2' },
      { productId: 'mug', quantity: -2, referenceId: 'used' },
      { productId: 'pot', quantity: 1, referenceId: 'r3' },
      { productId: 'cup', stockQuantity: 7, referenceId: 'r4' },
    ]);

    expect(status).toBe(200);
    expect(body.results).toEqual([
      {
        productId: 'cup',
        referenceId: 'r1',
        outcome: 'counted',
        movement: expect.objectContaining({ quantity: -93, reason: 'stocktaking' }),
      },
      {
        productId: 'mug',
        referenceId: 'r2',
        code: 'insufficient_stock',
        shortages: [{ productId: 'mug', requested: 8, available: 7 }],
      },
      { productId: 'mug', referenceId: 'used', code: 'reference_reused' },
      { productId: 'pot', referenceId: 'r3', code: 'product_not_found' },
      { productId: 'cup', referenceId: 'r4', outcome: 'counted' },
    ]);
  });

  test('is done once for each key, by entry, and anew without a key', async () => {
    const shop = aSmallShop();
    const two = [
      { productId: 'mug', quantity: 1 },
      { productId: 'mug', quantity: 1 },
    ];

    const key = { 'idempotency-key': 'order' };
    const first = await adjustAll(two, key);
    const again = await adjustAll(two, key);
    await adjustAll(two);

    const referenceIds = ({ body }: typeof first) =>
      body.results.map(({ referenceId }: { referenceId: string }) => referenceId);
    expect(referenceIds(first)).toEqual(['0_order', '1_order']);
    expect(again.body.results).toMatchObject([
      { outcome: 'already_adjusted' },
      { outcome: 'already_adjusted' },
    ]);
    expect((await shop.product('mug')).stockQuantity).toBe(14);
  });

  test('tells each entry to try again when no time is left', async () => {
    aSmallShop();

    expect(
      await call(
        adjustMany,
        httpEvent({
          json: {
            adjustments: [
              { productId: 'mug', quantity: 1, referenceId: 'r1' },
              { productId: 'cup', stockQuantity: 1, referenceId: 'r2' },
            ],
          },
        }),
        late,
      ),
    ).toMatchObject({
      status: 200,
      body: { results: [{ code: 'try_again' }, { code: 'try_again' }] },
    });
  });

  test('tells of an unexpected error only the entry that had it', async () => {
    const shop = aSmallShop();
    await shop.tampersWith('products', 'mug', { stockQuantity: 'many' });

    const { body } = await adjustAll([
      { productId: 'mug', stockQuantity: 1, referenceId: 'r1' },
      { productId: 'cup', stockQuantity: 1, referenceId: 'r2' },
    ]);

    expect(body.results).toMatchObject([
      { productId: 'mug', referenceId: 'r1', code: 'internal_error' },
      { productId: 'cup', outcome: 'counted' },
    ]);
    expect(log().metrics()).toMatchObject({ RequestsFailed: 1 });
  });

  test.each([
    ['neither a quantity nor a count', [{ productId: 'mug' }]],
    ['both', [{ productId: 'mug', quantity: 1, stockQuantity: 1 }]],
    ['a quantity of 0', [{ productId: 'mug', quantity: 0 }]],
    ['no entry', []],
    ['101 entries', Array.from({ length: 101 }, () => ({ productId: 'mug', quantity: 1 }))],
  ])('is 400 with %s', async (_, adjustments) => {
    aSmallShop();

    expect(await adjustAll(adjustments)).toMatchObject({
      status: 400,
      body: { code: 'validation_failed' },
    });
  });
});

describe('PATCH /products/{productId}', () => {
  const change = (json: unknown) => call(updateProduct, httpEvent({ path, json }));

  test('changes what it names, and nothing else', async () => {
    aSmallShop();

    expect(await change({ name: ' Mug ', metadata: { shelf: 'a1' } })).toMatchObject({
      status: 200,
      body: { name: 'Mug', metadata: { shelf: 'a1' }, stockQuantity: 10, reservedQuantity: 4 },
    });
    expect(await change({ name: null, metadata: {}, closed: true })).toMatchObject({
      status: 200,
      body: { name: 'Mug', closed: true },
    });
    const { body } = await change({ closed: false });
    expect(body).not.toHaveProperty('closed');
    expect(body).not.toHaveProperty('metadata');
    expect(body).not.toHaveProperty('openedAs');
  });

  test('without a body changes nothing', async () => {
    const shop = aSmallShop();
    const before = await shop.product('mug');

    expect(await call(updateProduct, httpEvent({ path }))).toMatchObject({
      status: 200,
      body: { id: 'mug', updatedAt: before.updatedAt },
    });
  });

  test('closes a product for new orders, which are told so', async () => {
    aSmallShop();
    await change({ closed: true });

    const items = ['mug', 'cup'].map((productId) => ({ productId, quantity: 1 }));
    expect(await call(placeOrder, httpEvent({ json: { id: 'o2', items } }))).toMatchObject({
      status: 409,
      body: { code: 'product_closed', detail: 'Closed for new orders: mug' },
    });
  });

  test('does not change the answer to a repeat of the call that opened the product', async () => {
    openShop();
    const opens = { id: 'mug', name: 'Mug', stockQuantity: 3 };
    await call(createProduct, httpEvent({ json: opens }));
    await change({ name: 'Blue mug' });
    await change({ name: 'Red mug' });

    expect(await call(createProduct, httpEvent({ json: opens }))).toMatchObject({
      status: 200,
      body: { name: 'Red mug' },
    });
    expect(
      await call(createProduct, httpEvent({ json: { ...opens, name: 'Red mug' } })),
    ).toMatchObject({ status: 409, body: { code: 'product_exists' } });
  });

  test('takes a blank name for none, and keeps the name that the product has', async () => {
    aSmallShop();
    const { body: before } = await change({});

    expect(await change({ name: ' ' })).toMatchObject({ status: 200, body: before });
  });

  test('is 404 for an unknown product', async () => {
    openShop();

    for (const json of [{ closed: true }, {}]) {
      expect(await change(json)).toMatchObject({
        status: 404,
        body: { code: 'product_not_found' },
      });
    }
  });

  test.each([{ closed: 'yes' }, { name: 7 }, { stockQuantity: 1 }, { metadata: { a: 1 } }])(
    'is 400 for %j',
    async (json) => {
      aSmallShop();

      expect(await change(json)).toMatchObject({
        status: 400,
        body: { code: 'validation_failed' },
      });
    },
  );

  test('is 503 when no time is left', async () => {
    aSmallShop();

    expect(
      await call(updateProduct, httpEvent({ path, json: { closed: true } }), late),
    ).toMatchObject({ status: 503, body: { code: 'try_again' } });
  });
});

describe('DELETE /products/{productId}', () => {
  const cup = { productId: 'cup' };

  test('is 204 for a product of which nothing is reserved, and 404 after that', async () => {
    aSmallShop();

    expect(await call(deleteProduct, httpEvent({ path: cup }))).toMatchObject({
      status: 204,
      body: undefined,
    });
    for (const handler of [deleteProduct, getProduct]) {
      expect(await call(handler, httpEvent({ path: cup }))).toMatchObject({
        status: 404,
        body: { code: 'product_not_found' },
      });
    }
  });

  test('is 409 while an order holds units', async () => {
    aSmallShop();

    expect(await call(deleteProduct, httpEvent({ path }))).toMatchObject({
      status: 409,
      body: { code: 'product_in_use' },
    });
  });

  test('is 503 when no time is left', async () => {
    aSmallShop();

    expect(await call(deleteProduct, httpEvent({ path: cup }), late)).toMatchObject({
      status: 503,
      body: { code: 'try_again' },
    });
  });
});

describe('GET /products', () => {
  test('lists the products page by page', async () => {
    openShop({ products: { a: {}, b: {}, c: {} } });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const query = { limit: '2', ...(cursor !== undefined && { cursor }) };
      const { status, body } = await call(listProducts, httpEvent({ query }));
      expect(status).toBe(200);
      seen.push(...body.items.map(({ id }: { id: string }) => id));
      cursor = body.nextCursor;
    } while (cursor !== undefined);

    expect(seen).toEqual(['a', 'b', 'c']);
  });
});
