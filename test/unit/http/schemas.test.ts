import '../../support/unit-environment.ts';
import { describe, expect, test } from '@jest/globals';
import { CANCELLATION_REASONS } from '../../../lib/domain/order.ts';
import { ORDER_STATUSES } from '../../../lib/domain/order-status.ts';
import type { Schema } from '../../../lib/http/operation.ts';
import { adjustStock } from '../../../lib/http/operations/adjust-stock.ts';
import { cancelOrder } from '../../../lib/http/operations/cancel-order.ts';
import { createBatch } from '../../../lib/http/operations/create-batch.ts';
import { createProduct } from '../../../lib/http/operations/create-product.ts';
import { getBatch } from '../../../lib/http/operations/get-batch.ts';
import { getOrder } from '../../../lib/http/operations/get-order.ts';
import { getProduct } from '../../../lib/http/operations/get-product.ts';
import { listMovements } from '../../../lib/http/operations/list-movements.ts';
import { listOrderMovements } from '../../../lib/http/operations/list-order-movements.ts';
import { listOrders } from '../../../lib/http/operations/list-orders.ts';
import { listProductMovements } from '../../../lib/http/operations/list-product-movements.ts';
import { listProductOrders } from '../../../lib/http/operations/list-product-orders.ts';
import { listProducts } from '../../../lib/http/operations/list-products.ts';
import { placeOrder } from '../../../lib/http/operations/place-order.ts';

/** The paths of the errors in a value, or undefined if it is valid. */
const wrong = (schema: Schema, value: unknown): string[] | undefined =>
  schema?.safeParse(value).error?.issues.map(({ path }) => path.join('.'));

const parsed = (schema: Schema, value: unknown): unknown => schema?.parse(value);

describe('Ids', () => {
  test.each([
    '1',
    'o1',
    'A.b-9',
    '...',
    '.-',
    'constructor',
    'x'.repeat(64),
    '01J0ZZZZZZZZZZZZZZZZZZZZZZ',
  ])('%s is valid', (orderId) => {
    expect(wrong(getOrder.parameters, { orderId })).toBeUndefined();
    expect(wrong(getProduct.parameters, { productId: orderId })).toBeUndefined();
  });

  test.each([
    '',
    ' ',
    'o 1',
    ' o1',
    'o1\n',
    'o_1',
    'o/1',
    'o#1',
    'ö1',
    '１',
    '☕',
    'o1\u0000',
    'x'.repeat(65),
    '.',
    '..',
    1,
    null,
    {},
    ['o1'],
    true,
  ])('%j is invalid', (orderId) => {
    expect(wrong(getOrder.parameters, { orderId })).toEqual(['orderId']);
    expect(wrong(getProduct.parameters, { productId: orderId })).toEqual(['productId']);
  });
});

describe('Metadata', () => {
  const withMetadata = (metadata: unknown) => ({ id: 'p1', name: 'Mug', metadata });
  const fields = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`field ${index}`, 'text']));

  test.each([
    ['no field', {}],
    ['twenty fields', fields(20)],
    ['empty text', { till: '' }],
    ['a long name', { ['x'.repeat(1_000)]: '4' }],
    ['a name of every object', { toString: '4' }],
    ['2 KB of JSON', { till: 'x'.repeat(2_048 - '{"till":""}'.length) }],
  ])('with %s is valid', (_, metadata) => {
    expect(wrong(createProduct.body, withMetadata(metadata))).toBeUndefined();
  });

  test.each([
    ['21 fields', fields(21), 'metadata'],
    ['more than 2 KB of JSON', { till: 'é'.repeat(1_024) }, 'metadata'],
    ['a number', { till: 4 }, 'metadata.till'],
    ['an object within it', { till: { number: '4' } }, 'metadata.till'],
    ['text that the queue cannot carry', { till: '\u0000' }, 'metadata.till'],
    ['a field that the database cannot keep', { constructor: 'x' }, 'metadata.constructor'],
    [
      'a field that programs lose',
      JSON.parse('{"till":"4","__proto__":"x"}'),
      'metadata.__proto__',
    ],
    ['a field without a name', { '': 'x' }, 'metadata.'],
    ['a list', ['4'], 'metadata'],
    ['text', '4', 'metadata'],
  ])('with %s is invalid', (_, metadata, path) => {
    expect(wrong(createProduct.body, withMetadata(metadata))).toEqual([path]);
  });
});

