import { describe, expect, test } from '@jest/globals';
import { decideReturn } from '../../../lib/domain/lifecycle.ts';
import type { Order } from '../../../lib/domain/order.ts';
import { ORDER_STATUSES } from '../../../lib/domain/order-status.ts';
import type { PartRequest } from '../../../lib/domain/part.ts';
import { aLine, anOrder, manyCauses, NOW } from '../../support/builders.ts';

const takeBack = (order: Order, quantity: number, differences: Partial<PartRequest> = {}) =>
  decideReturn(
    order,
    { items: [{ productId: 'mug', quantity }], idempotencyKey: 'k1', ...differences },
    'this',
    NOW,
  );

/** 4 mugs were shipped, of which 1 has come back. */
const delivered = (differences: Partial<Order> = {}): Order =>
  anOrder(
    'o1',
    [
      aLine('cup', 1, { reservedQuantity: 0, shippedQuantity: 1 }),
      aLine('mug', 5, {
        reservedQuantity: 0,
        shippedQuantity: 4,
        cancelledQuantity: 1,
        returnedQuantity: 1,
      }),
    ],
    { status: 'delivered', ...differences },
  );

describe('Taking back units that were shipped', () => {
  test('brings them into the stock again, with what somebody wrote about it', () => {
    const order = delivered();
    const [cup] = order.items;

    expect(takeBack(order, 2, { reason: 'customer', note: 'too blue' })).toEqual({
      type: 'step',
      decisive: true,
      order: {
        ...order,
        items: [
          cup,
          aLine('mug', 5, {
            reservedQuantity: 0,
            shippedQuantity: 4,
            cancelledQuantity: 1,
            returnedQuantity: 3,
          }),
        ],
        version: 2,
        movementReferences: ['order_o1', 'order_o1_return_k1'],
        keyUses: [{ cause: 1, asked: 'this' }],
        updatedAt: NOW,
      },
      releases: [
        {
          productId: 'mug',
          quantity: 2,
          cause: {
            referenceId: 'order_o1_return_k1',
            movementType: 'adjustment',
            comesBack: true,
            reason: 'customer',
            note: 'too blue',
          },
        },
      ],
    });
  });

  test('moves no counter if they do not go on the shelf, and counts them on the order', () => {
    const decision = takeBack(delivered({ notRestocked: [1, 1] }), 2, { restock: false });

    expect(decision).toMatchObject({
      type: 'step',
      order: { items: [{}, { returnedQuantity: 3 }], notRestocked: [1, 3] },
    });
    expect(decision).toHaveProperty('releases', []);
  });

  test.each([undefined, true])('counts none as not restocked with `restock: %s`', (restock) => {
    const decision = takeBack(delivered(), 2, { restock });

    expect(decision).not.toHaveProperty('order.notRestocked');
    expect(decision).toHaveProperty('releases.length', 1);
  });

  test('is settled when it is asked for again', () => {
    const decision = takeBack(delivered(), 2);

    expect(takeBack(decision.type === 'step' ? decision.order : delivered(), 2)).toEqual({
      type: 'settled',
    });
  });

  test('takes back all that were shipped, and no more', () => {
    expect(takeBack(delivered(), 3).type).toBe('step');
    expect(takeBack(delivered(), 4)).toEqual({
      type: 'rejected',
      why: { code: 'quantity_exceeded', productIds: ['mug'] },
    });
  });

  test.each(ORDER_STATUSES)('is about the units, whatever the status is: %s', (status) => {
    expect(takeBack(delivered({ status }), 1)).toMatchObject({ type: 'step', order: { status } });
  });

  test.each([
    ['invalid_transition', { importing: true }],
    ['too_many_parts', { movementReferences: manyCauses('o1', 1_000) }],
  ] as const)('is refused as %s', (why, differences) => {
    expect(takeBack(delivered(differences), 1)).toEqual({ type: 'rejected', why });
  });
});
