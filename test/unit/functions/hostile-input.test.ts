import { describe, expect, test } from '@jest/globals';
import { anOrder } from '../../support/builders.ts';
import { httpEvent } from '../../support/unit-events.ts';
import { functionTests, type HttpFunction } from '../../support/unit-functions.ts';

const { openShop, call, log, wire } = functionTests();

const functionNamed = async (name: string): Promise<HttpFunction> =>
  (await import(`../../../functions/${name}.ts`)).handler;

const cancelOrder = await functionNamed('cancel-order');
const createProduct = await functionNamed('create-product');
const getOrder = await functionNamed('get-order');
const getProduct = await functionNamed('get-product');
const listOrderMovements = await functionNamed('list-order-movements');
const listProductMovements = await functionNamed('list-product-movements');
const placeOrder = await functionNamed('place-order');

const listOrders = await functionNamed('list-orders');

const SHOP = { orders: [anOrder('o1', { mug: 2 })] };

type Event = Parameters<typeof httpEvent>[0];

/** Calls a function that must refuse, in a shop where a valid request would succeed. */
const refusal = async (handler: HttpFunction, event: Event) => {
  openShop(SHOP);
  const { status, headers, body } = await call(handler, httpEvent(event));
  expect(wire().writes()).toEqual([]);
  expect(headers).toMatchObject({
    'content-type': 'application/problem+json',
    'x-correlation-id': expect.any(String),
  });
  expect(body).toMatchObject({
    type: 'about:blank',
    title: expect.any(String),
    status,
    detail: expect.any(String),
    code: expect.any(String),
  });
  const errors: { path: string; message: string }[] | undefined = body.errors;
  for (const { message } of errors ?? []) expect(message).toEqual(expect.any(String));
  return {
    status,
    code: body.code,
    paths: errors && [...new Set(errors.map(({ path }) => path))],
  };
};

const invalid = (...paths: string[]) => ({ status: 400, code: 'validation_failed', paths });
const malformed = { status: 400, code: 'malformed_json', paths: undefined };
const compressed = { status: 415, code: 'unsupported_encoding', paths: undefined };
const tooLarge = { status: 413, code: 'payload_too_large', paths: undefined };

const deep = (open: string, close: string, inner = ''): string =>
  open.repeat(20_000) + inner + close.repeat(20_000);

