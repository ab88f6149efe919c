import { describe, expect, test } from '@jest/globals';
import { type AdjustmentRequest, adjustStock } from '../../../lib/use-cases/adjust-stock.ts';
import type { Ports } from '../../../lib/use-cases/ports.ts';
import { expectLawsHold } from '../../support/audit.ts';
import { anOrder, NOW } from '../../support/builders.ts';
import { type FakeShop, openShop } from '../../support/fake-shop.ts';
import { connectionReset } from '../../support/faults.ts';

const adjust = (
  shop: FakeShop,
  quantity: number,
  differences: Partial<AdjustmentRequest> = {},
  ports: Partial<Ports> = {},
) =>
  adjustStock(
    { productId: 'mug', quantity, referenceId: 'stocktaking', ...differences },
    shop.ports(ports),
  );

/** 10 mugs, of which an order holds 4. */
const tenMugs = () =>
  openShop({ orders: [anOrder('o1', { mug: 4 })], products: { mug: { stock: 10 } } });

describe('Adjusting the stock', () => {
  test.each([
    [5, 15, 11],
    [-1, 9, 5],
    [-6, 4, 0],
  ])('by %i leaves %i on hand, of which %i are available', async (quantity, stock, available) => {
    // Prepare
    const shop = tenMugs();

    // Act
    const result = await adjust(shop, quantity, { reason: 'counted' });

    // Assess
    expect(result).toEqual({
      outcome: 'adjusted',
      movement: {
        referenceId: 'stocktaking',
        entry: 'adjustment#mug',
        productId: 'mug',
        movementType: 'adjustment',
        quantity,
        stockDelta: quantity,
        reservedDelta: 0,
        reason: 'counted',
        createdAt: NOW,
      },
    });
    expect(await shop.product('mug')).toMatchObject({
      stockQuantity: stock,
      reservedQuantity: 4,
      availableQuantity: available,
    });
    await expectLawsHold(shop);
  });

  test.each([-7, -10, -1_000_000_000])('by %i is refused: only 6 available', async (quantity) => {
    const shop = tenMugs();

    expect(await adjust(shop, quantity)).toEqual({
      outcome: 'insufficient_stock',
      shortages: [{ productId: 'mug', requested: -quantity, available: 6 }],
    });
    expect((await shop.product('mug')).stockQuantity).toBe(10);
  });

  test.each([5, -5])('by %i is refused if the product does not exist', async (quantity) => {
    expect(await adjust(openShop(), quantity)).toEqual({ outcome: 'product_not_found' });
  });

  test('is unfinished when no time is left', async () => {
    expect(await adjust(tenMugs(), 5, {}, { remaining: () => 0 })).toEqual({
      outcome: 'unfinished',
    });
  });

  test('by 20 concurrent callers takes only the 6 units that are available', async () => {
    const shop = tenMugs();

    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) => adjust(shop, -1, { referenceId: `r${index}` })),
    );

    expect(results.filter(({ outcome }) => outcome === 'adjusted')).toHaveLength(6);
    expect(await shop.product('mug')).toMatchObject({ stockQuantity: 4, availableQuantity: 0 });
    expect((await shop.verdict()).violations).toEqual([]);
  });
});

describe('Adjusting again with the same reference', () => {
  test('moves nothing and returns the first movement', async () => {
    const shop = tenMugs();
    const first = await adjust(shop, 5, { reason: 'counted' });

    const again = await adjust(shop, 5, { reason: 'counted twice' });

    expect(again).toEqual({ ...first, outcome: 'already_adjusted' });
    expect((await shop.product('mug')).stockQuantity).toBe(15);
  });

  test('is idempotent even if too little stock is left now', async () => {
    const shop = tenMugs();
    await adjust(shop, -6);

    expect(await adjust(shop, -6)).toMatchObject({ outcome: 'already_adjusted' });
  });

  test.each([4, -5])('with another quantity, %i, is refused', async (quantity) => {
    const shop = tenMugs();
    await adjust(shop, 5);

    expect(await adjust(shop, quantity)).toEqual({ outcome: 'reference_reused' });
    expect((await shop.product('mug')).stockQuantity).toBe(15);
  });

  test('for another product is a separate adjustment', async () => {
    const shop = openShop({ products: { mug: {}, cup: {} } });
    await adjust(shop, 5);

    expect(await adjust(shop, 7, { productId: 'cup' })).toMatchObject({ outcome: 'adjusted' });
    expect((await shop.verdict()).violations).toEqual([]);
  });

  test('20 times concurrently adjusts once', async () => {
    const shop = tenMugs();

    const results = await Promise.all(Array.from({ length: 20 }, () => adjust(shop, 5)));

    expect(results.filter(({ outcome }) => outcome === 'adjusted')).toHaveLength(1);
    expect(results.filter(({ outcome }) => outcome === 'already_adjusted')).toHaveLength(19);
    expect((await shop.product('mug')).stockQuantity).toBe(15);
  });

  test('by a retry after a lost answer adjusts once', async () => {
    const shop = tenMugs();
    shop.wire.next('TransactWriteItems', connectionReset);

    expect(await adjust(shop, 5)).toMatchObject({ outcome: 'adjusted' });
    expect((await shop.product('mug')).stockQuantity).toBe(15);
  });
});
