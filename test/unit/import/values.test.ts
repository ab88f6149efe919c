/** The values of a Rails database, as PostgreSQL exports them. */
import { describe, expect, test } from '@jest/globals';
import { jsonLines } from '../../../lib/import/json-lines.ts';
import { idOf, nameOf, timeOf, wholeNumber } from '../../../lib/import/rails/values.ts';

describe('A time', () => {
  test.each([
    ['2024-01-02 03:04:05.123456', '2024-01-02T03:04:05.123Z'],
    ['2024-01-02 03:04:05', '2024-01-02T03:04:05.000Z'],
    ['2024-01-02 03:04:05.1', '2024-01-02T03:04:05.100Z'],
    ['2024-01-02 03:04:05.123456+00', '2024-01-02T03:04:05.123Z'],
    ['2024-01-02 03:04:05+02', '2024-01-02T01:04:05.000Z'],
    ['2024-01-02 03:04:05-05:30', '2024-01-02T08:34:05.000Z'],
    ['2024-01-02T03:04:05.123Z', '2024-01-02T03:04:05.123Z'],
    ['2024-01-02 03:04:05 UTC', '2024-01-02T03:04:05.000Z'],
    ['2024-01-02', '2024-01-02T00:00:00.000Z'],
  ])('%s is %s', (text, at) => {
    expect(timeOf(text)).toBe(at);
  });

  test.each(['', 'yesterday', '2024-13-02', '2024-01-02 25:00', 'infinity', null])(
    '%s is none',
    (text) => {
      expect(timeOf(text)).toBeUndefined();
    },
  );
});

describe('A quantity', () => {
  test.each([
    ['3', 3],
    ['-3', -3],
    ['3.00', 3],
    ['0', 0],
  ])('%s is %i', (text, number) => {
    expect(wholeNumber(text)).toBe(number);
  });

  test.each(['2.5', '', null, 'many', '1e3', '2000000000'])('%s is none', (text) => {
    expect(wholeNumber(text)).toBeUndefined();
  });
});

test.each(['9223372036854775807', '01HX', 'a-b.c'])('%s is an id', (text) => {
  expect(idOf(text)).toBe(text);
});

test.each(['', 'a/b', '..', 'a b', null, 'x'.repeat(65)])('%s is no id', (text) => {
  expect(idOf(text)).toBeUndefined();
});

test.each([
  ['Green tea', 'Green tea'],
  [' Bell\u0007 ', 'Bell'],
  ['\ufffe', '7'],
  [null, '7'],
  ['x'.repeat(300), 'x'.repeat(255)],
])('The name %j is kept as far as it can be', (text, name) => {
  expect(nameOf(text, '7')).toBe(name);
});

test('A bigint in JSON keeps its digits, and text that looks like one stays as it is', async () => {
  const text = '{"id":9223372036854775807,"note":"x:9223372036854775807,","price":1.5}\n{"id":1}';
  const values = [];
  // Cut in the middle of the number.
  const pieces = async function* () {
    yield text.slice(0, 12);
    yield text.slice(12);
  };
  for await (const { value } of jsonLines(pieces(), 'rows')) values.push(value);

  expect(values).toEqual([
    { id: '9223372036854775807', note: 'x:9223372036854775807,', price: 1.5 },
    { id: 1 },
  ]);
});

test('A line that does not end is refused after 64 MB, however small the pieces are', async () => {
  let read = 0;
  const pieces = async function* () {
    for (;;) {
      read += 2 ** 16;
      yield 'x'.repeat(2 ** 16);
    }
  };

  await expect(jsonLines(pieces(), 'rows').next()).rejects.toThrow('rows has lines without an end');
  expect(read).toBe(2 ** 26 + 2 ** 16);
});
