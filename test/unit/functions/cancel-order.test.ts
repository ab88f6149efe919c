import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { describe, expect, jest, test } from '@jest/globals';
import { expectLawsHold } from '../../support/audit.ts';
import { aLine, anOrder, EARLIER, manyLines } from '../../support/builders.ts';
import {
  always,
  cancelledFor,
  connectionRefused,
  isTransaction,
  refusedWith,
} from '../../support/faults.ts';
import { httpEvent, lambdaContext, REQUEST_ID } from '../../support/unit-events.ts';
import { functionTests } from '../../support/unit-functions.ts';

const { openShop, call, wire, queue, log } = functionTests();
const { handler } = await import('../../../functions/cancel-order.ts');
const { handler: getOrder } = await import('../../../functions/get-order.ts');

const path = { orderId: 'o1' };

describe('POST /orders/{orderId}/cancel', () => {
  test('cancels the order and returns what was restored', async () => {
    // Prepare
    const shop = openShop({
      orders: [anOrder('o1', { mug: 2, cup: 1 }), anOrder('o2', { mug: 5 })],
    });

    // Act
    const { status, headers, body } = await call(
      handler,
      httpEvent({ path, json: { reason: 'customer', note: ' changed her mind ' } }),
    );

    // Assess
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'content-type': 'application/json' });
    expect(body).toEqual({
      outcome: 'cancelled',
      order: {
        id: 'o1',
        status: 'cancelled',
        statusSince: body.order.cancelledAt,
        items: [
          aLine('mug', 2, { reservedQuantity: 0, cancelledQuantity: 2 }),
          aLine('cup', 1, { reservedQuantity: 0, cancelledQuantity: 1 }),
        ],
        version: 2,
        cancelledAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        cancellationReason: 'customer',
        cancellationNote: 'changed her mind',
        cancelledBy: 'local',
        createdAt: expect.any(String),
        updatedAt: body.order.cancelledAt,
      },
      restored: [
        { productId: 'mug', quantity: 2 },
        { productId: 'cup', quantity: 1 },
      ],
    });
    expect((await shop.product('mug')).reservedQuantity).toBe(5);
    await expectLawsHold(shop);
  });

  test('takes exactly two requests to DynamoDB', async () => {
    openShop({ orders: [anOrder('o1', { mug: 2 })] });

    await call(handler, httpEvent({ path }));

    expect(wire().sent).toHaveLength(2);
  });

  test.each([
    ['no body', {}],
    ['an empty body', { body: '' }],
    ['an empty object', { body: '{}' }],
    ['an encoded body', { json: { reason: 'staff' }, base64: true }],
  ])('accepts %s', async (_, event) => {
    openShop({ orders: [anOrder('o1', { mug: 2 })] });

    expect(await call(handler, httpEvent({ path, ...event }))).toMatchObject({
      status: 200,
      body: { outcome: 'cancelled' },
    });
  });

  test('returns the same answer again, and writes nothing', async () => {
    // Prepare
    const shop = openShop({
      orders: [anOrder('o1', { mug: 2, cup: 1 }), anOrder('o2', { mug: 5 })],
    });
    const first = await call(handler, httpEvent({ path }));
    const writes = wire().writes().length;

    // Act
    const second = await call(handler, httpEvent({ path, json: { reason: 'fraud' } }));

    // Assess
    expect(second).toEqual({ ...first, body: { ...first.body, outcome: 'already_cancelled' } });
    expect(wire().writes()).toHaveLength(writes);
    expect((await shop.product('mug')).reservedQuantity).toBe(5);
  });

  test('does not list a deleted product as restored', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2, cup: 1 })] });
    await shop.loses('products', 'mug');

    const { body } = await call(handler, httpEvent({ path }));

    expect(body.restored).toEqual([{ productId: 'cup', quantity: 1 }]);
  });

  test('finishes an interrupted cancellation, and returns all its restorations', async () => {
    // Prepare: the mugs were restored earlier
    const shop = openShop({
      orders: [
        anOrder(
          'o1',
          [aLine('mug', 2, { reservedQuantity: 0, cancelledQuantity: 2 }), aLine('cup', 1)],
          {
            status: 'cancelled',
            version: 2,
            movementReferences: ['order_o1', 'order_o1_cancellation'],
            restoredQuantities: [2, 0],
          },
        ),
      ],
    });

    // Act
    const { body } = await call(handler, httpEvent({ path }));

    // Assess
    expect(body).toMatchObject({
      outcome: 'already_cancelled',
      restored: [
        { productId: 'mug', quantity: 2 },
        { productId: 'cup', quantity: 1 },
      ],
    });
    await expectLawsHold(shop);
  });

  test('restores nothing with restock false, and returns the same answer again', async () => {
    // Prepare
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 }), anOrder('o2', { mug: 5 })] });

    // Act
    const first = await call(handler, httpEvent({ path, json: { restock: false } }));
    const second = await call(handler, httpEvent({ path }));

    // Assess
    expect(first.body).toMatchObject({ outcome: 'cancelled', restored: [] });
    expect(first.body.order).toHaveProperty('restock', false);
    expect((await call(getOrder, httpEvent({ path }))).body).toEqual(first.body.order);
    expect(second.body).toEqual({ ...first.body, outcome: 'already_cancelled' });
    expect(await shop.product('mug')).toMatchObject({ stockQuantity: 105, reservedQuantity: 5 });
    await expectLawsHold(shop);
  });

  test('cancels an order of 120 lines in 3 transactions', async () => {
    openShop({ orders: [anOrder('o1', manyLines(120))] });

    const { status, body } = await call(handler, httpEvent({ path }));

    expect(status).toBe(200);
    expect(body.restored).toHaveLength(120);
    expect(wire().writes()).toHaveLength(3);
    expect(queue.messages()).toEqual([]);
  });

  test.each(['shipped', 'delivered'] as const)('is 409 for a %s order', async (status) => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 }, { status })] });

    expect(await call(handler, httpEvent({ path }))).toMatchObject({
      status: 409,
      headers: { 'content-type': 'application/problem+json' },
      body: { code: 'order_not_cancellable', detail: `Order o1 is ${status}` },
    });
    expect((await shop.product('mug')).reservedQuantity).toBe(2);
  });

  test('is 404 for an unknown order', async () => {
    openShop();

    expect(await call(handler, httpEvent({ path }))).toMatchObject({
      status: 404,
      body: { code: 'order_not_found', detail: 'There is no order o1' },
    });
  });

  test('is 202 with a location when no time is left, and queues the request', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });
    const json = { reason: 'fraud', note: 'card was stolen', restock: false };

    const response = await call(
      handler,
      httpEvent({ path, json }),
      lambdaContext({ remaining: 400 }),
    );

    expect(response).toMatchObject({
      status: 202,
      headers: { 'content-type': 'application/json', location: '/orders/o1' },
    });
    expect(response.body).toEqual({ outcome: 'accepted', orderId: 'o1' });
    expect(queue.messages()).toEqual([{ body: { orderId: 'o1', ...json } }]);
    expect((await shop.order('o1')).status).toBe('pending');
  });

  test('is 202 if conflicts last too long, and queues the request', async () => {
    // Prepare: every transaction conflicts, and each reading of the clock takes a second
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });
    wire().use(always(isTransaction, cancelledFor('None', 'TransactionConflict')));
    const start = Date.now();
    let looks = 0;
    const clock = jest.spyOn(Date, 'now').mockImplementation(() => {
      looks += 1;
      return start + looks * 1_000;
    });

    // Act: the invocation itself has 10 seconds
    const response = await call(handler, httpEvent({ path })).finally(() => clock.mockRestore());

    // Assess
    expect(response).toMatchObject({ status: 202, body: { outcome: 'accepted', orderId: 'o1' } });
    expect(queue.messages()).toEqual([
      { body: { orderId: 'o1', orderCreatedAt: EARLIER, orderRound: 1 } },
    ]);
    expect(log().metrics()).toMatchObject({ ConflictsRetried: expect.any(Number) });
    expect((await shop.order('o1')).status).toBe('pending');
  });

  test('queues nothing if the order was cancelled', async () => {
    openShop({ orders: [anOrder('o1', { mug: 2 })] });

    await call(handler, httpEvent({ path }));

    expect(queue.messages()).toEqual([]);
  });

  test('is 503 if the order can neither be cancelled nor queued in time', async () => {
    openShop({ orders: [anOrder('o1', { mug: 2 })] });
    queue
      .on(SendMessageBatchCommand)
      .rejects(Object.assign(new Error('not now'), { name: 'RequestThrottled' }));

    expect(
      await call(handler, httpEvent({ path }), lambdaContext({ remaining: 400 })),
    ).toMatchObject({ status: 503, body: { code: 'try_again' } });
  });

  test('is 500 without details if the order cannot be queued, and can be repeated', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });
    queue.on(SendMessageBatchCommand).rejects(new Error('secret queue'));

    const response = await call(handler, httpEvent({ path }), lambdaContext({ remaining: 400 }));

    expect(response).toMatchObject({ status: 500, body: { code: 'internal_error' } });
    expect(JSON.stringify(response)).not.toContain('secret');
    expect(await call(handler, httpEvent({ path }))).toMatchObject({ status: 200 });
    expect((await shop.order('o1')).status).toBe('cancelled');
  });

  test('is 500 without details if DynamoDB denies access', async () => {
    openShop({ orders: [anOrder('o1', { mug: 2 })] });
    const denied = refusedWith('AccessDenied', 400, 'secret arn:aws:dynamodb:table/orders');
    wire().use(always(isTransaction, denied));

    const response = await call(handler, httpEvent({ path }));

    expect(response).toMatchObject({ status: 500, body: { code: 'internal_error' } });
    expect(JSON.stringify(response)).not.toMatch(/secret|arn:/);
    expect(log().text()).toContain('secret arn');
    expect(log().messages()).toMatchObject([{ level: 'ERROR', message: 'unexpected error' }]);
  });

  test('that could not be read is logged once, as a warning', async () => {
    // Prepare: nobody can be reached, and after the third attempt the time is up
    openShop({ orders: [anOrder('o1', { mug: 2 })] });
    wire().use(connectionRefused);
    const context = {
      ...lambdaContext(),
      getRemainingTimeInMillis: () => (wire().sent.length < 3 ? 10_000 : 0),
    };

    // Act
    const response = await call(handler, httpEvent({ path }), context);

    // Assess
    expect(response).toMatchObject({ status: 503, body: { code: 'try_again' } });
    expect(log().messages()).toMatchObject([{ level: 'WARN', correlationId: REQUEST_ID }]);
  });

  test('logs the result with the correlation id', async () => {
    openShop({ orders: [anOrder('o1', { mug: 2 })] });
    const headers = { 'x-correlation-id': 'basket-17' };

    const response = await call(handler, httpEvent({ path, headers }));
    await call(handler, httpEvent({ path }));

    expect(response.headers).toMatchObject(headers);
    expect(log().messages()).toMatchObject([
      { level: 'INFO', orderId: 'o1', outcome: 'cancelled', correlationId: 'basket-17' },
      { level: 'INFO', orderId: 'o1', outcome: 'already_cancelled', correlationId: REQUEST_ID },
    ]);
    expect(log().metrics()).toMatchObject({ OrdersCancelled: 1, OrdersAlreadyCancelled: 1 });
  });
});
