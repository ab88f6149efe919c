import { describe, expect, test } from '@jest/globals';
import { checkDue, checkLine, checkOrder } from '../../../../lib/domain/laws/order-laws.ts';
import type { Order } from '../../../../lib/domain/order.ts';
import { ORDER_STATUSES } from '../../../../lib/domain/order-status.ts';
import { aCancelledOrder, aLine, anOrder, EARLIER, NOW } from '../../../support/builders.ts';
import { aHoldingOrder, aSettledOrder } from '../../../support/statuses.ts';

/** 3 mugs and a cup, of which 1 mug was shipped. */
const inPart = anOrder(
  'o1',
  [aLine('cup', 1), aLine('mug', 3, { reservedQuantity: 2, shippedQuantity: 1 })],
  { status: 'confirmed', shippedInPart: true },
);
const { shippedInPart: _, ...notSaid } = inPart;

describe('The row of an order is right', () => {
  test.each(ORDER_STATUSES)('without work left, whatever its status is: %s', (status) => {
    expect(checkOrder(aSettledOrder(status))).toEqual([]);
  });

  test.each<[string, Order]>([
    ['an interrupted cancellation', aHoldingOrder('cancelled', { cancelledAt: EARLIER })],
    ['an interrupted shipment of the rest', { ...notSaid, status: 'shipped' }],
    ['a partial shipment', inPart],
    [
      'a partial shipment of each line',
      anOrder('o1', [aLine('mug', 2, { reservedQuantity: 1, shippedQuantity: 1 })], {
        status: 'confirmed',
        shippedInPart: true,
      }),
    ],
    ['a partial shipment that is being imported', { ...notSaid, importing: true }],
    [
      'a reinstatement',
      aHoldingOrder('cancelled', { cancelledFrom: 'pending', reinstating: 'reserving' }),
    ],
    ['a grace', aHoldingOrder('cancelled', { releaseAt: NOW })],
    [
      'a partial cancellation',
      anOrder(
        'o1',
        [aLine('mug', 3, { reservedQuantity: 1, cancelledQuantity: 2 }), aLine('cup', 1)],
        {
          cancelledByPart: [2, 0],
          movementReferences: ['order_o1', 'order_o1_cancellation_k1'],
          keyUses: [
            { cause: 1, asked: 'this' },
            { cause: 0, asked: 'that' },
          ],
        },
      ),
    ],
    [
      'what came back of each line',
      aCancelledOrder('o1', { mug: 2, cup: 1 }, { restoredQuantities: [2, 0] }),
    ],
  ])('with %s', (_, order) => {
    expect(checkOrder(order)).toEqual([]);
  });
});

describe('The row of an order is wrong', () => {
  const parted = anOrder('o1', [
    aLine('cup', 1),
    aLine('mug', 3, { reservedQuantity: 1, cancelledQuantity: 2 }),
  ]);
  const sayInPart = 'says so while it holds units and others were shipped';

  test.each<[string, Order, object]>([
    [
      'if it is delivered and holds units',
      aHoldingOrder('delivered'),
      { law: 'right-to-stock', is: 'is delivered and still holds units', ought: 'holds none' },
    ],
    [
      'if its units were given back and it is not cancelled',
      aSettledOrder('pending', { movementReferences: ['order_o1', 'order_o1_cancellation'] }),
      {
        law: 'right-to-stock',
        is: 'gave its units back and is pending',
        ought: 'is cancelled',
      },
    ],
    [
      'if it is shipped in part and does not say so',
      notSaid,
      { law: 'right-to-stock', is: 'is shipped in part and does not say so', ought: sayInPart },
    ],
    [
      'if it says that it is shipped in part before any unit is',
      aSettledOrder('confirmed', { shippedInPart: true }),
      { law: 'right-to-stock', is: 'says that it is shipped in part', ought: sayInPart },
    ],
    [
      'if it says that it is shipped in part and holds nothing more',
      aSettledOrder('shipped', { shippedInPart: true }),
      { law: 'right-to-stock', is: 'says that it is shipped in part', ought: sayInPart },
    ],
    [
      'if more was cancelled by parts than at all',
      { ...parted, cancelledByPart: [0, 3] },
      {
        law: 'right-to-stock',
        is: 'had more cancelled by parts than at all',
        ought: 'at most what is cancelled',
      },
    ],
    [
      'if it remembers a key without a cause',
      {
        ...parted,
        keyUses: [
          { cause: 0, asked: 'this' },
          { cause: 1, asked: 'that' },
        ],
      },
      {
        law: 'answers',
        is: 'remembers a key of no cause',
        ought: 'each key belongs to one of its causes',
      },
    ],
    [
      'if it remembers a key of a cause before the first',
      { ...parted, keyUses: [{ cause: -1, asked: 'this' }] },
      {
        law: 'answers',
        is: 'remembers a key of no cause',
        ought: 'each key belongs to one of its causes',
      },
    ],
    [
      'if it tells what came back of fewer lines than it has',
      aCancelledOrder('o1', { mug: 2, cup: 1 }, { restoredQuantities: [2] }),
      { law: 'answers', is: 'tells what came back of 1 lines', ought: 'of its 2' },
    ],
  ])('%s', (_, order, violation) => {
    expect(checkOrder(order)).toEqual([{ of: 'order', subject: 'o1', ...violation }]);
  });

  test.each<Partial<Order>>([
    { cancelledAt: EARLIER },
    { cancelledFrom: 'pending' },
    { releaseAt: NOW },
    { reinstating: 'reserving' },
  ])('if it tells of a cancellation and is not cancelled: %j', (told) => {
    expect(checkOrder(aSettledOrder('confirmed', told))).toEqual([
      {
        law: 'right-to-stock',
        of: 'order',
        subject: 'o1',
        is: 'tells of a cancellation and is confirmed',
        ought: 'is cancelled',
      },
    ]);
  });
});

