import { describe, expect, test } from '@jest/globals';
import * as z from 'zod/mini';
import { Problem } from '../../../lib/http/problem.ts';
import { readBody, validate } from '../../../lib/http/request.ts';
import { httpEvent } from '../../support/unit-events.ts';

const problemOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error instanceof Problem ? { code: error.code, ...error.extensions } : error;
  }
};

describe('Reading a body', () => {
  test.each([
    ['an object', '{"a":1}', { a: 1 }],
    ['a list', '[1]', [1]],
    ['a number', '12', 12],
  ])('parses %s', (_, body, expected) => {
    expect(readBody(httpEvent({ body }))).toEqual(expected);
  });

  test('reads an absent or empty body as an object without fields', () => {
    expect(readBody(httpEvent())).toEqual({});
    expect(readBody(httpEvent({ body: '' }))).toEqual({});
    expect(readBody(httpEvent({ body: '\ufeff' }))).toEqual({});
  });

  test('reads null as an absent body', () => {
    expect(readBody(httpEvent({ body: 'null' }))).toEqual({});
    expect(readBody(httpEvent({ body: '\ufeffnull ' }))).toEqual({});
  });

  test('decodes a base64 body', () => {
    expect(readBody(httpEvent({ json: { note: 'Grüße ☕' }, base64: true }))).toEqual({
      note: 'Grüße ☕',
    });
  });

  test.each(['{', '{"a":1,}', "{'a':1}", 'undefined', 'NaN', '[1', '{} {}', ' ', '\u0000'])(
    'refuses a body that is not JSON: %j',
    (body) => {
      expect(problemOf(() => readBody(httpEvent({ body })))).toEqual({ code: 'malformed_json' });
    },
  );

  test.each(['', 'x'])('one that is not JSON is told without half of a character: %j', (shift) => {
    const body = `${shift}${'😀'.repeat(20)}`;

    for (const wrong of [`{"${body}"}`, `{"${body}"} x`, `[x, "${body}"]`]) {
      expect(() => readBody(httpEvent({ body: wrong }))).toThrow(
        expect.objectContaining({
          code: 'malformed_json',
          message: expect.not.stringMatching(/\p{Surrogate}/u),
        }),
      );
    }
  });

  test.each([
    ['as text', httpEvent({ body: '\ufeff{"a":1}' })],
    ['encoded', httpEvent({ body: '\ufeff{"a":1}', base64: true })],
  ])('ignores a byte-order mark at the beginning: %s', (_, event) => {
    expect(readBody(event)).toEqual({ a: 1 });
  });

  test('keeps a byte-order mark inside text, and refuses it after the JSON', () => {
    expect(readBody(httpEvent({ json: 'a\ufeff' }))).toBe('a\ufeff');
    expect(problemOf(() => readBody(httpEvent({ body: '{}\ufeff' })))).toEqual({
      code: 'malformed_json',
    });
  });

  test.each([
    ['a byte of another encoding', [0x22, 0xfc, 0x22]],
    ['half a character', [0x22, 0xe2, 0x98, 0x22]],
    ['half of a surrogate pair', [0x22, 0xed, 0xa0, 0x80, 0x22]],
    ['a character that is longer than it has to be', [0x22, 0xc0, 0x80, 0x22]],
  ])('refuses bytes that are not UTF-8 instead of replacing them: %s', (_, bytes) => {
    expect(problemOf(() => readBody(httpEvent({ bytes })))).toEqual({ code: 'malformed_json' });
  });

  test.each(['identity', 'Identity', ' identity ', ''])(
    'reads a body with the content-encoding "%s"',
    (encoding) => {
      const headers = { 'content-encoding': encoding };

      expect(readBody(httpEvent({ json: { a: 1 }, headers }))).toEqual({ a: 1 });
    },
  );

  test.each(['gzip', 'br', 'deflate', 'gzip, identity', 'x'])(
    'refuses a body with the content-encoding "%s"',
    (encoding) => {
      const headers = { 'content-encoding': encoding };

      expect(problemOf(() => readBody(httpEvent({ body: 'x', headers })))).toEqual({
        code: 'unsupported_encoding',
      });
      expect(readBody(httpEvent({ headers }))).toEqual({});
    },
  );

  const LIMIT = 256 * 1024;

  test('accepts 256 KB and refuses one byte more', () => {
    const largest = JSON.stringify('x'.repeat(LIMIT - 2));

    expect(readBody(httpEvent({ body: largest }))).toHaveLength(LIMIT - 2);
    expect(problemOf(() => readBody(httpEvent({ body: `${largest} ` })))).toEqual({
      code: 'payload_too_large',
    });
  });

  test('counts decoded bytes, not characters and not the bytes of base64', () => {
    const umlauts = JSON.stringify('ü'.repeat(LIMIT / 2 - 1));
    const tooMany = JSON.stringify('ü'.repeat(LIMIT / 2));

    for (const base64 of [false, true]) {
      expect(readBody(httpEvent({ body: umlauts, base64 }))).toHaveLength(LIMIT / 2 - 1);
      expect(problemOf(() => readBody(httpEvent({ body: tooMany, base64 })))).toEqual({
        code: 'payload_too_large',
      });
    }
  });
});

