import { describe, expect, test } from '@jest/globals';
import type { Movement } from '../../local/shop-client.ts';
import { renderTable } from '../../local/table.ts';
import {
  assertNothingHeld,
  assertRefundedOnce,
  describeCancellation,
  ledgerTable,
  refundTable,
} from '../../local/walk-through.ts';

const movement = (movementType: string, quantity: number, productId = 'beans'): Movement => ({
  referenceId: movementType === 'reservation' ? 'order_ada' : 'order_ada_cancellation',
  movementType,
  productId,
  quantity,
  stockDelta: 0,
  reservedDelta: -quantity,
});

describe('The tables of the walk-through', () => {
  test('align words to the left and numbers to the right, without blanks at the end of a line', () => {
    const rows = [
      ['Espresso beans', 400, 'kg'],
      ['Burr grinder', 7, ''],
    ];

    expect(renderTable(['product', 'stock', 'unit'], rows)).toBe(
      [
        'product         stock  unit',
        '--------------  -----  ----',
        'Espresso beans    400  kg',
        'Burr grinder        7',
      ].join('\n'),
    );
  });

  test('show the sign of each movement', () => {
    expect(ledgerTable([movement('reservation', -2), movement('restoration', 2)])).toBe(
      [
        'reference               movement     product  quantity  stock  reserved',
        '----------------------  -----------  -------  --------  -----  --------',
        'order_ada               reservation  beans          -2      0        +2',
        'order_ada_cancellation  restoration  beans          +2      0        -2',
      ].join('\n'),
    );
  });

  test('consist of a heading only if there is nothing to show', () => {
    expect(renderTable(['product'], [])).toBe('product\n-------');
  });
});

describe('Refunds', () => {
  const refund = (orderId: string) => ({
    orderId,
    placedAt: '2026-03-02T12:00:00.000Z',
    amount: 5_590,
    idempotencyKey: `order_${orderId}_cancellation`,
  });
  const [ada, ben] = [refund('ada'), refund('ben')];

  test('are shown in whole units of money', () => {
    expect(refundTable([ada])).toBe(
      [
        'order  refunded  idempotency key',
        '-----  --------  ----------------------',
        'ada    55.90     order_ada_cancellation',
      ].join('\n'),
    );
  });

  test('are right if each order has one', () => {
    expect(() => assertRefundedOnce([ben, ada], [{ id: 'ada' }, { id: 'ben' }])).not.toThrow();
  });

  test.each([
    ['one is missing', [ada]],
    ['one is there twice', [ada, ben, ben]],
    ['one is of another order', [ada, refund('cleo')]],
  ])('are wrong if %s', (_, refunds) => {
    expect(() => assertRefundedOnce(refunds, [{ id: 'ada' }, { id: 'ben' }])).toThrow(
      /Refunds are wrong/,
    );
  });
});

describe('The text about a cancellation', () => {
  test('names every product', () => {
    const restored = [
      { productId: 'beans', quantity: 2 },
      { productId: 'filters', quantity: 1 },
    ];

    expect(describeCancellation({ outcome: 'cancelled', restored })).toBe(
      'cancelled, restored 2 beans, 1 filters',
    );
  });

  test('says if nothing was restored', () => {
    expect(describeCancellation({ outcome: 'cancelled', restored: [] })).toBe(
      'cancelled, restored nothing',
    );
  });
});

describe('The walk-through', () => {
  test('finds no fault if every reservation was given back', () => {
    expect(() =>
      assertNothingHeld([movement('reservation', -2), movement('restoration', 2)]),
    ).not.toThrow();
  });

  test.each([
    ['a reservation that was not given back', [movement('reservation', -2)]],
    ['one that was given back in part', [movement('reservation', -2), movement('restoration', 1)]],
    [
      'one that was given back twice while another was not at all',
      [
        movement('reservation', -2),
        movement('reservation', -4, 'filters'),
        movement('restoration', 2),
        movement('restoration', 2),
        movement('restoration', 2),
      ],
    ],
  ])('fails for %s', (_, movements) => {
    expect(() => assertNothingHeld(movements)).toThrow(/The ledger is wrong/);
  });
});
