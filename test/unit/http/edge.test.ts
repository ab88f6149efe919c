import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { http, json } from '../../../lib/http/edge.ts';
import { Problem } from '../../../lib/http/problem.ts';
import { captureLog } from '../../support/unit-console.ts';
import { httpEvent, lambdaContext, REQUEST_ID } from '../../support/unit-events.ts';

let log: ReturnType<typeof captureLog>;

beforeEach(() => {
  log = captureLog();
});

afterEach(() => {
  log.restore();
});

const ok = http({}, async () => json(200, { ok: true }));
const failing = (error: unknown) =>
  http({}, async () => {
    throw error;
  });

const bodyOf = ({ body }: { body?: string | undefined }) => JSON.parse(body ?? '');

describe('Every answer', () => {
  test('is JSON with the status and headers that the function chose', async () => {
    const handler = http({}, async () => json(201, { id: 'o1' }, { location: '/orders/o1' }));

    expect(await handler(httpEvent(), lambdaContext())).toMatchObject({
      statusCode: 201,
      headers: { 'content-type': 'application/json', location: '/orders/o1' },
      body: '{"id":"o1"}',
    });
  });

  test('carries the caller’s correlation id', async () => {
    const event = httpEvent({ headers: { 'x-correlation-id': 'basket-17/retry=2' } });

    expect(await ok(event, lambdaContext())).toMatchObject({
      headers: { 'x-correlation-id': 'basket-17/retry=2' },
    });
  });

  test('carries the request’s own id where the caller sent none', async () => {
    expect(await ok(httpEvent(), lambdaContext())).toMatchObject({
      headers: { 'x-correlation-id': REQUEST_ID },
    });
  });

  test.each(['', 'two words', 'new\nline', 'tab\t', 'ünicode', 'x'.repeat(129), '\u0000'])(
    'does not carry a correlation id that is not usable: %j',
    async (id) => {
      const event = httpEvent({ headers: { 'x-correlation-id': id } });

      expect(await ok(event, lambdaContext())).toMatchObject({
        headers: { 'x-correlation-id': REQUEST_ID },
      });
    },
  );

  test('bears a request without headers', async () => {
    const { headers: _, ...event } = httpEvent();

    expect(await ok(event as never, lambdaContext())).toMatchObject({ statusCode: 200 });
  });
});

describe('What a function gets', () => {
  test('is checked: path, query and body, and nothing else', async () => {
    const handler = http(
      {
        path: z.object({ id: z.string() }),
        query: z.object({ limit: z.string() }),
        body: z.object({ name: z.string() }),
      },
      async ({ path, query, body, correlationId, remaining }) =>
        json(200, { path, query, body, correlationId, remaining: remaining() }),
    );

    const response = await handler(
      httpEvent({ path: { id: 'o1' }, query: { limit: '5' }, json: { name: 'Mug', x: 1 } }),
      lambdaContext({ remaining: 3_000 }),
    );

    expect(bodyOf(response)).toEqual({
      path: { id: 'o1' },
      query: { limit: '5' },
      body: { name: 'Mug' },
      correlationId: REQUEST_ID,
      remaining: 2_500,
    });
  });

  test('is nothing where it did not ask', async () => {
    const handler = http({}, async ({ path, query, body }) => json(200, [path, query, body]));

    const response = await handler(httpEvent({ query: { limit: '5' } }), lambdaContext());

    expect(response).toMatchObject({ statusCode: 200, body: '[null,null,null]' });
  });
});

describe('A function that takes no body', () => {
  test.each([{}, { body: '' }, { body: '{}' }])('is content with %j', async (request) => {
    expect(await ok(httpEvent(request), lambdaContext())).toMatchObject({ statusCode: 200 });
  });

  test('refuses fields that it does not know, as all others do', async () => {
    const response = await ok(httpEvent({ body: '{"foo":1}' }), lambdaContext());

    expect(response.statusCode).toBe(400);
    expect(bodyOf(response)).toMatchObject({
      code: 'validation_failed',
      errors: [{ path: 'foo', message: 'Unknown field' }],
    });
  });
});

describe('A problem', () => {
  test('is answered as problem details, with the correlation id', async () => {
    const handler = failing(new Problem('order_not_found', 'There is no order o1'));

    const response = await handler(httpEvent(), lambdaContext());

    expect(response).toMatchObject({
      statusCode: 404,
      headers: { 'content-type': 'application/problem+json', 'x-correlation-id': REQUEST_ID },
    });
    expect(bodyOf(response)).toMatchObject({ status: 404, code: 'order_not_found' });
    expect(response.headers).not.toHaveProperty('retry-after');
    expect(log.text()).toBe('');
  });

  test('that time may solve says when to come again', async () => {
    const response = await failing(new Problem('try_again', 'Not yet'))(
      httpEvent(),
      lambdaContext(),
    );

    expect(response).toMatchObject({ statusCode: 503, headers: { 'retry-after': '1' } });
  });
});

describe('A database that did not answer in time', () => {
  test.each(['AbortError', 'TimeoutError', 'ThrottlingException', 'InternalServerError'])(
    'is nobody’s fault: %s is a 503 that gives nothing away and is worth a try',
    async (name) => {
      const error = Object.assign(new Error('at table shop-orders'), {
        name,
        ...(name === 'InternalServerError' && {
          $fault: 'server',
          $metadata: { httpStatusCode: 500 },
        }),
      });

      const response = await failing(error)(httpEvent(), lambdaContext());

      expect(response).toMatchObject({ statusCode: 503, headers: { 'retry-after': '1' } });
      expect(bodyOf(response)).toMatchObject({ code: 'try_again' });
      expect(JSON.stringify(response)).not.toContain('shop-orders');
      expect(log.messages()).toMatchObject([{ level: 'WARN', correlationId: REQUEST_ID }]);
    },
  );
});

describe('An unexpected error', () => {
  const secret = 'password=hunter2 at table shop-orders';

  test.each([
    ['an error', new Error(secret)],
    ['an error with its own status', Object.assign(new Error(secret), { statusCode: 418 })],
    [
      'an error that looks like a problem',
      Object.assign(new Error(secret), { name: 'Problem', status: 200 }),
    ],
    ['a string', secret],
    ['nothing', undefined],
  ])('is a 500 that gives nothing away: %s', async (_, error) => {
    const response = await failing(error)(httpEvent(), lambdaContext());

    expect(response).toMatchObject({
      statusCode: 500,
      headers: { 'content-type': 'application/problem+json', 'x-correlation-id': REQUEST_ID },
    });
    expect(bodyOf(response)).toEqual({
      type: 'about:blank',
      title: 'Something went wrong on our side',
      status: 500,
      detail: `The log has more under correlation id ${REQUEST_ID}`,
      code: 'internal_error',
    });
    expect(JSON.stringify(response)).not.toContain('hunter2');
  });

  test('is in the log, under the correlation id', async () => {
    await failing(new Error(secret))(
      httpEvent({ headers: { 'x-correlation-id': 'basket-17' } }),
      lambdaContext(),
    );

    expect(log.messages()).toMatchObject([
      {
        level: 'ERROR',
        message: 'unexpected error',
        correlationId: 'basket-17',
        error: { name: 'Error', message: secret, stack: expect.any(String) },
      },
    ]);
  });
});
