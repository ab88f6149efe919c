import { expect, test } from '@jest/globals';
import { numberProducts } from '../../../lib/group-commit/product-numbers.ts';

test('Each product gets one number, from 0, in the sequence in which products first occur', () => {
  const numbers = numberProducts([['mug', '__proto__'], [], ['__proto__', 'pot', 'mug', 'cup']]);

  expect(numbers).toEqual([[0, 1], [], [1, 2, 0, 3]]);
});
