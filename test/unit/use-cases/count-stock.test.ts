import { describe, expect, test } from '@jest/globals';
import { adjustStock } from '../../../lib/use-cases/adjust-stock.ts';
import { type CountRequest, countStock } from '../../../lib/use-cases/count-stock.ts';
import { deleteProduct } from '../../../lib/use-cases/delete-product.ts';
import type { Ports } from '../../../lib/use-cases/ports.ts';
import { expectLawsHold } from '../../support/audit.ts';
import { anOrder, aProduct, NOW } from '../../support/builders.ts';
import { tally } from '../../support/concurrently.ts';
import { type FakeShop, openShop } from '../../support/fake-shop.ts';
import { cancelledFor, connectionReset, meanwhile, noFault } from '../../support/faults.ts';

const count = (
  shop: FakeShop,
  stockQuantity: number,
  differences: Partial<CountRequest> = {},
  ports: Partial<Ports> = {},
) =>
  countStock(
    { productId: 'mug', stockQuantity, referenceId: 'monday', ...differences },
    shop.ports(ports),
  );

const adjust = (shop: FakeShop, quantity: number, referenceId: string) =>
  adjustStock({ productId: 'mug', quantity, referenceId }, shop.ports());

/** 10 mugs, of which an order holds 4. */
const tenMugs = () =>
  openShop({ orders: [anOrder('o1', { mug: 4 })], products: { mug: { stock: 10 } } });

describe('Counting the stock', () => {
  test.each([
    [12, 2, 8],
    [9, -1, 5],
    [4, -6, 0],
  ])('as %i adjusts it by %i, and %i are available', async (units, quantity, available) => {
    const shop = tenMugs();

    const result = await count(shop, units, { reason: 'stocktaking' });

    expect(result).toEqual({
      outcome: 'counted',
      product: await shop.product('mug'),
      movement: {
        referenceId: 'monday',
        entry: 'adjustment#mug',
        productId: 'mug',
        movementType: 'adjustment',
        quantity,
        stockDelta: quantity,
        reservedDelta: 0,
        reason: 'stocktaking',
        countedQuantity: units,
        createdAt: NOW,
      },
    });
    expect(await shop.stockOf('mug')).toEqual({ stock: units, reserved: 4, available });
    await expectLawsHold(shop);
  });

  test('moves nothing when nothing differs', async () => {
    const shop = tenMugs();
    const before = await shop.movements();

    const result = await count(shop, 10);

    expect(result).toEqual({ outcome: 'counted', product: await shop.product('mug') });
    expect(await shop.movements()).toEqual(before);
    await expectLawsHold(shop);
  });

  test('below what orders hold is refused', async () => {
    const shop = tenMugs();

    expect(await count(shop, 3)).toEqual({
      outcome: 'insufficient_stock',
      shortages: [{ productId: 'mug', requested: 7, available: 6 }],
    });
    expect(await shop.stockOf('mug')).toEqual({ stock: 10, reserved: 4, available: 6 });
  });

  test('may bring too little stock closer to what orders hold, and never farther away', async () => {
    const shop = openShop();
    await shop.stocks(aProduct('mug', { stock: 3, reserved: 5, movements: 0 }));

    expect(await count(shop, 2)).toMatchObject({ outcome: 'insufficient_stock' });
    expect(await count(shop, 4)).toMatchObject({ outcome: 'counted', movement: { quantity: 1 } });
  });

  test.each([9, 11])('does nothing when the caller expected %i', async (expected) => {
    const shop = tenMugs();

    expect(await count(shop, 12, { expectedStockQuantity: expected })).toMatchObject({
      outcome: 'stock_changed',
      product: { stockQuantity: 10 },
    });
    expect((await shop.product('mug')).stockQuantity).toBe(10);
  });

  test('finds no product that does not exist, or that goes meanwhile', async () => {
    expect(await count(openShop(), 1)).toEqual({ outcome: 'product_not_found' });

    for (const units of [10, 100]) {
      const shop = openShop({ products: { mug: { stock: 100 } } });
      shop.wire.next(
        'TransactWriteItems',
        meanwhile(() => shop.loses('products', 'mug'), noFault),
      );
      expect(await count(shop, units)).toEqual({ outcome: 'product_not_found' });
    }
  });

  test('is unfinished when no time is left', async () => {
    expect(await count(tenMugs(), 5, {}, { remaining: () => 0 })).toEqual({
      outcome: 'unfinished',
    });
  });
});

describe('A count, while the stock moves', () => {
  const movesBefore = (shop: FakeShop, happens: () => unknown) =>
    shop.wire.next('TransactWriteItems', meanwhile(happens, noFault));

  test('starts again from what is there now', async () => {
    const shop = tenMugs();
    movesBefore(shop, () =>
      shop.tampersWith('products', 'mug', { stockQuantity: 9, availableQuantity: 5 }),
    );

    expect(await count(shop, 12)).toMatchObject({ outcome: 'counted', movement: { quantity: 3 } });
    expect(await shop.stockOf('mug')).toEqual({ stock: 12, reserved: 4, available: 8 });
  });

  test('is told that it changed, if it said what it expected', async () => {
    const shop = tenMugs();
    movesBefore(shop, () =>
      shop.tampersWith('products', 'mug', { stockQuantity: 9, availableQuantity: 5 }),
    );

    expect(await count(shop, 12, { expectedStockQuantity: 10 })).toMatchObject({
      outcome: 'stock_changed',
      product: { stockQuantity: 9 },
    });
  });

  test('needs no second attempt because orders come and go', async () => {
    const shop = tenMugs();
    movesBefore(shop, () =>
      shop.tampersWith('products', 'mug', { reservedQuantity: 5, availableQuantity: 5 }),
    );

    expect(await count(shop, 12)).toMatchObject({ outcome: 'counted', movement: { quantity: 2 } });
    expect(shop.wire.writes()).toHaveLength(1);
  });

  test('takes nothing from an order that is placed meanwhile', async () => {
    const shop = tenMugs();
    movesBefore(shop, () =>
      shop.tampersWith('products', 'mug', { reservedQuantity: 8, availableQuantity: 2 }),
    );

    expect(await count(shop, 6)).toEqual({
      outcome: 'insufficient_stock',
      shortages: [{ productId: 'mug', requested: 4, available: 2 }],
    });
  });

  test('keeps all laws when 10 counts, 10 adjustments and 10 orders meet', async () => {
    const shop = tenMugs();
    const broken = shop.watches([]);

    const results = await Promise.all(
      Array.from({ length: 10 }, async (_, index) => {
        await shop.places(`new-${index}`, { mug: 1 });
        await adjust(shop, 1, `delivery-${index}`);
        return count(shop, 30 + index, { referenceId: `count-${index}` });
      }),
    );

    expect(tally(results.map(({ outcome }) => outcome))).toEqual({ counted: 10 });
    expect(broken).toEqual([]);
    await expectLawsHold(shop);
  });
});