test('Metadata are kept as they are', () => {
  const metadata = { till: ' 4 ', ' till ': '' };

  expect(parsed(createProduct.body, { name: 'Mug', metadata })).toMatchObject({ metadata });
});

describe('A moment', () => {
  const expiringAt = (expiresAt: unknown) => ({
    items: [{ productId: 'mug', quantity: 1 }],
    expiresAt,
  });

  test.each([
    ['2026-03-02T12:00:00Z', '2026-03-02T12:00:00.000Z'],
    ['2026-03-02T12:00:00.5+01:00', '2026-03-02T11:00:00.500Z'],
    ['2026-03-02T12:00:00.123456Z', '2026-03-02T12:00:00.123Z'],
    [null, undefined],
    [' ', undefined],
  ])('%s is %s', (given, kept) => {
    expect(parsed(placeOrder.body, expiringAt(given))).toMatchObject(
      kept === undefined ? {} : { expiresAt: kept },
    );
  });

  test.each(['2026-03-02', '2026-03-02T12:00:00', '1999-01-01T00:00:00Z', 'tomorrow', 1])(
    '%j is invalid',
    (given) => {
      expect(wrong(placeOrder.body, expiringAt(given))).toEqual(['expiresAt']);
    },
  );
});

describe('A new order', () => {
  const order = (...items: unknown[]) => ({ items });
  const lines = (count: number, quantity = 1) =>
    Array.from({ length: count }, (_, index) => ({ productId: `p${index}`, quantity }));

  test.each([
    ['one line', order({ productId: 'mug', quantity: 1 })],
    ['the largest quantity', order({ productId: 'mug', quantity: 1_000_000_000 })],
    ['1,000 products', order(...lines(1_000))],
    [
      '1,000 lines of 49 products',
      order(...Array.from({ length: 1_000 }, (_, index) => lines(49)[index % 49])),
    ],
    ['null for an id', { id: null, ...order({ productId: 'mug', quantity: 1 }) }],
    ['blanks for an id', { id: ' ', ...order({ productId: 'mug', quantity: 1 }) }],
    ['an id of its own', { id: 'o1', ...order({ productId: 'mug', quantity: 1 }) }],
  ])('may have %s', (_, body) => {
    expect(wrong(placeOrder.body, body)).toBeUndefined();
  });

  test.each([
    ['no lines', order(), ['items']],
    ['1,001 products', order(...lines(1_001)), ['items']],
    ['1,001 lines', order(...Array.from({ length: 1_001 }, () => lines(1)[0])), ['items']],
    [
      'lines of one product that add up to too much',
      order(...lines(1, 1_000_000_000), ...lines(1)),
      ['items'],
    ],
    ['a wrong id', { id: 'o_1', ...order(...lines(1)) }, ['id']],
    ['a line without a quantity', order({ productId: 'mug' }), ['items.0.quantity']],
    ['a line without a product', order({ quantity: 1 }), ['items.0.productId']],
    ['text for a line', order(...lines(1), 'mug'), ['items.1']],
    ['a price', order({ productId: 'mug', quantity: 1, price: 1 }), ['items.0']],
    ['a status', { ...order(...lines(1)), status: 'shipped' }, ['']],
  ])('may not have %s', (_, body, paths) => {
    expect(wrong(placeOrder.body, body)).toEqual(paths);
  });

  test.each([
    0,
    -1,
    1.5,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    Number.NaN,
    '1',
    null,
    true,
    [],
    {},
    1_000_000_001,
    2 ** 53,
  ])('may not have a quantity of %j', (quantity) => {
    expect(wrong(placeOrder.body, order({ productId: 'mug', quantity }))).toContain(
      'items.0.quantity',
    );
  });
});

