import { describe, expect, test } from '@jest/globals';
import type { ProductUpdate } from '../../../lib/domain/product.ts';
import { adjustStock } from '../../../lib/use-cases/adjust-stock.ts';
import { deleteProduct } from '../../../lib/use-cases/delete-product.ts';
import { updateProduct } from '../../../lib/use-cases/update-product.ts';
import { expectLawsHold } from '../../support/audit.ts';
import { anOrder, manyLines, NOW } from '../../support/builders.ts';
import { concurrently, numbered } from '../../support/concurrently.ts';
import { type FakeShop, openShop } from '../../support/fake-shop.ts';
import { cancelledFor, connectionReset, meanwhile, noFault } from '../../support/faults.ts';

const update = (shop: FakeShop, changes: ProductUpdate, productId = 'mug') =>
  updateProduct({ productId, ...changes }, shop.ports());

/** 10 mugs, of which an order holds 4. */
const tenMugs = () =>
  openShop({ orders: [anOrder('o1', { mug: 4 })], products: { mug: { stock: 10 } } });

describe('Updating a product', () => {
  test('writes what is given, and leaves the stock alone', async () => {
    const shop = tenMugs();
    const before = await shop.product('mug');

    const result = await update(shop, { name: 'Mug', metadata: { shelf: 'a1' }, closed: true });

    const product = {
      ...before,
      name: 'Mug',
      metadata: { shelf: 'a1' },
      closed: true,
      openedAs: before.name,
      updatedAt: NOW,
    };
    expect(result).toEqual({ outcome: 'updated', product });
    expect(await shop.product('mug')).toEqual(product);
    await expectLawsHold(shop);
  });

  test('replaces the metadata as a whole, and removes them when they are empty', async () => {
    const shop = tenMugs();
    await update(shop, { metadata: { shelf: 'a1', colour: 'blue' } });

    await update(shop, { metadata: { shelf: 'b2' } });
    expect((await shop.product('mug')).metadata).toEqual({ shelf: 'b2' });

    await update(shop, { metadata: {} });
    expect(await shop.product('mug')).not.toHaveProperty('metadata');
  });

  test('is undone by nothing that moves the stock meanwhile, and undoes none of it', async () => {
    const shop = tenMugs();
    const broken = shop.watches([]);

    await Promise.all([
      ...numbered('r', 10).map((referenceId) =>
        adjustStock({ productId: 'mug', quantity: 1, referenceId }, shop.ports()),
      ),
      ...numbered('shelf', 10).map((shelf) => update(shop, { metadata: { shelf } })),
      update(shop, { name: 'Mug' }),
      shop.cancels('o1'),
    ]);

    expect(await shop.product('mug')).toMatchObject({
      name: 'Mug',
      stockQuantity: 20,
      reservedQuantity: 0,
      metadata: { shelf: expect.stringMatching(/^shelf-/) },
    });
    expect(broken).toEqual([]);
  });

  test.each([connectionReset, cancelledFor('TransactionConflict')])(
    'succeeds after %p',
    async (fault) => {
      const shop = tenMugs();
      shop.wire.next('TransactWriteItems', fault);

      expect(await update(shop, { closed: true })).toMatchObject({
        outcome: 'updated',
        product: { closed: true },
      });
    },
  );

  test('finds no product that is deleted before, or right after it', async () => {
    const shop = openShop({ products: { mug: {}, cup: {} } });
    await deleteProduct('mug', shop.ports());
    expect(await update(shop, { closed: true })).toEqual({ outcome: 'product_not_found' });

    shop.wire.next(
      'GetItem',
      meanwhile(() => shop.loses('products', 'cup'), noFault),
    );
    expect(await update(shop, { closed: true }, 'cup')).toEqual({ outcome: 'product_not_found' });
  });

  test('is unfinished when no time is left', async () => {
    const late = tenMugs().ports({ remaining: () => 0 });

    expect(await updateProduct({ productId: 'mug', closed: true }, late)).toEqual({
      outcome: 'unfinished',
    });
  });
});

describe('A closed product', () => {
  const closedMugs = async () => {
    const shop = tenMugs();
    await update(shop, { closed: true });
    return shop;
  };

  test('takes no new order, even if nobody could deliver it anyway', async () => {
    const shop = await closedMugs();

    const told = { outcome: 'product_closed', productIds: ['mug'] };
    expect(await shop.places('o2', { mug: 1 })).toEqual(told);
    expect(await shop.places('o3', { mug: 1_000 })).toEqual(told);
    await expectLawsHold(shop);
  });

  test('still answers a repeat of the order that was placed before', async () => {
    const shop = await closedMugs();

    expect(await shop.places('o1', { mug: 4 })).toMatchObject({ outcome: 'already_placed' });
  });

  test('can be adjusted, cancelled and deleted', async () => {
    const shop = await closedMugs();

    expect(
      await adjustStock({ productId: 'mug', quantity: -6, referenceId: 'r1' }, shop.ports()),
    ).toMatchObject({ outcome: 'adjusted' });
    expect(await shop.cancels('o1')).toMatchObject({ outcome: 'cancelled' });
    expect(await deleteProduct('mug', shop.ports())).toMatchObject({ outcome: 'deleted' });
  });

  test('takes orders again after it is opened again', async () => {
    const shop = await closedMugs();

    await update(shop, { closed: false });

    expect(await shop.places('o2', { mug: 6 })).toMatchObject({ outcome: 'placed' });
    await expectLawsHold(shop);
  });

  test('has exactly the orders that were placed before it closed', async () => {
    const shop = openShop({ products: { mug: { stock: 100 } } });
    const ids = numbered('o', 40);

    const closing = concurrently(ids, (id) => shop.places(id, { mug: 1 }), { limit: 8 });
    await update(shop, { closed: true });
    const { reservedQuantity } = await shop.product('mug');
    const results = await closing;

    const placed = results.filter(({ outcome }) => outcome === 'placed');
    expect((await shop.product('mug')).reservedQuantity).toBe(reservedQuantity);
    expect(placed).toHaveLength(reservedQuantity);
    expect(results.filter(({ outcome }) => outcome === 'product_closed')).toHaveLength(
      ids.length - placed.length,
    );
    await expectLawsHold(shop);
  });

  test('makes a large order give back what its first steps have reserved', async () => {
    // Prepare: the last of 120 products closes between two steps
    const lines = manyLines(120);
    const shop = openShop({
      products: Object.fromEntries(lines.map(({ productId }) => [productId, {}])),
    });
    shop.wire.next(
      'TransactWriteItems',
      noFault,
      meanwhile(async () => {
        await shop.tampersWith('products', 'p119', { closed: true });
      }, noFault),
    );

    // Act
    const result = await shop.placesLines('o1', lines);

    // Assess
    expect(result).toEqual({ outcome: 'product_closed', productIds: ['p119'] });
    expect(shop.db.rows('orders')).toEqual([]);
    expect((await shop.product('p000')).reservedQuantity).toBe(0);
    await expectLawsHold(shop);
  });
});
