import { describe, expect, test } from '@jest/globals';
import '../../support/unit-environment.ts';
import { OPERATIONS } from '../../../lib/http/operations/index.ts';
import { captureLog } from '../../support/unit-console.ts';
import { httpEvent, lambdaContext, REQUEST_ID } from '../../support/unit-events.ts';

const { handler } = await import('../../../functions/refuse-unknown-route.ts');

/** What a caller gets who asks for this, with a body that is no JSON and a query of its own. */
const ask = async (method: string, path: string) => {
  const event = httpEvent({ body: '{', query: { limit: 'x' } });
  const { http } = event.requestContext;
  const log = captureLog();
  const { headers, body = '' } = await handler(
    {
      ...event,
      rawPath: path,
      requestContext: { ...event.requestContext, http: { ...http, method, path } },
    },
    lambdaContext(),
  );
  log.restore();
  return { headers: headers ?? {}, log: log.text(), ...JSON.parse(body) };
};

describe('A request that no route takes', () => {
  test.each([
    '/order',
    '/orders/',
    '/orders/1001/',
    '/orders//cancel',
    '/orders/1001/refund',
    '/orders/1001/cancel/now',
    '/ORDERS',
    '/{orderId}',
    `/${'x'.repeat(9_000)}`,
    '',
  ])('is told that there is nothing at its path: %s', async (path) => {
    const { headers, log, ...problem } = await ask('POST', path);

    expect(problem).toEqual({
      type: 'about:blank',
      title: 'There is nothing at this path',
      status: 404,
      detail: 'GET /docs lists what this API has',
      code: 'not_found',
    });
    expect(headers).toEqual({
      'content-type': 'application/problem+json',
      'x-correlation-id': REQUEST_ID,
    });
    expect(log).toBe('');
  });

  test.each([
    ['PATCH', '/orders', 'POST, GET'],
    ['PUT', '/orders/1001', 'GET, PATCH, DELETE'],
    ['GET', '/orders/1001/cancel', 'POST'],
    ['POST', '/health', 'GET'],
    ['HEAD', '/products/a%20b/movements', 'GET'],
  ])('is told by which methods its path can be reached: %s %s', async (method, path, allow) => {
    const { headers, log, ...problem } = await ask(method, path);

    expect(problem).toEqual({
      type: 'about:blank',
      title: 'This path does not take this method',
      status: 405,
      detail: `It takes ${allow}`,
      code: 'method_not_allowed',
    });
    expect(headers).toMatchObject({ allow, 'content-type': 'application/problem+json' });
    expect(log).toBe('');
  });

  test('is recognised at the path of every operation', async () => {
    for (const { path } of OPERATIONS) {
      const { code } = await ask('TRACE', path.replaceAll(/\{\w+\}/g, '1001'));
      expect([path, code]).toEqual([path, 'method_not_allowed']);
    }
  });
});
