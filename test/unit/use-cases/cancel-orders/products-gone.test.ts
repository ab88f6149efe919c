import { describe, expect, test } from '@jest/globals';
import { aMovement, anOrder, aProduct } from '../../../support/builders.ts';
import { openShop } from '../../../support/fake-shop.ts';
import { meanwhile, noFault } from '../../../support/faults.ts';

const shopWithoutMugs = async () => {
  const shop = openShop({ orders: [anOrder('o1', { mug: 5, cup: 1 })] });
  await shop.loses('products', 'mug');
  return shop;
};

describe('Cancelling an order whose product was deleted', () => {
  test('restores the other product and reports 5 missing units as drift', async () => {
    // Prepare
    const shop = await shopWithoutMugs();

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'cancelled', drift: 5 });
    expect(result).toHaveProperty('restored', [expect.objectContaining({ productId: 'cup' })]);
    expect(await shop.restorations('o1')).toMatchObject([{ productId: 'cup', quantity: 1 }]);
    expect(await shop.order('o1')).toMatchObject({
      status: 'cancelled',
      items: [
        { productId: 'mug', reservedQuantity: 0, cancelledQuantity: 5 },
        { productId: 'cup', reservedQuantity: 0, cancelledQuantity: 1 },
      ],
    });
    expect(shop.db.get('products', { id: 'mug' })).toBeUndefined();
  });

  test('again finds the restoration of the other product and reports no drift', async () => {
    // Prepare
    const shop = await shopWithoutMugs();
    await shop.cancelsAll(['o1']);

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'already_cancelled', drift: 0 });
    const restored = await shop.restoredBy(result);
    expect(restored).toEqual([{ productId: 'cup', quantity: 1 }]);
  });

  test('reports all units as drift if the order has no other product', async () => {
    // Prepare
    const shop = openShop({ orders: [anOrder('o1', { mug: 5 })] });
    await shop.loses('products', 'mug');

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'cancelled', restored: [], drift: 5 });
  });

  test('restores the units if the product exists again before the write', async () => {
    // Prepare
    const shop = await shopWithoutMugs();
    shop.wire.next(
      'TransactWriteItems',
      noFault,
      meanwhile(() => shop.stocks(aProduct('mug', { stock: 10, reserved: 7 }))),
    );

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'cancelled', drift: 0 });
    expect((await shop.product('mug')).reservedQuantity).toBe(2);
    expect(await shop.restorations('o1')).toHaveLength(2);
  });

  test('restores 2 of 5 units if the product exists again with 2 reserved', async () => {
    // Prepare
    const shop = await shopWithoutMugs();
    shop.wire.next(
      'TransactWriteItems',
      noFault,
      meanwhile(() => shop.stocks(aProduct('mug', { stock: 10, reserved: 2 }))),
    );

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'cancelled', drift: 3 });
    expect((await shop.product('mug')).reservedQuantity).toBe(0);
  });

  test('restores nothing to a short product that is deleted before the write', async () => {
    // Prepare
    const shop = openShop({
      orders: [anOrder('o1', { mug: 5, cup: 1 })],
      products: { mug: { stock: 10, reserved: 2 } },
    });
    shop.wire.next(
      'TransactWriteItems',
      noFault,
      meanwhile(() => shop.loses('products', 'mug')),
    );

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'cancelled', drift: 5 });
    expect(await shop.restorations('o1')).toMatchObject([{ productId: 'cup' }]);
  });
});

describe('Cancelling an order whose restoration is in the ledger already', () => {
  const restorationOfMugs = aMovement({
    referenceId: 'order_o1_cancellation',
    movementType: 'restoration',
    entry: 'restoration#mug',
    orderId: 'o1',
    quantity: 5,
    stockDelta: 0,
    reservedDelta: -5,
  });

  test('does not move that product again, and reports the restoration', async () => {
    // Prepare
    const shop = openShop({
      orders: [anOrder('o1', { mug: 5, cup: 1 })],
      products: { mug: { stock: 20, reserved: 9 } },
    });
    await shop.records(restorationOfMugs);

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({
      outcome: 'cancelled',
      restored: [
        { productId: 'mug', quantity: 5 },
        { productId: 'cup', quantity: 1 },
      ],
      drift: 0,
    });
    expect((await shop.product('mug')).reservedQuantity).toBe(9);
    expect((await shop.product('cup')).reservedQuantity).toBe(0);
    expect(await shop.restorations('o1')).toHaveLength(2);
  });

  test('does not require the product to exist', async () => {
    // Prepare
    const shop = await shopWithoutMugs();
    await shop.records(restorationOfMugs);

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'cancelled', drift: 0 });
    expect(result).toHaveProperty('restored', [
      { productId: 'mug', quantity: 5 },
      { productId: 'cup', quantity: 1 },
    ]);
  });
});
