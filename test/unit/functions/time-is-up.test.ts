import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { anOrder } from '../../support/builders.ts';
import { httpEvent, lambdaContext } from '../../support/unit-events.ts';
import { functionTests, type HttpFunction } from '../../support/unit-functions.ts';

const { call, openShop, wire } = functionTests();

const READING: [string, Parameters<typeof httpEvent>[0]][] = [
  ['get-order', { path: { orderId: 'o1' } }],
  ['get-product', { path: { productId: 'mug' } }],
  ['get-batch', { path: { batchId: 'b1' } }],
  ['list-orders', {}],
  ['list-products', {}],
  ['list-movements', { query: { referenceId: 'order_o1' } }],
  ['list-order-movements', { path: { orderId: 'o1' } }],
  ['list-product-movements', { path: { productId: 'mug' } }],
];

const load = async (name: string): Promise<HttpFunction> =>
  (await import(`../../../functions/${name}.ts`)).handler;

describe('When the time is up', () => {
  test.each(READING)('%s sends no request, and is 503 try_again', async (name, request) => {
    openShop({ orders: [anOrder('o1', { mug: 1 })] });
    const handler = await load(name);

    const answer = await call(handler, httpEvent(request), lambdaContext({ remaining: 500 }));

    expect(answer).toMatchObject({ status: 503, body: { code: 'try_again' } });
    expect(answer.headers).toMatchObject({ 'retry-after': '1' });
    expect(wire().sent).toEqual([]);
  });

  test.each(READING)('%s aborts its request, and is 503 try_again', async (name, request) => {
    // Prepare: an aborted connection reports an error of its own
    openShop({ orders: [anOrder('o1', { mug: 1 })] });
    const handler = await load(name);
    wire().use(async () => {
      await sleep(200);
      throw Object.assign(new Error('aborted'), { code: 'ECONNABORTED' });
    });

    // Act
    const answer = await call(handler, httpEvent(request), lambdaContext({ remaining: 570 }));

    // Assess
    expect(answer).toMatchObject({ status: 503, body: { code: 'try_again' } });
  });
});
