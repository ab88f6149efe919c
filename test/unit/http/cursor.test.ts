import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as z from 'zod/mini';
import { decodeCursor, encodeCursor } from '../../../lib/http/cursor.ts';
import { Problem } from '../../../lib/http/problem.ts';

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
  test('leads back to where it was made', () => {
    expect(decodeCursor('orders/o1/movements', cursor, Position)).toEqual(position);
  });

  test('that is absent is the beginning', () => {
    expect(decodeCursor('orders/o1/movements', undefined, Position)).toBeUndefined();
  });

  test('needs no escaping in a URL', () => {
    expect(encodeURIComponent(cursor)).toBe(cursor);
  });

  test.each([
    ['another list', 'orders/o2/movements', cursor],
    ['the same list with another filter', 'orders/o1/movements?movementType=adjustment', cursor],
    ['nothing', 'orders/o1/movements', ''],
    ['a dot', 'orders/o1/movements', '.'],
    ['no checksum', 'orders/o1/movements', cursor.split('.')[0] ?? ''],
    ['an empty checksum', 'orders/o1/movements', `${cursor.split('.')[0]}.`],
    ['only a checksum', 'orders/o1/movements', `.${cursor.split('.')[1]}`],
    ['something appended', 'orders/o1/movements', `${cursor}.x`],
    ['something prepended', 'orders/o1/movements', `x${cursor}`],
    ['the checksum of nothing', 'orders/o1/movements', 'x.undefined'],
    ['unicode', 'orders/o1/movements', 'Grüße.Grüße'],
  ])('that was made for %s is refused', (_, list, given) => {
    expect(refusal(list, given)).toBe('invalid_cursor');
  });

  test.each([
    ['nothing', null],
    ['a position in another kind of list', { until: '2026-03-01', given: {} }],
    ['too little', { referenceId: 'order_o1' }],
    ['too much', { ...position, id: 'mug' }],
    ['what is no text', { referenceId: 1, entry: {} }],
  ])('that somebody made himself of %s is refused', (_, forged) => {
    const list = 'orders/o1/movements';

    expect(refusal(list, encodeCursor(list, forged))).toBe('invalid_cursor');
  });

  test('that somebody made himself of no JSON is refused', () => {
    const list = 'orders/o1/movements';
    const payload = Buffer.from('{"referenceId"').toString('base64url');
    const sum = createHash('sha256')
      .update(JSON.stringify([list, payload]))
      .digest('base64url');

    expect(refusal(list, `${payload}.${sum.slice(0, 16)}`)).toBe('invalid_cursor');
  });

  test('that was altered anywhere is refused', () => {
    fc.assert(
      fc.property(fc.nat(cursor.length - 1), fc.constantFrom(...'aB3_-.'), (index, character) => {
        const altered = cursor.slice(0, index) + character + cursor.slice(index + 1);
        if (altered !== cursor) {
          expect(refusal('orders/o1/movements', altered)).toBe('invalid_cursor');
        }
      }),
    );
  });

  test('of any position leads back to it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.jsonValue(), (list, value) => {
        const expected = JSON.parse(JSON.stringify(value));
        expect(decodeCursor(list, encodeCursor(list, value), z.unknown())).toEqual(expected);
      }),
    );
  });
});
