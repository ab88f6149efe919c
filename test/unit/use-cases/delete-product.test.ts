import { describe, expect, test } from '@jest/globals';
import { adjustStock } from '../../../lib/use-cases/adjust-stock.ts';
import { createProduct } from '../../../lib/use-cases/create-product.ts';
import { deleteProduct } from '../../../lib/use-cases/delete-product.ts';
import { placeOrder } from '../../../lib/use-cases/place-order.ts';
import type { Ports } from '../../../lib/use-cases/ports.ts';
import { expectLawsHold } from '../../support/audit.ts';
import { aMovement, anOrder } from '../../support/builders.ts';
import { type FakeShop, openShop } from '../../support/fake-shop.ts';
import { connectionReset, meanwhile, noFault } from '../../support/faults.ts';
import { mortal, survives } from '../../support/unit-death.ts';

const remove = (shop: FakeShop, ports: Partial<Ports> = {}) =>
  deleteProduct('mug', shop.ports(ports));

/** A shop whose mug has this many adjustments. */
const countedMugs = async (times: number): Promise<FakeShop> => {
  const shop = openShop({ products: { mug: { stock: 0 }, cup: {} } });
  for (let count = 0; count < times; count += 1) {
    await shop.records(
      aMovement({ referenceId: `count${count}`, stockDelta: count % 2 === 0 ? 1 : -1 }),
    );
  }
  return shop;
};

const ofMugs = async (shop: FakeShop) =>
  (await shop.movements()).filter(({ productId }) => productId === 'mug');

describe('Deleting a product', () => {
  test('deletes its movements, too, if nothing of it is reserved', async () => {
    const shop = openShop({ products: { mug: { stock: 10 }, cup: {} } });
    await adjustStock({ productId: 'mug', quantity: 5, referenceId: 'r1' }, shop.ports());

    expect(await remove(shop)).toMatchObject({ outcome: 'deleted' });
    expect(await shop.store.getProduct('mug', () => 1_000)).toBeUndefined();
    expect(shop.db.rows('products').map(({ id }) => id)).toEqual(['cup']);
    expect(await ofMugs(shop)).toEqual([]);
    await expectLawsHold(shop);
  });

  test('reports not_found if it was deleted before or never existed', async () => {
    const shop = openShop({ products: { mug: { stock: 10 } } });
    await remove(shop);

    expect(await remove(shop)).toEqual({ outcome: 'not_found' });
    expect(await deleteProduct('jug', shop.ports())).toEqual({ outcome: 'not_found' });
  });

  test('is refused while an order holds units of it, and changes nothing', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 1 })] });
    const before = await shop.product('mug');

    expect(await remove(shop)).toEqual({ outcome: 'product_in_use' });
    expect(await shop.store.getProduct('mug', () => 1_000)).toEqual(before);
    expect(await shop.cancelsAll(['o1'])).toMatchObject([{ outcome: 'cancelled', drift: 0 }]);
  });

  test('is unfinished when no time is left, and changes nothing', async () => {
    const shop = openShop({ products: { mug: {} } });

    expect(await remove(shop, { remaining: () => 0 })).toEqual({ outcome: 'unfinished' });
    expect(await shop.store.getProduct('mug', () => 1_000)).toBeDefined();
  });

  test('succeeds although 3 answers are lost', async () => {
    const shop = openShop({ products: { mug: {} } });
    shop.wire.next('TransactWriteItems', connectionReset, connectionReset, connectionReset);

    expect(await remove(shop)).toMatchObject({ outcome: 'deleted' });
  });

  test('frees its id for a new product', async () => {
    const shop = openShop({ products: { mug: { stock: 10 } } });
    await remove(shop);

    const result = await createProduct(
      { id: 'mug', name: 'Another mug', stockQuantity: 3 },
      shop.ports(),
    );

    expect(result).toMatchObject({ outcome: 'created' });
    await expectLawsHold(shop);
  });

  test('by 3 callers at once deletes everything, and no caller is unfinished', async () => {
    const shop = await countedMugs(250);

    const results = await Promise.all([remove(shop), remove(shop), remove(shop)]);

    expect(results.map(({ outcome }) => outcome)).toContain('deleted');
    expect(results.map(({ outcome }) => outcome)).not.toContain('unfinished');
    expect(await ofMugs(shop)).toEqual([]);
    expect(shop.db.rows('products').map(({ id }) => id)).toEqual(['cup']);
  });

  test('is reported as deleted even if another caller finishes it', async () => {
    // Prepare: this call retires it; then another call deletes the rest
    const shop = await countedMugs(5);
    shop.wire.next(
      'TransactWriteItems',
      noFault,
      meanwhile(() => remove(shop)),
    );

    // Act and assess
    expect(await remove(shop)).toMatchObject({ outcome: 'deleted' });
    expect(await ofMugs(shop)).toEqual([]);
  });

  test('and ordering it at once: exactly one of them succeeds', async () => {
    for (let round = 0; round < 10; round += 1) {
      const shop = openShop({ products: { mug: { stock: 10 } } });
      const order = () =>
        placeOrder({ id: 'o1', items: [{ productId: 'mug', quantity: 1 }] }, shop.ports());

      const [first, second] = await Promise.all(
        round % 2 === 0 ? [remove(shop), order()] : [order(), remove(shop)],
      );

      expect([
        ['deleted', 'product_not_found'],
        ['placed', 'product_in_use'],
        ['product_in_use', 'placed'],
        ['product_not_found', 'deleted'],
      ]).toContainEqual([first.outcome, second.outcome]);
      expect((await shop.verdict()).violations).toEqual([]);
    }
  });
});

