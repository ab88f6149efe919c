/** The typed client, with a service that is played. */
import { describe, expect, test } from '@jest/globals';
import {
  bearer,
  type ClientOptions,
  createClient,
  type Fetch,
  NoAnswer,
  orThrow,
  ProblemError,
} from '../../../client/src/client.ts';

type Reply = { readonly status: number; readonly body?: unknown; readonly headers?: object };

const ORDER = { id: '1001', status: 'cancelled' };
const NOT_FOUND = { code: 'order_not_found', detail: 'There is no order 4711', status: 404 };
const TRY_AGAIN = { status: 503, body: { code: 'try_again', detail: 'Ask again', status: 503 } };
const FROM_GATEWAY = { status: 503, body: { message: 'Service Unavailable' } };

/** A service that gives these replies, one after the other; an Error is a lost answer. */
const service = (replies: readonly (Reply | Error)[], options: Partial<ClientOptions> = {}) => {
  const requests: (Parameters<Fetch>[1] & { readonly url: string })[] = [];
  const fetch: Fetch = async (url, init) => {
    const reply = replies[requests.length] ?? new Error('nothing more');
    requests.push({ url, ...init });
    if (reply instanceof Error) throw reply;
    const { status, body, headers = {} } = reply;
    const text = body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body);
    const type = typeof body === 'string' ? 'text/html' : 'application/json';
    return {
      status,
      headers: new Headers({ 'content-type': type, 'x-correlation-id': 'c1', ...headers }),
      text: async () => text,
    };
  };
  return { requests, shop: createClient({ baseUrl: 'http://shop/', fetch, ...options }) };
};

describe('A call', () => {
  test('fills in path, query, body and key', async () => {
    const { shop, requests } = service([
      { status: 200, body: ORDER },
      { status: 200, body: { items: [] } },
    ]);

    await shop.cancelOrder({
      orderId: 'a b',
      body: { reason: 'customer' },
      idempotencyKey: 'basket-7',
    });
    await shop.listOrders({ status: 'active', limit: 10 });

    expect(requests).toMatchObject([
      {
        method: 'POST',
        url: 'http://shop/orders/a%20b/cancel',
        headers: { 'content-type': 'application/json', 'idempotency-key': 'basket-7' },
        body: '{"reason":"customer"}',
      },
      { method: 'GET', url: 'http://shop/orders?limit=10&status=active' },
    ]);
    expect(requests[1]).not.toHaveProperty('body');
  });

  test('returns a success with its status, its body and its correlation id', async () => {
    const { shop } = service([{ status: 200, body: ORDER }]);

    expect(await shop.getOrder({ orderId: '1001' })).toEqual({
      ok: true,
      status: 200,
      body: ORDER,
      correlationId: 'c1',
      attempts: 1,
    });
  });

  test('returns nothing for 204, and text where it is no JSON', async () => {
    const { shop } = service([{ status: 204 }, { status: 200, body: '<!doctype html>' }]);

    expect(await shop.deleteOrder({ orderId: '1001' })).toMatchObject({ ok: true, status: 204 });
    expect(await shop.getDocs()).toMatchObject({ body: '<!doctype html>' });
  });

  test('returns a problem as a value, and orThrow makes an error of it', async () => {
    const { shop } = service([{ status: 404, body: NOT_FOUND }]);

    const answer = await shop.getOrder({ orderId: '4711' });

    expect(answer).toMatchObject({ ok: false, status: 404, problem: NOT_FOUND });
    expect(() => orThrow(answer)).toThrow(ProblemError);
    expect(() => orThrow(answer)).toThrow('There is no order 4711 (order_not_found)');
  });

  test('throws NoAnswer with the status when API Gateway refuses it', async () => {
    const { shop } = service([{ status: 403, body: { message: 'Forbidden' } }]);

    const refused = shop.getOrder({ orderId: '1001' });

    await expect(refused).rejects.toThrow(NoAnswer);
    await expect(refused).rejects.toMatchObject({ status: 403 });
  });

  test('is authorized anew for each attempt', async () => {
    let asked = 0;
    const authorize = bearer(() => {
      asked += 1;
      return `token-${asked}`;
    });
    const { shop, requests } = service([TRY_AGAIN, { status: 200, body: ORDER }], { authorize });

    await shop.getOrder({ orderId: '1001' });

    expect(requests.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ]);
  });
});

describe('A call is repeated', () => {
  test.each<[string, Reply | Error]>([
    ['its answer is lost', new Error('socket hang up')],
    ['the shop asks to try again', TRY_AGAIN],
    ['API Gateway could not call the function', FROM_GATEWAY],
    ['there are too many', { status: 429, body: { message: 'Too Many Requests' } }],
    ['the function failed', { status: 500, body: { message: 'Internal Server Error' } }],
  ])('when %s', async (_, first) => {
    const { shop } = service([first, { status: 200, body: ORDER }]);

    expect(await shop.getOrder({ orderId: '1001' })).toMatchObject({ status: 200, attempts: 2 });
  });

  test('but not after a fault of the service, which would come again', async () => {
    const fault = { code: 'internal_error', detail: 'The log has more', status: 500 };
    const { shop, requests } = service([{ status: 500, body: fault }]);

    expect(await shop.getOrder({ orderId: '1001' })).toMatchObject({ ok: false, status: 500 });
    expect(requests).toHaveLength(1);
  });

  test('with the same name, so that it creates one order only', async () => {
    const { shop, requests } = service([new Error('lost'), { status: 201, body: ORDER }]);

    await shop.placeOrder({ body: { items: [{ productId: 'tea', quantity: 1 }] } });

    const keys = requests.map(({ headers }) => headers['idempotency-key']);
    expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect(keys).toEqual([keys[0], keys[0]]);
  });

  test('without a name of its own where the caller gives one', async () => {
    const { shop, requests } = service([{ status: 201, body: ORDER }]);

    await shop.placeOrder({ body: { id: '1001', items: [{ productId: 'tea', quantity: 1 }] } });

    expect(requests[0]?.headers).not.toHaveProperty('idempotency-key');
  });

  test('until the patience ends: then the last answer counts, or that there was none', async () => {
    const asksToWait = { ...TRY_AGAIN, headers: { 'retry-after': '30' } };
    const { shop } = service([asksToWait, new Error('connection refused')], { patience: 5_000 });

    expect(await shop.getOrder({ orderId: '1001' })).toMatchObject({
      ok: false,
      status: 503,
      problem: { code: 'try_again' },
      attempts: 1,
    });
    const unanswered = shop.getOrder({ orderId: '1001' }, { patience: 1 });
    await expect(unanswered).rejects.toMatchObject({ name: 'NoAnswer', status: undefined });
  });

  test('no more once it is aborted, also while it waits', async () => {
    const asksToWait = { ...TRY_AGAIN, headers: { 'retry-after': '30' } };
    const { shop, requests } = service([asksToWait]);
    const controller = new AbortController();

    const call = shop.getOrder({ orderId: '1001' }, { signal: controller.signal });
    while (requests.length === 0) await new Promise(setImmediate);
    controller.abort(new Error('no longer wanted'));

    await expect(call).rejects.toThrow('no longer wanted');
  });
});
