import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { describe, expect, test } from '@jest/globals';
import { aCancelledOrder, anOrder } from '../../support/builders.ts';
import { httpEvent, lambdaContext } from '../../support/unit-events.ts';
import { functionTests } from '../../support/unit-functions.ts';

const { aShop, call, mock, queue, log } = functionTests();
const { handler: createBatch } = await import('../../../functions/create-batch.ts');
const { handler: getBatch } = await import('../../../functions/get-batch.ts');
const { handler: expireOrders } = await import('../../../functions/expire-orders.ts');

describe('POST /cancellations', () => {
  test('puts the orders on the queue, and says where to look', async () => {
    aShop();

    const response = await call(
      createBatch,
      httpEvent({ json: { orderIds: ['o1', 'o2', 'o1'], reason: 'fraud' } }),
    );

    const { batchId } = response.body;
    expect(batchId).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(response).toMatchObject({
      status: 202,
      headers: { location: `/cancellations/${batchId}` },
      body: { accepted: 2 },
    });
    expect(queue.messages().map(({ body }) => body)).toEqual([
      { orderId: 'o1', reason: 'fraud' },
      { orderId: 'o2', reason: 'fraud' },
    ]);
  });

  test('out of time is 503, and nothing is on the queue', async () => {
    aShop();

    expect(
      await call(
        createBatch,
        httpEvent({ json: { orderIds: ['o1'] } }),
        lambdaContext({ remaining: 100 }),
      ),
    ).toMatchObject({ status: 503, body: { code: 'try_again' } });
    expect(queue.messages()).toEqual([]);
  });

  test('that the queue does not take is our fault, and gives nothing away', async () => {
    aShop();
    queue.on(SendMessageBatchCommand).rejects(new Error('arn:aws:sqs:secret'));

    const response = await call(createBatch, httpEvent({ json: { orderIds: ['o1'] } }));

    expect(response.status).toBeGreaterThanOrEqual(500);
    expect(JSON.stringify(response)).not.toContain('arn:aws');
  });
});

describe('GET /cancellations/{batchId}', () => {
  test('tells how far the orders are', async () => {
    aShop({ orders: [anOrder('o1', { mug: 1 }), aCancelledOrder('o2', { mug: 1 })] });
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

  test('of an unknown batch is 404', async () => {
    aShop();

    expect(await call(getBatch, httpEvent({ path: { batchId: 'b1' } }))).toMatchObject({
      status: 404,
      body: { code: 'batch_not_found' },
    });
  });
});

describe('The scheduled expiry', () => {
  test('puts what is older than its setting on the queue, and logs how many', async () => {
    const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
    aShop({
      orders: [
        anOrder('old', { mug: 1 }, { createdAt: minutesAgo(61) }),
        anOrder('new', { mug: 1 }, { createdAt: minutesAgo(59) }),
      ],
    });

    await expireOrders(undefined, lambdaContext());

    expect(queue.messages()).toEqual([
      { body: { orderId: 'old', reason: 'expired', onlyIf: 'pending' } },
    ]);
    expect(log().messages()).toMatchObject([{ message: 'expiry', expired: 1 }]);
    expect(mock.writes()).toEqual([]);
  });
});
