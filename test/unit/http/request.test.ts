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
    ['null', 'null', null],
    ['a number', '12', 12],
  ])('%s is read as it is', (_, body, expected) => {
    expect(readBody(httpEvent({ body }))).toEqual(expected);
  });

  test('an absent or empty one is an object without fields', () => {
    expect(readBody(httpEvent())).toEqual({});
    expect(readBody(httpEvent({ body: '' }))).toEqual({});
  });

  test('an encoded one is decoded', () => {
    expect(readBody(httpEvent({ json: { note: 'Grüße ☕' }, base64: true }))).toEqual({
      note: 'Grüße ☕',
    });
  });

  test.each(['{', '{"a":1,}', "{'a':1}", 'undefined', 'NaN', '[1', '{} {}', ' ', '\u0000'])(
    'one that is not JSON is refused: %j',
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
  ])('a byte-order mark at its beginning says nothing: %s', (_, event) => {
    expect(readBody(event)).toEqual({ a: 1 });
  });

  test('a byte-order mark anywhere else is text', () => {
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
  ])('bytes that are no UTF-8 are refused rather than replaced: %s', (_, bytes) => {
    expect(problemOf(() => readBody(httpEvent({ bytes })))).toEqual({ code: 'malformed_json' });
  });

  test.each(['identity', 'Identity', ' identity ', ''])(
    'one that says to be as it is, by content-encoding "%s", is read',
    (encoding) => {
      const headers = { 'content-encoding': encoding };

      expect(readBody(httpEvent({ json: { a: 1 }, headers }))).toEqual({ a: 1 });
    },
  );

  test.each(['gzip', 'br', 'deflate', 'gzip, identity', 'x'])(
    'one that is compressed, by content-encoding "%s", is not read',
    (encoding) => {
      const headers = { 'content-encoding': encoding };

      expect(problemOf(() => readBody(httpEvent({ body: 'x', headers })))).toEqual({
        code: 'unsupported_encoding',
      });
      expect(readBody(httpEvent({ headers }))).toEqual({});
    },
  );

  const LIMIT = 256 * 1024;

  test('one of 256 KB is read, and a byte more is too large', () => {
    const largest = JSON.stringify('x'.repeat(LIMIT - 2));

    expect(readBody(httpEvent({ body: largest }))).toHaveLength(LIMIT - 2);
    expect(problemOf(() => readBody(httpEvent({ body: `${largest} ` })))).toEqual({
      code: 'payload_too_large',
    });
  });

  test('bytes count, not characters, and not those of the encoding', () => {
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

describe('Checking a value', () => {
  const schema = z.strictObject({
    items: z.array(z.strictObject({ quantity: z.int().check(z.minimum(1)) })),
  });

  test('gives back what is right', () => {
    expect(validate(schema, { items: [{ quantity: 2 }] })).toEqual({ items: [{ quantity: 2 }] });
  });

  test('tells everything that is wrong, and where', () => {
    const value = { items: [{ quantity: 0 }, { quantity: 1 }, { quantity: 'two' }] };

    expect(problemOf(() => validate(schema, value))).toEqual({
      code: 'validation_failed',
      errors: [
        { path: 'items[0].quantity', message: expect.any(String) },
        { path: 'items[2].quantity', message: expect.any(String) },
      ],
    });
  });

  test('tells each field that should not be there by its own path', () => {
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

  test('tells of the value itself by an empty path', () => {
    expect(problemOf(() => validate(schema, null))).toMatchObject({ errors: [{ path: '' }] });
  });

  test('tells of a field no more than 100 characters of its name, and no half one', () => {
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

  test('tells no more than somebody would read', () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, index) => [`f${index}`, 1]));

    expect(problemOf(() => validate(schema, { items: [], ...many }))).toHaveProperty(
      'errors.length',
      50,
    );
  });
});