describe('A new product', () => {
  test('has a stock of 0 by default', () => {
    const empty = { name: 'Mug', stockQuantity: 0 };

    expect(parsed(createProduct.body, { name: 'Mug' })).toEqual(empty);
    for (const id of [null, '', ' ']) {
      expect(parsed(createProduct.body, { name: 'Mug', id, stockQuantity: null })).toEqual(empty);
    }
  });

  test('has its name trimmed', () => {
    expect(parsed(createProduct.body, { name: '  Blue mug ' })).toMatchObject({ name: 'Blue mug' });
  });

  test.each(['', '   ', '\t\n', 'x'.repeat(256), 5, null])('may not have the name %j', (name) => {
    expect(wrong(createProduct.body, { name })).toEqual(['name']);
  });

  test('may have a name of 255 characters', () => {
    expect(wrong(createProduct.body, { name: 'x'.repeat(255) })).toBeUndefined();
  });

  test.each([-1, 0.5, '10', false, 1_000_000_001])(
    'may not have an opening stock of %j',
    (stockQuantity) => {
      expect(wrong(createProduct.body, { name: 'Mug', stockQuantity })).toEqual(['stockQuantity']);
    },
  );

  test('may not set its own counters', () => {
    expect(wrong(createProduct.body, { name: 'Mug', reservedQuantity: 5 })).toEqual(['']);
  });
});

describe('A cancellation', () => {
  test('needs no field', () => {
    expect(parsed(cancelOrder.body, {})).toEqual({});
  });

  test.each(CANCELLATION_REASONS)('may have the reason %s', (reason) => {
    expect(wrong(cancelOrder.body, { reason })).toBeUndefined();
  });

  test.each(['CUSTOMER', 'because', ' customer', 1, ['customer']])(
    'may not have the reason %j',
    (reason) => {
      expect(wrong(cancelOrder.body, { reason })).toEqual(['reason']);
    },
  );

  test.each(['x'.repeat(1_001), 7, false, {}])('may not have the note %j', (note) => {
    expect(wrong(cancelOrder.body, { note })).toEqual(['note']);
  });

  test.each([
    ['null', { reason: null, note: null, restock: null, items: null }],
    ['a note of blanks', { note: ' \t\n ' }],
    ['an empty note', { note: '' }],
    ['words of blanks', { reason: ' ', onlyIf: '' }],
  ])('ignores %s', (_, body) => {
    expect(parsed(cancelOrder.body, body)).toEqual({});
  });

  test.each([
    [{ onlyIf: 'pending' }, undefined],
    [{ onlyIf: 'confirmed' }, ['onlyIf']],
    [{ graceSeconds: 0 }, undefined],
    [{ graceSeconds: 604_800 }, undefined],
    [{ graceSeconds: 604_801 }, ['graceSeconds']],
    [{ graceSeconds: -1 }, ['graceSeconds']],
    [{ graceSeconds: 1.5 }, ['graceSeconds']],
    [{ graceSeconds: 60, items: [{ productId: 'mug', quantity: 1 }] }, ['graceSeconds']],
    [{ reason: 'recall' }, undefined],
    [{ reason: 'lost_parcel' }, undefined],
    [{ reason: 'weather' }, ['reason']],
  ])('has these errors: %j', (body, paths) => {
    expect(wrong(cancelOrder.body, body)).toEqual(paths);
  });

  test('may have a note of 1,000 characters', () => {
    expect(wrong(cancelOrder.body, { note: 'x'.repeat(1_000) })).toBeUndefined();
  });
});

