import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isSame } from '../../../lib/domain/metadata.ts';

describe('Two sets of metadata', () => {
  test.each([
    ['have the same fields in another sequence', { a: '1', b: '2' }, { b: '2', a: '1' }],
    ['are both missing', undefined, undefined],
    ['are missing and empty', undefined, {}],
    ['are empty and missing', {}, undefined],
  ])('are the same if they %s', (_, one, other) => {
    expect(isSame(one, other)).toBe(true);
  });

  test.each([
    ['a field has another value', { a: '1', b: '2' }, { a: '1', b: '3' }],
    ['a field has another name', { a: '1' }, { b: '1' }],
    ['the second has a field more', { a: '1' }, { a: '1', b: '2' }],
    ['the first has a field more', { a: '1', b: '2' }, { a: '1' }],
    ['only the second has fields', undefined, { a: '1' }],
    ['only the first has fields', { a: '1' }, undefined],
  ])('differ if %s', (_, one, other) => {
    expect(isSame(one, other)).toBe(false);
  });

  test('are compared alike from either side', () => {
    const some = fc.dictionary(fc.constantFrom('a', 'b'), fc.constantFrom('1', '2'));
    fc.assert(
      fc.property(some, some, (one, other) => {
        expect(isSame(one, other)).toBe(isSame(other, one));
        expect(isSame(one, { ...one })).toBe(true);
      }),
    );
  });
});
