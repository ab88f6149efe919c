import { describe, expect, test } from '@jest/globals';
import {
  adjustment,
  countDifference,
  entryOf,
  opening,
  type ReleaseCause,
  release,
  reservation,
  taking,
} from '../../../lib/domain/stock-movement.ts';
import { NOW } from '../../support/builders.ts';

const mugs = { productId: 'mug', quantity: 5 };
const cancellation: ReleaseCause = {
  referenceId: 'order_o1_cancellation',
  movementType: 'restoration',
};
const shipment: ReleaseCause = { referenceId: 'order_o1_shipment', movementType: 'adjustment' };

const restoration = (reserved: number) =>
  release('o1', cancellation, mugs, { reserved, stock: 0 }, NOW);

describe('Making a stock movement', () => {
  test('a reservation has a negative quantity and raises the reserved units', () => {
    expect(reservation({ id: 'o1', round: 1 }, mugs, NOW)).toMatchObject({
      quantity: -5,
      stockDelta: 0,
      reservedDelta: 5,
    });
  });

  test('a reservation has the reference of the order and its round', () => {
    expect(reservation({ id: 'o1', round: 3 }, mugs, NOW)).toMatchObject({
      referenceId: 'order_o1~3',
      orderId: 'o1',
    });
  });

  test('a restoration has a positive quantity and lowers the reserved units', () => {
    expect(restoration(5)).toEqual({
      referenceId: 'order_o1_cancellation',
      entry: 'restoration#mug',
      productId: 'mug',
      orderId: 'o1',
      movementType: 'restoration',
      quantity: 5,
      stockDelta: 0,
      reservedDelta: -5,
      createdAt: NOW,
    });
  });

  test('a restoration with drift lowers the reserved units by what was there', () => {
    expect(restoration(2)).toMatchObject({ quantity: 5, reservedDelta: -2 });
  });

  test('a restoration that moves nothing has 0, not -0, as it is read from the ledger', () => {
    expect(Object.is(restoration(0).reservedDelta, 0)).toBe(true);
  });

  test('a restoration has a reason only if one is given', () => {
    const because: ReleaseCause = { ...cancellation, reason: 'fraud' };

    const movement = release('o1', because, mugs, { reserved: 5, stock: 0 }, NOW);

    expect(movement).toEqual({ ...restoration(5), reason: 'fraud' });
    expect(restoration(5)).not.toHaveProperty('reason');
  });

  test('what somebody wrote about it is on the movement, where it is about no whole order', () => {
    const because: ReleaseCause = { ...cancellation, note: 'the handle is off' };
    const request = { productId: 'mug', quantity: 1, referenceId: 'stocktaking' };

    expect(release('o1', because, mugs, { reserved: 5, stock: 0 }, NOW)).toEqual({
      ...restoration(5),
      note: 'the handle is off',
    });
    expect(adjustment({ ...request, note: 'behind the shelf' }, NOW)).toEqual({
      ...adjustment(request, NOW),
      note: 'behind the shelf',
    });
    expect(adjustment(request, NOW)).not.toHaveProperty('note');
  });

  test('a shipment lowers the stock and the reserved units', () => {
    expect(release('o1', shipment, mugs, { reserved: 5, stock: 5 }, NOW)).toStrictEqual({
      referenceId: 'order_o1_shipment',
      entry: 'adjustment#mug',
      productId: 'mug',
      orderId: 'o1',
      movementType: 'adjustment',
      quantity: -5,
      stockDelta: -5,
      reservedDelta: -5,
      createdAt: NOW,
    });
  });

  test('a shipment with drift lowers each counter by what was there', () => {
    const movement = release('o1', shipment, mugs, { reserved: 2, stock: 0 }, NOW);

    expect(movement).toMatchObject({ quantity: -5, stockDelta: 0, reservedDelta: -2 });
    expect(Object.is(movement.stockDelta, 0)).toBe(true);
  });

  test.each([7, -7])('an adjustment by %i moves only the stock', (quantity) => {
    expect(
      adjustment({ productId: 'mug', quantity, referenceId: 'stocktaking', reason: 'found' }, NOW),
    ).toEqual({
      referenceId: 'stocktaking',
      entry: 'adjustment#mug',
      productId: 'mug',
      movementType: 'adjustment',
      quantity,
      stockDelta: quantity,
      reservedDelta: 0,
      reason: 'found',
      createdAt: NOW,
    });
  });

  test('an adjustment has no reason if none is given', () => {
    expect(
      adjustment({ productId: 'mug', quantity: 1, referenceId: 'stocktaking' }, NOW),
    ).not.toHaveProperty('reason');
  });

  test('an opening raises the stock', () => {
    expect(opening({ id: 'mug', stockQuantity: 7 }, NOW)).toMatchObject({
      movementType: 'adjustment',
      quantity: 7,
      stockDelta: 7,
      reservedDelta: 0,
    });
  });

  test('an entry consists of the movement type and the product id', () => {
    expect(entryOf('restoration', 'mug')).toBe('restoration#mug');
  });
});

describe('The difference that a count has found', () => {
  test('is an adjustment that remembers how many units were counted', () => {
    const difference = { productId: 'mug', quantity: -2, referenceId: 'count-7', reason: 'theft' };
    const by = { actor: 'jwt:anna' };

    expect(countDifference(difference, 8, NOW, by)).toEqual({
      ...adjustment(difference, NOW, by),
      actor: 'jwt:anna',
      countedQuantity: 8,
    });
  });
});

describe('Each movement tells who moved the units', () => {
  const by = { actor: 'jwt:anna', actorStated: 'bob' };
  const counted = { ...mugs, referenceId: 'stocktaking' };

  test.each([
    ['an opening', opening({ id: 'mug', stockQuantity: 7 }, NOW, by)],
    ['a reservation', reservation({ id: 'o1', round: 1 }, mugs, NOW, by)],
    ['an adjustment', adjustment(counted, NOW, by)],
    ['a release', release('o1', shipment, mugs, { reserved: 5, stock: 5 }, NOW, by)],
  ])('%s', (_, movement) => {
    expect(movement).toMatchObject(by);
  });
});

describe('What units that leave an order take from the counters of their product', () => {
  test.each([
    ['put back on the shelf: reserved only', cancellation, { reserved: 5, stock: 0 }],
    ['shipped, lost or damaged: reserved and stock', shipment, { reserved: 5, stock: 5 }],
    [
      'brought back after they were shipped: they add to the stock',
      { ...shipment, comesBack: true as const },
      { reserved: 0, stock: -5 },
    ],
  ])('%s', (_, cause, taken) => {
    expect(taking(cause, 5)).toEqual(taken);
  });

  test('is positive in the ledger if they come back', () => {
    const back: ReleaseCause = { ...shipment, comesBack: true };

    expect(release('o1', back, mugs, taking(back, 5), NOW)).toMatchObject({
      movementType: 'adjustment',
      quantity: 5,
      stockDelta: 5,
      reservedDelta: 0,
    });
  });
});
