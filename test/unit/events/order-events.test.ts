import { describe, expect, test } from '@jest/globals';
import {
  cancelWhole,
  decideCancellation,
  decidePartialCancellation,
} from '../../../lib/domain/cancellation.ts';
import { decideDue } from '../../../lib/domain/due.ts';
import {
  decideLock,
  decidePartialShipment,
  decideReturn,
  decideTransition,
} from '../../../lib/domain/lifecycle.ts';
import type { Order } from '../../../lib/domain/order.ts';
import { decideGivingUp, decidePlacement } from '../../../lib/domain/placement.ts';
import { decideReinstatement, giveUpReinstatement } from '../../../lib/domain/reinstatement.ts';
import {
  ORDER_EVENTS,
  type OrderChange,
  orderEventType,
  ruleOf,
} from '../../../lib/events/order-events.ts';
import { aCancelledOrder, anOrder, manyLines, NOW } from '../../support/builders.ts';

/** The order that a decision makes of another. */
const after = (decision: { readonly type: string; readonly order?: Order }): Order => {
  if (!decision.order) throw new Error(`There is no step: ${decision.type}`);
  return decision.order;
};

const changed = (before: Order, decision: Parameters<typeof after>[0]): OrderChange => ({
  before,
  after: after(decision),
});

const ofItsRule = (change: OrderChange) => {
  const type = orderEventType(change);
  return type && ruleOf(type);
};
const causeOf = (change: OrderChange) => ofItsRule(change)?.cause?.(change);
const unitsOf = (change: OrderChange) => ofItsRule(change)?.units?.(change);

const LINES = manyLines(60).map(({ productId }) => ({ productId, quantity: 1 }));
const place = (standing: Order | undefined, items = LINES) =>
  decidePlacement(standing, { id: 'o1', items }, NOW, 49);

const half = after(place(undefined));
const whole = after(place(half));
const mug2 = anOrder('o1', { mug: 2, tea: 1 });
const confirmed = anOrder('o1', { mug: 2, tea: 1 }, { status: 'confirmed' });
const large = anOrder('o1', manyLines(60), { status: 'confirmed' });
const halfCancelled = after(decideCancellation(large, {}, NOW, 49));
const halfShipped = after(decideTransition(large, 'shipped', NOW, 49));
const givenUp = after(decideGivingUp(half, NOW, 1));
const someUnits = (quantity: number, idempotencyKey = 'k1') =>
  decidePartialCancellation(
    mug2,
    { orderId: 'o1', items: [{ productId: 'mug', quantity }], idempotencyKey },
    'digest',
    NOW,
  );

const part = (productId: string, quantity: number, idempotencyKey: string) => ({
  orderId: 'o1',
  items: [{ productId, quantity }],
  idempotencyKey,
});
const halfSent = after(decidePartialShipment(confirmed, part('mug', 2, 's1'), 'digest', NOW));
const sent = after(decidePartialShipment(halfSent, part('tea', 1, 's2'), 'digest', NOW));
const restCancelled = changed(
  halfSent,
  decidePartialCancellation(halfSent, part('tea', 1, 'k1'), 'digest', NOW),
);
const returned = changed(sent, decideReturn(sent, part('mug', 1, 'r1'), 'digest', NOW));

const inGrace = after(decideCancellation(confirmed, { graceSeconds: 60 }, NOW, 49));
const takenBack = changed(inGrace, decideReinstatement(inGrace, inGrace, {}, NOW, 49));
const cancelledAgain = changed(takenBack.after, decideCancellation(takenBack.after, {}, NOW, 49));
const allCancelled = after(decideCancellation(halfCancelled, {}, NOW, 49));
const reserving = after(decideReinstatement(allCancelled, allCancelled, {}, NOW, 49));
const reservedAgain = changed(reserving, decideReinstatement(reserving, allCancelled, {}, NOW, 49));

