import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { http, json } from '../../../lib/http/edge.ts';
import { defineOperation } from '../../../lib/http/operation.ts';
import { COMMON_PROBLEMS, Problem } from '../../../lib/http/problem.ts';
import { captureLog } from '../../support/unit-console.ts';
import { httpEvent, lambdaContext, REQUEST_ID } from '../../support/unit-events.ts';

let log: ReturnType<typeof captureLog>;

beforeEach(() => {
  log = captureLog();
});

afterEach(() => {
  log.restore();
});

/** An operation that takes nothing, unless it is told otherwise. */
const plain = {
  method: 'post',
  path: '/things',
  operationId: 'doThing',
  summary: 'Do a thing',
  answers: { 200: { description: 'Done' } },
  problems: ['order_not_found'],
} as const;
const operation = defineOperation(plain);

const ok = http(operation, async () => json(200, { ok: true }));
const failing = (error: unknown) =>
  http(operation, async () => {
    throw error;
  });

const bodyOf = ({ body }: { body?: string | undefined }) => JSON.parse(body ?? '');

describe('Every answer', () => {
  test('is JSON with the status and headers that the function chose', async () => {
    const handler = http(operation, async () =>
      json(201, { id: 'o1' }, { location: '/orders/o1' }),
    );

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

  test('bears a request that did not come from API Gateway', async () => {
    const { requestContext: _, ...event } = httpEvent();

    expect(await ok(event as never, lambdaContext())).toMatchObject({
      statusCode: 200,
      headers: { 'x-correlation-id': 'unknown' },
    });
  });
});

describe('What a function gets', () => {
  test('is checked: path, query and body, and nothing else', async () => {
    const handler = http(
      defineOperation({
        ...plain,
        parameters: z.object({ id: z.string() }),
        query: z.object({ limit: z.string() }),
        body: z.object({ name: z.string() }),
      }),
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
    const handler = http(operation, async ({ path, query, body, idempotencyKey }) =>
      json(200, [path, query, body, idempotencyKey]),
    );

    const response = await handler(httpEvent({ path: { id: 'o1' } }), lambdaContext());

    expect(response).toMatchObject({ statusCode: 200, body: '[null,null,null,null]' });
  });
});

describe('A function that asks for no query', () => {
  test('refuses parameters that it does not know, as all others do', async () => {
    const response = await ok(httpEvent({ query: { dryRun: 'true' } }), lambdaContext());

    expect(response.statusCode).toBe(400);
    expect(bodyOf(response)).toMatchObject({
      code: 'validation_failed',
      errors: [{ path: 'dryRun', message: 'Unknown field' }],
    });
  });
});

describe('An Idempotency-Key', () => {
  const withKey = (key: string) => httpEvent({ headers: { 'idempotency-key': key } });
  const keyed = http(
    defineOperation({ ...plain, idempotencyKey: 'Does it once' }),
    async ({ idempotencyKey }) => json(200, { idempotencyKey }),
  );

  test('is handed over where the operation has a use for it', async () => {
    expect(bodyOf(await keyed(withKey('"k1"'), lambdaContext()))).toEqual({
      idempotencyKey: 'k1',
    });
  });

  test('that is not usable is refused', async () => {
    expect(bodyOf(await keyed(withKey('k 1'), lambdaContext()))).toMatchObject({
      code: 'validation_failed',
      errors: [{ path: 'Idempotency-Key' }],
    });
  });

  test.each(['k1', 'k 1'])('is refused where it is of no use: %s', async (key) => {
    expect(bodyOf(await ok(withKey(key), lambdaContext()))).toMatchObject({
      code: 'validation_failed',
      errors: [{ path: 'Idempotency-Key' }],
    });
  });

  test('that is empty is none', async () => {
    expect(await ok(withKey(''), lambdaContext())).toMatchObject({ statusCode: 200 });
  });
});

describe('A body that may leave out what names the thing', () => {
  const naming = defineOperation({
    ...plain,
    body: z.strictObject({ id: z.optional(z.string()), size: z.optional(z.number()) }),
    names: 'id',
    idempotencyKey: 'Becomes the id',
  });
  const named = http(naming, async ({ body }) => json(200, body));
  const headers = { 'idempotency-key': 'k1' };

  test('keeps the name that it has, whatever the key', async () => {
    const response = await named(
      httpEvent({ json: { id: 'a', size: 1 }, headers }),
      lambdaContext(),
    );

    expect(bodyOf(response)).toEqual({ id: 'a', size: 1 });
  });

  test('is named by the key', async () => {
    expect(bodyOf(await named(httpEvent({ headers }), lambdaContext()))).toEqual({ id: 'k1' });
  });

  test('is else named as nothing was before', async () => {
    const [one, other] = await Promise.all(
      [1, 2].map(async () => bodyOf(await named(httpEvent(), lambdaContext()))),
    );

    expect(one.id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(other.id).not.toBe(one.id);
  });

  test.each([
    [
      'a problem that time may solve',
      new Problem('try_again', 'Not yet', { more: 1 }),
      { more: 1 },
    ],
    ['a database that is slow', Object.assign(new Error('slow'), { name: 'TimeoutError' }), {}],
  ])('is told with its name after %s', async (_, error, more) => {
    const slow = http(naming, async () => {
      throw error;
    });

    const response = await slow(httpEvent({ headers }), lambdaContext());

    expect(response.statusCode).toBe(503);
    expect(bodyOf(response)).toMatchObject({ code: 'try_again', id: 'k1', ...more });
  });

  test('is not told of with any other problem', async () => {
    const missing = http(naming, async () => {
      throw new Problem('order_not_found', 'There is none');
    });

    expect(bodyOf(await missing(httpEvent({ headers }), lambdaContext()))).not.toHaveProperty('id');
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

  test('that the operation does not declare is answered all the same, and logged as an error', async () => {
    const handler = failing(new Problem('product_in_use', 'Held by orders'));

    const response = await handler(httpEvent(), lambdaContext());

    expect(response.statusCode).toBe(409);
    expect(bodyOf(response)).toMatchObject({ code: 'product_in_use' });
    expect(log.messages()).toMatchObject([
      {
        level: 'ERROR',
        message: 'undeclared problem',
        operationId: 'doThing',
        code: 'product_in_use',
        correlationId: REQUEST_ID,
      },
    ]);
  });

  test('that any call can give needs no declaration', async () => {
    for (const code of COMMON_PROBLEMS) {
      await failing(new Problem(code, 'Happens to everybody'))(httpEvent(), lambdaContext());
    }

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
