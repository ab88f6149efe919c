import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { describe, expect, test } from '@jest/globals';
import { expectLawsHold } from '../../support/audit.ts';
import { aCancelledOrder, anOrder } from '../../support/builders.ts';
import { always, type Fault } from '../../support/faults.ts';
import { httpEvent, lambdaContext } from '../../support/unit-events.ts';
import { functionTests } from '../../support/unit-functions.ts';

const { openShop, call, wire, queue, log } = functionTests();
const { handler: createBatch } = await import('../../../functions/create-batch.ts');
const { handler: getBatch } = await import('../../../functions/get-batch.ts');
const { handler: sweepOrders } = await import('../../../functions/sweep-orders.ts');

/** DynamoDB answers, but has processed none of the keys. */
const nothingProcessed: Fault = (_, { json }) => ({
  status: 200,
  body: JSON.stringify({ Responses: {}, UnprocessedKeys: json.RequestItems }),
});

describe('POST /cancellations', () => {
  test('queues each order once and returns the location of the batch', async () => {
    openShop();
    const why = { reason: 'fraud', note: 'stolen card', restock: false };

    const response = await call(
      createBatch,
      httpEvent({ json: { orderIds: ['o1', 'o2', 'o1'], ...why } }),
    );

    const { batchId } = response.body;
    expect(batchId).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(response).toMatchObject({
      status: 202,
      headers: { location: `/cancellations/${batchId}` },
      body: { accepted: 2 },
    });
    expect(queue.messages().map(({ body }) => body)).toEqual([
      { orderId: 'o1', ...why },
      { orderId: 'o2', ...why },
    ]);
  });

  test('is 503 when no time is left, and queues nothing', async () => {
    openShop();

    expect(
      await call(
        createBatch,
        httpEvent({ json: { orderIds: ['o1'] } }),
        lambdaContext({ remaining: 100 }),
      ),
    ).toMatchObject({ status: 503, body: { code: 'try_again' } });
    expect(queue.messages()).toEqual([]);
  });

  test.each([
    ['one of the messages', { Failed: [{ Id: '1', Code: 'InternalError', SenderFault: false }] }],
    ['any message', Object.assign(new Error('not now'), { name: 'RequestThrottled' })],
  ])('is 503 if the queue does not take %s in time', async (_, answer) => {
    openShop();
    const sending = queue.on(SendMessageBatchCommand);
    if (answer instanceof Error) sending.rejects(answer);
    else sending.resolves(answer);

    expect(
      await call(
        createBatch,
        httpEvent({ json: { orderIds: ['o1', 'o2'] } }),
        lambdaContext({ remaining: 505 }),
      ),
    ).toMatchObject({ status: 503, body: { code: 'try_again' } });
  });

  test('is a 5xx without details if the queue fails unexpectedly', async () => {
    openShop();
    queue.on(SendMessageBatchCommand).rejects(new Error('arn:aws:sqs:secret'));

    const response = await call(createBatch, httpEvent({ json: { orderIds: ['o1'] } }));

    expect(response.status).toBeGreaterThanOrEqual(500);
    expect(JSON.stringify(response)).not.toContain('arn:aws');
  });
});

describe('GET /cancellations/{batchId}', () => {
  test('is 503 if DynamoDB does not return the orders in time', async () => {
    openShop();
    const { body } = await call(createBatch, httpEvent({ json: { orderIds: ['o1', 'o2'] } }));
    wire().use(always(({ operation }) => operation === 'BatchGetItem', nothingProcessed));

    expect(
      await call(
        getBatch,
        httpEvent({ path: { batchId: body.batchId } }),
        lambdaContext({ remaining: 505 }),
      ),
    ).toMatchObject({ status: 503, body: { code: 'try_again' } });
  });

  test('returns the progress of the orders', async () => {
    openShop({ orders: [anOrder('o1', { mug: 1 }), aCancelledOrder('o2', { mug: 1 })] });
    const { body } = await call(createBatch, httpEvent({ json: { orderIds: ['o1', 'o2', 'o3'] } }));

    expect(await call(getBatch, httpEvent({ path: { batchId: body.batchId } }))).toMatchObject({
      status: 200,
      body: {
        batchId: body.batchId,
        total: 3,
        cancelled: 1,
        pending: 1,
        rejected: [{ orderId: 'o3', code: 'order_not_found' }],
      },
    });
  });

  test('is 404 for an unknown batch', async () => {
    openShop();

    expect(await call(getBatch, httpEvent({ path: { batchId: 'b1' } }))).toMatchObject({
      status: 404,
      body: { code: 'batch_not_found' },
    });
  });
});

describe('The scheduled sweep', () => {
  const minutesFromNow = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();

  test('expires and finishes the orders that are due, and logs each result', async () => {
    const shop = openShop({
      orders: [
        anOrder('old', { mug: 1 }, { expiresAt: minutesFromNow(-1) }),
        anOrder('new', { mug: 1 }, { expiresAt: minutesFromNow(1) }),
        anOrder('half', { mug: 1 }, { status: 'cancelled', updatedAt: minutesFromNow(-2) }),
        anOrder('busy', { mug: 1 }, { status: 'cancelled', updatedAt: minutesFromNow(0) }),
      ],
    });

    await sweepOrders(undefined, lambdaContext());

    expect(await shop.order('old')).toMatchObject({
      status: 'cancelled',
      cancellationReason: 'expired',
      items: [{ reservedQuantity: 0 }],
    });
    expect(await shop.order('half')).toMatchObject({ items: [{ reservedQuantity: 0 }] });
    expect(await shop.order('new')).toMatchObject({ status: 'pending', version: 1 });
    expect(await shop.order('busy')).toMatchObject({ items: [{ reservedQuantity: 1 }] });
    expect(
      log()
        .messages()
        .map(({ message, orderId, duty, outcome }) => ({ message, orderId, duty, outcome }))
        .sort((a, b) => String(a.orderId).localeCompare(String(b.orderId))),
    ).toEqual([
      { message: 'order that was due', orderId: 'half', duty: 'finish', outcome: 'done' },
      { message: 'order that was due', orderId: 'old', duty: 'expire', outcome: 'done' },
    ]);
    await expectLawsHold(shop, { unfinished: ['busy'] });
  });

  test('queues nothing', async () => {
    openShop({ orders: [anOrder('old', { mug: 1 }, { expiresAt: minutesFromNow(-1) })] });

    await sweepOrders(undefined, lambdaContext());

    expect(queue.messages()).toEqual([]);
  });

  test('writes and logs nothing if no order is due', async () => {
    openShop({ orders: [anOrder('new', { mug: 1 }, { expiresAt: minutesFromNow(1) })] });

    await sweepOrders(undefined, lambdaContext());

    expect(wire().writes()).toEqual([]);
    expect(log().messages()).toEqual([]);
  });
});
