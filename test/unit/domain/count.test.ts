import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decideCount } from '../../../lib/domain/count.ts';
import { movedBy } from '../../../lib/domain/product.ts';
import { aProduct } from '../../support/builders.ts';

/** 10 mugs, of which orders hold 4. */
const mug = aProduct('mug', { stock: 10, reserved: 4 });

describe('A count of the units on hand', () => {
  test('confirms the stock that it finds', () => {
    expect(decideCount(mug, { stockQuantity: 10 })).toEqual({ type: 'confirm' });
  });

  test.each([
    ['up by what was found', 13, 3],
    ['down by what is lost', 9, -1],
    ['down to what orders hold, and no further', 4, -6],
  ])('adjusts the stock %s', (_, stockQuantity, quantity) => {
    expect(decideCount(mug, { stockQuantity })).toEqual({ type: 'adjust', quantity });
  });

  test.each([3, 0])('of %i is refused, because orders hold 4', (stockQuantity) => {
    expect(decideCount(mug, { stockQuantity })).toEqual({
      type: 'insufficient_stock',
      requested: 10 - stockQuantity,
      available: 6,
    });
  });
});

describe('A count whose caller says what it expects', () => {
  test.each([
    ['confirms', 10, { type: 'confirm' }],
    ['adjusts', 12, { type: 'adjust', quantity: 2 }],
  ])('%s the stock if it is as expected', (_, stockQuantity, decision) => {
    expect(decideCount(mug, { stockQuantity, expectedStockQuantity: 10 })).toEqual(decision);
  });

  test.each([
    ['more', 9, 12],
    ['less', 11, 12],
    ['more, even if the count agrees with it', 9, 10],
    ['something else, even if orders hold more than was counted', 9, 3],
    ['more than none', 0, 12],
  ])('is refused if the stock is %s', (_, expectedStockQuantity, stockQuantity) => {
    expect(decideCount(mug, { stockQuantity, expectedStockQuantity })).toEqual({
      type: 'stock_changed',
    });
  });
});

describe('A count of a product of which too few units are available already', () => {
  const imported = aProduct('mug', { stock: 3, reserved: 5 });

  test('brings more units in', () => {
    expect(decideCount(imported, { stockQuantity: 4 })).toEqual({ type: 'adjust', quantity: 1 });
  });

  test('confirms its stock', () => {
    expect(decideCount(imported, { stockQuantity: 3 })).toEqual({ type: 'confirm' });
  });

  test('takes none away', () => {
    expect(decideCount(imported, { stockQuantity: 2 })).toEqual({
      type: 'insufficient_stock',
      requested: 1,
      available: -2,
    });
  });
});

test('After any count that adjusts, the stock is what was counted, and orders keep their units', () => {
  fc.assert(
    fc.property(fc.nat(9), fc.nat(9), fc.nat(9), (reserved, available, stockQuantity) => {
      const product = aProduct('mug', { stock: reserved + available, reserved });
      const decision = decideCount(product, { stockQuantity });
      expect(decision.type === 'insufficient_stock').toBe(stockQuantity < reserved);
      if (decision.type !== 'adjust') return;
      const after = movedBy(product, { stockDelta: decision.quantity, reservedDelta: 0 });
      expect(after).toMatchObject({ stockQuantity, availableQuantity: stockQuantity - reserved });
    }),
  );
});