describe('Placing an order refuses', () => {
  const body = (text: string): Event => ({ body: text });
  const lines = (text: string): Event => body(`{"items":${text}}`);
  const quantity = (text: string): Event => lines(`[{"productId":"mug","quantity":${text}}]`);
  const product = (id: unknown): Event => lines(JSON.stringify([{ productId: id, quantity: 1 }]));

  test.each<[string, Event, object]>([
    ['no body', {}, invalid('items')],
    ['an empty body', body(''), invalid('items')],
    ['space', body('  '), malformed],
    ['half of JSON', body('{"items":['), malformed],
    ['words', body('two mugs please'), malformed],
    ['a form', body('items=mug&quantity=1'), malformed],
    ['null', body('null'), invalid('items')],
    ['a list', body('[]'), invalid('')],
    ['a string', body('"items"'), invalid('')],
    ['a number', body('1e309'), invalid('')],
    ['true', body('true'), invalid('')],
    ['words that are encoded', { body: 'two mugs please', base64: true }, malformed],
    ['an unknown field that is encoded', { json: { x: 1 }, base64: true }, invalid('items', 'x')],
    ['null for lines', lines('null'), invalid('items')],
    ['an object for lines', lines('{}'), invalid('items')],
    ['a string for lines', lines('"mug"'), invalid('items')],
    ['no lines', lines('[]'), invalid('items')],
    ['null for a line', lines('[null]'), invalid('items[0]')],
    ['a list for a line', lines('[[]]'), invalid('items[0]')],
    ['an empty line', lines('[{}]'), invalid('items[0].productId', 'items[0].quantity')],
    ['none of a product', quantity('0'), invalid('items[0].quantity')],
    ['less than none', quantity('-1'), invalid('items[0].quantity')],
    ['one and a half', quantity('1.5'), invalid('items[0].quantity')],
    ['infinitely many', quantity('1e309'), invalid('items[0].quantity')],
    ['a string of one', quantity('"1"'), invalid('items[0].quantity')],
    ['null of a product', quantity('null'), invalid('items[0].quantity')],
    ['true of a product', quantity('true'), invalid('items[0].quantity')],
    ['a list of quantities', quantity('[1]'), invalid('items[0].quantity')],
    ['not a number', quantity('NaN'), malformed],
    ['an unsafe number', quantity('9007199254740993'), invalid('items[0].quantity', 'items')],
    ['a product with a space', product('blue mug'), invalid('items[0].productId')],
    ['a product of 65 characters', product('x'.repeat(65)), invalid('items[0].productId')],
    ['a product of unicode', product('☕'), invalid('items[0].productId')],
    ['a product without a name', product(''), invalid('items[0].productId')],
    ['a product with a newline', product('mug\n'), invalid('items[0].productId')],
    ['a product that is a number', product(7), invalid('items[0].productId')],
    ['a product that is an object', product({ S: 'mug' }), invalid('items[0].productId')],
    ['a product that is an operator', product({ $ne: null }), invalid('items[0].productId')],
    [
      'an unknown field',
      { json: { items: [{ productId: 'mug', quantity: 1 }], status: 'shipped' } },
      invalid('status'),
    ],
    [
      'an unknown field of a line',
      { json: { items: [{ productId: 'mug', quantity: 1, reservedQuantity: 0 }] } },
      invalid('items[0].reservedQuantity'),
    ],
    [
      'a prototype',
      body('{"items":[{"productId":"mug","quantity":1}],"__proto__":{"id":"o9"}}'),
      invalid('__proto__'),
    ],
    [
      'the prototype of a line',
      lines('[{"productId":"mug","__proto__":{"quantity":1}}]'),
      invalid('items[0].quantity', 'items[0].__proto__'),
    ],
    [
      'a constructor',
      body('{"items":[{"productId":"mug","quantity":1}],"constructor":{"prototype":{}}}'),
      invalid('constructor'),
    ],
    ['an id with a space', { json: { id: 'o 1', items: [] } }, invalid('id', 'items')],
    ['an id with an underscore', { json: { id: 'order_1', items: [] } }, invalid('id', 'items')],
    ['a megabyte', body(`{"items":"${'x'.repeat(1_048_576)}"}`), tooLarge],
    ['a megabyte of nothing', body(' '.repeat(1_048_576)), tooLarge],
    ['an encoded megabyte', { body: 'x'.repeat(1_048_576), base64: true }, tooLarge],
    ['100,000 brackets', body('['.repeat(100_000)), malformed],
    ['100,000 pairs of brackets', body('['.repeat(100_000) + ']'.repeat(100_000)), invalid('')],
    ['very deep lines', lines(deep('[', ']')), invalid('items[0]')],
    ['very deep objects', lines(deep('{"items":', '}', '1')), invalid('items')],
    ['a very deep quantity', quantity(deep('[', ']')), invalid('items[0].quantity')],
  ])('%s', async (_, event, expected) => {
    expect(await refusal(placeOrder, event)).toEqual(expected);
  });

  test('20,000 unknown fields, and reports 50 of them', async () => {
    const fields = Object.fromEntries(Array.from({ length: 20_000 }, (_, n) => [`f${n}`, 1]));

    const { status, paths } = await refusal(placeOrder, { json: fields });

    expect(status).toBe(400);
    expect(paths).toHaveLength(50);
  });
});

describe('Creating a product refuses', () => {
  test.each<[string, Event, object]>([
    ['nothing', {}, invalid('name')],
    ['no name', { json: { stockQuantity: 1 } }, invalid('name')],
    ['an empty name', { json: { name: ' ' } }, invalid('name')],
    ['null for a name', { json: { name: null } }, invalid('name')],
    ['a name of 256 characters', { json: { name: 'x'.repeat(256) } }, invalid('name')],
    ['a negative stock', { json: { name: 'Mug', stockQuantity: -1 } }, invalid('stockQuantity')],
    ['half a mug', { json: { name: 'Mug', stockQuantity: 0.5 } }, invalid('stockQuantity')],
    ['infinite stock', { body: '{"name":"Mug","stockQuantity":1e309}' }, invalid('stockQuantity')],
    ['a string of stock', { json: { name: 'Mug', stockQuantity: '5' } }, invalid('stockQuantity')],
    [
      'its own counters',
      { json: { name: 'Mug', availableQuantity: 5 } },
      invalid('availableQuantity'),
    ],
    ['a strange id', { json: { name: 'Mug', id: '../mug' } }, invalid('id')],
    ['bad JSON', { body: '{name:"Mug"}' }, malformed],
    ['a prototype', { body: '{"name":"Mug","__proto__":{}}' }, invalid('__proto__')],
  ])('%s', async (_, event, expected) => {
    expect(await refusal(createProduct, event)).toEqual(expected);
  });
});