const EVENTS: readonly [what: string, type: string, change: OrderChange][] = [
  ['a placed order', 'order.placed', { after: mug2 }],
  ['the last step of a large placement', 'order.placed', { before: half, after: whole }],
  [
    'a confirmation',
    'order.confirmed',
    changed(mug2, decideTransition(mug2, 'confirmed', NOW, 49)),
  ],
  [
    'a shipment',
    'order.shipped',
    changed(confirmed, decideTransition(confirmed, 'shipped', NOW, 49)),
  ],
  ['the first step of a large shipment', 'order.shipped', { before: large, after: halfShipped }],
  [
    'a delivery',
    'order.delivered',
    (() => {
      const shipped = after(decideTransition(confirmed, 'shipped', NOW, 49));
      return changed(shipped, decideTransition(shipped, 'delivered', NOW, 49));
    })(),
  ],
  ['a cancellation', 'order.cancelled', changed(mug2, decideCancellation(mug2, {}, NOW, 49))],
  [
    'a cancellation of goods that are lost',
    'order.cancelled',
    changed(mug2, decideCancellation(mug2, { restock: false }, NOW, 49)),
  ],
  [
    'the first step of a large cancellation',
    'order.cancelled',
    { before: large, after: halfCancelled },
  ],
  [
    'a cancellation while the order is being placed',
    'order.cancelled',
    changed(half, decideCancellation(half, {}, NOW, 49)),
  ],
  [
    'an expiry',
    'order.expired',
    (() => {
      const due = { ...mug2, expiresAt: NOW };
      return changed(due, decideDue(due, NOW, 49));
    })(),
  ],
  ['a cancellation of some units', 'order.partially_cancelled', changed(mug2, someUnits(1))],
  ['a cancellation of what was not shipped', 'order.partially_cancelled', restCancelled],
  ['a shipment of some units', 'order.partially_shipped', { before: confirmed, after: halfSent }],
  ['a shipment of the last units', 'order.shipped', { before: halfSent, after: sent }],
  ['a return', 'order.returned', returned],
  [
    'a cancellation that can be taken back',
    'order.cancelled',
    { before: confirmed, after: inGrace },
  ],
  ['taking it back', 'order.reinstated', takenBack],
  ['the last step of a large reinstatement', 'order.reinstated', reservedAgain],
  [
    'a cancellation of the last units',
    'order.cancelled',
    (() => {
      const one = anOrder('o1', { mug: 1 });
      const items = [{ productId: 'mug', quantity: 1 }];
      const request = { orderId: 'o1', items, idempotencyKey: 'k1' };
      return changed(one, decidePartialCancellation(one, request, 'digest', NOW));
    })(),
  ],
];

describe('The event of a change', () => {
  test.each(EVENTS)('of %s is %s', (_, type, change) => {
    expect(orderEventType(change)).toBe(type);
  });

  test('is tried here for every type', () => {
    const tried = new Set(EVENTS.map(([, type]) => type));

    expect([...tried].sort()).toEqual(Object.keys(ORDER_EVENTS).sort());
  });
});

describe('There is no event', () => {
  test.each<[string, OrderChange]>([
    ['for the first step of a large placement', { after: half }],
    ['for a step between', { before: half, after: { ...half, version: half.version + 1 } }],
    ['for giving up a placement', { before: half, after: givenUp }],
    ['for the later steps of giving up', changed(givenUp, decideGivingUp(givenUp, NOW, 49))],
    [
      'for an order that was given up and is kept',
      (() => {
        const { placing: _, ...kept } = givenUp;
        return { before: givenUp, after: { ...kept, givenUp: true, version: givenUp.version + 1 } };
      })(),
    ],
    [
      'for the step that finishes a cancellation',
      changed(halfCancelled, decideCancellation(halfCancelled, {}, NOW, 49)),
    ],
    ['for the sweep that finishes it', changed(halfCancelled, decideDue(halfCancelled, NOW, 49))],
    [
      'for the step that finishes a shipment',
      changed(halfShipped, decideTransition(halfShipped, 'shipped', NOW, 49)),
    ],
    [
      'for a repair, which lets an order know of its causes',
      {
        before: mug2,
        after: {
          ...mug2,
          version: 2,
          movementReferences: ['order_o1', 'order_o1_reservation_repair-1'],
        },
      },
    ],
    ['for taking an order in hand', changed(mug2, decideLock(mug2, {}, NOW))],
    [
      'for the end of a grace',
      (() => {
        const at = '2026-03-02T13:00:00.000Z';
        return changed(inGrace, decideDue(inGrace, at, 49));
      })(),
    ],
    ['for the first step of a large reinstatement', { before: allCancelled, after: reserving }],
    ['for giving up a reinstatement', changed(reserving, giveUpReinstatement(reserving, NOW, 49))],
    ['if nothing has changed', { before: mug2, after: mug2 }],
    [
      'if somebody has changed the row past the code, without a new version',
      { before: mug2, after: { ...cancelWhole(mug2, {}, NOW), version: mug2.version } },
    ],
    [
      'for an order that is brought in as it ended elsewhere',
      { after: aCancelledOrder('o1', { mug: 1 }) },
    ],
  ])('%s', (_, change) => {
    expect(orderEventType(change)).toBeUndefined();
  });
});

