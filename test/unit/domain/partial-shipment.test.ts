import { describe, expect, test } from '@jest/globals';
import { decidePartialShipment } from '../../../lib/domain/lifecycle.ts';
import type { Order } from '../../../lib/domain/order.ts';
import { ORDER_STATUSES } from '../../../lib/domain/order-status.ts';
import { aLine, anOrder, EARLIER, manyCauses, NOW } from '../../support/builders.ts';
import { aHoldingOrder } from '../../support/statuses.ts';

const ship = (order: Order, quantity: number, { productId = 'mug', key = 'k1' } = {}) =>
  decidePartialShipment(
    order,
    { items: [{ productId, quantity }], idempotencyKey: key },
    'this',
    NOW,
  );

const confirmed = (differences: Partial<Order> = {}): Order =>
  anOrder('o1', { mug: 5, cup: 1 }, { status: 'confirmed', ...differences });

describe('Shipping some units of an order', () => {
  test('takes them out of the stock, and says that the order is shipped in part', () => {
    const order = confirmed({ lock: { since: EARLIER } });

    expect(ship(order, 2)).toEqual({
      type: 'step',
      decisive: true,
      order: {
        ...order,
        items: [aLine('mug', 5, { reservedQuantity: 3, shippedQuantity: 2 }), aLine('cup', 1)],
        shippedInPart: true,
        version: 2,
        movementReferences: ['order_o1', 'order_o1_shipment_k1'],
        keyUses: [{ cause: 1, asked: 'this' }],
        updatedAt: NOW,
      },
      releases: [
        {
          productId: 'mug',
          quantity: 2,
          cause: { referenceId: 'order_o1_shipment_k1', movementType: 'adjustment' },
        },
      ],
    });
  });

  test('adds to those that were shipped before', () => {
    const before = confirmed({
      items: [aLine('mug', 5, { reservedQuantity: 4, shippedQuantity: 1 })],
      shippedInPart: true,
    });

    expect(ship(before, 2)).toMatchObject({
      order: { items: [{ reservedQuantity: 2, shippedQuantity: 3 }], shippedInPart: true },
    });
  });

  test('ships the order with the last unit that it holds', () => {
    const last = confirmed({
      items: [aLine('mug', 5, { reservedQuantity: 2, shippedQuantity: 3 })],
      shippedInPart: true,
      lock: { since: EARLIER },
    });

    const decision = ship(last, 2);

    expect(decision).toMatchObject({ order: { status: 'shipped', statusSince: NOW } });
    expect(decision).not.toHaveProperty('order.shippedInPart');
    expect(decision).not.toHaveProperty('order.lock');
  });

  test('is settled when it is asked for again, even if the order has been shipped since', () => {
    const decision = ship(confirmed(), 2);
    const after = decision.type === 'step' ? decision.order : confirmed();

    expect(ship(after, 2)).toEqual({ type: 'settled' });
    expect(ship({ ...after, status: 'shipped' }, 2)).toEqual({ type: 'settled' });
    expect(ship(after, 1, { key: 'k2' }).type).toBe('step');
  });

  test('is refused if the order holds fewer of them', () => {
    expect(ship(confirmed(), 6)).toEqual({
      type: 'rejected',
      why: { code: 'quantity_exceeded', productIds: ['mug'] },
    });
    expect(ship(confirmed(), 1, { productId: 'pot' })).toEqual({
      type: 'rejected',
      why: { code: 'line_not_found', productIds: ['pot'] },
    });
  });
});

describe('Units of an order can be shipped', () => {
  test.each(ORDER_STATUSES)('only while it is confirmed: %s', (status) => {
    const decision = ship(aHoldingOrder(status), 1);

    if (status === 'confirmed') expect(decision.type).toBe('step');
    else expect(decision).toEqual({ type: 'rejected', why: 'invalid_transition' });
  });

  test.each([
    ['while it is still being placed', { placing: true }],
    ['while it is being imported', { importing: true }],
    ['once it can store no more parts', { movementReferences: manyCauses('o1', 1_000) }],
  ] as const)('not %s', (_, differences) => {
    expect(ship(confirmed(differences), 1)).toEqual({
      type: 'rejected',
      why: 'invalid_transition',
    });
  });
});