describe('Cancelling an order refuses', () => {
  const path = { orderId: 'o1' };

  test.each<[string, Event, object]>([
    ['bad JSON', { path, body: '{"reason"' }, malformed],
    ['a list', { path, body: '[]' }, invalid('')],
    ['an unknown reason', { path, json: { reason: 'boredom' } }, invalid('reason')],
    ['a number for a note', { path, json: { note: 5 } }, invalid('note')],
    ['half a surrogate pair', { path, json: { note: 'a\ud800' } }, invalid('note')],
    ['a noncharacter', { path, json: { note: 'a\uffff' } }, invalid('note')],
    ['a control character', { path, json: { note: '\u0007' } }, invalid('note')],
    ['an unknown parameter', { path, query: { force: 'true' } }, invalid('force')],
    [
      'a compressed body',
      { path, headers: { 'content-encoding': 'gzip' }, body: '{}' },
      compressed,
    ],
    ['bytes that are no text', { path, bytes: [0x22, 0xff, 0x22] }, malformed],
    ['half of a byte-order mark', { path, bytes: [0xef, 0xbb, 0x7b, 0x7d] }, malformed],
    ['a note of 1,001 characters', { path, json: { note: 'x'.repeat(1_001) } }, invalid('note')],
    ['an unknown field', { path, json: { refund: true } }, invalid('refund')],
    ['another order in the body', { path, json: { orderId: 'o2' } }, invalid('orderId')],
    ['a prototype', { path, body: '{"__proto__":{"reason":"staff"}}' }, invalid('__proto__')],
    ['a constructor', { path, body: '{"constructor":1}' }, invalid('constructor')],
    ['a very deep note', { path, body: `{"note":${deep('[', ']')}}` }, invalid('note')],
    ['a megabyte', { path, body: `{"note":"${'x'.repeat(1_048_576)}"}` }, tooLarge],
    ['an encoded megabyte', { path, body: 'x'.repeat(1_048_576), base64: true }, tooLarge],
  ])('%s', async (_, event, expected) => {
    expect(await refusal(cancelOrder, event)).toEqual(expected);
  });
});

describe('Every function refuses the id', () => {
  const IDS = [
    '.',
    '..',
    '',
    ' ',
    'o 1',
    'x'.repeat(65),
    'ö',
    '☕',
    'o1\u0000',
    'a/b',
    'o_1',
    '%6f1',
    '<b>',
  ];
  const FUNCTIONS: [string, HttpFunction, string][] = [
    ['cancel-order', cancelOrder, 'orderId'],
    ['get-order', getOrder, 'orderId'],
    ['list-order-movements', listOrderMovements, 'orderId'],
    ['get-product', getProduct, 'productId'],
    ['list-product-movements', listProductMovements, 'productId'],
  ];

  test.each(
    FUNCTIONS.flatMap(([name, handler, parameter]) =>
      IDS.map((id) => [name, id, handler, parameter] as const),
    ),
  )('%s: %j', async (_, id, handler, parameter) => {
    expect(await refusal(handler, { path: { [parameter]: id } })).toEqual(invalid(parameter));
    expect(wire().sent).toEqual([]);
  });

  test.each(FUNCTIONS)('%s: no id', async (_, handler, parameter) => {
    expect(await refusal(handler, {})).toEqual(invalid(parameter));
  });
});

