/** What the log tells of writes, and what it never tells. */
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2, SQSRecord } from 'aws-lambda';
import { OPERATIONS } from '../../../lib/http/operations/index.ts';
import { aCancelledOrder, anOrder, EARLIER } from '../../support/builders.ts';
import { always, cancelledFor, isTransaction, refusedWith } from '../../support/faults.ts';
import { httpEvent, lambdaContext, REQUEST_ID, sqsEvent } from '../../support/unit-events.ts';
import { functionTests, type HttpFunction } from '../../support/unit-functions.ts';

const { openShop, call, log, wire, queue } = functionTests();
const { handler: sweepOrders } = await import('../../../functions/sweep-orders.ts');
const { handler: cancelOrders } = await import('../../../functions/cancel-orders.ts');

const fileOf = (operationId: string): string =>
  operationId.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

const functionOf = async (operationId: string): Promise<HttpFunction> =>
  (await import(`../../../functions/${fileOf(operationId)}.ts`)).handler;

const LATER = '2999-01-02T00:00:00.000Z';
const SECRET = 'call Ada at 555-0134';
const ARN = 'arn:aws:sts::123456789012:assumed-role/till/ada';

/** The same request, from a caller whom IAM knows. */
const signed = (event: APIGatewayProxyEventV2): APIGatewayProxyEventV2 => ({
  ...event,
  requestContext: Object.assign({}, event.requestContext, {
    authorizer: { iam: { userArn: ARN } },
  }),
});

/** The context of an invocation that has less time left each time it looks. */
const soonOver = () => {
  let left = 3_000;
  const getRemainingTimeInMillis = () => {
    left = Math.max(0, left - 100);
    return left;
  };
  return { ...lambdaContext(), getRemainingTimeInMillis };
};

const o1 = { path: { orderId: 'o1' } };

/** By operation, a request that succeeds in the shop below, and what the log tells of it. */
const WRITES: Readonly<Record<string, [Parameters<typeof httpEvent>[0], Record<string, unknown>]>> =
  {
    createProduct: [
      { json: { id: 'tea', name: 'Tea', stockQuantity: 10 } },
      { productId: 'tea', outcome: 'created', units: 10 },
    ],
    updateProduct: [
      { path: { productId: 'mug' }, json: { name: SECRET, metadata: { note: SECRET } } },
      { productId: 'mug', outcome: 'updated' },
    ],
    countStock: [
      { path: { productId: 'mug' }, json: { stockQuantity: 90, referenceId: 'po-8' } },
      { productId: 'mug', referenceId: 'po-8', outcome: 'counted', units: 90 },
    ],
    adjustProducts: [
      {
        json: {
          adjustments: [{ productId: 'mug', quantity: 2, referenceId: 'r', reason: SECRET }],
        },
      },
      { productId: 'mug', referenceId: 'r', outcome: 'adjusted', units: 2 },
    ],
    deleteProduct: [
      { path: { productId: 'jar' } },
      { productId: 'jar', outcome: 'deleted', units: 7, movements: 1 },
    ],
    adjustStock: [
      { path: { productId: 'mug' }, json: { quantity: -3, referenceId: 'po-7', note: SECRET } },
      { productId: 'mug', referenceId: 'po-7', outcome: 'adjusted', units: -3 },
    ],
    placeOrder: [
      {
        json: {
          id: 'o9',
          items: [
            { productId: 'mug', quantity: 2 },
            { productId: 'cup', quantity: 1 },
          ],
        },
      },
      { orderId: 'o9', outcome: 'placed', units: 3 },
    ],
    confirmOrder: [o1, { orderId: 'o1', outcome: 'moved', units: 2 }],
    amendOrder: [
      { ...o1, json: { metadata: { note: SECRET } } },
      { orderId: 'o1', outcome: 'done' },
    ],
    lockOrder: [
      { ...o1, json: { reason: SECRET } },
      { orderId: 'o1', outcome: 'done' },
    ],
    unlockOrder: [o1, { orderId: 'o1', outcome: 'done' }],
    returnOrder: [
      {
        path: { orderId: 'o3' },
        json: { items: [{ productId: 'mug', quantity: 1 }], note: SECRET },
        headers: { 'idempotency-key': 'k1' },
      },
      { orderId: 'o3', outcome: 'done', units: 1 },
    ],
    reinstateOrder: [{ path: { orderId: 'o5' } }, { orderId: 'o5', outcome: 'reinstated' }],
    shipOrder: [{ path: { orderId: 'o2' } }, { orderId: 'o2', outcome: 'moved', units: 4 }],
    deliverOrder: [{ path: { orderId: 'o3' } }, { orderId: 'o3', outcome: 'moved', units: 1 }],
    cancelOrder: [
      { ...o1, json: { note: SECRET } },
      { message: 'cancellation', orderId: 'o1', outcome: 'cancelled', units: 2 },
    ],
    deleteOrder: [
      { path: { orderId: 'o4' } },
      { orderId: 'o4', outcome: 'deleted', units: 1, movements: 2 },
    ],
    callOffProduct: [
      { path: { productId: 'mug' }, json: { scope: 'line', note: SECRET } },
      { productId: 'mug', batchId: expect.any(String), outcome: 'accepted', orders: 3 },
    ],
    createBatch: [
      { json: { orderIds: ['o1', 'o2'], note: SECRET } },
      { batchId: expect.any(String), outcome: 'accepted', orders: 2 },
    ],
  };