describe('A retired product', () => {
  test.each([1, 2, 3, 4])(
    'is not found, listed, adjusted or ordered after its deletion died after %i steps',
    async (cut) => {
      // Prepare: retired, then 99 of its 250 movements at a time deleted, then itself
      const shop = await countedMugs(250);
      expect(await survives(remove(shop, { store: mortal(shop.store, cut) }))).toBe(false);

      // Assess: it is not found, not listed, and cannot be adjusted or ordered
      expect(await shop.store.getProduct('mug', () => 1_000)).toBeUndefined();
      const listed = await shop.store.listProducts({ limit: 100, remaining: () => 1_000 });
      expect(listed.items.map(({ id }) => id)).toEqual(['cup']);
      expect(
        await adjustStock({ productId: 'mug', quantity: 5, referenceId: 'r1' }, shop.ports()),
      ).toEqual({ outcome: 'product_not_found' });
      expect(
        await placeOrder({ id: 'o1', items: [{ productId: 'mug', quantity: 1 }] }, shop.ports()),
      ).toEqual({ outcome: 'product_not_found', productIds: ['mug'] });

      // Act
      const result = await remove(shop);

      // Assess
      expect(result).toMatchObject({ outcome: 'deleted' });
      expect(await ofMugs(shop)).toEqual([]);
      expect(shop.db.rows('products').map(({ id }) => id)).toEqual(['cup']);
    },
  );

  test('is reported as unfinished when the time ends, and is deleted by the next call', async () => {
    const shop = await countedMugs(250);
    const remaining = () => (shop.wire.writes().length < 2 ? 60_000 : 0);

    expect(await remove(shop, { remaining })).toEqual({ outcome: 'unfinished' });
    expect(await remove(shop)).toMatchObject({ outcome: 'deleted' });
    expect(await ofMugs(shop)).toEqual([]);
  });

  test('counts as deleted when an order that holds units of it is cancelled', async () => {
    // Prepare: damaged data, in which the counter does not include the units of the order
    const shop = openShop({
      orders: [anOrder('o1', { mug: 2, cup: 1 })],
      products: { mug: { stock: 5, reserved: 0 } },
    });
    await survives(remove(shop, { store: mortal(shop.store, 1) }));

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'cancelled', drift: 2 });
    expect(await shop.restorations('o1')).toMatchObject([{ productId: 'cup' }]);
  });
});
