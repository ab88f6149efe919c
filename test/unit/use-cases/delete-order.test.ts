import { describe, expect, test } from '@jest/globals';
import type { StockMovement } from '../../../lib/domain/stock-movement.ts';
import { deleteOrder } from '../../../lib/use-cases/delete-order.ts';
import { deleteProduct } from '../../../lib/use-cases/delete-product.ts';
import { placeOrder } from '../../../lib/use-cases/place-order.ts';
import type { Ports } from '../../../lib/use-cases/ports.ts';
import { expectLawsHold } from '../../support/audit.ts';
import { anOrder, manyLines, NOW } from '../../support/builders.ts';
import { cancelLines } from '../../support/cancel-lines.ts';
import { type FakeShop, openShop } from '../../support/fake-shop.ts';
import { late, meanwhile, noFault } from '../../support/faults.ts';
import { mortal, survives } from '../../support/unit-death.ts';
import { unitRuntime } from '../../support/unit-runtime.ts';

const sound = { violations: [], unfinished: [] };

const ofO1 = async (shop: FakeShop) =>
  (await shop.movements()).filter(({ orderId }) => orderId === 'o1');

describe('Deleting an order', () => {
  test('deletes its movements, too, if it is cancelled, and keeps all laws', async () => {
    // Prepare
    const shop = openShop({
      orders: [anOrder('o1', { mug: 2, cup: 1 }), anOrder('o2', { mug: 5 })],
    });
    await cancelLines(
      { orderId: 'o1', items: [{ productId: 'mug', quantity: 1 }], idempotencyKey: 'k1' },
      shop.ports(),
    );
    await shop.cancelsAll(['o1']);
    expect(await ofO1(shop)).toHaveLength(5);

    // Act
    const result = await deleteOrder('o1', shop.ports());

    // Assess
    expect(result).toMatchObject({ outcome: 'deleted' });
    expect(await shop.store.getOrder('o1', () => 1_000)).toBeUndefined();
    expect(await ofO1(shop)).toEqual([]);
    expect(await shop.product('mug')).toMatchObject({ stockQuantity: 107, reservedQuantity: 5 });
    await expectLawsHold(shop);
  });

  test('again reports not_found', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });
    await shop.cancelsAll(['o1']);
    await deleteOrder('o1', shop.ports());

    expect(await deleteOrder('o1', shop.ports())).toEqual({ outcome: 'not_found' });
  });

  test('while another caller deletes it reports deleted or not_found, at any moment', async () => {
    for (const readsBefore of [0, 1, 2, 3]) {
      const shop = openShop({ orders: [anOrder('o1', { mug: 2, cup: 1 })] });
      await shop.cancelsAll(['o1']);
      const others = shop.ports();
      const queries = Array.from({ length: readsBefore }, () => noFault);
      const byOthers = meanwhile(() => deleteOrder('o1', others));
      shop.wire.next('Query', ...queries, byOthers);

      const { outcome } = await deleteOrder('o1', shop.ports());

      expect(['not_found', 'deleted']).toContain(outcome);
      expect(await ofO1(shop)).toEqual([]);
    }
  });

  test.each(['pending', 'confirmed', 'shipped', 'delivered'] as const)(
    'is refused while it is %s',
    async (status) => {
      const shop = openShop({ orders: [anOrder('o1', { mug: 2 }, { status })] });

      expect(await deleteOrder('o1', shop.ports())).toEqual({ outcome: 'order_not_deletable' });
      expect(await ofO1(shop)).toHaveLength(1);
    },
  );

  test('is refused if it is cancelled but still holds units', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 }, { status: 'cancelled' })] });

    expect(await deleteOrder('o1', shop.ports())).toEqual({ outcome: 'order_not_deletable' });
  });

  test('is refused if it was cancelled without restocking, because only it explains the lost stock', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });
    await shop.cancelsAll([{ orderId: 'o1', restock: false }]);

    expect(await deleteOrder('o1', shop.ports())).toEqual({ outcome: 'order_not_deletable' });
    await expectLawsHold(shop);
  });

  test('is refused if it was cancelled with drift, because its movements do not sum to 0', async () => {
    const shop = openShop({
      orders: [anOrder('o1', { mug: 5 })],
      products: { mug: { stock: 10, reserved: 2 } },
    });
    await shop.cancelsAll(['o1']);

    expect(await deleteOrder('o1', shop.ports())).toEqual({ outcome: 'order_not_deletable' });
  });

  test('succeeds if it has no lines', async () => {
    const shop = openShop({ orders: [anOrder('o1', [])] });
    await shop.cancelsAll(['o1']);

    expect(await deleteOrder('o1', shop.ports())).toMatchObject({ outcome: 'deleted' });
  });

  test('is unfinished when no time is left, and deletes no movement', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });
    await shop.cancelsAll(['o1']);

    expect(await deleteOrder('o1', shop.ports({ remaining: () => 0 }))).toEqual({
      outcome: 'unfinished',
    });
    expect(await ofO1(shop)).toHaveLength(2);
  });

  test('by two callers at once reports deleted to one and not_found to the other', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });
    await shop.cancelsAll(['o1']);

    const results = await Promise.all([
      deleteOrder('o1', shop.ports()),
      deleteOrder('o1', shop.ports()),
    ]);

    expect(results.map(({ outcome }) => outcome).sort()).toEqual(['deleted', 'not_found']);
    expect(await ofO1(shop)).toEqual([]);
  });
});