describe('A partial cancellation', () => {
  const items = (count: number, quantity = 1) =>
    Array.from({ length: count }, (_, index) => ({ productId: `p${index}`, quantity }));

  test.each([
    ['one product', items(1)],
    ['49 products', items(49)],
    ['1,000 lines of 49 products', Array.from({ length: 1_000 }, (_, i) => items(49)[i % 49])],
  ])('may name %s', (_, lines) => {
    expect(wrong(cancelOrder.body, { items: lines })).toBeUndefined();
  });

  test.each([
    ['nothing', [], ['items']],
    ['50 products', items(50), ['items']],
    ['1,001 lines', Array.from({ length: 1_001 }, () => items(1)[0]), ['items']],
    ['0 units', items(1, 0), ['items.0.quantity']],
    ['half a unit', items(1, 0.5), ['items.0.quantity']],
    ['too many units together', [...items(1, 1_000_000_000), ...items(1)], ['items']],
    ['a product in the field id', [{ id: 'mug', quantity: 1 }], ['items.0.productId', 'items.0']],
    ['text', 'all', ['items']],
  ])('may not name %s', (_, lines, paths) => {
    expect(wrong(cancelOrder.body, { items: lines })).toEqual(paths);
  });

  test('has no items if they are null', () => {
    expect(parsed(cancelOrder.body, { items: null })).toEqual({ items: undefined });
  });
});

describe('The field restock', () => {
  test.each([true, false])('may be %s', (restock) => {
    expect(parsed(cancelOrder.body, { restock })).toEqual({ restock });
  });

  test.each(['false', 0, '', []])('may not be %j', (restock) => {
    expect(wrong(cancelOrder.body, { restock })).toEqual(['restock']);
  });
});

describe('An adjustment', () => {
  test.each([1, -1, 1_000_000_000, -1_000_000_000])('may be by %i', (quantity) => {
    expect(wrong(adjustStock.body, { quantity })).toBeUndefined();
  });

  test.each([0, -0, 0.5, '1', null, 1_000_000_001, -1_000_000_001, Number.NaN])(
    'may not be by %j',
    (quantity) => {
      expect(wrong(adjustStock.body, { quantity })).toEqual(['quantity']);
    },
  );

  test.each(['stocktaking', 'a_b.c-d', 'orders_1', 'x'.repeat(64)])(
    'may have the reference %s',
    (referenceId) => {
      expect(wrong(adjustStock.body, { quantity: 1, referenceId })).toBeUndefined();
    },
  );

  test.each(['order_1', 'product_1_opening', 'order_', 'a b', 'a#b', 'ü', 'x'.repeat(65), 7])(
    'may not have the reference %j',
    (referenceId) => {
      expect(wrong(adjustStock.body, { quantity: 1, referenceId })).toEqual(['referenceId']);
    },
  );

  test.each(['x'.repeat(256), 7, ['broken']])('may not have the reason %j', (reason) => {
    expect(wrong(adjustStock.body, { quantity: 1, reason })).toEqual(['reason']);
  });

  test.each([null, '', ' '])('has no reason and no reference if they are %j', (blank) => {
    expect(parsed(adjustStock.body, { quantity: 1, reason: blank, referenceId: blank })).toEqual({
      quantity: 1,
    });
  });

  test('requires a quantity, and refuses counters', () => {
    expect(wrong(adjustStock.body, {})).toEqual(['quantity']);
    expect(wrong(adjustStock.body, { quantity: 1, reservedDelta: 1 })).toEqual(['']);
  });
});

