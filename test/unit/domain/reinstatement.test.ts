import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Order } from '../../../lib/domain/order.ts';
import {
  decideReinstatement,
  giveUpReinstatement,
  type ReinstatementRequest,
  unitsToReserve,
} from '../../../lib/domain/reinstatement.ts';
import {
  aCancelledOrder,
  aLine,
  anOrder,
  EARLIER,
  manyCauses,
  manyLines,
  NOW,
} from '../../support/builders.ts';
import { aHoldingOrder, aSettledOrder } from '../../support/statuses.ts';

const GRACE_ENDS = '2026-03-02T13:00:00.000Z';

/** Taking its cancellation back, by a caller who saw the order as `asked`. */
const decide = (
  order: Order,
  { asked = order, request = {} as ReinstatementRequest, atMost = 49 } = {},
) => decideReinstatement(order, asked, request, NOW, atMost);

const orderAfter = (decision: ReturnType<typeof decide>): Order => {
  if (decision.type !== 'step' && decision.type !== 'reserve') {
    throw new Error(`It was ${decision.type}`);
  }
  return decision.order;
};

/** Everything that a cancellation leaves on an order. */
const OF_CANCELLATION: Partial<Order> = {
  cancelledAt: EARLIER,
  cancelledBy: 'jwt:anna',
  cancelledByStated: 'bob',
  cancelledFrom: 'confirmed',
  cancellationReason: 'customer',
  cancellationNote: 'changed her mind',
  restock: false,
  expiresAt: EARLIER,
};

/** Its cancellation released 5 mugs and no cups; 2 mugs and the cup were cancelled in part before. */
const cancelled = aCancelledOrder(
  'o1',
  { mug: 7, cup: 1, pot: 3 },
  {
    cancelledFrom: 'confirmed',
    cancelledByPart: [2, 1, 0],
    restoredQuantities: [5, 0, 3],
    correlationId: 'call-1',
  },
);

describe('Taking back a cancellation', () => {
  test.each(['pending', 'confirmed', 'shipped', 'delivered'] as const)(
    'is settled for a %s order whose cancellation was taken back before',
    (status) => {
      expect(decide(aSettledOrder(status, { round: 2 }))).toEqual({ type: 'settled' });
    },
  );

  test.each<[string, Order]>([
    ['is not cancelled', aSettledOrder('pending')],
    ['is shipped', aSettledOrder('shipped')],
    ['was cancelled in parts, or never placed completely', aCancelledOrder('o1', { mug: 2 })],
    ['is being imported', { ...cancelled, importing: true }],
    [
      'is being imported in its grace',
      aHoldingOrder('cancelled', {
        cancelledFrom: 'pending',
        releaseAt: GRACE_ENDS,
        importing: true,
      }),
    ],
  ])('is no transition of an order that %s', (_, order) => {
    expect(decide(order)).toEqual({ type: 'rejected', why: 'invalid_transition' });
  });

  test('is refused while the order has no room for another round, but not in its grace', () => {
    const full = { ...cancelled, movementReferences: manyCauses('o1', 1_000) };
    const almost = { ...cancelled, movementReferences: manyCauses('o1', 999) };
    const inGrace = { ...full, releaseAt: GRACE_ENDS };

    expect(decide(full)).toEqual({ type: 'rejected', why: 'too_many_parts' });
    expect(decide(almost).type).toBe('reserve');
    expect(decide(inGrace).type).toBe('step');
  });

  test('goes on if it has begun, and needs no more room', () => {
    const begun = {
      ...cancelled,
      reinstating: 'reserving' as const,
      round: 2,
      movementReferences: [...manyCauses('o1', 999), 'order_o1~2'],
    };

    expect(decide(begun).type).toBe('reserve');
  });

  test('spares another order that got the id since', () => {
    const later = { ...cancelled, createdAt: NOW };

    expect(decide(later, { asked: cancelled })).toEqual({ type: 'rejected', why: 'another' });
    expect(decide({ ...later, status: 'pending', round: 2 }, { asked: cancelled })).toEqual({
      type: 'rejected',
      why: 'another',
    });
  });

  test('spares a cancellation that came since', () => {
    const again = { ...cancelled, round: 2, cancelledAt: NOW };

    expect(decide(again, { asked: cancelled })).toEqual({
      type: 'rejected',
      why: 'invalid_transition',
    });
    expect(decide(again).type).toBe('reserve');
  });

  test('tells that another caller has given it up since', () => {
    expect(decide({ ...cancelled, round: 2 }, { asked: cancelled })).toEqual({
      type: 'rejected',
      why: 'given_up',
    });
  });

  test('goes on with what another caller has begun since', () => {
    const begun: Order = { ...cancelled, round: 2, reinstating: 'reserving' };

    expect(decide(begun, { asked: cancelled })).toMatchObject({
      type: 'reserve',
      order: { status: 'confirmed', round: 2 },
    });
  });
});