describe('Deleting an order of 120 lines', () => {
  const aLargeCancelledOrder = async () => {
    const shop = openShop({ orders: [anOrder('o1', manyLines(120))] });
    await shop.cancelsAll(['o1']);
    return shop;
  };

  test('deletes the movements of 33 products per transaction, and all laws hold in between', async () => {
    // Prepare
    const shop = await aLargeCancelledOrder();
    const before = shop.wire.writes().length;
    const verdicts: unknown[] = [];
    shop.wire.next(
      'TransactWriteItems',
      ...Array.from({ length: 4 }, () =>
        meanwhile(async () => verdicts.push(await shop.verdict())),
      ),
    );

    // Act
    await deleteOrder('o1', shop.ports());

    // Assess: 120 products with two movements each, 33 products to a transaction
    expect(shop.wire.writes()).toHaveLength(before + 4);
    expect(verdicts).toEqual([sound, sound, sound, sound]);
    expect(await ofO1(shop)).toEqual([]);
  });

  test.each([0, 1, 2])(
    'is finished by the next call if it dies after %i transactions',
    async (cut) => {
      // Prepare
      const shop = await aLargeCancelledOrder();
      const dying = deleteOrder('o1', shop.ports({ store: mortal(shop.store, cut) }));
      expect(await survives(dying)).toBe(false);
      await expectLawsHold(shop);
      expect((await shop.store.getOrder('o1', () => 1_000))?.status).toBe('cancelled');

      // Act
      const result = await deleteOrder('o1', shop.ports());

      // Assess
      expect(result).toMatchObject({ outcome: 'deleted' });
      expect(await ofO1(shop)).toEqual([]);
      await expectLawsHold(shop);
    },
  );

  test('does not touch a new order that has taken its id in the meantime', async () => {
    // Prepare: after the first of its transactions the order is deleted, and placed again
    const shop = await aLargeCancelledOrder();
    const items = manyLines(120).map(({ productId, quantity }) => ({ productId, quantity }));
    const later = shop.ports({
      runtime: unitRuntime({ now: () => new Date(Date.parse(NOW) + 1) }),
    });
    shop.wire.next(
      'TransactWriteItems',
      noFault,
      meanwhile(async () => {
        await deleteOrder('o1', shop.ports());
        await placeOrder({ id: 'o1', items }, later);
      }),
    );

    // Act
    const result = await deleteOrder('o1', shop.ports());

    // Assess
    expect(result).toEqual({ outcome: 'not_found' });
    expect((await shop.order('o1')).status).toBe('pending');
    expect(await ofO1(shop)).toHaveLength(120);
    await expectLawsHold(shop);
  });
});

describe('Two callers who delete the same order', () => {
  test.each([0, 1, 2, 3, 4])(
    'get `deleted` and `not_found`, if the first %i commits are delayed',
    async (steps) => {
      // Prepare: 180 lines, read 50 movements at a time, so that neither reads all at one moment
      const shop = openShop({ orders: [anOrder('o1', manyLines(180))] });
      await shop.cancelsAll(['o1']);
      shop.db.limits.page = 50;
      const broken = shop.watches([...Array.from({ length: steps }, () => late(noFault, 9))]);
      shop.wire.next(
        'Query',
        ...Array.from({ length: 40 }, (_, index) => late(noFault, (index * 7) % 11)),
      );

      // Act
      const results = await Promise.all([
        deleteOrder('o1', shop.ports()),
        deleteOrder('o1', shop.ports()),
      ]);

      // Assess
      expect(results.map(({ outcome }) => outcome).sort()).toEqual(['deleted', 'not_found']);
      expect(broken).toEqual([]);
      expect(await ofO1(shop)).toEqual([]);
      await expectLawsHold(shop);
    },
  );

  test('get `not_found`, not `order_not_deletable`, if the other deletes a part between two reads', async () => {
    // Prepare: after each cause that this call has read, another caller deletes one more part
    const shop = openShop({ orders: [anOrder('o1', manyLines(240))] });
    await shop.cancelsAll(['o1']);
    let looks = 0;
    const store: Ports['store'] = {
      ...shop.store,
      readMovementsOfReferences: async function* (referenceIds) {
        looks += 1;
        for (const [index, referenceId] of referenceIds.entries()) {
          const others = shop.ports({ store: mortal(shop.store, 1) });
          if (index > 0) await survives(deleteOrder('o1', others));
          yield* shop.store.readMovementsOfReferences([referenceId], () => 1_000);
        }
      },
    };

    // Act
    const result = await deleteOrder('o1', shop.ports({ store }));

    // Assess: 240 products, 33 at a time
    expect(result).toEqual({ outcome: 'not_found' });
    expect(looks).toBe(8);
    expect(await ofO1(shop)).toEqual([]);
    await expectLawsHold(shop);
  });
});

