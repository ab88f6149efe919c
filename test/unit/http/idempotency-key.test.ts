import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readIdempotencyKey, requireIdempotencyKey } from '../../../lib/http/idempotency-key.ts';
import { Problem } from '../../../lib/http/problem.ts';
import { keyOfEntry } from '../../../lib/idempotency-key.ts';

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

describe('The key of one entry of many', () => {
  test('begins with its number, and is never longer than a reference may be', () => {
    expect(keyOfEntry('k1', 0)).toBe('0_k1');
    expect(keyOfEntry('order', 7)).toBe('7_order');
    expect(keyOfEntry('k'.repeat(62), 99)).toMatch(/^99_[a-z2-7]{26}$/);
    expect(keyOfEntry('k'.repeat(61), 9)).toBe(`9_${'k'.repeat(61)}`);
    expect(keyOfEntry(undefined, 0)).toBeUndefined();
  });
});

describe('An Idempotency-Key', () => {
  test.each(['1', 'a.B-9', '...', 'x'.repeat(64), '01J0ZZZZZZZZZZZZZZZZZZZZZZ'])(
    'that is a valid id is used as it is: %s',
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
  ])('that is no valid id becomes 26 characters of its SHA-256 in base32: %s', (key, digest) => {
    expect(readIdempotencyKey(key)).toBe(digest);
  });

  test('means the same with and without quotes', () => {
    expect(readIdempotencyKey('"k1"')).toBe('k1');
    expect(readIdempotencyKey('"a_b"')).toBe(readIdempotencyKey('a_b'));
    expect(readIdempotencyKey(`"${'x'.repeat(255)}"`)).toBe(readIdempotencyKey('x'.repeat(255)));
  });

  test.each(['"', '"a', 'a"'])('with only one quote is hashed with it: %s', (key) => {
    expect(readIdempotencyKey(key)).toMatch(/^[a-z2-7]{26}$/);
  });

  test.each(['a b', ' ', '\t', 'ü', '☕', 'a\n', '\u007f', '""', '" "', 'x'.repeat(256)])(
    'that is not visible ASCII, or is too long, is refused: %j',
    (key) => {
      expect(problemOf(() => readIdempotencyKey(key))).toMatchObject({
        code: 'validation_failed',
        errors: [{ path: 'Idempotency-Key' }],
      });
    },
  );

  test.each([undefined, ''])('that is %j counts as absent', (key) => {
    expect(readIdempotencyKey(key)).toBeUndefined();
  });

  test('of any kind becomes a valid id, always the same, and that id stays as it is', () => {
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

  test('stays different from any other key', () => {
    fc.assert(
      fc.property(VISIBLE, VISIBLE, (one, other) => {
        fc.pre(!one.includes('"') && !other.includes('"') && one !== other);

        expect(readIdempotencyKey(one)).not.toBe(readIdempotencyKey(other));
      }),
    );
  });

  test('can be required', () => {
    expect(requireIdempotencyKey('k1')).toBe('k1');
    expect(problemOf(() => requireIdempotencyKey(undefined))).toEqual({
      code: 'idempotency_key_required',
    });
  });
});
