import { describe, expect, test } from '@jest/globals';
import { openProduct } from '../../../lib/domain/product.ts';
import { NOW } from '../../support/builders.ts';

describe('Opening a product', () => {
  test('makes its first stock fully available', () => {
    const { product } = openProduct({ id: 'mug', name: 'Blue mug', stockQuantity: 10 }, NOW);

    expect(product).toEqual({
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
});
