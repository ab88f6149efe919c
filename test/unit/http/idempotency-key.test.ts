import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readIdempotencyKey, requireIdempotencyKey } from '../../../lib/http/idempotency-key.ts';
import { Problem } from '../../../lib/http/problem.ts';

const VISIBLE = fc.string({
  unit: fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code)),
  minLength: 1,
  maxLength: 255,
});

const problemOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error instanceof Problem ? { code: error.code, ...error.extensions } : error;
  }
};

describe('An Idempotency-Key', () => {
  test.each(['1', 'a.B-9', '...', 'x'.repeat(64), '01J0ZZZZZZZZZZZZZZZZZZZZZZ'])(
    'that could be an id is carried as it is: %s',
    (key) => {
      expect(readIdempotencyKey(key)).toBe(key);
    },
  );

  test.each([
    ['a_b', 'msh2tmy3y77x5oiu46trqdyh4d'],
    ['.', 'zw2o4kxknhggvaztdo7jnxbmvk'],
    ['..', 'l3a7pzya6n6d2czjqhieqvp4gs'],
    ['a,b', 'd234ktksqmn372euflyldrlloq'],
    ['x'.repeat(65), 'su34l7prebec67ky2jpj5vmd6u'],
    ['~'.repeat(255), 'sgfvdh3ecmapqx4mxaeitpiaj4'],
  ])('that could not is carried as the beginning of its SHA-256 in base32: %s', (key, digest) => {
    expect(readIdempotencyKey(key)).toBe(digest);
  });

  test('says the same in quotes as without them', () => {
    expect(readIdempotencyKey('"k1"')).toBe('k1');
    expect(readIdempotencyKey('"a_b"')).toBe(readIdempotencyKey('a_b'));
    expect(readIdempotencyKey(`"${'x'.repeat(255)}"`)).toBe(readIdempotencyKey('x'.repeat(255)));
  });

  test.each(['"', '"a', 'a"'])('of which a quote is a part keeps it: %s', (key) => {
    expect(readIdempotencyKey(key)).toMatch(/^[a-z2-7]{26}$/);
  });

  test.each(['a b', ' ', '\t', 'ü', '☕', 'a\n', '\u007f', '""', '" "', 'x'.repeat(256)])(
    'that is no visible ASCII, or too long, is refused: %j',
    (key) => {
      expect(problemOf(() => readIdempotencyKey(key))).toMatchObject({
        code: 'validation_failed',
        errors: [{ path: 'Idempotency-Key' }],
      });
    },
  );

  test.each([undefined, ''])('that is %j is none', (key) => {
    expect(readIdempotencyKey(key)).toBeUndefined();
  });

  test('of any kind is carried as an id, always the same one, and what is carried stays', () => {
    fc.assert(
      fc.property(VISIBLE, (key) => {
        fc.pre(key !== '""');
        const carried = readIdempotencyKey(key) ?? '';

        expect(carried).toMatch(/^(?!\.{1,2}$)[A-Za-z0-9.-]{1,64}$/);
        expect(readIdempotencyKey(key)).toBe(carried);
        expect(readIdempotencyKey(carried)).toBe(carried);
      }),
    );
  });

  test('is different for different keys', () => {
    fc.assert(
      fc.property(VISIBLE, VISIBLE, (one, other) => {
        fc.pre(!one.includes('"') && !other.includes('"') && one !== other);

        expect(readIdempotencyKey(one)).not.toBe(readIdempotencyKey(other));
      }),
    );
  });

  test('can be asked for', () => {
    expect(requireIdempotencyKey('k1')).toBe('k1');
    expect(problemOf(() => requireIdempotencyKey(undefined))).toEqual({
      code: 'idempotency_key_required',
    });
  });
});
