import { describe, expect, test } from '@jest/globals';
import {
  movementResource,
  OrderResource,
  orderResource,
  ProductResource,
  productResource,
  StockMovementResource,
} from '../../../lib/http/resources.ts';
import { aCancelledOrder, aMovement, anOrder, aProduct } from '../../support/builders.ts';

describe('What callers see', () => {
  test('of an order is what its schema says, without what only its way through the system needs', () => {
    const internal = {
      placing: true,
      givenUp: true,
      restoredQuantities: [2],
      keyUses: [{ cause: 1, asked: 'two mugs' }],
    } as const;
    const order = aCancelledOrder('o1', { mug: 2 }, { restock: false, ...internal });

    const shown = orderResource(order);

    expect(OrderResource.parse(shown)).toEqual(shown);
    expect(Object.keys(order).filter((name) => !(name in shown))).toEqual([
      'round',
      'movementReferences',
      ...Object.keys(internal),
    ]);
    expect(shown.items).toEqual(order.items);
  });

  test('of a product is what its schema says', () => {
    const product = aProduct('mug', { reserved: 3 });

    const { movementCount: _, ...shown } = product;
    expect(ProductResource.parse(productResource(product))).toEqual(shown);
  });

  test('of a movement is what its schema says', () => {
    const movement = aMovement({ orderId: 'o1', reason: 'broken', note: 'it fell' });

    expect(StockMovementResource.parse(movementResource(movement))).toEqual(movement);
  });

  test('is in the order in which the shop keeps it', () => {
    expect(Object.keys(orderResource(anOrder('o1', { mug: 1 })))).toEqual([
      'id',
      'status',
      'statusSince',
      'items',
      'version',
      'createdAt',
      'updatedAt',
    ]);
  });
});