describe('A line', () => {
  const order = anOrder('o1', []);
  const violation = { of: 'order', subject: 'o1', productId: 'mug' };

  test('is right if each unit is held, shipped or cancelled, and no more came back than left', () => {
    const units = { reservedQuantity: 1, shippedQuantity: 2, cancelledQuantity: 3 };

    expect(checkLine(order, aLine('mug', 6, { ...units, returnedQuantity: 2 }))).toEqual([]);
  });

  test('counts no negative units', () => {
    const line = aLine('mug', 2, { reservedQuantity: 3, cancelledQuantity: -1 });

    expect(checkLine(order, line)).toEqual([
      { ...violation, law: 'bounds', is: 'counts negative units of mug', ought: 'not below 0' },
    ]);
  });

  test.each([
    ['together 2', order],
    ['at most 2', { ...order, placing: true as const }],
    ['at most 2', { ...order, importing: true as const }],
  ])('accounts for units, %s', (ought, its) => {
    expect(checkLine(its, aLine('mug', 2, { cancelledQuantity: 1 }))).toEqual([
      {
        ...violation,
        law: 'right-to-stock',
        is: 'holds 2, shipped 0 and cancelled 1 mug',
        ought,
      },
    ]);
  });

  test('got no more units back than were shipped', () => {
    const line = aLine('mug', 2, { reservedQuantity: 1, shippedQuantity: 1, returnedQuantity: 2 });

    expect(checkLine(order, line)).toEqual([
      {
        ...violation,
        law: 'right-to-stock',
        is: 'got 2 mug back',
        ought: 'at most 1, as many as were shipped',
      },
    ]);
  });
});

describe('The index of due orders', () => {
  const expiring = aSettledOrder('pending', { expiresAt: NOW });
  const settled = aSettledOrder('confirmed');

  test.each([
    ['has an order at its time', expiring, NOW],
    ['may have an order before its time', expiring, EARLIER],
    ['lacks an order that is not due for anything', settled, undefined],
  ])('%s', (_, order, dueAt) => {
    expect(checkDue(order, dueAt)).toEqual([]);
  });

  test.each([
    ['lacks an order', expiring, undefined, 'is not due', `is due at ${NOW}, to expire`],
    [
      'has an order too late',
      expiring,
      '2026-03-02T12:00:00.001Z',
      'is due at 2026-03-02T12:00:00.001Z',
      `is due at ${NOW}, to expire`,
    ],
    [
      'has an order that is not due',
      settled,
      EARLIER,
      `is due at ${EARLIER}`,
      'is not due for anything',
    ],
  ])('loses work, or makes some, if it %s', (_, order, dueAt, is, ought) => {
    expect(checkDue(order, dueAt)).toEqual([
      { law: 'nothing-lost', of: 'order', subject: 'o1', is, ought },
    ]);
  });
});
