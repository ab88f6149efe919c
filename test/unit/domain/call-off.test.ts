import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  CALL_OFF_SCOPES,
  type CallOffRequest,
  decideCallOff,
  heldOf,
  stateForCallOff,
} from '../../../lib/domain/call-off.ts';
import type { Order } from '../../../lib/domain/order.ts';
import { ORDER_STATUSES } from '../../../lib/domain/order-status.ts';
import {
  aCancelledOrder,
  aLine,
  anOrder,
  EARLIER,
  manyCauses,
  NOW,
} from '../../support/builders.ts';
import { aHoldingOrder } from '../../support/statuses.ts';

/** What calling off the mug does to an order. */
const decide = (
  order: Order,
  differences: Partial<CallOffRequest> = {},
  { asked = 'this', atMost = 49 } = {},
) =>
  decideCallOff(
    order,
    { productId: 'mug', scope: 'line', idempotencyKey: 'c1', ...differences },
    asked,
    NOW,
    atMost,
  );

const orderAfter = (decision: ReturnType<typeof decide>): Order => {
  if (decision.type !== 'step') throw new Error(`It was ${decision.type}`);
  return decision.order;
};

const GRACE_ENDS = '2026-03-02T13:00:00.000Z';

/** Cancelled for everybody, with units that it keeps until its grace ends. */
const inGrace = anOrder(
  'o1',
  { mug: 2, cup: 1 },
  { status: 'cancelled', cancelledAt: EARLIER, cancelledFrom: 'confirmed', releaseAt: GRACE_ENDS },
);

describe('What an order holds of a product', () => {
  test('are the units of its line that it holds', () => {
    expect(heldOf(anOrder('o1', { cup: 1, mug: 2 }), 'mug')).toBe(2);
    expect(heldOf(aCancelledOrder('o1', { mug: 2 }), 'mug')).toBe(0);
  });

  test('is nothing without a line of the product', () => {
    expect(heldOf(anOrder('o1', { cup: 1 }), 'mug')).toBe(0);
  });
});

describe('Calling a line off', () => {
  test('cancels what the order holds of the product, and leaves its other lines', () => {
    const order = anOrder('o1', [
      aLine('mug', 5, { reservedQuantity: 2, cancelledQuantity: 3 }),
      aLine('cup', 1),
    ]);

    expect(decide(order, { reason: 'inventory', note: 'broken glaze' })).toMatchObject({
      type: 'step',
      decisive: true,
      order: {
        status: 'pending',
        items: [aLine('mug', 5, { reservedQuantity: 0, cancelledQuantity: 5 }), aLine('cup', 1)],
        cancelledByPart: [2, 0],
        movementReferences: ['order_o1', 'order_o1_cancellation_c1'],
      },
      releases: [
        {
          productId: 'mug',
          quantity: 2,
          cause: {
            referenceId: 'order_o1_cancellation_c1',
            movementType: 'restoration',
            reason: 'inventory',
            note: 'broken glaze',
          },
        },
      ],
    });
  });

  test('writes the units off if they are lost', () => {
    expect(decide(anOrder('o1', { mug: 2 }), { restock: false })).toMatchObject({
      releases: [{ cause: { movementType: 'adjustment' } }],
    });
  });

  test('cancels an order that held nothing else', () => {
    expect(decide(anOrder('o1', { mug: 2 }))).toMatchObject({ order: { status: 'cancelled' } });
  });

  test.each([
    [1, 1],
    [5, 2],
  ])('takes at most its share: with a share of %i, %i of 2 units', (share, quantity) => {
    expect(decide(anOrder('o1', { mug: 2, cup: 1 }), { share })).toMatchObject({
      releases: [{ productId: 'mug', quantity }],
    });
  });

  test('with a share of 0 is settled', () => {
    expect(decide(anOrder('o1', { mug: 2 }), { share: 0 })).toEqual({ type: 'settled' });
  });

  test('takes a line once, even if the order holds units of it again', () => {
    const after = orderAfter(decide(anOrder('o1', { mug: 5 }), { share: 2 }));

    expect(decide(after)).toEqual({ type: 'settled' });
    expect(decide(after, {}, { asked: 'that' })).toEqual({
      type: 'rejected',
      why: { code: 'reference_reused' },
    });
  });
});

