import { describe, expect, test } from '@jest/globals';
import { aMovement, anOrder, aProduct } from '../../../support/builders.ts';
import { openShop } from '../../../support/fake-shop.ts';
import { meanwhile, noFault } from '../../../support/faults.ts';

const shopWithoutMugs = async () => {
  const shop = openShop({ orders: [anOrder('o1', { mug: 5, cup: 1 })] });
  await shop.loses('products', 'mug');
  return shop;
};

describe('When a product of the order does not exist any more', () => {
  test('the order is cancelled without it, and says so', async () => {
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

  test('a repeated cancellation tells the same', async () => {
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

  test('an order of nothing else is cancelled with nothing restored', async () => {
    // Prepare
    const shop = openShop({ orders: [anOrder('o1', { mug: 5 })] });
    await shop.loses('products', 'mug');

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'cancelled', restored: [], drift: 5 });
  });

  test('a product that is back before the order is cancelled gets its units back', async () => {
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

  test('a product that is back with less reserved is emptied and no more', async () => {
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

  test('a product that was short, and is gone a moment later, takes nothing back', async () => {
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

describe('When the ledger has a restoration already', () => {
  const restorationOfMugs = aMovement({
    referenceId: 'order_o1_cancellation',
    movementType: 'restoration',
    entry: 'restoration#mug',
    orderId: 'o1',
    quantity: 5,
    stockDelta: 0,
    reservedDelta: -5,
  });

  test('that product does not move again, and is still told as restored', async () => {
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

  test('it is not asked whether the product still exists', async () => {
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
