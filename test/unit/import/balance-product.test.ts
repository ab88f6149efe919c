/** What a product of the old shop has on hand, and whether its counter fits its ledger. */
import { describe, expect, test } from '@jest/globals';
import {
  addAdjustment,
  addShare,
  balanceProduct,
  holdingsWithoutStock,
  openSums,
} from '../../../lib/import/balance-product.ts';

const AT = '2024-01-02T03:04:05.123Z';
const row = (stockQuantity: number) => ({ id: 'tea', name: 'Tea', stockQuantity, createdAt: AT });

/** 100 on the shelf by the old counter; open orders hold 5, and 20 have been shipped. */
const sumsOf = (reserved: number, stock = 100) => {
  const sums = openSums(row(stock), reserved);
  sums.held = 5;
  addShare(sums, { net: 5, held: 5, isShipped: false, stillCounted: 0 });
  addShare(sums, { net: 20, held: 20, isShipped: true, stillCounted: 20 });
  return sums;
};

describe('Shipped goods', () => {
  test.each([
    ['still count, if the old counter has them', 25, 'auto', 75],
    ['have left, if the old counter does not have them', 5, 'auto', 95],
    ['still count, if somebody says so', 5, 'counted', 75],
    ['have left, if somebody says so', 25, 'left', 95],
  ] as const)('%s', (_, reserved, shippedGoods, available) => {
    expect(balanceProduct(sumsOf(reserved), shippedGoods)).toMatchObject({ available, missing: 0 });
  });

  test('leave what is available as it was', () => {
    const { available } = balanceProduct(sumsOf(25), 'auto');

    expect(available).toBe(100 - 25);
  });
});

describe('The reserved counter', () => {
  test.each([
    ['fits the ledger', 25, []],
    ['fits what has not been shipped', 5, []],
    ['is too high', 28, ['counter_differs']],
    ['is too low', 3, ['counter_differs']],
  ] as const)('%s', (_, reserved, kinds) => {
    const { findings } = balanceProduct(sumsOf(reserved), 'auto');

    expect(findings.map(({ kind }) => kind)).toEqual(kinds);
  });

  test('is not told a second time, where units that came back twice explain it', () => {
    const sums = openSums(row(10), 4);
    addShare(sums, { net: 5, held: 5, isShipped: false, stillCounted: 0 });
    addShare(sums, { net: -3, held: 0, isShipped: false, stillCounted: 0 });

    expect(balanceProduct(sums, 'auto').findings).toEqual([]);
  });
});

describe('Stock that is not there', () => {
  test('is named by the orders that reserved last', () => {
    const holdings = [
      { orderId: '1', units: 4, at: '2024-01-01' },
      { orderId: '2', units: 4, at: '2024-01-03' },
      { orderId: '3', units: 4, at: '2024-01-02' },
    ];

    const found = holdingsWithoutStock('tea', 6, holdings);

    expect(found.map(({ orderId, quantity }) => [orderId, quantity])).toEqual([
      ['2', 4],
      ['3', 2],
    ]);
  });

  test('leaves nothing available, and what is below zero counts as nothing', () => {
    const balanced = balanceProduct(sumsOf(5, -4), 'auto');

    expect(balanced).toMatchObject({ available: 0, missing: 5 });
    expect(balanced.findings.map(({ kind }) => kind)).toEqual(['stock_below_zero']);
  });
});

test('Adjustments of one cause are added up, and those that add up to nothing are none', () => {
  const sums = openSums(row(10), 0);
  for (const [referenceId, quantity] of [
    ['po-1', 3],
    ['po-2', 2],
    ['po-1', 4],
    ['po-3', 5],
    ['po-3', -5],
  ] as const) {
    addAdjustment(sums, { referenceId, quantity, at: AT });
  }

  const { adjustments } = balanceProduct(sums, 'auto');

  expect(adjustments).toEqual([
    { referenceId: 'po-1', quantity: 7, at: AT },
    { referenceId: 'po-2', quantity: 2, at: AT },
  ]);
});
