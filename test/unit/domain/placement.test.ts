import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { hasSameLines, type Order } from '../../../lib/domain/order.ts';
import { ORDER_STATUSES } from '../../../lib/domain/order-status.ts';
import {
  decideGivingUp,
  decidePlacement,
  type NewOrder,
  type PlacementDecision,
} from '../../../lib/domain/placement.ts';
import type { ProductQuantity } from '../../../lib/domain/stock-movement.ts';
import {
  aCancelledOrder,
  aLine,
  anOrder,
  EARLIER,
  manyLines,
  NOW,
} from '../../support/builders.ts';
import { aSettledOrder } from '../../support/statuses.ts';

const unit = (productId: string, quantity: number): ProductQuantity => ({ productId, quantity });

/** The step that placing takes; throws if there is none. */
const reserving = (decision: PlacementDecision) => {
  if (decision.type !== 'reserve') throw new Error(`It was ${decision.type}`);
  return decision;
};

const place = (request: NewOrder, now = NOW, atMost = 49) =>
  reserving(decidePlacement(undefined, request, now, atMost));

/** Resumes placing an order with its own lines. */
const goOn = (order: Order, now = NOW, atMost = 49) =>
  decidePlacement(order, { id: order.id, items: order.items }, now, atMost);

describe('Placing an order', () => {
  test('makes a pending order that holds all its units', () => {
    const { isNew, order } = place({ id: 'o1', items: [unit('mug', 2), unit('cup', 1)] });

    expect(isNew).toBe(true);
    expect(order).toEqual({
      id: 'o1',
      status: 'pending',
      statusSince: NOW,
      items: [
        {
          productId: 'mug',
          quantity: 2,
          reservedQuantity: 2,
          shippedQuantity: 0,
          cancelledQuantity: 0,
          returnedQuantity: 0,
        },
        {
          productId: 'cup',
          quantity: 1,
          reservedQuantity: 1,
          shippedQuantity: 0,
          cancelledQuantity: 0,
          returnedQuantity: 0,
        },
      ],
      version: 1,
      round: 1,
      movementReferences: ['order_o1'],
      createdAt: NOW,
      updatedAt: NOW,
    });
  });

  test('keeps the expiry if there is one', () => {
    const items = [unit('mug', 2)];

    expect(place({ id: 'o1', items, expiresAt: NOW }).order.expiresAt).toBe(NOW);
    expect(place({ id: 'o1', items, expiresAt: undefined }).order).not.toHaveProperty('expiresAt');
  });

  test('keeps the metadata, if there are any', () => {
    const items = [unit('mug', 2)];
    const metadata = { channel: 'web' };

    expect(place({ id: 'o1', items, metadata }).order.metadata).toEqual(metadata);
    expect(place({ id: 'o1', items }).order).not.toHaveProperty('metadata');
  });

  test('tells in the ledger who placed it, and keeps the correlation id of the call', () => {
    const by = { actor: 'jwt:anna', actorStated: 'bob', correlationId: 'call-1' };

    const { order, movements } = place({ id: 'o1', items: [unit('mug', 2)], by });

    expect(order.correlationId).toBe('call-1');
    expect(movements).toMatchObject([{ actor: 'jwt:anna', actorStated: 'bob' }]);
  });

  test('makes one reservation for each product', () => {
    const { movements } = place({
      id: 'o1',
      items: [unit('mug', 2), unit('cup', 1), unit('mug', 3)],
    });

    expect(movements).toEqual([
      {
        referenceId: 'order_o1',
        entry: 'reservation#mug',
        productId: 'mug',
        orderId: 'o1',
        movementType: 'reservation',
        quantity: -5,
        stockDelta: 0,
        reservedDelta: 5,
        createdAt: NOW,
      },
      expect.objectContaining({ entry: 'reservation#cup', quantity: -1, reservedDelta: 1 }),
    ]);
  });

  test('orders the same units as the request, for any lines', () => {
    const someLines = fc.array(
      fc.record({
        productId: fc.constantFrom('mug', 'cup', 'pot'),
        quantity: fc.integer({ min: 1, max: 1_000_000_000 }),
      }),
      { maxLength: 20 },
    );

    fc.assert(
      fc.property(someLines, (items) => {
        expect(hasSameLines(place({ id: 'o1', items }).order, items)).toBe(true);
      }),
    );
  });
});