describe('Counting again with the same reference', () => {
  test('answers the same and moves nothing, although the stock has moved since', async () => {
    const shop = tenMugs();
    const first = await count(shop, 12);
    await adjust(shop, -5, 'sold');

    expect(await count(shop, 12)).toEqual({
      ...first,
      outcome: 'already_counted',
      product: await shop.product('mug'),
    });
    expect((await shop.product('mug')).stockQuantity).toBe(7);
  });

  test.each([12, 4])(
    'answers the same after a count of %i when exactly that is there again',
    async (units) => {
      const shop = tenMugs();
      const { movement } = { movement: undefined, ...(await count(shop, units)) };
      await adjust(shop, 1, 'found');
      await adjust(shop, -1, 'lost');

      expect(await count(shop, units)).toMatchObject({ outcome: 'already_counted', movement });
    },
  );

  test('also when the first count found no difference', async () => {
    const shop = tenMugs();
    await count(shop, 10);
    await adjust(shop, -2, 'sold');

    expect(await count(shop, 10)).toEqual({
      outcome: 'already_counted',
      product: await shop.product('mug'),
    });
    expect(await count(shop, 8)).toEqual({ outcome: 'reference_reused' });
    expect((await shop.product('mug')).stockQuantity).toBe(8);
  });

  test('also when the caller expected the stock from before', async () => {
    const shop = tenMugs();
    await count(shop, 12, { expectedStockQuantity: 10 });

    expect(await count(shop, 12, { expectedStockQuantity: 10 })).toMatchObject({
      outcome: 'already_counted',
    });
  });

  test('also when so few could not be counted any more', async () => {
    const shop = tenMugs();
    await count(shop, 8);
    await shop.places('o2', { mug: 4 });
    await adjust(shop, 5, 'delivery');
    await shop.places('o3', { mug: 5 });

    expect(await count(shop, 8)).toMatchObject({ outcome: 'already_counted' });
  });

  test('for another count, or for an adjustment, is refused', async () => {
    const shop = tenMugs();
    await count(shop, 12);
    await adjust(shop, 1, 'found');

    expect(await count(shop, 11)).toEqual({ outcome: 'reference_reused' });
    expect(await count(shop, 14, { referenceId: 'found' })).toEqual({
      outcome: 'reference_reused',
    });
    expect(await adjust(shop, 2, 'monday')).toEqual({ outcome: 'reference_reused' });
  });

  test.each([12, 10, 4])('as %i, 20 times at once, takes effect once', async (units) => {
    const shop = tenMugs();

    const results = await Promise.all(Array.from({ length: 20 }, () => count(shop, units)));

    const outcomes = tally(results.map(({ outcome }) => outcome));
    if (units === 10) expect(Object.keys(outcomes)).not.toContain('reference_reused');
    else expect(outcomes).toEqual({ counted: 1, already_counted: 19 });
    expect((await shop.product('mug')).stockQuantity).toBe(units);
    await expectLawsHold(shop);
  });

  test.each([12, 10])(
    'as %i, after a lost answer and a delivery, moves nothing more',
    async (units) => {
      const shop = tenMugs();
      shop.wire.next('TransactWriteItems', connectionReset, connectionReset, connectionReset);
      // The caller dies before it can ask again.
      let left = 1;
      const remaining = () => (left-- > 0 ? 60_000 : 0);
      await count(shop, units, {}, { remaining });
      await count(shop, units);
      await adjust(shop, 7, 'delivery');

      expect(await count(shop, units)).toMatchObject({ outcome: 'already_counted' });
      expect((await shop.product('mug')).stockQuantity).toBe(units + 7);
    },
  );

  test.each([12, 10])(
    'as %i, is counted by the attempt after a conflict or a lost answer',
    async (units) => {
      for (const fault of [connectionReset, cancelledFor('TransactionConflict')]) {
        const shop = tenMugs();
        shop.wire.next('TransactWriteItems', fault);

        expect(await count(shop, units)).toMatchObject({ outcome: 'counted' });
        expect((await shop.product('mug')).stockQuantity).toBe(units);
      }
    },
  );

  test('counts another product of the same id anew', async () => {
    const shop = openShop({ products: { mug: { stock: 10 } } });
    await count(shop, 12);
    await deleteProduct('mug', shop.ports());
    await shop.sells({ mug: 3 });

    expect(await count(shop, 12)).toMatchObject({ outcome: 'counted', movement: { quantity: 9 } });
    await expectLawsHold(shop);
  });
});