describe('Validating a value', () => {
  const schema = z.strictObject({
    items: z.array(z.strictObject({ quantity: z.int().check(z.minimum(1)) })),
  });

  test('returns a valid value', () => {
    expect(validate(schema, { items: [{ quantity: 2 }] })).toEqual({ items: [{ quantity: 2 }] });
  });

  test('reports all errors with their paths', () => {
    const value = { items: [{ quantity: 0 }, { quantity: 1 }, { quantity: 'two' }] };

    expect(problemOf(() => validate(schema, value))).toEqual({
      code: 'validation_failed',
      errors: [
        { path: 'items[0].quantity', message: expect.any(String) },
        { path: 'items[2].quantity', message: expect.any(String) },
      ],
    });
  });

  test('reports each unknown field with its own path', () => {
    const value = { items: [{ quantity: 1, colour: 'blue' }], a: 1, b: 2 };

    expect(problemOf(() => validate(schema, value))).toEqual({
      code: 'validation_failed',
      errors: expect.arrayContaining([
        { path: 'items[0].colour', message: 'Unknown field' },
        { path: 'a', message: 'Unknown field' },
        { path: 'b', message: 'Unknown field' },
      ]),
    });
  });

  test('says of a name that cannot be used what is wrong with it', () => {
    const named = z.record(z.string().check(z.minLength(2, 'Is too short')), z.string());

    expect(problemOf(() => validate(named, { a: '1' }))).toEqual({
      code: 'validation_failed',
      errors: [{ path: 'a', message: 'Is too short' }],
    });
  });

  test('reports an error of the whole value with an empty path', () => {
    expect(problemOf(() => validate(schema, null))).toMatchObject({ errors: [{ path: '' }] });
  });

  test('cuts the names of fields after 100 characters, and splits no character', () => {
    const name = `${'x'.repeat(99)}☕`;
    const pair = `${'x'.repeat(99)}😀`;
    const value = { items: [], [`${name}y`]: 1, [`${pair}y`]: 1, ['y'.repeat(200_000)]: 1 };

    expect(problemOf(() => validate(schema, value))).toEqual({
      code: 'validation_failed',
      errors: [name, 'x'.repeat(99), 'y'.repeat(100)].map((path) => ({
        path,
        message: 'Unknown field',
      })),
    });
  });

  test('tells no half of a character in a name, because strict parsers refuse it', () => {
    const value = { items: [], '\udfffa\ud800b😀': 1 };

    expect(problemOf(() => validate(schema, value))).toMatchObject({
      errors: [{ path: '\ufffda\ufffdb😀' }],
    });
  });

  test('reports at most 50 errors', () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`f${index}`, 1]));

    expect(problemOf(() => validate(schema, { items: [], ...many }))).toHaveProperty(
      'errors.length',
      50,
    );
  });
});
