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

/** An operation without input, unless a test adds some. */
const plain = {
  method: 'post',
  path: '/things',
  operationId: 'doThing',
  scope: 'countermand/orders',
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
  test('is JSON with the status and the headers of the function', async () => {
    const handler = http(operation, async () =>
      json(201, { id: 'o1' }, { location: '/orders/o1' }),
    );

    expect(await handler(httpEvent(), lambdaContext())).toMatchObject({
      statusCode: 201,
      headers: { 'content-type': 'application/json', location: '/orders/o1' },
      body: '{"id":"o1"}',
    });
  });

  test('has the correlation id of the caller', async () => {
    const event = httpEvent({ headers: { 'x-correlation-id': 'basket-17/retry=2' } });

    expect(await ok(event, lambdaContext())).toMatchObject({
      headers: { 'x-correlation-id': 'basket-17/retry=2' },
    });
  });

  test('has the request id as its correlation id if the caller sends none', async () => {
    expect(await ok(httpEvent(), lambdaContext())).toMatchObject({
      headers: { 'x-correlation-id': REQUEST_ID },
    });
  });

  test.each(['', 'two words', 'new\nline', 'tab\t', 'ünicode', 'x'.repeat(129), '\u0000'])(
    'ignores an unusable correlation id: %j',
    async (id) => {
      const event = httpEvent({ headers: { 'x-correlation-id': id } });

      expect(await ok(event, lambdaContext())).toMatchObject({
        headers: { 'x-correlation-id': REQUEST_ID },
      });
    },
  );

  test('is given to a request without headers, too', async () => {
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

describe('The input of a function', () => {
  test('is the validated path, query and body, who calls, and the time left', async () => {
    const handler = http(
      defineOperation({
        ...plain,
        parameters: z.object({ id: z.string() }),
        query: z.object({ limit: z.string() }),
        body: z.object({ name: z.string() }),
      }),
      async ({ path, query, body, caller, remaining }) =>
        json(200, { path, query, body, caller, remaining: remaining() }),
    );

    const response = await handler(
      httpEvent({ path: { id: 'o1' }, query: { limit: '5' }, json: { name: 'Mug', x: 1 } }),
      lambdaContext({ remaining: 3_000 }),
    );

    expect(bodyOf(response)).toEqual({
      path: { id: 'o1' },
      query: { limit: '5' },
      body: { name: 'Mug' },
      caller: { actor: 'local', correlationId: REQUEST_ID },
      remaining: 2_500,
    });
  });

  test('is empty if the operation declares none', async () => {
    const handler = http(operation, async ({ path, query, body, idempotencyKey }) =>
      json(200, [path, query, body, idempotencyKey]),
    );

    const response = await handler(httpEvent({ path: { id: 'o1' } }), lambdaContext());

    expect(response).toMatchObject({ statusCode: 200, body: '[null,null,null,null]' });
  });
});

describe('A function without query parameters', () => {
  test('refuses unknown query parameters', async () => {
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

  test('is given to an operation that uses it', async () => {
    expect(bodyOf(await keyed(withKey('"k1"'), lambdaContext()))).toEqual({
      idempotencyKey: 'k1',
    });
  });

  test('that is invalid is refused', async () => {
    expect(bodyOf(await keyed(withKey('k 1'), lambdaContext()))).toMatchObject({
      code: 'validation_failed',
      errors: [{ path: 'Idempotency-Key' }],
    });
  });

  test.each(['k1', 'k 1'])('is refused by an operation that does not use it: %s', async (key) => {
    expect(bodyOf(await ok(withKey(key), lambdaContext()))).toMatchObject({
      code: 'validation_failed',
      errors: [{ path: 'Idempotency-Key' }],
    });
  });

  test('that is empty counts as absent', async () => {
    expect(await ok(withKey(''), lambdaContext())).toMatchObject({ statusCode: 200 });
  });
});

describe('A body whose id is optional', () => {
  const naming = defineOperation({
    ...plain,
    body: z.strictObject({ id: z.optional(z.string()), size: z.optional(z.number()) }),
    names: 'id',
    idempotencyKey: 'Becomes the id',
  });
  const named = http(naming, async ({ body }) => json(200, body));
  const headers = { 'idempotency-key': 'k1' };

  test('keeps the id that it has, whatever the key', async () => {
    const response = await named(
      httpEvent({ json: { id: 'a', size: 1 }, headers }),
      lambdaContext(),
    );

    expect(bodyOf(response)).toEqual({ id: 'a', size: 1 });
  });

  test('gets the Idempotency-Key as its id', async () => {
    expect(bodyOf(await named(httpEvent({ headers }), lambdaContext()))).toEqual({ id: 'k1' });
  });

  test('gets a new ULID as its id if there is no key either', async () => {
    const [one, other] = await Promise.all(
      [1, 2].map(async () => bodyOf(await named(httpEvent(), lambdaContext()))),
    );

    expect(one.id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
    expect(other.id).not.toBe(one.id);
  });

  test.each([
    [
      'a problem that a retry solves',
      new Problem('try_again', 'Not yet', { more: 1 }),
      { more: 1 },
    ],
    ['a database timeout', Object.assign(new Error('slow'), { name: 'TimeoutError' }), {}],
  ])('has its id in the answer after %s', async (_, error, more) => {
    const slow = http(naming, async () => {
      throw error;
    });

    const response = await slow(httpEvent({ headers }), lambdaContext());

    expect(response.statusCode).toBe(503);
    expect(bodyOf(response)).toMatchObject({ code: 'try_again', id: 'k1', ...more });
  });

  test('has no id in the answer after any other problem', async () => {
    const missing = http(naming, async () => {
      throw new Problem('order_not_found', 'There is none');
    });

    expect(bodyOf(await missing(httpEvent({ headers }), lambdaContext()))).not.toHaveProperty('id');
  });
});

describe('A function without a body', () => {
  test.each([{}, { body: '' }, { body: '{}' }])('accepts %j', async (request) => {
    expect(await ok(httpEvent(request), lambdaContext())).toMatchObject({ statusCode: 200 });
  });

  test('refuses unknown fields', async () => {
    const response = await ok(httpEvent({ body: '{"foo":1}' }), lambdaContext());

    expect(response.statusCode).toBe(400);
    expect(bodyOf(response)).toMatchObject({
      code: 'validation_failed',
      errors: [{ path: 'foo', message: 'Unknown field' }],
    });
  });
});

describe('A problem', () => {
  test('is answered as problem details with the correlation id, and is not logged', async () => {
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

  test('that the operation does not declare is answered, too, and logged as an error', async () => {
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

  test('that is common to all operations needs no declaration', async () => {
    for (const code of COMMON_PROBLEMS) {
      await failing(new Problem(code, 'Happens to everybody'))(httpEvent(), lambdaContext());
    }

    expect(log.text()).not.toContain('undeclared problem');
  });

  test('of code try_again has a Retry-After header of 1 second', async () => {
    const response = await failing(new Problem('try_again', 'Not yet'))(
      httpEvent(),
      lambdaContext(),
    );

    expect(response).toMatchObject({ statusCode: 503, headers: { 'retry-after': '1' } });
  });
});

describe('A database that did not answer in time', () => {
  test.each(['AbortError', 'TimeoutError', 'ThrottlingException', 'InternalServerError'])(
    'is a 503 with Retry-After and without details: %s',
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
    ['undefined', undefined],
  ])('is a 500 without details: %s', async (_, error) => {
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

  test('is logged with the correlation id', async () => {
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
