import { expect, test } from '@jest/globals';
import type { Item } from '../../lib/dynamodb/codec.ts';
import { encodeCursor } from '../../lib/http/cursor.ts';
import { rowsOf } from '../support/audit.ts';
import { useSystem } from '../support/running-system.ts';

const system = useSystem();

const line = { productId: 'beans', quantity: 1 };

/** All rows of all tables. */
const everything = async (): Promise<unknown> => {
  const { client, tables } = system().shop;
  const rows = await Promise.all(
    [tables.orders, tables.products, tables.stockMovements].map((table) => rowsOf(client, table)),
  );
  const nameOf = ({ id, referenceId, entry }: Item) => [id, referenceId, entry].join(' ');
  return rows.map((table) => table.toSorted((a, b) => nameOf(a).localeCompare(nameOf(b))));
};

type Attempt = {
  readonly name: string;
  readonly method?: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly status?: number;
  readonly code?: string;
  /** Where the first mistake is. */
  readonly at?: string;
};

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`;

const placing = (name: string, body: unknown, at: string): Attempt => ({
  name: `an order with ${name}`,
  path: '/orders',
  body,
  at,
});

const ATTEMPTS: readonly Attempt[] = [
  // Not JSON, or not an object.
  ...['{', '{"id":', '"', '{"id":"x",}', "{'id':'x'}", '{"id":NaN}', '\u0000', 'undefined'].map(
    (body): Attempt => ({
      name: `the body ${JSON.stringify(body)}`,
      path: '/orders',
      body,
      code: 'malformed_json',
    }),
  ),
  ...['[]', '[null]', 'true', '7'].map(
    (body): Attempt => ({ name: `the body ${body}`, path: '/orders', body, at: '' }),
  ),
  placing('no body', undefined, 'items'),

  // Wrong types.
  placing('a number for an id', { id: 7, items: [line] }, 'id'),
  placing('an object for its items', { items: { 0: line } }, 'items'),
  placing('no items', { items: [] }, 'items'),
  placing('null for a line', { items: [null] }, 'items[0]'),
  placing('a line in the wrong place', { items: [line, [line]] }, 'items[1]'),
  placing('no product', { items: [{ quantity: 1 }] }, 'items[0].productId'),
  placing(
    'an array for a product',
    { items: [{ ...line, productId: ['beans'] }] },
    'items[0].productId',
  ),

  // Quantities.
  ...[0, -1, 1.5, 1_000_000_001, '1', null, true, [1], {}].map((quantity) =>
    placing(
      `${JSON.stringify(quantity)} units`,
      { items: [{ ...line, quantity }] },
      'items[0].quantity',
    ),
  ),
  ...['1e309', '-1e309', '1e-7', '9007199254740993'].map((quantity) =>
    placing(
      `${quantity} units`,
      `{"items":[{"productId":"beans","quantity":${quantity}}]}`,
      'items[0].quantity',
    ),
  ),
  placing(
    'lines that add up to more than there may be',
    { items: [{ ...line, quantity: 1_000_000_000 }, line] },
    'items',
  ),
  placing('1,001 lines', { items: Array(1_001).fill(line) }, 'items'),

  // Unknown fields, also those that JavaScript knows.
  placing('a field more', { items: [line], status: 'shipped' }, 'status'),
  placing('a field more in a line', { items: [{ ...line, price: 1 }] }, 'items[0].price'),
  placing(
    'counters of its own',
    { items: [{ ...line, reservedQuantity: 9 }] },
    'items[0].reservedQuantity',
  ),
  placing(
    '__proto__',
    '{"items":[{"productId":"beans","quantity":1}],"__proto__":{"id":"x"}}',
    '__proto__',
  ),
  placing(
    '__proto__ in a line',
    '{"items":[{"productId":"beans","quantity":1,"__proto__":1}]}',
    'items[0].__proto__',
  ),
  placing('a constructor', { items: [line], constructor: { prototype: {} } }, 'constructor'),
  placing('a toString', { items: [line], toString: 1 }, 'toString'),

  // Ids.
  ...[
    'a b',
    'a/b',
    'a_b',
    'a#b',
    'ä',
    'a\u0000',
    '../x',
    "' OR 1=1",
    '\ud83d\ude00',
    'x'.repeat(65),
  ].map((id) => placing(`the id ${JSON.stringify(id)}`, { id, items: [line] }, 'id')),
  ...[
    'a%20b',
    '%20',
    '%00',
    'a%2Fb',
    'a_b',
    '%23',
    'x'.repeat(65),
    '%F0%9F%98%80',
    '__proto__',
  ].flatMap((id): Attempt[] => [
    { name: `GET of the order ${id}`, method: 'GET', path: `/orders/${id}`, at: 'orderId' },
    {
      name: `the movements of ${id}`,
      method: 'GET',
      path: `/orders/${id}/movements`,
      at: 'orderId',
    },
    {
      name: `GET of the product ${id}`,
      method: 'GET',
      path: `/products/${id}`,
      at: 'productId',
    },
    { name: `cancelling ${id}`, path: `/orders/${id}/cancel`, at: 'orderId' },
  ]),

  // Products.
  { name: 'a product without a name', path: '/products', body: { id: 'x' }, at: 'name' },
  {
    name: 'a product of blanks',
    path: '/products',
    body: { id: 'x', name: '  ' },
    at: 'name',
  },
  {
    name: 'a long name',
    path: '/products',
    body: { id: 'x', name: 'x'.repeat(256) },
    at: 'name',
  },
  {
    name: 'half a character',
    path: '/products',
    body: { id: 'x', name: 'a\ud800' },
    at: 'name',
  },
  {
    name: 'less than nothing in stock',
    path: '/products',
    body: { id: 'x', name: 'x', stockQuantity: -1 },
    at: 'stockQuantity',
  },
  {
    name: 'a counter of its own',
    path: '/products',
    body: { id: 'x', name: 'x', reservedQuantity: 1 },
    at: 'reservedQuantity',
  },

  // Cancelling.
  {
    name: 'a reason nobody knows',
    path: '/orders/ada/cancel',
    body: { reason: 'boredom' },
    at: 'reason',
  },
  {
    name: 'a reason of another type',
    path: '/orders/ada/cancel',
    body: { reason: ['customer'] },
    at: 'reason',
  },
  {
    name: 'what is no character in a note',
    path: '/orders/ada/cancel',
    body: { note: '\uffff' },
    at: 'note',
  },
  {
    name: 'a control character in a note',
    path: '/orders/ada/cancel',
    body: { note: 'a\u0000b' },
    at: 'note',
  },
  {
    name: 'a question that the call does not know',
    path: '/orders/ada/cancel?dryRun=true',
    at: 'dryRun',
  },
  {
    name: 'a key that nobody has a use for',
    path: '/orders/ada/confirm',
    headers: { 'idempotency-key': 'k1' },
    at: 'Idempotency-Key',
  },
  {
    name: 'a key that is no text',
    path: '/orders/ada/cancel',
    headers: { 'idempotency-key': 'k 1' },
    at: 'Idempotency-Key',
  },
  {
    name: 'a long note',
    path: '/orders/ada/cancel',
    body: { note: 'x'.repeat(1_001) },
    at: 'note',
  },
  {
    name: 'half a character in a note',
    path: '/orders/ada/cancel',
    body: { note: '\udfff' },
    at: 'note',
  },
  { name: 'a field more', path: '/orders/ada/cancel', body: { force: true }, at: 'force' },
  { name: 'an array', path: '/orders/ada/cancel', body: '[]', at: '' },
  { name: 'not JSON', path: '/orders/ada/cancel', body: 'cancel!', code: 'malformed_json' },

  // Lists.
  ...['0', '101', '-1', '1.5', 'all', '', '1e1', '%20'].map(
    (limit): Attempt => ({
      name: `a limit of "${limit}"`,
      method: 'GET',
      path: `/products/beans/movements?limit=${limit}`,
      at: 'limit',
    }),
  ),
  {
    name: 'a type nobody knows',
    method: 'GET',
    path: '/products/beans/movements?movementType=theft',
    at: 'movementType',
  },
  {
    name: 'a question nobody knows',
    method: 'GET',
    path: '/products/beans/movements?color=red',
    at: 'color',
  },
  {
    name: 'a limit twice',
    method: 'GET',
    path: '/products/beans/movements?limit=1&limit=2',
    at: 'limit',
  },
  ...['x', '', '.', 'bnVsbA.', 'e30.AAAAAAAAAAAAAAAA', 'x'.repeat(9_000)].map(
    (cursor): Attempt => ({
      name: `the cursor "${cursor}"`,
      method: 'GET',
      path: `/products/beans/movements?cursor=${cursor}`,
      code: 'invalid_cursor',
    }),
  ),
  // Size and depth.
  {
    name: '1 MB',
    path: '/orders',
    body: { id: 'x'.repeat(1024 * 1024) },
    status: 413,
    code: 'payload_too_large',
  },
  {
    name: '1 MB that is not JSON',
    path: '/orders',
    body: '{'.repeat(1024 * 1024),
    status: 413,
    code: 'payload_too_large',
  },
  { name: '100,000 brackets', path: '/orders', body: nested(100_000), at: '' },
  placing(
    'deep nesting in the id',
    `{"items":[{"productId":"beans","quantity":1}],"id":${nested(50_000)}}`,
    'id',
  ),
  placing(
    'deep nesting in an unknown field',
    `{"items":[{"productId":"beans","quantity":1}],"x":${nested(50_000)}}`,
    'x',
  ),
];

test('The API refuses every invalid request, and nothing changes', async () => {
  const { call, shop } = system();
  await shop.sells({ beans: 40 });
  await shop.hasOrders({ ada: { beans: 3 } });
  const before = await everything();
  const wrong: string[] = [];

  for (const { name, method = 'POST', path, body, headers, ...expected } of ATTEMPTS) {
    const answer = await call(method, path, body, headers);
    const { status = 400, code = 'validation_failed', at } = expected;
    const right =
      answer.status === status &&
      answer.body.status === status &&
      answer.body.code === code &&
      answer.contentType?.startsWith('application/problem+json') &&
      answer.body.errors?.[0].path === at;
    if (!right) {
      const told = JSON.stringify(answer.body.errors ?? answer.body.detail);
      wrong.push(`${name}: ${answer.status} ${answer.body.code} ${told}`);
    }
  }

  expect(wrong).toEqual([]);
  expect(await everything()).toEqual(before);
});

// Anybody can forge a cursor, because its checksum uses no secret.
test.each([
  null,
  0,
  'text',
  {},
  { until: 1, given: {} },
  { until: 'x', given: 7 },
  { until: 'x', given: {} },
  { until: '\ud800', given: {} },
  { until: 'x', given: { 'forged#0': { referenceId: 1 } } },
  { until: 'x', given: { 'forged#0': { referenceId: '\ud800', entry: 'x' } } },
  { until: 'x', given: { 'forged#0': { productShard: 'beans#0', createdAt: 'x' } } },
  JSON.parse('{"until":"x","given":{"__proto__":{"referenceId":"x"}}}'),
  JSON.parse('{"until":"x","given":{"forged#0":{"__proto__":"x"}}}'),
  { referenceId: '\ud800', entry: 'x' },
  { referenceId: 'order_forger', entry: '\ud800' },
  { referenceId: 'order_forger', entry: 'x'.repeat(1_025) },
  { referenceId: 'order_ada', entry: 1 },
  { referenceId: 'order_ada' },
  { referenceId: 'order_ada', entry: 'x', productShard: 'x' },
])(
  'A forged cursor at %j is refused or works, and never causes an internal error',
  async (position) => {
    const { call, shop } = system();
    if (!(await shop.store.getProduct('forged', () => 10_000))) {
      await shop.sells({ forged: 40 });
      await shop.hasOrders({ forger: { forged: 3 } });
    }
    const lists = {
      'products/forged/movements': 'products/forged/movements?movementType=',
      'orders/forger/movements': 'orders/forger/movements?movementType=',
    };

    for (const [path, list] of Object.entries(lists)) {
      const { status, body } = await call('GET', `/${path}?cursor=${encodeCursor(list, position)}`);
      if (status !== 200) {
        expect({ path, status, code: body.code }).toEqual({
          path,
          status: 400,
          code: 'invalid_cursor',
        });
      }
    }
  },
);

test('The answer to a request with 1,000 mistakes lists the first 50', async () => {
  const { body } = await system().call('POST', '/orders', {
    items: Array.from({ length: 1_000 }, () => ({ productId: 'beans', quantity: 0 })),
  });

  expect(body.code).toBe('validation_failed');
  expect(body.errors).toHaveLength(50);
});
