import { describe, expect, test } from '@jest/globals';
import { anOrder, aProduct } from '../../../support/builders.ts';
import { openShop } from '../../../support/fake-shop.ts';
import { meanwhile, noFault } from '../../../support/faults.ts';

/** An order of 5 mugs and 1 cup, in a shop whose counter has only some mugs reserved. */
const shopWithReserved = (reserved: number) =>
  openShop({
    orders: [anOrder('o1', { mug: 5, cup: 1 })],
    products: { mug: { stock: 10, reserved } },
  });

describe('Cancelling an order whose product has fewer units reserved than it holds', () => {
  test('lowers the counter to 0 and records the 2 units that moved', async () => {
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

  test('leaves a counter of 0 and records that no unit moved', async () => {
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

  test('leaves a counter below 0 as it is', async () => {
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

  test('takes one read and two transactions', async () => {
    // Prepare
    const shop = shopWithReserved(2);

    // Act
    await shop.cancelsAll(['o1']);

    // Assess
    expect(shop.wire.operations()).toEqual(['GetItem', 'TransactWriteItems', 'TransactWriteItems']);
  });

  test('reports no drift when it is repeated', async () => {
    // Prepare
    const shop = shopWithReserved(2);
    await shop.cancelsAll(['o1']);

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'already_cancelled', drift: 0 });
  });
});

describe('When the reserved units change between the two transactions', () => {
  test.each([
    ['falls', 1, { moved: 1, left: 0 }],
    ['falls to zero', 0, { moved: 0, left: 0 }],
    ['rises, but not enough', 4, { moved: 4, left: 0 }],
    ['rises to just enough', 5, { moved: 5, left: 0 }],
    ['rises to more than enough', 8, { moved: 5, left: 3 }],
  ])('and %s, it releases what is reserved then', async (_, reserved, { moved, left }) => {
    // Prepare: 2 units are reserved when the first attempt is refused, and then the counter changes
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

  test('units that another order has reserved stay reserved', async () => {
    // Prepare: before the second attempt the counter is corrected, and another order adds 4 units
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