describe('Taking back a cancellation in its grace', () => {
  const order = anOrder(
    'o1',
    { mug: 2 },
    {
      status: 'cancelled',
      releaseAt: GRACE_ENDS,
      metadata: { channel: 'web' },
      ...OF_CANCELLATION,
    },
  );

  test('gives the order its status again and touches no product', () => {
    expect(decide(order)).toStrictEqual({
      type: 'step',
      decisive: true,
      order: anOrder(
        'o1',
        { mug: 2 },
        {
          status: 'confirmed',
          statusSince: NOW,
          version: 2,
          round: 2,
          roundSince: NOW,
          metadata: { channel: 'web' },
          updatedAt: NOW,
        },
      ),
      releases: [],
    });
  });

  test('gives the order a new expiry if the caller asks for one', () => {
    const decision = decide(order, { request: { expiresAt: GRACE_ENDS } });

    expect(orderAfter(decision).expiresAt).toBe(GRACE_ENDS);
  });
});

describe('Taking back a cancellation that has released its units', () => {
  const by = { actor: 'jwt:anna', correlationId: 'call-2' };

  test('reserves them again under the next round, but not those that were cancelled in part', () => {
    expect(decide({ ...cancelled, ...OF_CANCELLATION }, { request: { by } })).toStrictEqual({
      type: 'reserve',
      order: anOrder(
        'o1',
        [
          aLine('mug', 7, { reservedQuantity: 5, cancelledQuantity: 2 }),
          aLine('cup', 1, { reservedQuantity: 0, cancelledQuantity: 1 }),
          aLine('pot', 3),
        ],
        {
          status: 'confirmed',
          statusSince: NOW,
          version: 3,
          round: 2,
          roundSince: NOW,
          movementReferences: ['order_o1', 'order_o1_cancellation', 'order_o1~2'],
          cancelledByPart: [2, 1, 0],
          correlationId: 'call-2',
          updatedAt: NOW,
        },
      ),
      movements: [
        expect.objectContaining({
          referenceId: 'order_o1~2',
          productId: 'mug',
          quantity: -5,
          actor: 'jwt:anna',
        }),
        expect.objectContaining({ referenceId: 'order_o1~2', productId: 'pot', quantity: -3 }),
      ],
    });
  });

  test('keeps the correlation id of the call before if this one has none', () => {
    expect(orderAfter(decide(cancelled)).correlationId).toBe('call-1');
  });

  test('in several steps leaves the order cancelled until the last', () => {
    const first = decide(cancelled, { atMost: 1 });
    const second = decide(orderAfter(first), { asked: cancelled, atMost: 1 });

    expect(first).toMatchObject({
      type: 'reserve',
      order: {
        status: 'cancelled',
        reinstating: 'reserving',
        round: 2,
        roundSince: NOW,
        version: 3,
        cancelledFrom: 'confirmed',
        items: [
          { reservedQuantity: 5, cancelledQuantity: 2 },
          { reservedQuantity: 0, cancelledQuantity: 1 },
          { reservedQuantity: 0, cancelledQuantity: 3 },
        ],
        movementReferences: ['order_o1', 'order_o1_cancellation', 'order_o1~2'],
      },
      movements: [{ productId: 'mug' }],
    });
    expect(second).toMatchObject({
      type: 'reserve',
      order: {
        status: 'confirmed',
        round: 2,
        roundSince: NOW,
        version: 4,
        movementReferences: ['order_o1', 'order_o1_cancellation', 'order_o1~2'],
      },
      movements: [{ referenceId: 'order_o1~2', productId: 'pot' }],
    });
    expect(second).not.toHaveProperty('order.reinstating');
  });

  test('begins its round with the first step, however long the others take', () => {
    const first = orderAfter(decide(cancelled, { atMost: 1 }));
    const second = decideReinstatement(first, cancelled, {}, GRACE_ENDS, 1);

    expect(orderAfter(second)).toMatchObject({ updatedAt: GRACE_ENDS, roundSince: NOW });
  });

  test('waits until the rest of the cancellation is released', () => {
    const interrupted = aHoldingOrder('cancelled', { cancelledFrom: 'pending' });

    expect(decide(interrupted)).toMatchObject({
      type: 'step',
      decisive: false,
      order: { status: 'cancelled', round: 1 },
      releases: [
        { productId: 'mug', quantity: 2, cause: { referenceId: 'order_o1_cancellation' } },
      ],
    });
  });

  test('does not change the given order object', () => {
    const before = structuredClone(cancelled);

    decide(cancelled);

    expect(cancelled).toEqual(before);
  });

  test('of any order and in steps of any size reserves each unit once', () => {
    const someLines = fc.array(fc.tuple(fc.nat(3), fc.nat(3)), { maxLength: 6 });
    fc.assert(
      fc.property(someLines, fc.integer({ min: 1, max: 7 }), (lines, atMost) => {
        const asked = aCancelledOrder(
          'o1',
          Object.fromEntries(lines.map(([whole, part], index) => [`p${index}`, whole + part])),
          { cancelledFrom: 'pending', cancelledByPart: lines.map(([, part]) => part) },
        );
        let order = asked;
        let steps = 0;
        const reserved = new Map(lines.map((_, index) => [`p${index}`, 0]));
        while (order.status === 'cancelled') {
          const decision = decide(order, { asked, atMost });
          if (decision.type !== 'reserve') throw new Error(decision.type);
          for (const { productId, reservedDelta } of decision.movements) {
            reserved.set(productId, (reserved.get(productId) ?? 0) + reservedDelta);
          }
          order = decision.order;
          steps += 1;
        }
        const wanted = lines.filter(([whole]) => whole > 0).length;
        expect(steps).toBe(Math.max(1, Math.ceil(wanted / atMost)));
        expect([...reserved.values()]).toEqual(lines.map(([whole]) => whole));
        expect(order.items.map((line) => line.reservedQuantity)).toEqual([...reserved.values()]);
      }),
    );
  });
});

