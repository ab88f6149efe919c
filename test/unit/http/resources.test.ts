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
  test('of an order matches its schema, without internal attributes', () => {
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

  test('of a product matches its schema, without internal attributes', () => {
    const product = aProduct('mug', { reserved: 3 });

    const internal = { openedAs: 'Mug', lastCount: { referenceId: 'c1', stockQuantity: 9 } };
    const { movementCount: _, ...shown } = product;
    expect(ProductResource.parse(productResource({ ...product, ...internal }))).toEqual(shown);
  });

  test('of a movement matches its schema, without what was counted', () => {
    const movement = aMovement({ orderId: 'o1', reason: 'broken', note: 'it fell' });

    const shown = movementResource({ ...movement, countedQuantity: 9 });
    expect(StockMovementResource.parse(shown)).toEqual(movement);
  });

  test('has its fields in a fixed order', () => {
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