describe('Deleting an order while its product is being deleted', () => {
  const aShopWithBoth = async () => {
    const shop = openShop({
      orders: [anOrder('o1', { mug: 2, cup: 1 }), anOrder('o2', { cup: 1 })],
    });
    await shop.cancelsAll(['o1']);
    return shop;
  };

  test.each([0, 1, 2, 3, 4])(
    'counts down each movement once, if the second deletion runs after %i transactions',
    async (steps) => {
      for (const isProductFirst of [true, false]) {
        // Prepare
        const shop = await aShopWithBoth();
        const deleteTheOrder = () => deleteOrder('o1', shop.ports());
        const deleteTheProduct = () => deleteProduct('mug', shop.ports());
        const [first, second] = isProductFirst
          ? [deleteTheProduct, deleteTheOrder]
          : [deleteTheOrder, deleteTheProduct];
        const broken = shop.watches([
          ...Array.from({ length: steps }, () => noFault),
          meanwhile(second),
        ]);

        // Act
        const { outcome } = await first();
        const rest = await second();

        // Assess
        expect(outcome).toBe('deleted');
        expect(['deleted', 'not_found']).toContain(rest.outcome);
        expect(broken).toEqual([]);
        expect((await shop.movements()).filter(({ productId }) => productId === 'mug')).toEqual([]);
        expect(await ofO1(shop)).toEqual([]);
        expect(shop.db.rows('products').map(({ id }) => id)).toEqual(['cup']);
        expect((await shop.product('cup')).movementCount).toBe(2);
        await expectLawsHold(shop);
      }
    },
  );

  test('succeeds after the deletion of the product died with one movement deleted', async () => {
    // Prepare: the deletion of the product died after it had deleted the reservation of the order
    const shop = await aShopWithBoth();
    await survives(deleteProduct('mug', shop.ports({ store: mortal(shop.store, 1) })));
    const reservation = (await ofO1(shop)).find(
      ({ productId, movementType }) => productId === 'mug' && movementType === 'reservation',
    ) as StockMovement;
    await shop.store.commit(
      [
        { type: 'uncount-movements', productId: 'mug', movements: 1, retiredAt: NOW },
        { type: 'delete-movement', movement: reservation },
      ],
      () => 1_000,
    );

    // Act
    const result = await deleteOrder('o1', shop.ports());

    // Assess
    expect(result).toMatchObject({ outcome: 'deleted' });
    expect((await shop.product('mug')).movementCount).toBe(1);
    await expectLawsHold(shop);
    expect(await deleteProduct('mug', shop.ports())).toMatchObject({ outcome: 'deleted' });
    await expectLawsHold(shop);
  });
});

describe('Deleting an order whose product was lost', () => {
  test.each(['before', 'after'])(
    'deletes its movements, too, if the product was lost %s the cancellation',
    async (when) => {
      // Prepare
      const shop = openShop({ orders: [anOrder('o1', { mug: 2, cup: 1, pot: 1 })] });
      if (when === 'before') await shop.loses('products', 'mug');
      await shop.cancelsAll(['o1']);
      if (when === 'after') await shop.loses('products', 'mug');
      await shop.loses('products', 'pot');
      const before = shop.wire.sent.length;

      // Act
      const result = await deleteOrder('o1', shop.ports());

      // Assess
      expect(result).toMatchObject({ outcome: 'deleted' });
      expect(await ofO1(shop)).toEqual([]);
      expect(shop.wire.sent.length - before).toBeLessThan(20);
      await expectLawsHold(shop);
    },
  );

  test('succeeds for 120 lines of which 4 products were lost', async () => {
    const shop = openShop({ orders: [anOrder('o1', manyLines(120))] });
    await shop.cancelsAll(['o1']);
    for (const id of ['p000', 'p050', 'p090', 'p119']) await shop.loses('products', id);

    expect(await deleteOrder('o1', shop.ports())).toMatchObject({ outcome: 'deleted' });
    expect(await ofO1(shop)).toEqual([]);
    await expectLawsHold(shop);
  });

  test('is refused in less than 20 requests if the product exists but has counted too few movements', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });
    await shop.cancelsAll(['o1']);
    await shop.stocks({ ...(await shop.product('mug')), movementCount: 1 });
    const before = shop.wire.sent.length;

    expect(await deleteOrder('o1', shop.ports())).toEqual({ outcome: 'order_not_deletable' });
    expect(await ofO1(shop)).toHaveLength(2);
    expect(shop.wire.sent.length - before).toBeLessThan(20);
  });
});