describe('Calling whole orders off', () => {
  test('cancels everything that an order with the product holds', () => {
    const decision = decide(anOrder('o1', { mug: 2, cup: 1 }), {
      scope: 'order',
      reason: 'inventory',
    });

    expect(decision).toMatchObject({
      type: 'step',
      decisive: true,
      order: { status: 'cancelled', cancellationReason: 'inventory', cancelledFrom: 'pending' },
      releases: [
        { productId: 'mug', cause: { referenceId: 'order_o1_cancellation' } },
        { productId: 'cup', quantity: 1 },
      ],
    });
  });

  test('takes a large order in several steps, also when its line of the product is done', () => {
    const first = decide(anOrder('o1', { mug: 2, cup: 1 }), { scope: 'order' }, { atMost: 1 });
    const second = decide(orderAfter(first), { scope: 'order' }, { atMost: 1 });

    expect(first).toMatchObject({ decisive: true, releases: [{ productId: 'mug' }] });
    expect(second).toMatchObject({ decisive: false, releases: [{ productId: 'cup' }] });
    expect(decide(orderAfter(second), { scope: 'order' })).toEqual({ type: 'settled' });
  });
});

describe.each(CALL_OFF_SCOPES)('An order that a call-off finds, with scope %s,', (scope) => {
  const shippedInPart = anOrder(
    'o1',
    [aLine('mug', 3, { reservedQuantity: 2, shippedQuantity: 1 })],
    { status: 'confirmed', shippedInPart: true },
  );

  test.each<[string, Order]>([
    ['has no line of the product', anOrder('o1', { cup: 1 })],
    ['holds no more of the product', aCancelledOrder('o1', { mug: 2 })],
    [
      'holds only other products',
      anOrder('o1', [
        aLine('mug', 2, { reservedQuantity: 0, cancelledQuantity: 2 }),
        aLine('cup', 1),
      ]),
    ],
    ['is locked, but holds none', anOrder('o1', { cup: 1 }, { lock: { since: EARLIER } })],
    ['is being reinstated', aHoldingOrder('cancelled', { reinstating: 'reserving' })],
  ])('is settled if it %s', (_, order) => {
    expect(decide(order, { scope })).toEqual({ type: 'settled' });
  });

  test.each([
    ['being_imported', anOrder('o1', { mug: 2 }, { importing: true })],
    ['being_imported', { ...inGrace, importing: true as const }],
    ['being_imported', aHoldingOrder('cancelled', { importing: true })],
    ['locked', anOrder('o1', { mug: 2 }, { lock: { since: EARLIER } })],
    ['goods_left', aHoldingOrder('shipped')],
    ['goods_left', aHoldingOrder('delivered')],
  ] as const)('is rejected as %s', (reason, order) => {
    expect(decide(order, { scope })).toEqual({
      type: 'rejected',
      why: { code: 'not_cancellable', reason },
    });
  });

  test('may have shipped other units only if the call-off is about the line', () => {
    expect(decide(shippedInPart, { scope })).toMatchObject(
      scope === 'line'
        ? { type: 'step', releases: [{ productId: 'mug', quantity: 2 }] }
        : { type: 'rejected', why: { code: 'not_cancellable', reason: 'goods_left' } },
    );
  });

  test('releases the rest of an interrupted cancellation first, whatever products it is of', () => {
    const interrupted = anOrder('o1', { cup: 1, pot: 1 }, { status: 'cancelled' });

    expect(decide(interrupted, { scope }, { atMost: 1 })).toMatchObject({
      type: 'step',
      decisive: false,
      releases: [{ productId: 'cup', cause: { referenceId: 'order_o1_cancellation' } }],
    });
  });

  test('loses only its line of the product while it is in its grace', () => {
    const decision = decide(inGrace, { scope });

    expect(decision).toMatchObject({
      type: 'step',
      order: {
        status: 'cancelled',
        cancelledAt: EARLIER,
        cancelledFrom: 'confirmed',
        releaseAt: GRACE_ENDS,
        items: [aLine('mug', 2, { reservedQuantity: 0, cancelledQuantity: 2 }), aLine('cup', 1)],
        cancelledByPart: [2, 0],
      },
      releases: [{ productId: 'mug', quantity: 2 }],
    });
  });

  test('cannot be reinstated once it holds nothing more in its grace', () => {
    const after = orderAfter(decide({ ...inGrace, items: [aLine('mug', 2)] }, { scope }));

    expect(after).toMatchObject({ status: 'cancelled', cancelledAt: EARLIER });
    expect(after).not.toHaveProperty('releaseAt');
    expect(after).not.toHaveProperty('cancelledFrom');
  });

  test('counts what it lost in its grace with what it lost in parts before', () => {
    const parted = { ...inGrace, cancelledByPart: [1, 3] };

    expect(orderAfter(decide(parted, { scope }))).toMatchObject({ cancelledByPart: [3, 3] });
  });
});