describe('Placing an order in several steps', () => {
  const items = [unit('mug', 2), unit('cup', 1), unit('pot', 3)];

  test('reserves the first 2 lines in the first step and the third in the second', () => {
    const first = place({ id: 'o1', items }, EARLIER, 2);
    const second = reserving(goOn(first.order, NOW, 2));

    expect(first.order).toEqual({
      ...anOrder('o1', [
        aLine('mug', 2),
        aLine('cup', 1),
        aLine('pot', 3, { reservedQuantity: 0 }),
      ]),
      placing: true,
    });
    expect(first.movements.map(({ entry }) => entry)).toEqual([
      'reservation#mug',
      'reservation#cup',
    ]);
    expect(second.isNew).toBe(false);
    expect(second.order).toEqual({
      ...anOrder('o1', { mug: 2, cup: 1, pot: 3 }),
      version: 2,
      createdAt: EARLIER,
      updatedAt: NOW,
    });
    expect(second.order).not.toHaveProperty('placing');
    expect(second.movements).toMatchObject([
      { productId: 'pot', reservedDelta: 3, createdAt: NOW },
    ]);
  });

  test('does not reserve units that were cancelled or shipped in the meantime', () => {
    const order = anOrder(
      'o1',
      [
        aLine('mug', 5, { reservedQuantity: 3, cancelledQuantity: 2 }),
        aLine('cup', 4, { reservedQuantity: 0, cancelledQuantity: 1 }),
        aLine('pot', 2, { reservedQuantity: 0, shippedQuantity: 1 }),
      ],
      { placing: true },
    );

    const step = reserving(goOn(order));

    expect(step.movements).toMatchObject([
      { productId: 'cup', quantity: -3, reservedDelta: 3 },
      { productId: 'pot', quantity: -1, reservedDelta: 1 },
    ]);
    expect(step.order.items).toEqual([
      order.items[0],
      aLine('cup', 4, { reservedQuantity: 3, cancelledQuantity: 1 }),
      aLine('pot', 2, { reservedQuantity: 1, shippedQuantity: 1 }),
    ]);
  });

  test('keeps all other attributes of the order', () => {
    const order = anOrder('o1', [aLine('mug', 1, { reservedQuantity: 0 })], {
      placing: true,
      version: 7,
      expiresAt: NOW,
      movementReferences: ['order_o1', 'order_o1_cancellation_k1'],
    });
    const { placing: _, ...rest } = order;

    expect(reserving(goOn(order)).order).toEqual({
      ...rest,
      items: [aLine('mug', 1)],
      version: 8,
      updatedAt: NOW,
    });
  });

  test('makes reservations with the reference of its round', () => {
    const order = anOrder('o1', [aLine('mug', 1, { reservedQuantity: 0 })], {
      placing: true,
      round: 2,
    });

    expect(reserving(goOn(order)).movements).toMatchObject([{ referenceId: 'order_o1~2' }]);
  });

  test('reserves each unit once, in as few steps as possible, for any lines', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 9 }),
        (quantities, atMost) => {
          const wanted = quantities.map((quantity, index) => unit(`p${index}`, quantity));
          let step = place({ id: 'o1', items: wanted }, NOW, atMost);
          let movements = [...step.movements];
          let steps = 1;
          for (; step.order.placing; steps += 1) {
            step = reserving(goOn(step.order, NOW, atMost));
            movements = [...movements, ...step.movements];
          }
          const expected: Order['items'] = wanted.map((one) => aLine(one.productId, one.quantity));
          expect(step.order.items).toEqual(expected);
          expect(steps).toBe(Math.ceil(wanted.length / atMost));
          expect(
            movements.map(({ productId, reservedDelta }) => unit(productId, reservedDelta)),
          ).toEqual(wanted);
        },
      ),
    );
  });
});

