import { describe, expect, test } from '@jest/globals';
import {
  checkGoneOrder,
  checkOrderBook,
  emptyOrderBook,
  enterInOrderBook,
  type OrderBook,
  type UnitsMoved,
} from '../../../../lib/domain/laws/order-book.ts';
import type { Order } from '../../../../lib/domain/order.ts';
import { aCancelledOrder, aLine, anOrder, NOW } from '../../../support/builders.ts';
import { aSettledOrder } from '../../../support/statuses.ts';

const moved = (
  referenceId: string,
  movementType: UnitsMoved['movementType'],
  quantity: number,
  productId = 'mug',
): UnitsMoved => ({ referenceId, movementType, quantity, productId });

const reserved = moved('order_o1', 'reservation', -2);
const restored = moved('order_o1_cancellation', 'restoration', 2);
const writtenOff = moved('order_o1_cancellation', 'adjustment', -2);
const shipped = moved('order_o1_shipment', 'adjustment', -2);
const returned = moved('order_o1_return_k1', 'adjustment', 1);

const bookOf = (...movements: readonly UnitsMoved[]): OrderBook => {
  const book = emptyOrderBook();
  for (const movement of movements) enterInOrderBook(book, movement);
  return book;
};

const check = (order: Order, ...movements: readonly UnitsMoved[]) =>
  checkOrderBook(order, bookOf(...movements), () => true);

const violation = { of: 'order', subject: 'o1', productId: 'mug' };
const causesOf = (...causes: readonly string[]) => ({
  movementReferences: ['order_o1', ...causes],
});

const cancelled = aCancelledOrder('o1', { mug: 2 });

describe('The book of an order', () => {
  test.each<[string, readonly UnitsMoved[], object]>([
    ['reserved', [reserved], { reserved: 2, held: 2, shipped: 0, returned: 0 }],
    ['restored', [reserved, restored], { reserved: 2, held: 0, shipped: 0, returned: 0 }],
    ['written off', [reserved, writtenOff], { reserved: 2, held: 0, shipped: 0, returned: 0 }],
    ['shipped', [reserved, shipped], { reserved: 2, held: 0, shipped: 2, returned: 0 }],
    ['returned', [reserved, shipped, returned], { reserved: 2, held: 0, shipped: 2, returned: 1 }],
  ])('knows which units were %s', (_, movements, units) => {
    expect(bookOf(...movements).units.get('mug')).toMatchObject(units);
  });

  test('knows what the cancellations of the whole order put back, each by its cause', () => {
    const book = bookOf(
      moved('order_o1', 'reservation', -9),
      moved('order_o1_cancellation_k1', 'restoration', 1),
      moved('order_o1_cancellation', 'restoration', 3),
      moved('order_o1~2', 'reservation', -3),
      moved('order_o1~2_reinstatement-given-up', 'restoration', 3),
      moved('order_o1~2_cancellation', 'restoration', 2),
    );

    expect([...(book.units.get('mug')?.restored ?? [])]).toEqual([
      ['order_o1_cancellation', 3],
      ['order_o1~2_cancellation', 2],
    ]);
  });

  test('knows of none that a cancellation put back what it wrote off', () => {
    expect(bookOf(reserved, writtenOff).units.get('mug')?.restored.size).toBe(0);
  });
});

describe('An order agrees with its book', () => {
  test.each<[string, Order, readonly UnitsMoved[]]>([
    ['while it holds its units', anOrder('o1', { mug: 2 }), [reserved]],
    ['after its cancellation', { ...cancelled, restoredQuantities: [2] }, [reserved, restored]],
    [
      'after its shipment',
      aSettledOrder('shipped', causesOf('order_o1_shipment')),
      [reserved, shipped],
    ],
    [
      'after a return',
      anOrder(
        'o1',
        [aLine('mug', 2, { reservedQuantity: 0, shippedQuantity: 2, returnedQuantity: 1 })],
        {
          status: 'delivered',
          ...causesOf('order_o1_shipment', 'order_o1_return_k1'),
        },
      ),
      [reserved, shipped, returned],
    ],
    [
      'after two returns of which one did not go on the shelf',
      anOrder(
        'o1',
        [aLine('mug', 2, { reservedQuantity: 0, shippedQuantity: 2, returnedQuantity: 2 })],
        {
          status: 'delivered',
          notRestocked: [1],
          ...causesOf('order_o1_shipment', 'order_o1_return_k1'),
        },
      ),
      [reserved, shipped, returned],
    ],
    ['while its movements are being deleted, once it is cancelled', cancelled, []],
    [
      'without movements, if an import brought it in',
      aSettledOrder('shipped', { importedAt: NOW }),
      [],
    ],
    [
      'after more units were reserved for it than it has, because it was reinstated',
      anOrder('o1', { mug: 2 }, { round: 2, ...causesOf('order_o1_cancellation', 'order_o1~2') }),
      [reserved, restored, moved('order_o1~2', 'reservation', -2)],
    ],
  ])('%s', (_, order, movements) => {
    expect(check(order, ...movements)).toEqual([]);
  });

  test('in what its book tells of, and nothing is asked of other products', () => {
    expect(checkOrderBook(anOrder('o1', { mug: 2 }), bookOf(), () => false)).toEqual([]);
  });
});

