import { describe, expect, test } from '@jest/globals';
import type { Product } from '../../../lib/domain/product.ts';
import { productEventType } from '../../../lib/events/product-events.ts';
import { aProduct, NOW } from '../../support/builders.ts';

const available = (units: number): Product => aProduct('mug', { stock: 10, reserved: 10 - units });

describe('The event of a product', () => {
  test.each<[string, Product | undefined, Product, string | undefined]>([
    ['whose last unit is reserved', available(1), available(0), 'product.out_of_stock'],
    ['whose first unit comes back', available(0), available(1), 'product.back_in_stock'],
    ['that opens with units', undefined, available(1), 'product.back_in_stock'],
    ['that opens without any', undefined, available(0), undefined],
    ['that has fewer units than before', available(5), available(1), undefined],
    ['that still has none', available(0), { ...available(0), movementCount: 2 }, undefined],
    ['that drifted below zero and comes back to it', available(-3), available(0), undefined],
    ['that drifted below zero', available(1), available(-3), 'product.out_of_stock'],
    ['that is retired', available(5), { ...available(5), deletedAt: NOW }, undefined],
  ])('%s is as it should be', (_, before, after, type) => {
    expect(productEventType({ before, after })).toBe(type);
  });
});
