import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type * as z from 'zod/mini';
import { id, lines, optional, optionalText, quantity, quantityOr, text } from '../../lib/fields.ts';

const accepts = (schema: z.ZodMiniType, value: unknown): boolean => schema.safeParse(value).success;

describe('Text', () => {
  const note = text(10);

  test.each([
    ['a tab and line breaks', 'a\tb\r\nc'],
    ['the last of the blanks that are no control characters', 'a b'],
    ['what is deleted', 'a\u007fb'],
    ['a control character of another set', 'a\u0085b'],
    ['the last before the surrogates', 'a\ud7ff'],
    ['the first after them', 'a\ue000'],
    ['the last that may be', 'a\ufffd'],
    ['a character beyond those', 'a\u{10000}'],
    ['the very last', 'a\u{10ffff}'],
  ])('may have %s', (_, value) => {
    expect(note.parse(value)).toBe(value);
  });

  test.each([
    ['nothing', '\u0000'],
    ['a bell', '\u0007'],
    ['a vertical tab', '\u000b'],
    ['a form feed', '\u000c'],
    ['the last control character', '\u001f'],
    ['half a character', '\ud800'],
    ['the other half', '\udfff'],
    ['two halves in the wrong order', '\udc00\ud800'],
    ['a noncharacter', '\ufffe'],
    ['another', '\uffff'],
  ])('may not have %s', (_, value) => {
    for (const given of [value, `a${value}b`]) {
      expect([accepts(note, given), accepts(optionalText(10), given)]).toEqual([false, false]);
    }
  });

  test('is kept as it is, but for space around it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 5 }), (value) => {
        fc.pre(value.trim() !== '' && !/[^\P{Cc}\t\n\r]/u.test(value));

        expect(text(100).parse(` ${value}\n`)).toBe(value.trim());
      }),
    );
  });

  test.each(['', ' ', '\n\t', '\u00a0'])('has to be there where it is asked for: %j', (value) => {
    expect(accepts(note, value)).toBe(false);
  });

  test.each([undefined, null, '', ' ', '\n\t', '\u00a0'])(
    'is absent by %j where it need not be there',
    (value) => {
      expect(optionalText(10).parse(value)).toBeUndefined();
    },
  );

  test('is measured without the space around it', () => {
    expect(accepts(note, ` ${'x'.repeat(10)} `)).toBe(true);
    expect(accepts(note, 'x'.repeat(11))).toBe(false);
    expect(accepts(optionalText(10), 'x'.repeat(11))).toBe(false);
  });
});

describe('An id', () => {
  test('can be part of a URL, and is the same there', () => {
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

describe('A field that may be left out', () => {
  test('is absent when it is null, and what it is otherwise', () => {
    expect(optional(id).parse(null)).toBeUndefined();
    expect(optional(id).parse('o1')).toBe('o1');
    expect(accepts(optional(id), 'o 1')).toBe(false);
  });

  test('of units stands for what it stands for', () => {
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

  test('of one product are added up, and count together', () => {
    const half = { productId: 'mug', quantity: 500_000_000 };

    expect(accepts(lines, [half, half])).toBe(true);
    expect(accepts(lines, [half, half, { ...half, quantity: 1 }])).toBe(false);
  });
});
