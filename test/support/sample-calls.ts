/**
 * A morning in a sample shop, call by call: what the description of the API shows as examples. A call
 * with a title becomes an example of its request and of its answer. An answer that is a problem
 * becomes the example of its code.
 */

/** Stands for the id that the last batch was given. */
export const LAST_BATCH = 'the last batch';

export type SampleCall = {
  /** `operationId` of the operation. */
  readonly call: string;
  /** What the example shows. Without a title the call only prepares the next ones. */
  readonly title?: string;
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  /** Sent as it is, instead of JSON. */
  readonly body?: string;
  readonly answers: number;
  /** What goes wrong around the function. */
  readonly trouble?: 'no time' | 'a fault of ours' | 'a hot product' | 'a token without the scope';
};

const beans = { productId: 'espresso-beans' };
const order = (orderId: string) => ({ path: { orderId } });
const key = (name: string) => ({ headers: { 'idempotency-key': name } });

const OPENING: readonly SampleCall[] = [
  {
    call: 'createProduct',
    title: 'A product with stock',
    json: { id: 'espresso-beans', name: 'Espresso beans', stockQuantity: 400 },
    answers: 201,
  },
  {
    call: 'createProduct',
    title: 'The same again',
    json: { id: 'espresso-beans', name: 'Espresso beans', stockQuantity: 400 },
    answers: 200,
  },
  {
    call: 'createProduct',
    json: { id: 'espresso-beans', name: 'Decaf', stockQuantity: 1 },
    answers: 409,
  },
  {
    call: 'createProduct',
    json: { id: 'burr-grinder', name: 'Burr grinder', stockQuantity: 120 },
    answers: 201,
  },
  {
    call: 'adjustStock',
    title: 'A delivery',
    path: beans,
    json: { quantity: 60, referenceId: 'po-77', reason: 'delivery' },
    answers: 201,
  },
  {
    call: 'adjustStock',
    title: 'The same again',
    path: beans,
    json: { quantity: 60, referenceId: 'po-77', reason: 'delivery' },
    answers: 200,
  },
  { call: 'adjustStock', path: beans, json: { quantity: 5, referenceId: 'po-77' }, answers: 409 },
];

const PLACING: readonly SampleCall[] = [
  {
    call: 'placeOrder',
    title: 'An order of two products',
    json: {
      id: '1001',
      items: [
        { productId: 'espresso-beans', quantity: 2 },
        { productId: 'burr-grinder', quantity: 1 },
      ],
    },
    answers: 201,
  },
  {
    call: 'placeOrder',
    title: 'The same again',
    json: {
      id: '1001',
      items: [
        { productId: 'espresso-beans', quantity: 2 },
        { productId: 'burr-grinder', quantity: 1 },
      ],
    },
    answers: 200,
  },
  ...['1002', '1003', '1004', '1005'].map(
    (id): SampleCall => ({
      call: 'placeOrder',
      json: { id, items: [{ productId: 'espresso-beans', quantity: 4 }] },
      answers: 201,
    }),
  ),
  {
    call: 'placeOrder',
    json: { id: '1001', items: [{ productId: 'espresso-beans', quantity: 9 }] },
    answers: 409,
  },
  {
    call: 'placeOrder',
    json: { items: [{ productId: 'burr-grinder', quantity: 500 }] },
    answers: 409,
  },
  { call: 'placeOrder', json: { items: [{ productId: 'mug', quantity: 1 }] }, answers: 404 },
  {
    call: 'placeOrder',
    json: { items: [{ productId: 'espresso-beans', quantity: 0 }], colour: 'red' },
    answers: 400,
  },
  { call: 'placeOrder', body: '{"items": [', answers: 400 },
  { call: 'placeOrder', body: ' '.repeat(300_000), answers: 413 },
  {
    call: 'placeOrder',
    headers: { 'content-encoding': 'gzip' },
    body: 'x',
    answers: 415,
  },
  {
    call: 'placeOrder',
    json: { items: [{ productId: 'burr-grinder', quantity: 1 }] },
    trouble: 'no time',
    answers: 503,
  },
];

const MOVING_ON: readonly SampleCall[] = [
  { call: 'shipOrder', ...order('1002'), answers: 409 },
  { call: 'confirmOrder', title: 'Confirmed', ...order('1002'), answers: 200 },
  { call: 'shipOrder', title: 'Shipped', ...order('1002'), answers: 200 },
  { call: 'deliverOrder', title: 'Delivered', ...order('1002'), answers: 200 },
  {
    call: 'returnOrder',
    title: 'One of them comes back',
    ...order('1002'),
    ...key('parcel-3'),
    json: { items: [{ productId: 'espresso-beans', quantity: 1 }], reason: 'too much' },
    answers: 200,
  },
  {
    call: 'amendOrder',
    title: 'Other metadata',
    ...order('1003'),
    json: { metadata: { basket: 'b-7' } },
    answers: 200,
  },
  {
    call: 'lockOrder',
    title: 'In the hands of a picker',
    ...order('1003'),
    json: { reason: 'picking' },
    answers: 200,
  },
  { call: 'cancelOrder', ...order('1003'), answers: 409 },
  { call: 'unlockOrder', title: 'Put back', ...order('1003'), answers: 200 },
];

