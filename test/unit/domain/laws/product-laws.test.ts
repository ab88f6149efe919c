import { describe, expect, test } from '@jest/globals';
import {
  checkBounds,
  checkGoneProduct,
  checkLedger,
  checkRetired,
  emptyProductBook,
  enterInProductBook,
  type ProductBook,
} from '../../../../lib/domain/laws/product-laws.ts';
import type { Product } from '../../../../lib/domain/product.ts';
import { aProduct, NOW } from '../../../support/builders.ts';

/** 10 mugs, of which orders hold 4, by 3 movements. */
const mug = aProduct('mug', { stock: 10, reserved: 4, movements: 3 });
const book: ProductBook = { stock: 10, reserved: 4, movements: 3, held: 4 };

describe('The book of a product', () => {
  test('adds its movements up', () => {
    const entered = emptyProductBook();

    enterInProductBook(entered, { stockDelta: 10, reservedDelta: 0 });
    enterInProductBook(entered, { stockDelta: -1, reservedDelta: -1 });
    enterInProductBook(entered, { stockDelta: 0, reservedDelta: 3 });

    expect(entered).toEqual({ stock: 9, reserved: 2, movements: 3, held: 0 });
  });
});

describe('The bounds of a product', () => {
  test.each([
    ['none on hand', aProduct('mug', { stock: 0 })],
    ['all reserved', aProduct('mug', { stock: 4, reserved: 4 })],
  ])('are kept with %s', (_, product) => {
    expect(checkBounds(product)).toEqual([]);
  });

  test.each<[string, Partial<Product>, string, string]>([
    [
      'a stock below 0',
      { stockQuantity: -1, availableQuantity: -1, reservedQuantity: 0 },
      'stockQuantity is -1',
      'not below 0',
    ],
    [
      'reserved units below 0',
      { reservedQuantity: -1, availableQuantity: 11 },
      'reservedQuantity is -1',
      'not below 0',
    ],
    [
      'available units below 0',
      { stockQuantity: 3, availableQuantity: -1 },
      'availableQuantity is -1',
      'not below 0',
    ],
    [
      'available units that are not on hand minus reserved',
      { availableQuantity: 7 },
      'availableQuantity is 7',
      '6: 10 - 4',
    ],
  ])('are broken by %s', (_, counters, is, ought) => {
    expect(checkBounds({ ...mug, ...counters })).toContainEqual({
      law: 'bounds',
      of: 'product',
      subject: 'mug',
      is,
      ought,
    });
  });

  test('have no meaning once it is retired', () => {
    expect(checkBounds({ ...mug, availableQuantity: -7, deletedAt: NOW })).toEqual([]);
  });
});

describe('The ledger of a product', () => {
  test('is kept if its book says the same', () => {
    expect(checkLedger(mug, book)).toEqual([]);
  });

  test.each<[string, Partial<ProductBook>, object]>([
    [
      'its stock',
      { stock: 9 },
      { law: 'ledger', is: 'stockQuantity is 10', ought: '9, by its movements' },
    ],
    [
      'its reserved units',
      { reserved: 5 },
      { law: 'ledger', is: 'reservedQuantity is 4', ought: '5, by its movements' },
    ],
    [
      'what orders hold',
      { held: 3 },
      { law: 'holdings', is: 'reservedQuantity is 4', ought: '3, by its orders' },
    ],
    [
      'the number of its movements',
      { movements: 4 },
      { law: 'ledger', is: 'movementCount is 3', ought: '4, by its ledger' },
    ],
  ])('is broken if its book says otherwise of %s', (_, differences, violation) => {
    expect(checkLedger(mug, { ...book, ...differences })).toEqual([
      { of: 'product', subject: 'mug', ...violation },
    ]);
  });

  test('is only counted once it is retired', () => {
    const retired = { ...mug, deletedAt: NOW };

    expect(checkLedger(retired, { ...emptyProductBook(), movements: 3 })).toEqual([]);
    expect(checkLedger(retired, { ...book, movements: 2 })).toMatchObject([
      { is: 'movementCount is 3' },
    ]);
  });
});

describe('A product without a row', () => {
  const violation = { of: 'product', subject: 'mug' };

  test('has nothing left', () => {
    expect(checkGoneProduct('mug', emptyProductBook())).toEqual([]);
  });

  test('has no movement', () => {
    expect(checkGoneProduct('mug', { ...emptyProductBook(), movements: 1 })).toEqual([
      {
        ...violation,
        law: 'nothing-lost',
        is: 'does not exist, and has 1 movements',
        ought: 'none',
      },
    ]);
  });

  test.each([2, -2])('is held by no order: %i', (held) => {
    expect(checkGoneProduct('mug', { ...emptyProductBook(), held })).toEqual([
      {
        ...violation,
        law: 'holdings',
        is: `does not exist, and orders hold ${held}`,
        ought: 'none is held',
      },
    ]);
  });
});

describe('The deletion of a product', () => {
  const retired = { ...mug, deletedAt: NOW };

  test('may take 15 minutes', () => {
    expect(checkRetired(retired, new Date('2026-03-02T12:15:00.000Z'))).toEqual([]);
  });

  test('counts as interrupted a millisecond later', () => {
    expect(checkRetired(retired, new Date('2026-03-02T12:15:00.001Z'))).toEqual([
      {
        law: 'nothing-lost',
        of: 'product',
        subject: 'mug',
        is: `was retired at ${NOW}`,
        ought: 'deleted by now',
      },
    ]);
  });

  test('is never due for a product that is not retired', () => {
    expect(checkRetired(mug, new Date('2099-01-01T00:00:00.000Z'))).toEqual([]);
  });
});