const openBusyShop = () =>
  openShop({
    products: { jar: { stock: 7, reserved: 0 }, cup: { stock: 10 } },
    orders: [
      anOrder('o1', { mug: 2 }),
      anOrder('o2', { mug: 4 }, { status: 'confirmed' }),
      anOrder(
        'o3',
        [
          {
            productId: 'mug',
            quantity: 1,
            reservedQuantity: 0,
            shippedQuantity: 1,
            cancelledQuantity: 0,
            returnedQuantity: 0,
          },
        ],
        { status: 'shipped' },
      ),
      aCancelledOrder('o4', { mug: 1 }),
      anOrder(
        'o5',
        { mug: 1 },
        { status: 'cancelled', cancelledFrom: 'pending', releaseAt: LATER },
      ),
    ],
  });

describe('The log of a call that writes', () => {
  test.each(Object.entries(WRITES))(
    'tells what, on which id, by whom and how it ended: %s',
    async (operation, [request, expected]) => {
      openBusyShop();

      const { status } = await call(await functionOf(operation), signed(httpEvent(request)));

      expect(status).toBeLessThan(300);
      const common = { level: 'INFO', actor: `iam:${ARN}`, correlationId: expect.any(String) };
      expect(log().messages()).toEqual([
        expect.objectContaining({
          ...common,
          ...('message' in expected ? {} : { message: 'write', operation }),
          ...expected,
        }),
      ]);
    },
  );

  test('is tested for every operation that writes', () => {
    const writing = OPERATIONS.filter(({ method }) => method !== 'get');

    expect(Object.keys(WRITES).sort()).toEqual(
      writing.map(({ operationId }) => operationId).sort(),
    );
  });

  test('names the caller of a token, and nobody where nobody asks', async () => {
    openBusyShop();
    const confirm = await functionOf('confirmOrder');
    const event = httpEvent(o1);
    const authorizer = { jwt: { claims: { sub: 'ada', email: SECRET }, scopes: null } };

    await call(confirm, {
      ...event,
      requestContext: Object.assign({}, event.requestContext, { authorizer }),
    });
    await call(confirm, event);

    expect(log().messages()).toMatchObject([{ actor: 'jwt:ada' }, { actor: 'local' }]);
    expect(log().text()).not.toContain(SECRET);
  });

  test('also tells that it was refused, and that it was not finished', async () => {
    openShop();
    await call(await functionOf('confirmOrder'), httpEvent(o1));
    openBusyShop();
    await call(await functionOf('confirmOrder'), httpEvent(o1), lambdaContext({ remaining: 100 }));

    expect(log().messages()).toMatchObject([
      { level: 'INFO', message: 'write', orderId: 'o1', outcome: 'not_found' },
      { level: 'INFO', message: 'write', orderId: 'o1', outcome: 'unfinished' },
      {
        level: 'WARN',
        message: 'call was not finished in time',
        operation: 'confirmOrder',
        orderId: 'o1',
      },
    ]);
    expect(log().metrics()).toMatchObject({ RequestsUnfinished: 1 });
  });
});