describe('The cause of an event', () => {
  test.each<[string, string, OrderChange]>([
    ['a placement', 'order_o1', { after: mug2 }],
    ['a large placement', 'order_o1', { before: half, after: whole }],
    ['a shipment', 'order_o1_shipment', { before: large, after: halfShipped }],
    ['a cancellation', 'order_o1_cancellation', { before: large, after: halfCancelled }],
    ['a part', 'order_o1_cancellation_k1', changed(mug2, someUnits(1))],
    ['the rest of a shipment', 'order_o1_cancellation_k1', restCancelled],
    ['a part of a shipment', 'order_o1_shipment_s1', { before: confirmed, after: halfSent }],
    ['a return', 'order_o1_return_r1', returned],
    ['a cancellation with a grace', 'order_o1_cancellation', { before: confirmed, after: inGrace }],
    ['a reinstatement', 'order_o1~2', takenBack],
    ['a large reinstatement', 'order_o1~2', reservedAgain],
    ['a cancellation after it', 'order_o1~2_cancellation', cancelledAgain],
    [
      'a cancellation after a part',
      'order_o1_cancellation',
      (() => {
        const part = after(someUnits(1));
        return changed(part, decideCancellation(part, {}, NOW, 49));
      })(),
    ],
  ])('of %s is %s', (_, cause, change) => {
    expect(causeOf(change)).toBe(cause);
  });
});

describe('The units of an event', () => {
  test('are those that the order held, also those that later steps release', () => {
    expect(unitsOf({ before: large, after: halfCancelled })).toEqual(LINES);
    expect(unitsOf({ before: large, after: halfShipped })).toEqual(LINES);
  });

  test('are those of the part only', () => {
    expect(unitsOf(changed(mug2, someUnits(1)))).toEqual([{ productId: 'mug', quantity: 1 }]);
  });

  test('are those of a cancellation with a grace, although the order still holds them', () => {
    expect(unitsOf({ before: confirmed, after: inGrace })).toEqual([
      { productId: 'mug', quantity: 2 },
      { productId: 'tea', quantity: 1 },
    ]);
  });

  test.each<[string, string, OrderChange]>([
    ['shipped', 'tea', { before: halfSent, after: sent }],
    ['cancelled after a shipment', 'tea', restCancelled],
    ['that have come back', 'mug', returned],
  ])('are those %s', (_, productId, change) => {
    expect(unitsOf(change)).toEqual([{ productId, quantity: 1 }]);
  });

  test('are not those that were cancelled before', () => {
    const part = after(someUnits(1));

    expect(unitsOf(changed(part, decideCancellation(part, {}, NOW, 49)))).toEqual([
      { productId: 'mug', quantity: 1 },
      { productId: 'tea', quantity: 1 },
    ]);
  });

  test('are those that an order held that was cancelled while it was being placed', () => {
    expect(unitsOf(changed(half, decideCancellation(half, {}, NOW, 49)))).toEqual(
      LINES.slice(0, 49),
    );
  });
});
