import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { encodeCursor } from '../../../lib/http/cursor.ts';
import { unicodeText } from '../../support/any-text.ts';
import { aCancelledOrder, aLine, anOrder } from '../../support/builders.ts';
import { httpEvent } from '../../support/unit-events.ts';
import { functionTests, type HttpFunction } from '../../support/unit-functions.ts';

const { openShop, call } = functionTests();
const { handler: listOrders } = await import('../../../functions/list-orders.ts');
const { handler: listMovements } = await import('../../../functions/list-movements.ts');
const { handler: listProducts } = await import('../../../functions/list-products.ts');
const { handler: listOrderMovements } = await import('../../../functions/list-order-movements.ts');
const { handler: listProductMovements } = await import(
  '../../../functions/list-product-movements.ts'
);

const { handler: listProductOrders } = await import('../../../functions/list-product-orders.ts');

type Query = Record<string, string>;

const DAY = '2026-03-01T00:00:00.000Z';
const NEXT_DAY = '2026-03-02T00:00:00.000Z';

const aFullShop = () =>
  openShop({
    orders: [
      ...['o1', 'o2', 'o3'].map((id) => anOrder(id, { mug: 1, cup: 1 })),
      anOrder('o4', [aLine('mug', 1, { reservedQuantity: 0 })], { status: 'shipped' }),
      aCancelledOrder('o5', { mug: 1, cup: 1 }),
      aCancelledOrder('o6', { mug: 1 }),
    ],
  });

/** All items of a list, read page by page. */
const everything = async (handler: HttpFunction, query: Query, path?: Record<string, string>) => {
  const items: Record<string, unknown>[] = [];
  let cursor: string | undefined;
  do {
    const { status, body } = await call(
      handler,
      httpEvent({
        ...(path && { path }),
        query: { ...query, ...(cursor !== undefined && { cursor }) },
      }),
    );
    expect(status).toBe(200);
    items.push(...body.items);
    cursor = body.nextCursor;
  } while (cursor !== undefined);
  return items;
};