test('Calling any order off leaves it no units of the product, or settles or rejects it', () => {
  const someOrder = fc
    .record({
      status: fc.constantFrom(...ORDER_STATUSES),
      mugs: fc.nat(3),
      cups: fc.nat(3),
      isInGrace: fc.boolean(),
    })
    .map(({ status, mugs, cups, isInGrace }) =>
      anOrder(
        'o1',
        { mug: mugs, cup: cups },
        { status, ...(isInGrace && status === 'cancelled' && { releaseAt: GRACE_ENDS }) },
      ),
    );
  fc.assert(
    fc.property(someOrder, fc.constantFrom(...CALL_OFF_SCOPES), (order, scope) => {
      const decision = decide(order, { scope });
      if (decision.type !== 'step') return;
      const taken = decision.releases.find(({ productId }) => productId === 'mug')?.quantity ?? 0;
      expect(taken).toBe(heldOf(order, 'mug'));
      expect(heldOf(decision.order, 'mug')).toBe(0);
      expect(decide(decision.order, { scope })).toEqual({ type: 'settled' });
    }),
  );
});

describe('What a call-off says of an order that holds units', () => {
  type State = ReturnType<typeof stateForCallOff>;
  const STATES: Readonly<Record<Order['status'], State>> = {
    pending: 'pending',
    confirmed: 'pending',
    shipped: 'order_not_cancellable',
    delivered: 'order_not_cancellable',
    cancelled: 'pending',
  };
  const lock = { since: EARLIER };
  const tooManyParts = {
    movementReferences: manyCauses('o1', 1_000),
  };
  const confirmed = (differences: Partial<Order>) => aHoldingOrder('confirmed', differences);

  test.each(ORDER_STATUSES)('depends on its status: %s', (status) => {
    for (const scope of CALL_OFF_SCOPES) {
      expect(stateForCallOff(aHoldingOrder(status), scope)).toBe(STATES[status]);
    }
  });

  test.each<[string, Order, State, State]>([
    ['is in hand', confirmed({ lock }), 'order_locked', 'order_locked'],
    [
      'is in hand and shipped in part',
      confirmed({ lock, shippedInPart: true }),
      'order_locked',
      'order_locked',
    ],
    ['is shipped in part', confirmed({ shippedInPart: true }), 'pending', 'order_not_cancellable'],
    ['can store no more parts', confirmed(tooManyParts), 'order_not_cancellable', 'pending'],
  ])('of a line and of the whole order differs if it %s', (_, order, ofLine, ofOrder) => {
    expect(stateForCallOff(order, 'line')).toBe(ofLine);
    expect(stateForCallOff(order, 'order')).toBe(ofOrder);
  });

  test('agrees with what calling it off does', () => {
    const orders = [
      ...ORDER_STATUSES.map((status) => aHoldingOrder(status)),
      confirmed({ lock }),
      confirmed({ shippedInPart: true }),
      confirmed(tooManyParts),
    ];
    for (const order of orders) {
      for (const scope of CALL_OFF_SCOPES) {
        const isPending = stateForCallOff(order, scope) === 'pending';
        expect(decide(order, { scope }).type).toBe(isPending ? 'step' : 'rejected');
      }
    }
  });
});
