import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type * as z from 'zod/mini';
import { id, lines, optional, optionalText, quantity, quantityOr, text } from '../../lib/fields.ts';

const accepts = (schema: z.ZodMiniType, value: unknown): boolean => schema.safeParse(value).success;

describe('Text', () => {
  const note = text(10);

  test.each([
    ['a tab and line breaks', 'a\tb\r\nc'],
    ['a space', 'a b'],
    ['the delete character', 'a\u007fb'],
    ['a C1 control character', 'a\u0085b'],
    ['the last character before the surrogates', 'a\ud7ff'],
    ['the first character after the surrogates', 'a\ue000'],
    ['U+FFFD', 'a\ufffd'],
    ['U+10000', 'a\u{10000}'],
    ['U+10FFFF', 'a\u{10ffff}'],
  ])('may have %s', (_, value) => {
    expect(note.parse(value)).toBe(value);
  });

  test.each([
    ['U+0000', '\u0000'],
    ['a bell', '\u0007'],
    ['a vertical tab', '\u000b'],
    ['a form feed', '\u000c'],
    ['U+001F', '\u001f'],
    ['a high surrogate alone', '\ud800'],
    ['a low surrogate alone', '\udfff'],
    ['surrogates in the wrong order', '\udc00\ud800'],
    ['a noncharacter', '\ufffe'],
    ['another noncharacter', '\uffff'],
  ])('may not have %s', (_, value) => {
    for (const given of [value, `a${value}b`]) {
      expect([accepts(note, given), accepts(optionalText(10), given)]).toEqual([false, false]);
    }
  });

  test('is kept as it is, but trimmed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 }), (value) => {
        fc.pre(value.trim() !== '' && !/[^\P{Cc}\t\n\r]/u.test(value));

        expect(text(100).parse(` ${value}\n`)).toBe(value.trim());
      }),
    );
  });

  test.each(['', ' ', '\n\t', '\u00a0'])('is refused if it is required and %j', (value) => {
    expect(accepts(note, value)).toBe(false);
  });

  test.each([undefined, null, '', ' ', '\n\t', '\u00a0'])(
    'is absent if it is optional and %j',
    (value) => {
      expect(optionalText(10).parse(value)).toBeUndefined();
    },
  );

  test('is measured after it is trimmed', () => {
    expect(accepts(note, ` ${'x'.repeat(10)} `)).toBe(true);
    expect(accepts(note, 'x'.repeat(11))).toBe(false);
    expect(accepts(optionalText(10), 'x'.repeat(11))).toBe(false);
  });
});

describe('An id', () => {
  test('has 1 to 64 characters that are safe in a URL, and is neither . nor ..', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'aZ09.-_~/% é') }), (value) => {
        const expected = /^[A-Za-z0-9.-]{1,64}$/.test(value) && value !== '.' && value !== '..';

        expect(accepts(id, value)).toBe(expected);
        if (expected) {
          expect(new URL(`http://shop/orders/${value}/cancel`).pathname).toBe(
            `/orders/${value}/cancel`,
          );
        }
      }),
    );
  });
});

describe('An optional field', () => {
  test('is absent if it is null', () => {
    expect(optional(id).parse(null)).toBeUndefined();
    expect(optional(id).parse('o1')).toBe('o1');
    expect(accepts(optional(id), 'o 1')).toBe(false);
  });

  test('of units has its default if it is absent or null', () => {
    expect([undefined, null, 5].map((value) => quantityOr(3, 0).parse(value))).toEqual([3, 3, 5]);
    expect(accepts(quantityOr(3, 0), -1)).toBe(false);
  });
});

describe('Units', () => {
  test.each([1, 1_000_000_000])('may be %i', (value) => {
    expect(accepts(quantity(1), value)).toBe(true);
  });

  test.each([0, -1, 1.5, 1_000_000_001, '1', null])('may not be %j', (value) => {
    expect(accepts(quantity(1), value)).toBe(false);
  });

  test('of two lines of one product count together', () => {
    const half = { productId: 'mug', quantity: 500_000_000 };

    expect(accepts(lines, [half, half])).toBe(true);
    expect(accepts(lines, [half, half, { ...half, quantity: 1 }])).toBe(false);
  });
});
