/** What `npm run fuzz` does at length: whatever is sent, every function keeps its promises. */
import '../support/unit-environment.ts';
import { describe, expect, test } from '@jest/globals';
import type { APIGatewayProxyStructuredResultV2, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { DOCUMENTED } from '../../lib/http/operations/index.ts';
import { fuzz } from '../fuzz/fuzz.ts';
import { fitting } from '../fuzz/json.ts';
import { callOf } from '../fuzz/requests.ts';
import { type Functions, loadFunctions } from '../fuzz/world.ts';
import { httpEvent } from '../support/unit-events.ts';
import type { HttpFunction } from '../support/unit-functions.ts';

const real = await loadFunctions();

test('Whatever callers and producers send, every promise is kept', async () => {
  const counts = await fuzz({ inputs: 5_000, seed: 4 });

  // Every operation did something, and refused something.
  for (const call of DOCUMENTED.map(callOf)) {
    const results = Object.keys(counts[call] ?? {}).join();
    expect([call, results]).toEqual([call, expect.stringMatching(/2\d\d.*400/)]);
  }
  expect(counts.queue).toEqual({
    'all done': expect.any(Number),
    'some failed': expect.any(Number),
  });
  // As all tests, it must not fail because the machine is busy: it computes without a pause.
}, 600_000);

test('The same seed throws the same inputs', async () => {
  const first = await fuzz({ inputs: 150, seed: 7 });

  expect(await fuzz({ inputs: 150, seed: 7 })).toEqual(first);
  expect(await fuzz({ inputs: 150, seed: 8 })).not.toEqual(first);
});

test('A field that the fuzzing could not fill is told', () => {
  const schema = { type: 'object', properties: { at: { type: 'string', format: 'date' } } };

  expect(() => fitting(schema)).toThrow('The fuzzing knows no format of at');
});

type Handle = (...request: Parameters<HttpFunction>) => ReturnType<HttpFunction>;

/** The real functions, but for one. */
const but = (call: string, replace: (own: HttpFunction) => Handle): Functions => {
  const own = real.http.get(call);
  if (!own) throw new Error(`There is no ${call}`);
  const { operation } = own;
  return {
    ...real,
    http: new Map([...real.http, [call, Object.assign(replace(own), { operation })]]),
  };
};

/** The functions of which one answers something else. */
const answering = (call: string, differences: APIGatewayProxyStructuredResultV2): Functions =>
  but(call, (own) => async (...request) => ({ ...(await own(...request)), ...differences }));

/** The functions of which the queue's tells others to have failed. */
const failing = (change: (failed: Failures, event: SQSEvent) => Failures): Functions => ({
  ...real,
  cancelOrders: async (event, context) => {
    const { batchItemFailures } = await real.cancelOrders(event, context);
    return { batchItemFailures: change(batchItemFailures, event) };
  },
});

type Failures = SQSBatchResponse['batchItemFailures'];

describe('A broken promise is told with the input that broke it:', () => {
  test.each<[string, string, Functions]>([
    [
      'a handler that throws',
      'out of the blue',
      but('GET /health', () => async () => {
        throw new Error('out of the blue');
      }),
    ],
    ['a 500', 'no failure of ours', answering('GET /orders', { statusCode: 500 })],
    [
      'an undeclared status',
      'status 206 is not declared',
      answering('GET /docs', { statusCode: 206 }),
    ],
    ['another shape', 'not as described', answering('GET /health', { body: '{"status":"bad"}' })],
    [
      'what Lambda cannot answer',
      'Lambda can answer it',
      answering('GET /docs', { body: 'x'.repeat(6_300_000) }),
    ],
    [
      'a write before a refusal',
      'change nothing',
      but('POST /orders', (own) => async (event, context) => {
        const { statusCode = 0, ...answer } = await own(event, context);
        const refused = httpEvent({ json: {} });
        return statusCode === 201 ? own(refused, context) : { statusCode, ...answer };
      }),
    ],
    [
      'what is not shown as it was accepted',
      'strictly deep-equal',
      but('GET /products/{productId}', (own) => async (...request) => {
        const { body = '', ...answer } = await own(...request);
        return { ...answer, body: body.replace(/"name":"[^"]*"/, '"name":"x"') };
      }),
    ],
    [
      'a good message that fails with a bad one',
      'Exactly the messages fail',
      failing((failed, { Records }) =>
        failed.length === 0
          ? failed
          : Records.map(({ messageId }) => ({ itemIdentifier: messageId })),
      ),
    ],
    ['a bad message that is lost', 'Exactly the messages fail', failing(() => [])],
  ])('%s', async (_, promise, functions) => {
    const broken = fuzz({ inputs: 500, seed: 1, instead: functions });

    await expect(broken).rejects.toThrow(promise);
    await expect(broken).rejects.toThrow(/^Input \d+ of seed 1: [\s\S]*\nSmallest: ./);
  });
});
