import { describe, expect, test } from '@jest/globals';
import { anOrder, aProduct } from '../../../support/builders.ts';
import { openShop } from '../../../support/fake-shop.ts';
import { meanwhile, noFault } from '../../../support/faults.ts';

/** An order of 5 mugs and 1 cup, in a shop that believes only some mugs to be reserved. */
const shopWithReserved = (reserved: number) =>
  openShop({
    orders: [anOrder('o1', { mug: 5, cup: 1 })],
    products: { mug: { stock: 10, reserved } },
  });

describe('When a product has less reserved than the order holds', () => {
  test('its counter stops at zero, and the movement says what really moved', async () => {
    // Prepare
    const shop = shopWithReserved(2);

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({
      outcome: 'cancelled',
      drift: 3,
      restored: [
        { productId: 'mug', quantity: 5 },
        { productId: 'cup', quantity: 1 },
      ],
    });
    expect(await shop.product('mug')).toMatchObject({
      stockQuantity: 10,
      reservedQuantity: 0,
      availableQuantity: 10,
    });
    expect(await shop.restorations('o1')).toMatchObject([
      { productId: 'mug', quantity: 5, reservedDelta: -2, stockDelta: 0 },
      { productId: 'cup', quantity: 1, reservedDelta: -1, stockDelta: 0 },
    ]);
  });

  test('a counter at zero stays there, and the movement says that nothing moved', async () => {
    // Prepare
    const shop = shopWithReserved(0);

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'cancelled', drift: 5 });
    expect(await shop.restorations('o1')).toMatchObject([
      { productId: 'mug', quantity: 5, reservedDelta: 0 },
      { productId: 'cup', quantity: 1, reservedDelta: -1 },
    ]);
    expect(await shop.product('mug')).toMatchObject({ reservedQuantity: 0, availableQuantity: 10 });
  });

  test('a counter that was imported below zero never gets worse, nor better', async () => {
    // Prepare
    const shop = shopWithReserved(-3);

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'cancelled', drift: 5 });
    expect(await shop.product('mug')).toMatchObject({
      reservedQuantity: -3,
      availableQuantity: 13,
    });
  });

  test('the order is cancelled in three requests, none of them a second read', async () => {
    // Prepare
    const shop = shopWithReserved(2);

    // Act
    await shop.cancelsAll(['o1']);

    // Assess
    expect(shop.wire.operations()).toEqual(['GetItem', 'TransactWriteItems', 'TransactWriteItems']);
  });

  test('a repeated cancellation does not count the drift again', async () => {
    // Prepare
    const shop = shopWithReserved(2);
    await shop.cancelsAll(['o1']);

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'already_cancelled', drift: 0 });
  });
});

describe('When the counter changes again before it is emptied', () => {
  test.each([
    ['falls', 1, { moved: 1, left: 0 }],
    ['falls to zero', 0, { moved: 0, left: 0 }],
    ['rises, but not enough', 4, { moved: 4, left: 0 }],
    ['rises to just enough', 5, { moved: 5, left: 0 }],
    ['rises to more than enough', 8, { moved: 5, left: 3 }],
  ])('and %s, the order takes what there is then', async (_, reserved, { moved, left }) => {
    // Prepare: 2 are reserved when the first attempt is refused, and then that changes
    const shop = shopWithReserved(2);
    shop.wire.next(
      'TransactWriteItems',
      noFault,
      meanwhile(() => shop.stocks(aProduct('mug', { stock: 10, reserved }))),
    );

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'cancelled', drift: 5 - moved });
    expect(await shop.product('mug')).toMatchObject({
      reservedQuantity: left,
      availableQuantity: 10 - left,
    });
    expect((await shop.restorations('o1'))[0]).toMatchObject({
      quantity: 5,
      reservedDelta: 0 - moved,
    });
  });

  test('what another order has reserved meanwhile stays reserved', async () => {
    // Prepare: the counter was short, and then it is repaired and another order adds 4
    const shop = shopWithReserved(2);
    shop.wire.next(
      'TransactWriteItems',
      noFault,
      meanwhile(() => shop.stocks(aProduct('mug', { stock: 10, reserved: 9 }))),
    );

    // Act
    await shop.cancelsAll(['o1']);

    // Assess
    expect((await shop.product('mug')).reservedQuantity).toBe(4);
  });
});