describe('GET /orders', () => {
  test.each([
    [{}, ['o1', 'o2', 'o3', 'o4', 'o5', 'o6']],
    [{ status: 'active' }, ['o1', 'o2', 'o3', 'o4']],
    [{ status: 'pending' }, ['o1', 'o2', 'o3']],
    [{ status: 'cancelled' }, ['o5', 'o6']],
    [{ status: 'delivered' }, []],
  ] as [Query, string[]][])('with %j lists exactly %j', async (query, expected) => {
    aFullShop();

    for (const limit of ['1', '2', '100']) {
      const items = await everything(listOrders, { ...query, limit });
      expect(items.map(({ id }) => id).sort()).toEqual(expected);
    }
  });

  describe('with from and to', () => {
    const at = (time: string) => `2026-03-01T${time}Z`;
    /** Two orders for each of four moments. */
    const times = ['08:00:00.000', '08:00:00.001', '08:00:00.002', '09:00:00.000'].map(at);
    const openBusyDay = () =>
      openShop({
        orders: times.flatMap((statusSince, index) => [
          anOrder(`a${index}`, { mug: 1 }, { statusSince }),
          aCancelledOrder(`c${index}`, { mug: 1 }, { statusSince }),
        ]),
      });

    test.each([
      [{ from: at('08:00:00.001') }, ['a1', 'a2', 'a3', 'c1', 'c2', 'c3']],
      [{ to: at('08:00:00.001') }, ['a0', 'c0']],
      [{ from: at('08:00:00.001'), to: at('08:00:00.002') }, ['a1', 'c1']],
      [{ from: at('08:00:00.001'), to: at('09:00:00.000'), status: 'active' }, ['a1', 'a2']],
      [{ from: '2026-03-01T10:00:00+01:00', status: 'cancelled' }, ['c3']],
      [{ from: at('09:00:00.001') }, []],
      [{ to: at('08:00:00.000') }, []],
    ] as [Query, string[]][])('%j lists exactly %j', async (query, expected) => {
      openBusyDay();

      for (const limit of ['1', '2', '100']) {
        const items = await everything(listOrders, { ...query, limit });
        expect(items.map(({ id }) => id).sort()).toEqual(expected);
      }
    });

    test('leaves out an order that has another status since then', async () => {
      const shop = openBusyDay();
      // The index still has its old entry.
      const { statusShard, statusSince } = shop.db.get('orders', { id: 'a1' }) ?? {};
      expect(statusShard).toMatch(/^pending#/);
      shop.wire.next('BatchGetItem', async (answer) => {
        await shop.tampersWith('orders', 'a1', { statusSince: at('12:00:00.000') });
        return answer();
      });

      const query = { from: String(statusSince), to: at('09:00:00.000'), status: 'pending' };
      const items = await everything(listOrders, query);
      expect(items.map(({ id }) => id).sort()).toEqual(['a2']);
    });

    test.each([
      [{ from: at('09:00:00.000'), to: at('08:00:00.000') }, 'to'],
      [{ from: at('09:00:00.000'), to: at('09:00:00.000') }, 'to'],
      [{ from: '2026-03-01' }, 'from'],
      [{ to: '' }, 'to'],
    ] as [Query, string][])('%j is 400', async (query, path) => {
      openBusyDay();

      expect(await call(listOrders, httpEvent({ query }))).toMatchObject({
        status: 400,
        body: { code: 'validation_failed', errors: [{ path }] },
      });
    });
  });

  test('shows no internal attributes', async () => {
    aFullShop();

    for (const order of await everything(listOrders, {})) {
      for (const name of ['movementReferences', 'statusShard', 'placing', 'keyUses']) {
        expect(order).not.toHaveProperty(name);
      }
    }
  });
});

describe('GET /products/{productId}/orders', () => {
  test('lists the orders that hold it, with what they hold, page by page', async () => {
    aFullShop();

    for (const limit of ['1', '2', '100']) {
      const items = await everything(listProductOrders, { limit }, { productId: 'mug' });
      expect(items.toSorted((a, b) => String(a.orderId).localeCompare(String(b.orderId)))).toEqual(
        ['o1', 'o2', 'o3'].map((orderId) => ({ orderId, status: 'pending', reservedQuantity: 1 })),
      );
    }
  });

  test('is 404 for an unknown product', async () => {
    openShop();

    expect(await call(listProductOrders, httpEvent({ path: { productId: 'x' } }))).toMatchObject({
      status: 404,
      body: { code: 'product_not_found' },
    });
  });
});

describe('GET /movements', () => {
  test('lists the movements of one cause, and of one type', async () => {
    aFullShop();
    const entries = async (query: Query) =>
      (await everything(listMovements, { limit: '1', ...query })).map(({ entry }) => entry);

    expect(await entries({ referenceId: 'order_o5' })).toEqual([
      'reservation#cup',
      'reservation#mug',
    ]);
    expect(await entries({ referenceId: 'order_o5_cancellation' })).toEqual([
      'restoration#cup',
      'restoration#mug',
    ]);
    expect(await entries({ referenceId: 'order_o5', movementType: 'restoration' })).toEqual([]);
    expect(await entries({ referenceId: 'nobody' })).toEqual([]);
  });

  test('shows no index keys', async () => {
    aFullShop();

    for (const movement of await everything(listMovements, { referenceId: 'order_o5' })) {
      expect(movement).not.toHaveProperty('productShard');
    }
  });

  test('is 400 without a reference', async () => {
    aFullShop();

    expect(await call(listMovements, httpEvent({ query: {} }))).toMatchObject({
      status: 400,
      body: { code: 'validation_failed', errors: [{ path: 'referenceId' }] },
    });
  });
});

/** The position that a cursor contains. */
const positionIn = (cursor: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(cursor.split('.')[0] ?? '', 'base64url').toString());

const anyText = fc.oneof(
  fc.string(),
  unicodeText,
  fc.constantFrom('\ud800', '\udfff.', '__proto__', 'x'.repeat(200_000), '.'.repeat(10_000)),
);

/** What a forger might put in place of a text or a position. */
const anything = fc.oneof(
  anyText,
  fc.jsonValue(),
  fc.constantFrom('\ud800', '', 1, null, [], {}, 'mug#0', '9'.repeat(2_000)),
);

/** Positions with an attribute replaced, added or left out. */
const forgeries = (position: Record<string, unknown>) =>
  fc.oneof(
    anything,
    ...Object.keys(position).flatMap((name) => {
      const { [name]: _, ...rest } = position;
      return [fc.constant(rest), anything.map((value) => ({ ...position, [name]: value }))];
    }),
    fc
      .tuple(fc.constantFrom('__proto__', 'constructor', 'x'), anything)
      .map(([name, value]) => JSON.parse(JSON.stringify({ ...position, [`${name}`]: value }))),
    fc
      .dictionary(fc.constantFrom('mug#0', 'mug#1', 'pending#3', '__proto__', 'x'), anything)
      .map((given) => ({ ...position, given })),
  );

describe('A cursor', () => {
  const LISTS: [string, HttpFunction, Query, Record<string, string>?][] = [
    ['all orders', listOrders, {}],
    ['pending orders', listOrders, { status: 'pending' }],
    ['active orders', listOrders, { status: 'active' }],
    ['cancelled orders', listOrders, { status: 'cancelled' }],
    ['orders of a day', listOrders, { from: DAY, to: NEXT_DAY }],
    ['products', listProducts, {}],
    ['movements of a cause', listMovements, { referenceId: 'order_o1' }],
    [
      'reservations of a cause',
      listMovements,
      { referenceId: 'order_o1', movementType: 'reservation' },
    ],
    ['movements of another cause', listMovements, { referenceId: 'order_o2' }],
    ['movements of an order', listOrderMovements, {}, { orderId: 'o1' }],
    ['movements of a product', listProductMovements, {}, { productId: 'mug' }],
    ['orders that hold a product', listProductOrders, {}, { productId: 'mug' }],
    ['orders that hold another product', listProductOrders, {}, { productId: 'cup' }],
    ['movements of another product', listProductMovements, {}, { productId: 'cup' }],
    [
      'reservations of a product',
      listProductMovements,
      { movementType: 'reservation' },
      { productId: 'mug' },
    ],
  ];
  /** The names that bind cursors to their lists; anybody can read them in the source code. */
  const NAMES: Readonly<Record<string, string>> = {
    'all orders': 'orders?status=&from=&to=',
    'pending orders': 'orders?status=pending&from=&to=',
    'active orders': 'orders?status=active&from=&to=',
    'cancelled orders': 'orders?status=cancelled&from=&to=',
    'orders of a day': `orders?status=&from=${DAY}&to=${NEXT_DAY}`,
    products: 'products',
    'movements of a cause': 'movements?referenceId=order_o1&movementType=',
    'reservations of a cause': 'movements?referenceId=order_o1&movementType=reservation',
    'movements of another cause': 'movements?referenceId=order_o2&movementType=',
    'movements of an order': 'orders/o1/movements?movementType=',
    'movements of a product': 'products/mug/movements?movementType=',
    'orders that hold a product': 'products/mug/orders',
    'orders that hold another product': 'products/cup/orders',
    'movements of another product': 'products/cup/movements?movementType=',
    'reservations of a product': 'products/mug/movements?movementType=reservation',
  };
  const firstPage = async ([, handler, query, path]: (typeof LISTS)[number], more: Query = {}) =>
    call(handler, httpEvent({ ...(path && { path }), query: { limit: '1', ...query, ...more } }));

  test.each(LISTS)('of %s is refused by every other list', async (...list) => {
    // Prepare
    aFullShop();
    const { nextCursor } = (await firstPage(list)).body;
    expect(nextCursor).toEqual(expect.any(String));

    // Act and assess
    for (const other of LISTS) {
      const { status, body } = await firstPage(other, { cursor: nextCursor });
      if (other[0] === list[0]) expect(status).toBe(200);
      else expect([status, body.code]).toEqual([400, 'invalid_cursor']);
    }
  });

  test.each(LISTS)('of %s works with another limit', async (...list) => {
    aFullShop();
    const { nextCursor } = (await firstPage(list)).body;

    expect(await firstPage(list, { limit: '7', cursor: nextCursor })).toMatchObject({
      status: 200,
    });
  });

  test.each(LISTS)('of %s that was tampered with is refused', async (...list) => {
    aFullShop();
    const { nextCursor } = (await firstPage(list)).body as { nextCursor: string };
    const [payload = '', sum = ''] = nextCursor.split('.');
    const forged = Buffer.from('{"until":"9","given":{}}').toString('base64url');

    for (const cursor of [`${payload}A.${sum}`, `${forged}.${sum}`, payload, `.${sum}`, 'x.y.z']) {
      expect(await firstPage(list, { cursor })).toMatchObject({
        status: 400,
        body: { code: 'invalid_cursor' },
      });
    }
  });

  test.each(LISTS)(
    'of %s that is forged with a valid checksum gets 200 or invalid_cursor',
    async (...list) => {
      aFullShop();
      const [name, handler, query, path] = list;
      const listed = NAMES[name] ?? '';
      const { nextCursor } = (await firstPage(list)).body as { nextCursor: string };
      const position = positionIn(nextCursor);
      expect(encodeCursor(listed, position)).toBe(nextCursor);

      await fc.assert(
        fc.asyncProperty(forgeries(position), async (forged) => {
          const cursor = encodeCursor(listed, forged);
          const event = httpEvent({ ...(path && { path }), query: { ...query, cursor } });
          const { status, body } = await call(handler, event);
          if (status !== 200) expect([status, body.code]).toEqual([400, 'invalid_cursor']);
        }),
      );
    },
  );

  test.each(LISTS)('of %s that is any text is refused', async (...list) => {
    aFullShop();

    await fc.assert(
      fc.asyncProperty(anyText, async (cursor) => {
        expect(await firstPage(list, { cursor })).toMatchObject({
          status: 400,
          body: { code: 'invalid_cursor' },
        });
      }),
      { numRuns: 40 },
    );
  });

  test('leads through all 400 movements of one moment, each once, for a product with the longest id', async () => {
    // Prepare: 400 movements of one moment, as a hot product has them from group commit
    const shop = openShop({ products: { ['p'.repeat(64)]: {} } });
    for (let index = 0; index < 400; index += 1) {
      await shop.records({
        referenceId: `order_${String(index).padStart(64, '0')}_cancellation`,
        entry: `restoration#${'p'.repeat(64)}`,
        productId: 'p'.repeat(64),
        movementType: 'restoration',
        quantity: 1,
        stockDelta: 0,
        reservedDelta: -1,
        createdAt: '2026-03-02T12:00:00.000Z',
      });
    }

    // Act and assess: each page is requested with the cursor of the one before
    const items = await everything(
      listProductMovements,
      { limit: '100', movementType: 'restoration' },
      { productId: 'p'.repeat(64) },
    );
    expect(items).toHaveLength(400);
    expect(new Set(items.map(({ referenceId }) => referenceId)).size).toBe(400);
  });
});
