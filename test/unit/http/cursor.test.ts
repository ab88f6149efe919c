import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as z from 'zod/mini';
import { decodeCursor, encodeCursor } from '../../../lib/http/cursor.ts';
import { Problem } from '../../../lib/http/problem.ts';
import { unicodeText } from '../../support/any-text.ts';

const position = { referenceId: 'order_o1', entry: 'reservation#mug' };
const Position = z.strictObject({ referenceId: z.string(), entry: z.string() });
const cursor = encodeCursor('orders/o1/movements', position);

const refusal = (list: string, given: string): unknown => {
  try {
    return decodeCursor(list, given, Position);
  } catch (error) {
    return error instanceof Problem ? error.code : error;
  }
};

describe('A cursor', () => {
  test('is decoded to the position that it was made from', () => {
    expect(decodeCursor('orders/o1/movements', cursor, Position)).toEqual(position);
  });

  test('that is absent means the beginning of the list', () => {
    expect(decodeCursor('orders/o1/movements', undefined, Position)).toBeUndefined();
  });

  test('needs no escaping in a URL', () => {
    expect(encodeURIComponent(cursor)).toBe(cursor);
  });

  test.each([
    ['for another list', 'orders/o2/movements', cursor],
    ['for another filter of the list', 'orders/o1/movements?movementType=adjustment', cursor],
    ['empty text', 'orders/o1/movements', ''],
    ['a dot', 'orders/o1/movements', '.'],
    ['without a checksum', 'orders/o1/movements', cursor.split('.')[0] ?? ''],
    ['with an empty checksum', 'orders/o1/movements', `${cursor.split('.')[0]}.`],
    ['only a checksum', 'orders/o1/movements', `.${cursor.split('.')[1]}`],
    ['with text appended', 'orders/o1/movements', `${cursor}.x`],
    ['with text prepended', 'orders/o1/movements', `x${cursor}`],
    ['with the checksum "undefined"', 'orders/o1/movements', 'x.undefined'],
    ['of unicode', 'orders/o1/movements', 'Grüße.Grüße'],
  ])('is refused: %s', (_, list, given) => {
    expect(refusal(list, given)).toBe('invalid_cursor');
  });

  test.each([
    ['null', null],
    ['a position in another kind of list', { until: '2026-03-01', given: {} }],
    ['a missing field', { referenceId: 'order_o1' }],
    ['an additional field', { ...position, id: 'mug' }],
    ['fields that are no text', { referenceId: 1, entry: {} }],
  ])('that is forged with %s is refused', (_, forged) => {
    const list = 'orders/o1/movements';

    expect(refusal(list, encodeCursor(list, forged))).toBe('invalid_cursor');
  });

  test('that is forged with invalid JSON is refused', () => {
    const list = 'orders/o1/movements';
    const payload = Buffer.from('{"referenceId"').toString('base64url');
    const sum = createHash('sha256')
      .update(JSON.stringify([list, payload]))
      .digest('base64url');

    expect(refusal(list, `${payload}.${sum.slice(0, 16)}`)).toBe('invalid_cursor');
  });

  test('with any altered character is refused', () => {
    fc.assert(
      fc.property(fc.nat(cursor.length - 1), fc.constantFrom(...'aB3_-.'), (index, character) => {
        const altered = cursor.slice(0, index) + character + cursor.slice(index + 1);
        if (altered !== cursor) {
          expect(refusal('orders/o1/movements', altered)).toBe('invalid_cursor');
        }
      }),
    );
  });

  test('of any position is decoded to that position', () => {
    fc.assert(
      fc.property(unicodeText, fc.jsonValue(), (list, value) => {
        const expected = JSON.parse(JSON.stringify(value));
        expect(decodeCursor(list, encodeCursor(list, value), z.unknown())).toEqual(expected);
      }),
    );
  });
});
