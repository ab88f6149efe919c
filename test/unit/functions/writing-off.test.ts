/** Who may take the goods of a cancelled order out of the stock. */
import { describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { expectLawsHold } from '../../support/audit.ts';
import { anOrder } from '../../support/builders.ts';
import { httpEvent } from '../../support/unit-events.ts';
import { functionTests } from '../../support/unit-functions.ts';

const { openShop, call, wire, queue, log } = functionTests();
const { handler: cancelOrder } = await import('../../../functions/cancel-order.ts');
const { handler: createBatch } = await import('../../../functions/create-batch.ts');

/** The request, after an authorizer has let it pass. */
const from = (authorizer: object, event: APIGatewayProxyEventV2): APIGatewayProxyEventV2 => ({
  ...event,
  requestContext: Object.assign({}, event.requestContext, { authorizer }),
});

const token = (claims: object) => ({ jwt: { claims: { sub: 'ada', ...claims }, scopes: null } });

const openBusyShop = () => openShop({ orders: [anOrder('o1', { mug: 2 })] });
const cancelling = (json: object, headers = {}) =>
  httpEvent({ path: { orderId: 'o1' }, json, headers });
const inBulk = (json: object) => httpEvent({ json: { orderIds: ['o1', 'o2'], ...json } });

const CANCEL = { scope: 'countermand/cancel' };

describe('A token without the scope for stock', () => {
  test('cancels an order and puts the goods back on the shelf', async () => {
    const shop = openBusyShop();

    expect(await call(cancelOrder, from(token(CANCEL), cancelling({})))).toMatchObject({
      status: 200,
      body: { outcome: 'cancelled', restored: [{ productId: 'mug', quantity: 2 }] },
    });
    await expectLawsHold(shop);
  });

  test.each([
    ['an order', {}, {}],
    ['a part of it', { items: [{ productId: 'mug', quantity: 1 }] }, { 'idempotency-key': 'k' }],
  ])(
    'is refused with 403 when it writes off the goods of %s, and nothing is asked of DynamoDB',
    async (_, json, headers) => {
      openBusyShop();
      const event = cancelling({ ...json, restock: false }, headers);

      expect(await call(cancelOrder, from(token(CANCEL), event))).toMatchObject({
        status: 403,
        headers: { 'content-type': 'application/problem+json' },
        body: { code: 'forbidden', detail: expect.stringContaining('countermand/stock') },
      });
      expect(wire().sent).toEqual([]);
      expect(log().messages()).toMatchObject([
        { operation: 'cancelOrder', orderId: 'o1', outcome: 'forbidden', actor: 'jwt:ada' },
      ]);
    },
  );

  test('is refused with 403 when it writes off the goods of many orders, and nothing is queued', async () => {
    openBusyShop();

    expect(await call(createBatch, from(token(CANCEL), inBulk({ restock: false })))).toMatchObject({
      status: 403,
      body: { code: 'forbidden' },
    });
    expect(queue.messages()).toEqual([]);
    expect(log().messages()).toMatchObject([
      { operation: 'createBatch', orders: 2, outcome: 'forbidden', actor: 'jwt:ada' },
    ]);
  });

  test.each([
    ['none at all', {}],
    ['another', { scope: 'countermand/stockroom' }],
    ['one that only begins like it', { scp: '[countermand/cancel countermand/stock.read]' }],
    ['something else', { scope: 7, scp: { 'countermand/stock': true } }],
  ])('is also one with %s', async (_, claims) => {
    openBusyShop();

    expect(
      await call(cancelOrder, from(token(claims), cancelling({ restock: false }))),
    ).toMatchObject({ status: 403, body: { code: 'forbidden' } });
  });
});

describe('Goods are written off', () => {
  test.each([
    ['a token with the scope', token({ scope: 'countermand/cancel countermand/stock' })],
    ['a token with the claim scp as text', token({ scp: 'countermand/stock' })],
    [
      'a token with a list, as API Gateway tells it',
      token({ scp: '[countermand/cancel countermand/stock]' }),
    ],
    ['a token with a list', token({ scp: ['countermand/cancel', 'countermand/stock'] })],
    ['AWS IAM, which decides by the route', { iam: { userArn: 'arn:aws:iam::1:user/ada' } }],
    ['a call on a machine where nobody asks', { lambda: {}, jwt: {} }],
  ])('by %s', async (_, authorizer) => {
    const shop = openBusyShop();

    expect(await call(cancelOrder, from(authorizer, cancelling({ restock: false })))).toMatchObject(
      { status: 200, body: { outcome: 'cancelled', restored: [] } },
    );
    expect(await call(createBatch, from(authorizer, inBulk({ restock: false })))).toMatchObject({
      status: 202,
      body: { accepted: 2 },
    });
    await expectLawsHold(shop);
  });
});