describe('An order disagrees with its book', () => {
  const ofUnits = (is: string, byLedger: number) => ({
    ...violation,
    law: 'right-to-stock',
    is,
    ought: `${byLedger}, by the ledger`,
  });

  test.each<[string, Order, readonly UnitsMoved[], readonly object[]]>([
    [
      'if it holds other units',
      anOrder('o1', { mug: 2 }),
      [moved('order_o1', 'reservation', -3)],
      [ofUnits('holds 2 mug', 3)],
    ],
    [
      'if nothing was reserved for it',
      anOrder('o1', { mug: 2 }),
      [],
      [ofUnits('holds 2 mug', 0), ofUnits('accounts for 2 mug', 0)],
    ],
    [
      'if it shipped other units',
      aSettledOrder('shipped', causesOf('order_o1_shipment')),
      [reserved, moved('order_o1_shipment', 'adjustment', -1)],
      [ofUnits('holds 0 mug', 1), ofUnits('shipped 2 mug', 1)],
    ],
    [
      'if it shipped more than were reserved',
      aSettledOrder('shipped', causesOf('order_o1_shipment')),
      [moved('order_o1', 'reservation', -1), shipped],
      [ofUnits('holds 0 mug', -1), ofUnits('accounts for 2 mug', 1)],
    ],
    [
      'if it cancelled more than were reserved',
      cancelled,
      [moved('order_o1', 'reservation', -1), moved('order_o1_cancellation', 'restoration', 1)],
      [ofUnits('accounts for 2 mug', 1)],
    ],
    [
      'if an import brought it in, and the ledger has lost its shipment',
      aSettledOrder('shipped', { importedAt: NOW }),
      [reserved],
      [ofUnits('holds 0 mug', 2), ofUnits('shipped 2 mug', 0)],
    ],
    [
      'if an import brought it in, and the ledger has lost its reservation',
      aSettledOrder('shipped', { importedAt: NOW, ...causesOf('order_o1_shipment') }),
      [shipped],
      [ofUnits('holds 0 mug', -2), ofUnits('accounts for 2 mug', 0)],
    ],
    [
      'if it got other units back',
      aSettledOrder('delivered', causesOf('order_o1_shipment', 'order_o1_return_k1')),
      [reserved, shipped, returned],
      [ofUnits('got back 0 mug', 1)],
    ],
  ])('%s', (_, order, movements, violations) => {
    expect(check(order, ...movements)).toEqual(violations);
  });

  test('if the ledger has a product of which it has no line, whatever its own lines tell', () => {
    const order = aCancelledOrder(
      'o1',
      { mug: 2, cup: 1 },
      { restoredQuantities: [2, 1], notRestocked: [0, 0] },
    );
    const pots = moved('order_o1', 'reservation', -4, 'pot');
    const cups = [
      moved('order_o1', 'reservation', -1, 'cup'),
      moved('order_o1_cancellation', 'restoration', 1, 'cup'),
    ];

    expect(check(order, reserved, restored, ...cups, pots)).toEqual([
      { ...ofUnits('holds 0 pot', 4), productId: 'pot' },
    ]);
  });

  test('if it does not know of a cause that moved stock for it', () => {
    expect(check(anOrder('o1', { mug: 2 }, { movementReferences: [] }), reserved)).toEqual([
      {
        ...violation,
        law: 'nothing-lost',
        is: 'does not know of order_o1',
        ought: 'knows each cause that moved stock for it',
      },
    ]);
  });
});

describe('What a repeated cancellation tells', () => {
  const wrong = (told: number, byLedger: number) => [
    {
      ...violation,
      law: 'answers',
      is: `tells that ${told} mug came back`,
      ought: `${byLedger}, by the ledger`,
    },
  ];
  const telling = (told: number, differences: Partial<Order> = {}): Order => ({
    ...cancelled,
    restoredQuantities: [told],
    ...differences,
  });
  const again = moved('order_o1~2', 'reservation', -2);

  test('is wrong if the ledger says otherwise', () => {
    expect(check(telling(1), reserved, restored)).toEqual(wrong(1, 2));
  });

  test('is nothing if no unit went back on the shelf', () => {
    expect(check(telling(0), reserved, writtenOff)).toEqual([]);
    expect(check(telling(2), reserved, writtenOff)).toEqual(wrong(2, 0));
  });

  test('is about the last cancellation', () => {
    const causes = causesOf('order_o1_cancellation', 'order_o1~2', 'order_o1~2_cancellation');
    const movements = [
      reserved,
      restored,
      again,
      moved('order_o1~2_cancellation_k1', 'restoration', 1),
      moved('order_o1~2_cancellation', 'restoration', 1),
    ];
    const { movementReferences } = causes;
    const known = { movementReferences: [...movementReferences, 'order_o1~2_cancellation_k1'] };

    expect(check(telling(1, { round: 2, ...known }), ...movements)).toEqual([]);
    expect(check(telling(2, { round: 2, ...known }), ...movements)).toEqual(wrong(2, 1));
  });

  test('is about the cancellation before, while a reinstatement is under way or was given up', () => {
    const causes = causesOf(
      'order_o1_cancellation',
      'order_o1~2',
      'order_o1~2_reinstatement-given-up',
    );
    const givenUp = moved('order_o1~2_reinstatement-given-up', 'restoration', 2);

    const order = telling(2, { round: 2, ...causes });
    expect(check(order, reserved, restored, again, givenUp)).toEqual([]);
    expect(check(telling(1, { round: 2, ...causes }), reserved, restored, again, givenUp)).toEqual(
      wrong(1, 2),
    );
    // Somebody had begun to delete the order, with the movements of its first round.
    expect(check(order, again, givenUp)).toEqual([]);
  });

  test('is not checked of a product of which the ledger tells nothing any more', () => {
    expect(check(telling(2))).toEqual([]);
  });
});

test('Movements of an order without a row are lost, and stand in the way of its id', () => {
  expect(checkGoneOrder('o1', bookOf(reserved, restored))).toEqual([
    {
      ...violation,
      law: 'nothing-lost',
      is: 'does not exist, and has movements of mug',
      ought: 'none',
    },
  ]);
  expect(checkGoneOrder('o1', emptyOrderBook())).toEqual([]);
});