describe('A list refuses', () => {
  const LISTS: [string, HttpFunction, Record<string, string>][] = [
    ['order', listOrderMovements, { orderId: 'o1' }],
    ['product', listProductMovements, { productId: 'mug' }],
  ];

  test.each(
    LISTS.flatMap(([name, handler, path]) =>
      ['0', '101', '-1', 'abc', '1,2', '1.5', '', '٣', '1e1', '99999999999'].map(
        (limit) => [name, limit, handler, path] as const,
      ),
    ),
  )('for the movements of one %s: the limit "%s"', async (_, limit, handler, path) => {
    expect(await refusal(handler, { path, query: { limit } })).toEqual(invalid('limit'));
  });

  test.each(
    LISTS.flatMap(([name, handler, path]) =>
      [
        '',
        'x',
        '.',
        'e30.x',
        'e30.AAAAAAAAAAAAAAAA',
        'bnVsbA.undefined',
        '☕',
        'x'.repeat(100_000),
      ].map((cursor) => [name, cursor, handler, path] as const),
    ),
  )('for the movements of one %s: the cursor "%s"', async (_, cursor, handler, path) => {
    expect(await refusal(handler, { path, query: { cursor } })).toEqual({
      status: 400,
      code: 'invalid_cursor',
      paths: undefined,
    });
  });

  test.each(LISTS)('for the movements of one %s: unknown parameters', async (_, handler, path) => {
    const query = { offset: '5', __proto: 'x' };
    expect(await refusal(handler, { path, query })).toEqual(invalid('offset', '__proto'));
  });

  test('for the movements of a product: an unknown type', async () => {
    const path = { productId: 'mug' };

    for (const movementType of ['theft', '', 'reservation,restoration']) {
      expect(await refusal(listProductMovements, { path, query: { movementType } })).toEqual(
        invalid('movementType'),
      );
    }
  });

  test('for one order: the cursor of another order or of another filter', async () => {
    // Prepare: lists long enough to have a cursor
    openShop({ orders: [anOrder('o1', { mug: 2, cup: 1 }), anOrder('o2', { mug: 1, cup: 1 })] });
    const cursorOf = async (handler: HttpFunction, event: Event) =>
      (await call(handler, httpEvent(event))).body.nextCursor as string;
    const ofOrder = await cursorOf(listOrderMovements, {
      path: { orderId: 'o2' },
      query: { limit: '1' },
    });
    const ofProduct = await cursorOf(listProductMovements, {
      path: { productId: 'mug' },
      query: { limit: '1' },
    });

    // Act and assess
    const o1 = { orderId: 'o1' };
    const mug = { productId: 'mug' };
    for (const [handler, path, query] of [
      [listOrderMovements, o1, { cursor: ofOrder }],
      [listOrderMovements, o1, { cursor: ofProduct }],
      [listProductMovements, mug, { cursor: ofOrder }],
      [listProductMovements, mug, { cursor: ofProduct, movementType: 'reservation' }],
    ] as [HttpFunction, Record<string, string>, Record<string, string>][]) {
      expect(await refusal(handler, { path, query })).toMatchObject({
        status: 400,
        code: 'invalid_cursor',
      });
    }
  });
});

/** As long as a body may be, about. */
const LONG = 'y'.repeat(200_000);

describe('However long it is, nobody is told again at length', () => {
  const order = { items: [{ productId: 'mug', quantity: 1 }] };
  const numbered = (count: number, of: string) =>
    Array.from({ length: count }, (_, index) => `${of}${index}`);
  const lines = (count: number) =>
    numbered(count, 'x'.repeat(60)).map((productId) => ({ productId, quantity: 1 }));
  const path = { orderId: 'o1' };
  const headers = { 'idempotency-key': 'k1' };

  test.each<[string, HttpFunction, Event]>([
    ['the name of a field', placeOrder, { json: { ...order, [LONG]: 1 } }],
    [
      'the name of a field of a line',
      placeOrder,
      { json: { items: [{ ...order.items[0], [LONG]: 1 }] } },
    ],
    [
      'the names of very many fields',
      placeOrder,
      { json: Object.fromEntries(numbered(1_000, 'x'.repeat(200)).map((name) => [name, 1])) },
    ],
    ['an id', placeOrder, { json: { ...order, id: LONG } }],
    ['the id of a product', placeOrder, { json: { items: [{ productId: LONG, quantity: 1 }] } }],
    ['a quantity', placeOrder, { json: { items: [{ productId: 'mug', quantity: LONG }] } }],
    ['the name of a product', createProduct, { json: { name: LONG } }],
    ['a reason', cancelOrder, { path, json: { reason: LONG } }],
    ['a note', cancelOrder, { path, json: { note: LONG } }],
    ['what is no JSON', placeOrder, { body: LONG }],
    ['what is no JSON at its end', placeOrder, { body: `{"${LONG}":` }],
    ['a path', getOrder, { path: { orderId: LONG } }],
    ['the name of a query parameter', listOrders, { query: { [LONG]: '1' } }],
    ['a limit', listOrders, { query: { limit: LONG } }],
    ['a status', listOrders, { query: { status: LONG } }],
    ['a cursor', listOrders, { query: { cursor: LONG } }],
    ['a key', cancelOrder, { path, headers: { 'idempotency-key': LONG } }],
    [
      'a correlation id',
      getOrder,
      { path: { orderId: 'o0' }, headers: { 'x-correlation-id': LONG } },
    ],
    ['an encoding', placeOrder, { json: order, headers: { 'content-encoding': LONG } }],
    ['a list of products that do not exist', placeOrder, { json: { items: lines(1_000) } }],
    [
      'a list of lines that an order does not have',
      cancelOrder,
      { path, headers, json: { items: lines(49) } },
    ],
  ])('%s', async (_, handler, event) => {
    openShop(SHOP);

    const { status, headers: told, body } = await call(handler, httpEvent(event));

    expect([status, body.code]).toEqual([expect.any(Number), expect.any(String)]);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(JSON.stringify([told, body]).length).toBeLessThan(10_000);
    expect(JSON.stringify([told, body])).not.toContain('y'.repeat(101));
    expect(log().text().length).toBeLessThan(10_000);
  });
});