const CANCELLING: readonly SampleCall[] = [
  {
    call: 'cancelOrder',
    title: 'The whole order',
    ...order('1001'),
    json: { reason: 'customer', note: 'Changed her mind' },
    answers: 200,
  },
  {
    call: 'cancelOrder',
    title: 'The same again',
    ...order('1001'),
    json: { reason: 'customer', note: 'Changed her mind' },
    answers: 200,
  },
  {
    call: 'cancelOrder',
    title: 'Some of its units',
    ...order('1003'),
    ...key('basket-7'),
    json: { items: [{ productId: 'espresso-beans', quantity: 1 }], reason: 'customer' },
    answers: 200,
  },
  {
    call: 'cancelOrder',
    title: 'At a hot product: the queue goes on',
    ...order('1004'),
    json: { reason: 'inventory' },
    trouble: 'a hot product',
    answers: 202,
  },
  { call: 'cancelOrder', ...order('1002'), answers: 409 },
  {
    call: 'cancelOrder',
    ...order('1003'),
    ...key('basket-8'),
    json: { items: [{ productId: 'espresso-beans', quantity: 9 }] },
    answers: 409,
  },
  {
    call: 'cancelOrder',
    ...order('1003'),
    ...key('basket-9'),
    json: { items: [{ productId: 'burr-grinder', quantity: 1 }] },
    answers: 404,
  },
  {
    call: 'cancelOrder',
    ...order('1003'),
    json: { items: [{ productId: 'espresso-beans', quantity: 1 }] },
    answers: 400,
  },
  {
    call: 'cancelOrder',
    ...order('1005'),
    json: { restock: false },
    trouble: 'a token without the scope',
    answers: 403,
  },
  {
    call: 'createBatch',
    title: 'A product was recalled',
    json: { orderIds: ['1003', '1004', '1005'], reason: 'inventory' },
    answers: 202,
  },
  {
    call: 'getBatch',
    title: 'On its way',
    path: { batchId: LAST_BATCH },
    answers: 200,
  },
  { call: 'getBatch', path: { batchId: 'unknown' }, answers: 404 },
];

const CHANGING: readonly SampleCall[] = [
  {
    call: 'reinstateOrder',
    title: 'She wants it after all',
    ...order('1001'),
    answers: 200,
  },
  {
    call: 'cancelOrder',
    ...order('1001'),
    json: { reason: 'customer' },
    answers: 200,
  },
  {
    call: 'countStock',
    title: 'Three fewer than thought',
    path: { productId: 'burr-grinder' },
    json: { stockQuantity: 117, expectedStockQuantity: 120, referenceId: 'count-9' },
    answers: 200,
  },
  {
    call: 'countStock',
    path: { productId: 'burr-grinder' },
    json: { stockQuantity: 110, expectedStockQuantity: 120, referenceId: 'count-10' },
    answers: 409,
  },
  {
    call: 'updateProduct',
    title: 'Closed for new orders',
    path: { productId: 'burr-grinder' },
    json: { closed: true },
    answers: 200,
  },
  {
    call: 'placeOrder',
    json: { items: [{ productId: 'burr-grinder', quantity: 1 }] },
    answers: 409,
  },
];

const CALLING_OFF: readonly SampleCall[] = [
  {
    call: 'createProduct',
    json: { id: 'milk-jug', name: 'Milk jug', stockQuantity: 10 },
    answers: 201,
  },
  {
    call: 'placeOrder',
    json: { id: '1006', items: [{ productId: 'milk-jug', quantity: 2 }] },
    answers: 201,
  },
  {
    call: 'callOffProduct',
    title: 'What a recall would do',
    path: { productId: 'milk-jug' },
    json: { scope: 'line', dryRun: true },
    answers: 200,
  },
  {
    call: 'callOffProduct',
    title: 'A recall',
    path: { productId: 'milk-jug' },
    json: { scope: 'line', reason: 'inventory', note: 'The handle breaks', restock: false },
    answers: 202,
  },
  { call: 'getBatch', title: 'A call-off', path: { batchId: LAST_BATCH }, answers: 200 },
];

const READING: readonly SampleCall[] = [
  { call: 'getOrder', title: 'A cancelled order', ...order('1001'), answers: 200 },
  { call: 'getOrder', ...order('4711'), answers: 404 },
  {
    call: 'listOrders',
    title: 'Orders that are cancelled',
    query: { status: 'cancelled' },
    answers: 200,
  },
  {
    call: 'listOrderMovements',
    title: 'What one order moved',
    ...order('1001'),
    answers: 200,
  },
  { call: 'listMovements', title: 'A cause', query: { referenceId: 'po-77' }, answers: 200 },
  { call: 'listMovements', query: { referenceId: 'po-77', cursor: 'x' }, answers: 400 },
  { call: 'getProduct', title: 'A product', path: beans, answers: 200 },
  { call: 'listProducts', title: 'All products', answers: 200 },
  {
    call: 'listProductMovements',
    title: 'What gave units back',
    path: beans,
    query: { movementType: 'restoration' },
    answers: 200,
  },
  { call: 'listProducts', trouble: 'a fault of ours', answers: 500 },
  { call: 'getHealth', title: 'It runs', answers: 200 },
];

const CLEARING: readonly SampleCall[] = [
  { call: 'deleteProduct', path: beans, answers: 409 },
  { call: 'deleteOrder', ...order('1002'), answers: 409 },
  { call: 'deleteOrder', title: 'Gone', ...order('1001'), answers: 204 },
  { call: 'deleteProduct', title: 'Gone', path: { productId: 'burr-grinder' }, answers: 204 },
];

export const SAMPLE_CALLS: readonly SampleCall[] = [
  ...OPENING,
  ...PLACING,
  ...MOVING_ON,
  ...CANCELLING,
  ...CHANGING,
  ...CALLING_OFF,
  ...READING,
  ...CLEARING,
];