describe('Placing an order whose id is taken', () => {
  test.each(ORDER_STATUSES)('is idempotent if the order has the same lines: %s', (status) => {
    const standing = aSettledOrder(status);

    expect(goOn(standing)).toEqual({ type: 'placed', order: standing });
  });

  test.each(ORDER_STATUSES)('is refused if the order has other lines: %s', (status) => {
    const request = { id: 'o1', items: [unit('mug', 3)] };

    expect(decidePlacement(aSettledOrder(status), request, NOW, 49)).toEqual({
      type: 'order_exists',
    });
  });

  test('by one that was given up and is kept is refused, even with the same lines', () => {
    const kept = aCancelledOrder('o1', { mug: 1 }, { givenUp: true });

    expect(
      decidePlacement(kept, { id: 'o1', items: [{ productId: 'mug', quantity: 1 }] }, NOW, 49),
    ).toEqual({ type: 'order_exists' });
  });

  test('by one that is being imported is refused, even with the same lines', () => {
    const imported = aSettledOrder('pending', { importing: true });

    expect(goOn(imported)).toEqual({ type: 'order_exists' });
  });

  test('is refused if the order has other lines and is being placed', () => {
    const standing = anOrder('o1', { mug: 2 }, { placing: true });

    expect(decidePlacement(standing, { id: 'o1', items: [unit('mug', 3)] }, NOW, 49)).toEqual({
      type: 'order_exists',
    });
  });

  test('reports an order with other lines that was given up', () => {
    const standing = aCancelledOrder('o1', { mug: 2 }, { placing: true });

    expect(decidePlacement(standing, { id: 'o1', items: [unit('mug', 3)] }, NOW, 49)).toEqual({
      type: 'given_up',
      order: standing,
    });
  });

  test('reports an order that was given up, whether or not it still holds units', () => {
    const through = aCancelledOrder('o1', { mug: 2 }, { placing: true });
    const under = anOrder('o1', { mug: 2 }, { status: 'cancelled', placing: true });

    expect(goOn(through)).toEqual({ type: 'given_up', order: through });
    expect(goOn(under)).toEqual({ type: 'given_up', order: under });
  });
});

describe('Giving up a placement', () => {
  const half = anOrder('o1', [...manyLines(3), aLine('cup', 1, { reservedQuantity: 0 })], {
    placing: true,
  });

  test('cancels the order for reason `inventory`, and keeps it marked as `placing`', () => {
    expect(decideGivingUp(half, NOW, 49)).toMatchObject({
      type: 'step',
      decisive: true,
      order: {
        status: 'cancelled',
        statusSince: NOW,
        placing: true,
        cancellationReason: 'inventory',
        items: [...manyLines(3), aLine('cup', 1)].map((line) => ({
          ...line,
          reservedQuantity: 0,
          cancelledQuantity: 1,
        })),
      },
      releases: [{ productId: 'p000' }, { productId: 'p001' }, { productId: 'p002' }],
    });
  });

  test.each([
    [1, 3],
    [2, 2],
    [3, 1],
    [49, 1],
  ])('with %i lines at a time takes %i steps, of which the first is decisive', (atMost, steps) => {
    const decisive: boolean[] = [];
    let order = half;
    for (let next = decideGivingUp(order, NOW, atMost); next.type === 'step'; ) {
      decisive.push(next.decisive);
      order = next.order;
      next = decideGivingUp(order, NOW, atMost);
    }

    expect(decisive).toEqual([true, ...Array.from({ length: steps - 1 }, () => false)]);
    expect(decideGivingUp(order, NOW, atMost)).toEqual({ type: 'settled' });
  });

  test('releases nothing if the order holds nothing', () => {
    const empty = anOrder('o1', [aLine('mug', 2, { reservedQuantity: 0 })], { placing: true });

    expect(decideGivingUp(empty, NOW, 49)).toMatchObject({
      type: 'step',
      order: { status: 'cancelled', items: [{ cancelledQuantity: 2 }] },
      releases: [],
    });
  });

  test.each(ORDER_STATUSES)('is rejected for an order that is not being placed: %s', (status) => {
    expect(decideGivingUp(aSettledOrder(status), NOW, 49)).toEqual({
      type: 'rejected',
      why: 'not_placing',
    });
  });
});
