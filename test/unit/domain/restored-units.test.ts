import { describe, expect, test } from '@jest/globals';
import { restoredByPart, restoredByWhole } from '../../../lib/domain/cancellation.ts';
import type { Order } from '../../../lib/domain/order.ts';
import { anOrder } from '../../support/builders.ts';

const LINES = { mug: 5, cup: 3, pot: 1 };

describe('What the cancellation of a whole order put back on the shelf', () => {
  test('are the units that it counted, without the lines of which none came back', () => {
    const order = anOrder('o1', LINES, { restoredQuantities: [5, 0, 1] });

    expect(restoredByWhole(order)).toEqual([
      { productId: 'mug', quantity: 5 },
      { productId: 'pot', quantity: 1 },
    ]);
  });

  test('is nothing if the goods are lost or damaged', () => {
    const order = anOrder('o1', LINES, { restock: false, restoredQuantities: [5, 3, 1] });

    expect(restoredByWhole(order)).toEqual([]);
  });

  test('is nothing if it has put back nothing yet', () => {
    expect(restoredByWhole(anOrder('o1', LINES))).toEqual([]);
  });
});

describe('What a partial cancellation put back on the shelf', () => {
  const order = (differences: Partial<Order> = {}): Order =>
    anOrder('o1', LINES, {
      movementReferences: ['order_o1', 'order_o1_cancellation_k1', 'order_o1_cancellation_k2'],
      keyUses: [
        { cause: 1, asked: 'this' },
        { cause: 2, asked: 'that', gone: ['pot'] },
      ],
      ...differences,
    });
  const asking = (idempotencyKey: string, restock?: boolean) => ({
    orderId: 'o1',
    idempotencyKey,
    restock,
    items: [
      { productId: 'pot', quantity: 1 },
      { productId: 'mug', quantity: 1 },
      { productId: 'mug', quantity: 2 },
    ],
  });

  test('are the units that were asked for, in the sequence of the lines', () => {
    expect(restoredByPart(order(), asking('k1'))).toEqual([
      { productId: 'mug', quantity: 3 },
      { productId: 'pot', quantity: 1 },
    ]);
  });

  test('are none of the products that were gone', () => {
    expect(restoredByPart(order(), asking('k2'))).toEqual([{ productId: 'mug', quantity: 3 }]);
  });

  test('is nothing if the goods are lost or damaged', () => {
    expect(restoredByPart(order(), asking('k1', false))).toEqual([]);
  });

  test('is nothing for a key that was not used', () => {
    expect(restoredByPart(order({ keyUses: [] }), asking('k1'))).toEqual([]);
  });
});
