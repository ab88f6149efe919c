import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decideTransition } from '../../../lib/domain/lifecycle.ts';
import type { Order } from '../../../lib/domain/order.ts';
import { type Destination, ORDER_STATUSES } from '../../../lib/domain/order-status.ts';
import { aLine, anOrder, EARLIER, manyLines, NOW } from '../../support/builders.ts';
import { aSettledOrder, DESTINATIONS } from '../../support/statuses.ts';

const decide = (order: Order, to: Destination, atMost = 49) =>
  decideTransition(order, to, NOW, atMost);

/** The decision about an order with one status that should get another. */
const OUTCOMES: Record<Order['status'], Record<Destination, string>> = {
  pending: { confirmed: 'step', shipped: 'rejected', delivered: 'rejected' },
  confirmed: { confirmed: 'settled', shipped: 'step', delivered: 'rejected' },
  shipped: { confirmed: 'rejected', shipped: 'settled', delivered: 'step' },
  delivered: {
    confirmed: 'rejected',
    shipped: 'rejected',
    delivered: 'settled',
  },
  cancelled: {
    confirmed: 'rejected',
    shipped: 'rejected',
    delivered: 'rejected',
  },
};

const EVERY_WAY = ORDER_STATUSES.flatMap((from) =>
  DESTINATIONS.map((to) => [from, to, OUTCOMES[from][to]] as const),
);

describe('Deciding a transition', () => {
  test.each(EVERY_WAY)('from %s to %s: %s', (from, to, outcome) => {
    const order = aSettledOrder(from);
    const decision = decide(order, to);

    expect(decision.type).toBe(outcome);
    if (decision.type === 'step') {
      expect(decision.order).toMatchObject({
        status: to,
        statusSince: NOW,
        version: 2,
        updatedAt: NOW,
      });
      expect(decide(decision.order, to)).toEqual({ type: 'settled' });
    }
    if (decision.type === 'rejected') expect(decision.why).toBe('invalid_transition');
  });

  test.each(EVERY_WAY)('from %s to %s is rejected while the order is being placed', (from, to) => {
    const order = aSettledOrder(from, { placing: true });

    expect(decide(order, to)).toEqual({ type: 'rejected', why: 'invalid_transition' });
  });

  test.each([
    ['pending', 'confirmed'],
    ['shipped', 'delivered'],
  ] as const)('from %s to %s moves no stock, and changes only status and version', (from, to) => {
    const order = aSettledOrder(from);

    expect(decide(order, to)).toEqual({
      type: 'step',
      decisive: true,
      order: { ...order, status: to, statusSince: NOW, version: 2, updatedAt: NOW },
      releases: [],
    });
  });

  test('does not change the given order object', () => {
    const order = anOrder('o1', { mug: 2 }, { status: 'confirmed' });
    const before = structuredClone(order);

    decide(order, 'shipped');

    expect(order).toEqual(before);
  });
});

describe('Shipping an order', () => {
  test('takes the units that it holds out of the stock, with the cause of a shipment', () => {
    const order = anOrder(
      'o1',
      [
        aLine('mug', 5, { reservedQuantity: 3, cancelledQuantity: 2 }),
        aLine('cup', 1, { reservedQuantity: 0, cancelledQuantity: 1 }),
        aLine('pot', 4),
      ],
      { status: 'confirmed' },
    );
    const cause = { referenceId: 'order_o1_shipment', movementType: 'adjustment' };

    expect(decide(order, 'shipped')).toEqual({
      type: 'step',
      decisive: true,
      order: {
        ...order,
        status: 'shipped',
        statusSince: NOW,
        items: [
          aLine('mug', 5, { reservedQuantity: 0, cancelledQuantity: 2, shippedQuantity: 3 }),
          aLine('cup', 1, { reservedQuantity: 0, cancelledQuantity: 1 }),
          aLine('pot', 4, { reservedQuantity: 0, shippedQuantity: 4 }),
        ],
        version: 2,
        movementReferences: ['order_o1', 'order_o1_shipment'],
        updatedAt: NOW,
      },
      releases: [
        { productId: 'mug', quantity: 3, cause },
        { productId: 'pot', quantity: 4, cause },
      ],
    });
  });

  test.each([
    [49, 1],
    [50, 2],
    [98, 2],
    [99, 3],
  ])('of %i lines takes %i steps', (lines, steps) => {
    let order = anOrder('o1', manyLines(lines), { status: 'confirmed' });
    const decisive: boolean[] = [];
    for (let next = decide(order, 'shipped'); next.type === 'step'; ) {
      order = next.order;
      decisive.push(next.decisive);
      next = decide(order, 'shipped');
    }

    expect(decisive).toEqual([true, ...Array.from({ length: steps - 1 }, () => false)]);
    expect(order.movementReferences).toEqual(['order_o1', 'order_o1_shipment']);
    expect(order.items).toEqual(
      manyLines(lines).map((line) => ({ ...line, reservedQuantity: 0, shippedQuantity: 1 })),
    );
  });
});

describe('An order whose shipment was interrupted', () => {
  const interrupted = anOrder('o1', { mug: 2 }, { status: 'shipped', updatedAt: EARLIER });

  test.each(['shipped', 'delivered'] as const)('takes the next shipment step first: %s', (to) => {
    expect(decide(interrupted, to)).toMatchObject({
      type: 'step',
      decisive: false,
      order: {
        status: 'shipped',
        statusSince: interrupted.statusSince,
        version: 2,
        items: [{ reservedQuantity: 0, shippedQuantity: 2 }],
      },
      releases: [{ productId: 'mug', quantity: 2, cause: { referenceId: 'order_o1_shipment' } }],
    });
  });

  test('cannot be confirmed', () => {
    expect(decide(interrupted, 'confirmed')).toEqual({
      type: 'rejected',
      why: 'invalid_transition',
    });
  });

  test.each(DESTINATIONS)('cannot be %s if it is cancelled instead of shipped', (to) => {
    expect(decide({ ...interrupted, status: 'cancelled' }, to)).toEqual({
      type: 'rejected',
      why: 'invalid_transition',
    });
  });
});

describe('Transitions of any order', () => {
  const someOrder = fc
    .record({
      status: fc.constantFrom(...ORDER_STATUSES),
      held: fc.array(fc.nat(9), { maxLength: 8 }),
      placing: fc.boolean(),
    })
    .map(({ status, held, placing }) =>
      anOrder(
        'o1',
        held.map((quantity, index) => aLine(`p${index}`, 9, { reservedQuantity: quantity })),
        { status, ...(placing && { placing }) },
      ),
    );

  test('end within 20 steps, release each unit once, and leave delivered orders holding nothing', () => {
    fc.assert(
      fc.property(
        someOrder,
        fc.constantFrom(...DESTINATIONS),
        fc.integer({ min: 1, max: 9 }),
        (first, to, atMost) => {
          let order = first;
          let moved = 0;
          for (let steps = 0; steps < 20; steps += 1) {
            const decision = decide(order, to, atMost);
            if (decision.type !== 'step') break;
            expect(decision.order.version).toBe(order.version + 1);
            expect(decision.releases.length).toBeLessThanOrEqual(atMost);
            moved += decision.releases.reduce((sum, { quantity }) => sum + quantity, 0);
            order = decision.order;
          }
          expect(decide(order, to).type).not.toBe('step');
          const held = ({ items }: Order) =>
            items.reduce((sum, line) => sum + line.reservedQuantity, 0);
          expect(held(first) - held(order)).toBe(moved);
          if (order.status === 'delivered' && first.status !== 'delivered') {
            expect(held(order)).toBe(0);
          }
        },
      ),
    );
  });
});
