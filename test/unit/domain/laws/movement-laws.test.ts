import { describe, expect, test } from '@jest/globals';
import { checkMovement } from '../../../../lib/domain/laws/movement-laws.ts';
import { reservation, type StockMovement } from '../../../../lib/domain/stock-movement.ts';
import { aMovement, NOW } from '../../../support/builders.ts';

const reserved = reservation({ id: 'o1', round: 1 }, { productId: 'mug', quantity: 3 }, NOW);
const restored = aMovement({
  referenceId: 'order_o1_cancellation',
  orderId: 'o1',
  movementType: 'restoration',
  quantity: 3,
  stockDelta: 0,
  reservedDelta: -3,
});
const shipped = aMovement({
  referenceId: 'order_o1_shipment',
  orderId: 'o1',
  quantity: -3,
  stockDelta: -3,
  reservedDelta: -3,
});

describe('A movement that is right', () => {
  test.each<[string, StockMovement]>([
    ['a reservation', reserved],
    ['a reservation of a later round', { ...reserved, referenceId: 'order_o1~2' }],
    ['a restoration', restored],
    ['a restoration with drift', { ...restored, reservedDelta: 0 }],
    ['a shipment', shipped],
    ['a return', { ...shipped, quantity: 1, stockDelta: 1, reservedDelta: 0 }],
    ['an adjustment of the shop', aMovement()],
    ['an adjustment downwards', aMovement({ quantity: -1, stockDelta: -1 })],
  ])('breaks no law: %s', (_, movement) => {
    expect(checkMovement(movement)).toEqual([]);
  });
});

describe('A movement breaks the law', () => {
  const itsOrder = 'belongs to the order that its cause names';
  const { orderId: _, ...withoutOrder } = restored;

  test.each<[string, StockMovement, object]>([
    [
      'by a key that does not say what it moves',
      { ...restored, entry: 'restoration#cup' },
      { law: 'once', is: 'is keyed by restoration#cup', ought: 'is keyed by restoration#mug' },
    ],
    [
      'by the cause of an order, and no order',
      withoutOrder,
      { law: 'once', is: 'belongs to no order', ought: itsOrder },
    ],
    [
      'by an order, and a cause of none',
      { ...restored, referenceId: 'stocktaking' },
      { law: 'once', is: 'belongs to o1', ought: itsOrder },
    ],
    [
      'by another order than that of its cause',
      { ...restored, orderId: 'o2' },
      { law: 'once', is: 'belongs to o2', ought: itsOrder },
    ],
    [
      'by a reservation of more units than none',
      { ...reserved, quantity: 3 },
      { law: 'ledger', is: 'is a reservation of 3', ought: 'its quantity is below 0' },
    ],
    [
      'by a restoration of fewer units than none',
      { ...restored, quantity: -3 },
      { law: 'ledger', is: 'is a restoration of -3', ought: 'its quantity is above 0' },
    ],
    [
      'by moving more reserved units than its quantity',
      { ...restored, reservedDelta: -4 },
      { law: 'ledger', is: 'moves -4 reserved', ought: 'moves at most its quantity, 3' },
    ],
  ])('%s', (_, movement, violation) => {
    const subject = `${movement.referenceId} ${movement.entry}`;

    expect(checkMovement(movement)).toEqual([{ of: 'movement', subject, ...violation }]);
  });

  test.each<[StockMovement['movementType'], StockMovement]>([
    ['reservation', reserved],
    ['restoration', restored],
    ['adjustment', shipped],
  ])('by moving nothing, whatever its type is: %s', (_, movement) => {
    const nothing = { ...movement, quantity: 0, stockDelta: 0, reservedDelta: 0 };

    expect(checkMovement(nothing)).toMatchObject([
      { law: 'ledger', is: 'moves nothing', ought: 'moves at least one unit' },
    ]);
  });
});