describe('A batch of cancellations', () => {
  const ids = (count: number) => Array.from({ length: count }, (_, index) => `o${index}`);

  test.each([1, 1_000])('may have %i orders', (count) => {
    expect(wrong(createBatch.body, { orderIds: ids(count) })).toBeUndefined();
  });

  test.each([
    ['no orders', { orderIds: [] }, ['orderIds']],
    ['1,001 orders', { orderIds: ids(1_001) }, ['orderIds']],
    ['an order without an id', { orderIds: ['o1', ''] }, ['orderIds.1']],
    ['a number for an order', { orderIds: [1] }, ['orderIds.0']],
    ['one order that is no list', { orderIds: 'o1' }, ['orderIds']],
    ['an unknown reason', { orderIds: ['o1'], reason: 'because' }, ['reason']],
    ['items', { orderIds: ['o1'], items: [] }, ['']],
  ])('may not have %s', (_, body, paths) => {
    expect(wrong(createBatch.body, body)).toEqual(paths);
  });

  test('has an id with the same rules as other ids', () => {
    expect(wrong(getBatch.parameters, { batchId: 'b1' })).toBeUndefined();
    expect(wrong(getBatch.parameters, { batchId: 'b/1' })).toEqual(['batchId']);
  });
});

const LISTS: [string, Schema, Record<string, string>][] = [
  ['products', listProducts.query, {}],
  ['the movements of a product', listProductMovements.query, {}],
  ['the movements of an order', listOrderMovements.query, {}],
  ['the movements of a cause', listMovements.query, { referenceId: 'order_o1' }],
  ['orders', listOrders.query, {}],
  ['the orders that hold a product', listProductOrders.query, {}],
];

describe.each(LISTS)('The list of %s', (_, query, given) => {
  test('has 25 items per page by default, and 1 to 100 on request', () => {
    expect(parsed(query, given)).toEqual({ ...given, limit: 25 });
    expect(parsed(query, { ...given, limit: '1' })).toEqual({ ...given, limit: 1 });
    expect(parsed(query, { ...given, limit: '100' })).toEqual({ ...given, limit: 100 });
  });

  test.each(['0', '101', '-1', '1.5', 'abc', '1,2', '', ' 1', '1e2', '0x10', '1000', '٣'])(
    'refuses the limit "%s"',
    (limit) => {
      expect(wrong(query, { ...given, limit })).toEqual(['limit']);
    },
  );

  test('accepts a cursor of any length, because its contents are checked later', () => {
    expect(wrong(query, { ...given, cursor: 'x'.repeat(100_000) })).toBeUndefined();
  });

  test('refuses other parameters', () => {
    expect(wrong(query, { ...given, offset: '10' })).toEqual(['']);
  });
});

describe('A list of movements', () => {
  test.each([
    ['a product', listProductMovements.query, {}],
    ['an order', listOrderMovements.query, {}],
    ['a cause', listMovements.query, { referenceId: 'order_o1' }],
  ])('of %s can be limited to one type, and refuses unknown types', (_, query, given) => {
    expect(parsed(query, { ...given, movementType: 'adjustment' })).toEqual({
      ...given,
      limit: 25,
      movementType: 'adjustment',
    });
    expect(wrong(query, { ...given, movementType: 'theft' })).toEqual(['movementType']);
  });

  test('of a cause accepts the longest reference that the system makes', () => {
    const id = 'x'.repeat(64);
    const longest = `order_${id}_cancellation_${id}`;

    expect(wrong(listMovements.query, { referenceId: longest })).toBeUndefined();
  });

  test.each([undefined, '', 'a b', 'a#b', 'ü', 'x'.repeat(161)])(
    'of a cause refuses the reference %j',
    (referenceId) => {
      expect(wrong(listMovements.query, { referenceId })).toEqual(['referenceId']);
    },
  );
});

describe('A list of orders', () => {
  test.each([...ORDER_STATUSES, 'active'])('can be limited to the status %s', (status) => {
    expect(parsed(listOrders.query, { status })).toEqual({ limit: 25, status });
  });

  test.each(['', 'ACTIVE', 'open', 'pending,confirmed'])(
    'cannot be limited to the status %j',
    (status) => {
      expect(wrong(listOrders.query, { status })).toEqual(['status']);
    },
  );
});
