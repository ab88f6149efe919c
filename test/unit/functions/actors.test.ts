/** Who is named on what a call changes. */
import { SendMessageBatchCommand } from '@aws-sdk/client-sqs';
import { describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2, SQSRecord } from 'aws-lambda';
import { anOrder } from '../../support/builders.ts';
import { httpEvent, lambdaContext, sqsEvent } from '../../support/unit-events.ts';
import { functionTests, type HttpFunction } from '../../support/unit-functions.ts';

const { openShop, call, queue } = functionTests();
const { handler: adjust } = await import('../../../functions/adjust-stock.ts');
const { handler: adjustMany } = await import('../../../functions/adjust-products.ts');
const { handler: cancel } = await import('../../../functions/cancel-order.ts');
const { handler: cancelOrders } = await import('../../../functions/cancel-orders.ts');
const { handler: count } = await import('../../../functions/count-stock.ts');
const { handler: createBatch } = await import('../../../functions/create-batch.ts');
const { handler: createProduct } = await import('../../../functions/create-product.ts');
const { handler: place } = await import('../../../functions/place-order.ts');
const { handler: ship } = await import('../../../functions/ship-order.ts');
const { handler: sweep } = await import('../../../functions/sweep-orders.ts');

const LONG_AGO = '2000-01-02T00:00:00.000Z';
const ADA = 'jwt:ada';

/** A request of Ada, whom a token names. */
const byAda = (request: Parameters<typeof httpEvent>[0]): APIGatewayProxyEventV2 => {
  const event = httpEvent(request);
  const authorizer = { jwt: { claims: { sub: 'ada', scope: 'countermand/stock' }, scopes: null } };
  return { ...event, requestContext: Object.assign({}, event.requestContext, { authorizer }) };
};

const sentWith = (attributes: Readonly<Record<string, string>>) => {
  const [record] = sqsEvent({ orderId: 'o1' }).Records;
  const messageAttributes = Object.fromEntries(
    Object.entries(attributes).map(([name, stringValue]) => [
      name,
      { dataType: 'String', stringValue },
    ]),
  );
  return { Records: [{ ...(record as SQSRecord), messageAttributes }] };
};

const actorsOf = (rows: readonly object[]) =>
  rows.map((row) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => name.startsWith('actor'))),
  );

describe('The ledger', () => {
  const o1 = { path: { orderId: 'o1' } };
  const calls: [string, HttpFunction, Parameters<typeof httpEvent>[0]][] = [
    ['opens a product', createProduct, { json: { id: 'tea', name: 'Tea', stockQuantity: 1 } }],
    ['adjusts the stock', adjust, { path: { productId: 'mug' }, json: { quantity: 1 } }],
    ['counts the stock', count, { path: { productId: 'mug' }, json: { stockQuantity: 1_000 } }],
    [
      'adjusts many products',
      adjustMany,
      { json: { adjustments: [{ productId: 'mug', quantity: 1 }] } },
    ],
    ['places an order', place, { json: { id: 'o9', items: [{ productId: 'mug', quantity: 1 }] } }],
    ['cancels an order', cancel, o1],
    [
      'cancels a part',
      cancel,
      {
        ...o1,
        json: { items: [{ productId: 'mug', quantity: 1 }] },
        headers: { 'idempotency-key': 'k1' },
      },
    ],
    ['ships an order', ship, { path: { orderId: 'o2' } }],
  ];

  test.each(calls)('names the caller who %s', async (_, handler, request) => {
    const shop = openShop({
      orders: [anOrder('o1', { mug: 2 }), anOrder('o2', { mug: 1 }, { status: 'confirmed' })],
      products: { mug: { stock: 10 } },
    });
    const before = (await shop.movements()).length;

    const { status } = await call(handler, byAda(request));

    expect(status).toBeLessThan(300);
    const written = (await shop.movements()).filter(({ actor }) => actor !== undefined);
    expect(before + written.length).toBe((await shop.movements()).length);
    expect(actorsOf(written)).toEqual([{ actor: ADA }]);
  });

  test('keeps beside the caller for whom the caller says that it acts', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });

    const { body } = await call(
      cancel,
      byAda({ ...o1, headers: { 'x-actor': 'Grace at till 4' } }),
    );

    const stated = { actor: ADA, actorStated: 'Grace at till 4' };
    expect(actorsOf(await shop.restorations('o1'))).toEqual([stated]);
    expect(body).toMatchObject({
      order: { cancelledBy: ADA, cancelledByStated: 'Grace at till 4' },
    });
  });

  test.each([' Grace', 'Grâce', 'x'.repeat(256), 'a\tb'])(
    'takes no actor that it cannot keep: %j',
    async (stated) => {
      const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });

      const { status, body } = await call(cancel, byAda({ ...o1, headers: { 'x-actor': stated } }));

      expect([status, body.code, body.errors[0].path]).toEqual([
        400,
        'validation_failed',
        'x-actor',
      ]);
      expect((await shop.order('o1')).status).toBe('pending');
    },
  );

  test('names the sweep where an order expired', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 }, { expiresAt: LONG_AGO })] });

    await sweep({}, lambdaContext());

    expect(await shop.order('o1')).toMatchObject({ status: 'cancelled', cancelledBy: 'sweep' });
    expect(actorsOf(await shop.restorations('o1'))).toEqual([{ actor: 'sweep' }]);
  });
});

describe('A message', () => {
  test.each([
    ['who sent it', {}, ADA],
    ['for whom it was sent', { 'x-actor': 'Grace at till 4' }, 'Grace at till 4'],
  ])('is the deed of the queue, and says %s', async (_, headers, stated) => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });

    await call(createBatch, byAda({ json: { orderIds: ['o1'] }, headers }));
    const [sent] = queue.commandCalls(SendMessageBatchCommand);
    const [entry] = sent?.args[0].input.Entries ?? [];
    await cancelOrders(
      sentWith({ actor: entry?.MessageAttributes?.actor?.StringValue ?? '' }),
      lambdaContext(),
    );

    expect(await shop.order('o1')).toMatchObject({
      cancelledBy: 'queue',
      cancelledByStated: stated,
    });
    expect(actorsOf(await shop.restorations('o1'))).toEqual([
      { actor: 'queue', actorStated: stated },
    ]);
  });

  test.each([{}, { actor: 'x'.repeat(256) }, { actor: '' }])(
    'of another producer is the deed of the queue alone: %j',
    async (attributes) => {
      const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });

      await cancelOrders(sentWith(attributes as Record<string, string>), lambdaContext());

      expect(await shop.order('o1')).toMatchObject({ status: 'cancelled', cancelledBy: 'queue' });
      expect(await shop.order('o1')).not.toHaveProperty('cancelledByStated');
    },
  );
});