describe('The units that a reinstatement still has to reserve', () => {
  test('are those that the cancellation of the whole order released', () => {
    expect(unitsToReserve(cancelled)).toEqual([
      { productId: 'mug', quantity: 5 },
      { productId: 'pot', quantity: 3 },
    ]);
  });

  test('are all that were cancelled if none were cancelled in part', () => {
    expect(unitsToReserve(aCancelledOrder('o1', { mug: 2 }))).toEqual([
      { productId: 'mug', quantity: 2 },
    ]);
  });
});

describe('Giving a reinstatement up', () => {
  const reserving = anOrder('o1', manyLines(2), {
    status: 'cancelled',
    round: 2,
    reinstating: 'reserving',
    cancelledFrom: 'pending',
  });

  test('releases step by step what was reserved again, and leaves the order cancelled', () => {
    const first = giveUpReinstatement(reserving, NOW, 1);
    const second = giveUpReinstatement(first.order, NOW, 1);

    expect(first).toMatchObject({
      order: { status: 'cancelled', reinstating: 'giving_up', round: 2 },
      releases: [
        {
          productId: 'p000',
          quantity: 1,
          cause: { referenceId: 'order_o1~2_reinstatement-given-up' },
        },
      ],
    });
    expect(second.order).toMatchObject({ status: 'cancelled', cancelledFrom: 'pending' });
    expect(second.order).not.toHaveProperty('reinstating');
  });

  test('is finished first by the next reinstatement, which then has a round of its own', () => {
    const first = giveUpReinstatement(reserving, NOW, 1).order;
    const over = decide(first);

    expect(over).toMatchObject({ type: 'step', releases: [{ productId: 'p001' }] });
    expect(decide(orderAfter(over))).toMatchObject({
      type: 'reserve',
      order: { status: 'pending', round: 3 },
    });
  });
});