describe('A note', () => {
  const notes = Object.entries(WRITES).filter(([, [request]]) =>
    JSON.stringify(request).includes(SECRET),
  );

  test.each([
    ['all goes well', undefined],
    ['access is denied', refusedWith('AccessDenied', 400)],
    ['DynamoDB finds the request wrong', refusedWith('ValidationException', 400)],
    ['DynamoDB throttles', cancelledFor('ThrottlingError')],
  ])('is in no line of the log when %s', async (_, fault) => {
    for (const [operation, [request]] of notes) {
      openBusyShop();
      if (fault) wire().use(always(isTransaction, fault));
      await call(await functionOf(operation), httpEvent(request), soonOver());
    }
    openBusyShop();
    if (fault) wire().use(always(isTransaction, fault));
    const bodies = [{ orderId: 'o1', note: SECRET }, { orderId: 1.5, note: SECRET }, SECRET];
    await cancelOrders(sqsEvent(...bodies), soonOver());

    expect(log().messages().length).toBeGreaterThan(notes.length);
    expect(log().text()).not.toContain(SECRET);
    expect(log().text()).not.toContain('555-0134');
  });

  test('is in no line of the log when DynamoDB sends its row back with an error', async () => {
    for (const send of [
      async () => call(await functionOf('cancelOrder'), httpEvent(o1)),
      () => cancelOrders(sqsEvent({ orderId: 'o1' }), lambdaContext({ remaining: 60_000 })),
    ]) {
      const row = openBusyShop().db.get('orders', { id: 'o1' });
      const found = { Code: 'ConditionalCheckFailed', Item: { ...row, cancellationNote: SECRET } };
      wire().use(always(isTransaction, cancelledFor(found, 'ValidationError')));
      await send();
    }

    expect(log().messages()).toMatchObject([
      { level: 'ERROR', error: { reasons: expect.arrayContaining(['ValidationError']) } },
      { level: 'ERROR', error: { reasons: expect.arrayContaining(['ValidationError']) } },
    ]);
    expect(log().text()).not.toContain(SECRET);
  });

  test('is in no line of the log when a condition fails on a row that should satisfy it', async () => {
    for (const send of [
      async () => call(await functionOf('cancelOrder'), httpEvent(o1)),
      () => cancelOrders(sqsEvent({ orderId: 'o1' }), lambdaContext({ remaining: 60_000 })),
    ]) {
      const row = openBusyShop().db.get('orders', { id: 'o1' });
      const texts = { cancellationNote: SECRET, metadata: { [SECRET]: SECRET } };
      const found = { Code: 'ConditionalCheckFailed', Item: { ...row, ...texts } };
      wire().use(always(isTransaction, cancelledFor(found)));
      await send();
    }

    const error = { message: expect.stringMatching(/^Conditions fail.*update-order.*"o1"/) };
    expect(log().messages()).toMatchObject([
      { level: 'ERROR', error },
      { level: 'ERROR', error },
    ]);
    expect(log().text()).not.toContain(SECRET);
  });

  test('and the name of a damaged text are in no line of the log', async () => {
    const shop = openBusyShop();
    await shop.tampersWith('orders', 'o1', { metadata: { [SECRET]: 1 } });

    await cancelOrders(sqsEvent({ orderId: 'o1' }), lambdaContext({ remaining: 60_000 }));

    expect(log().text()).toContain('order o1 is damaged: metadata');
    expect(log().text()).not.toContain(SECRET);
  });

  test('is in no line of the log when the queue refuses its message', async () => {
    openBusyShop();
    queue.on(SendMessageBatchCommand).resolves({
      Failed: [{ Id: '0', Code: 'InvalidMessageContents', SenderFault: true }],
    });

    const [request] = WRITES.createBatch ?? [];
    await call(await functionOf('createBatch'), httpEvent(request));

    expect(log().messages()).toMatchObject([{ level: 'ERROR', message: 'unexpected error' }]);
    expect(log().text()).not.toContain(SECRET);
  });
});

