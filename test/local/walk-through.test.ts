import { describe, expect, test } from '@jest/globals';
import type { Movement } from '../../local/shop-client.ts';
import { renderTable } from '../../local/table.ts';
import { assertNothingHeld, describeCancellation, ledgerTable } from '../../local/walk-through.ts';

const movement = (movementType: string, quantity: number, productId = 'beans'): Movement => ({
  referenceId: movementType === 'reservation' ? 'order_ada' : 'order_ada_cancellation',
  movementType,
  productId,
  quantity,
  stockDelta: 0,
  reservedDelta: -quantity,
});

describe('Tables', () => {
  test('words stand to the left, numbers to the right, and no line ends in blanks', () => {
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

  test('the ledger shows the sign of what moved', () => {
    expect(ledgerTable([movement('reservation', -2), movement('restoration', 2)])).toBe(
      [
        'reference               movement     product  quantity  stock  reserved',
        '----------------------  -----------  -------  --------  -----  --------',
        'order_ada               reservation  beans          -2      0        +2',
        'order_ada_cancellation  restoration  beans          +2      0        -2',
      ].join('\n'),
    );
  });

  test('nothing to show is a heading alone', () => {
    expect(renderTable(['product'], [])).toBe('product\n-------');
  });
});

describe('What a cancellation answered', () => {
  test('names every product', () => {
    const restored = [
      { productId: 'beans', quantity: 2 },
      { productId: 'filters', quantity: 1 },
    ];

    expect(describeCancellation({ outcome: 'cancelled', restored })).toBe(
      'cancelled, restored 2 beans, 1 filters',
    );
  });

  test('says so when nothing came back', () => {
    expect(describeCancellation({ outcome: 'cancelled', restored: [] })).toBe(
      'cancelled, restored nothing',
    );
  });
});

describe('The walk-through notices', () => {
  test('no fault where every reservation was given back', () => {
    expect(() =>
      assertNothingHeld([movement('reservation', -2), movement('restoration', 2)]),
    ).not.toThrow();
  });

  test.each([
    ['one that was not', [movement('reservation', -2)]],
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
  ])('%s', (_, movements) => {
    expect(() => assertNothingHeld(movements)).toThrow(/The ledger is wrong/);
  });
});
