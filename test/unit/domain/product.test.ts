import { describe, expect, test } from '@jest/globals';
import { movedBy, openProduct } from '../../../lib/domain/product.ts';
import { aProduct, NOW } from '../../support/builders.ts';

describe('Opening a product', () => {
  test('makes its first stock fully available', () => {
    const { product } = openProduct({ id: 'mug', name: 'Blue mug', stockQuantity: 10 }, NOW);

    expect(product).toStrictEqual({
      id: 'mug',
      name: 'Blue mug',
      stockQuantity: 10,
      reservedQuantity: 0,
      availableQuantity: 10,
      movementCount: 1,
      createdAt: NOW,
      updatedAt: NOW,
    });
  });

  test('records a movement for its first stock', () => {
    const { movement } = openProduct({ id: 'mug', name: 'Blue mug', stockQuantity: 10 }, NOW);

    expect(movement).toEqual({
      referenceId: 'product_mug_opening',
      entry: 'adjustment#mug',
      productId: 'mug',
      movementType: 'adjustment',
      quantity: 10,
      stockDelta: 10,
      reservedDelta: 0,
      createdAt: NOW,
    });
  });

  test('without stock records no movement', () => {
    const opened = openProduct({ id: 'mug', name: 'Blue mug', stockQuantity: 0 }, NOW);

    expect(opened).not.toHaveProperty('movement');
    expect(opened.product).toMatchObject({ availableQuantity: 0, movementCount: 0 });
  });

  test('keeps its metadata', () => {
    const metadata = { colour: 'blue' };

    expect(
      openProduct({ id: 'mug', name: 'Blue mug', stockQuantity: 10, metadata }, NOW).product,
    ).toMatchObject({ metadata });
  });

  test('tells in the ledger who opened it', () => {
    const by = { actor: 'jwt:anna', actorStated: 'bob' };

    expect(
      openProduct({ id: 'mug', name: 'Blue mug', stockQuantity: 10 }, NOW, by).movement,
    ).toMatchObject(by);
  });
});

describe('A product whose counters move', () => {
  const mug = aProduct('mug', { stock: 10, reserved: 4 });

  test.each([
    ['2 units are reserved', 0, 2, [10, 6, 4]],
    ['3 units are put back on the shelf', 0, -3, [10, 1, 9]],
    ['3 units leave the building', -3, -3, [7, 1, 6]],
    ['5 units are found', 5, 0, [15, 4, 11]],
  ] as const)(
    'has so many on hand, reserved and available after %s',
    (_, stockDelta, reservedDelta, [stockQuantity, reservedQuantity, availableQuantity]) => {
      expect(movedBy(mug, { stockDelta, reservedDelta })).toEqual({
        ...mug,
        stockQuantity,
        reservedQuantity,
        availableQuantity,
      });
    },
  );
});