describe('A body that is no JSON', () => {
  test.each([SECRET, `{"note":"${SECRET}"x`, `{"note":"${SECRET}`, `["${SECRET}",]`])(
    'is neither in the log nor in the answer: %s',
    async (text) => {
      openBusyShop();

      const answer = await call(await functionOf('cancelOrder'), httpEvent({ ...o1, body: text }));

      expect(answer).toMatchObject({ status: 400, body: { code: 'malformed_json' } });
      expect(JSON.stringify(answer) + log().text()).not.toMatch(/Ada|555-/);
    },
  );
});

describe('A correlation id', () => {
  test('goes from the call through the message to the cancellation', async () => {
    // Prepare
    openBusyShop();
    const headers = { 'x-correlation-id': 'basket-17' };

    // Act: the call sends messages, and SQS gives them to the queue function
    await call(await functionOf('createBatch'), httpEvent({ headers, json: { orderIds: ['o1'] } }));
    const [sent] = queue.commandCalls(SendMessageBatchCommand);
    const [entry] = sent?.args[0].input.Entries ?? [];
    const { DataType: dataType = '', StringValue: stringValue } =
      entry?.MessageAttributes?.correlationId ?? {};
    const [record] = sqsEvent(entry?.MessageBody ?? '').Records;
    const messageAttributes = { correlationId: { dataType, ...(stringValue && { stringValue }) } };
    const received = { ...(record as SQSRecord), messageAttributes };
    await cancelOrders({ Records: [received] }, lambdaContext({ remaining: 60_000 }));

    // Assess
    expect(log().messages()).toMatchObject([
      {
        message: 'write',
        operation: 'createBatch',
        correlationId: 'basket-17',
        requestId: REQUEST_ID,
      },
      {
        message: 'cancellation',
        orderId: 'o1',
        outcome: 'cancelled',
        actor: 'queue',
        messageId: 'm1',
        correlationId: 'basket-17',
      },
    ]);
  });

  test.each([
    ['placed', 'placeOrder', 'o9', undefined],
    ['cancelled', 'cancelOrder', 'o1', { graceSeconds: 60 }],
    ['reinstated in its grace', 'reinstateOrder', 'o5', undefined],
    ['reinstated with its units reserved again', 'reinstateOrder', 'o4', undefined],
  ])('stays with the order that a call has %s', async (_, operation, orderId, json) => {
    const { db } = openBusyShop();
    db.put('orders', { ...db.get('orders', { id: 'o4' }), id: 'o4', cancelledFrom: 'pending' });
    const headers = { 'x-correlation-id': 'basket-17' };
    const request =
      operation === 'placeOrder' ? WRITES.placeOrder?.[0] : { path: { orderId }, json };

    const { status } = await call(await functionOf(operation), httpEvent({ ...request, headers }));

    expect(status).toBeLessThan(300);
    expect(db.get('orders', { id: orderId })).toMatchObject({ correlationId: 'basket-17' });
  });

  test.each([
    ['an order that expires', { expiresAt: EARLIER }, 'expire'],
    [
      'an order whose grace ends',
      { status: 'cancelled', cancelledFrom: 'pending', releaseAt: EARLIER },
      'release',
    ],
    ['an order whose placement was interrupted', { placing: true, updatedAt: EARLIER }, 'finish'],
  ] as const)('is with the sweep of %s, beside that of the sweep', async (_, differences, duty) => {
    const placed = { correlationId: 'basket-17', ...differences };
    openShop({ orders: [anOrder('o1', { mug: 2 }, placed)] });

    await sweepOrders({}, lambdaContext({ remaining: 60_000 }));

    expect(log().messages()).toMatchObject([
      {
        message: 'order that was due',
        orderId: 'o1',
        duty,
        outcome: 'done',
        correlationId: 'basket-17',
        requestId: 'aws-request-id',
      },
    ]);
  });
});
