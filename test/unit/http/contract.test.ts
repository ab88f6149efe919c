/** The tests' own check of answers: it has to find what the description does not have. */
import { describe, expect, test } from '@jest/globals';
import { createContract, type Told } from '../../support/contract.ts';

const expectDescribed = createContract();

const PRODUCT = {
  id: 'mug',
  name: 'Mug',
  stockQuantity: 1,
  reservedQuantity: 0,
  availableQuantity: 1,
  createdAt: '2026-03-02T12:00:00.000Z',
  updatedAt: '2026-03-02T12:00:00.000Z',
};

const JSON_HEADERS = { 'content-type': 'application/json', 'x-correlation-id': 'c1' };
const PROBLEM_HEADERS = { ...JSON_HEADERS, 'content-type': 'application/problem+json' };

const answered = (differences: Partial<Told> = {}): Told => ({
  method: 'GET',
  path: '/products/mug?x=1',
  status: 200,
  headers: JSON_HEADERS,
  body: PRODUCT,
  ...differences,
});

const notFound = (differences: object = {}): Told =>
  answered({
    status: 404,
    headers: PROBLEM_HEADERS,
    body: {
      type: 'about:blank',
      title: 'There is no such product',
      status: 404,
      detail: 'There is no product mug',
      code: 'product_not_found',
      ...differences,
    },
  });

describe('An answer that the description has', () => {
  test.each<[string, Told]>([
    ['a success', answered()],
    ['a problem', notFound()],
    ['nothing', answered({ method: 'DELETE', status: 204, body: undefined })],
    [
      'of API Gateway',
      answered({
        status: 503,
        headers: { 'content-type': 'application/json' },
        body: { message: 'Service Unavailable' },
      }),
    ],
    ['to a path that there is not', { ...notFound({ code: 'not_found' }), path: '/nothing' }],
  ])('is let through: %s', (_, told) => {
    expect(() => expectDescribed(told)).not.toThrow();
  });
});

describe('An answer is refused', () => {
  test.each<[string, string, Told]>([
    ['an unknown field', 'additional properties', answered({ body: { ...PRODUCT, color: 'red' } })],
    ['a missing field', 'required', answered({ body: { ...PRODUCT, name: undefined } })],
    ['a field of another type', 'integer', answered({ body: { ...PRODUCT, stockQuantity: '1' } })],
    ['a time that is none', 'format', answered({ body: { ...PRODUCT, createdAt: 'today' } })],
    ['an unknown status', '201 is not declared', answered({ status: 201 })],
    [
      'an unknown media type',
      'text/plain is not declared',
      answered({ headers: { ...JSON_HEADERS, 'content-type': 'text/plain' } }),
    ],
    [
      'a missing header',
      'x-correlation-id is missing',
      answered({ headers: { 'content-type': 'application/json' } }),
    ],
    [
      'an undeclared header',
      'location is not declared',
      answered({ headers: { ...JSON_HEADERS, location: '/' } }),
    ],
    ['a code of another operation', 'constant', notFound({ code: 'order_not_found' })],
    ['a field of another problem', 'additional properties', notFound({ shortages: [] })],
    ['a body where there is none', 'it has a body', answered({ method: 'DELETE', status: 204 })],
    [
      'another refusal of an unknown path',
      'constant',
      { ...notFound({ code: 'order_not_found' }), path: '/nothing' },
    ],
    [
      '405 without the methods that it takes',
      'allow is missing',
      { ...notFound(), path: '/nothing', status: 405 },
    ],
  ])('for %s', (_, why, told) => {
    expect(() => expectDescribed(told)).toThrow(why);
  });
});
