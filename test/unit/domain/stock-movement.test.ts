import { describe, expect, test } from '@jest/globals';
import {
  adjustment,
  entryOf,
  opening,
  type ReleaseCause,
  release,
  reservation,
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

describe('Stock movements', () => {
  test('a reservation counts down and reserves as much', () => {
    expect(reservation({ id: 'o1', round: 1 }, mugs, NOW)).toMatchObject({
      quantity: -5,
      stockDelta: 0,
      reservedDelta: 5,
    });
  });

  test('a reservation is caused by the round of its order', () => {
    expect(reservation({ id: 'o1', round: 3 }, mugs, NOW)).toMatchObject({
      referenceId: 'order_o1~3',
      orderId: 'o1',
    });
  });

  test('a restoration counts up and frees as much', () => {
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

  test('a restoration of a drifted product frees what there was', () => {
    expect(restoration(2)).toMatchObject({ quantity: 5, reservedDelta: -2 });
  });

  test('a restoration that frees nothing is a plain zero, as it comes back from the ledger', () => {
    expect(Object.is(restoration(0).reservedDelta, 0)).toBe(true);
  });

  test('a restoration says why, where that is known', () => {
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

  test('what is shipped leaves the reservation and the stock', () => {
    expect(release('o1', shipment, mugs, { reserved: 5, stock: 5 }, NOW)).toEqual({
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

  test('what is shipped from drifted counters takes what there was of each', () => {
    const movement = release('o1', shipment, mugs, { reserved: 2, stock: 0 }, NOW);

    expect(movement).toMatchObject({ quantity: -5, stockDelta: 0, reservedDelta: -2 });
    expect(Object.is(movement.stockDelta, 0)).toBe(true);
  });

  test.each([7, -7])('an adjustment by %i moves the stock alone', (quantity) => {
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

  test('an adjustment without a reason has none', () => {
    expect(
      adjustment({ productId: 'mug', quantity: 1, referenceId: 'stocktaking' }, NOW),
    ).not.toHaveProperty('reason');
  });

  test('an opening adds to the stock', () => {
    expect(opening({ id: 'mug', stockQuantity: 7 }, NOW)).toMatchObject({
      movementType: 'adjustment',
      quantity: 7,
      stockDelta: 7,
      reservedDelta: 0,
    });
  });

  test('one cause has one entry for a product and a type', () => {
    expect(entryOf('restoration', 'mug')).toBe('restoration#mug');
  });
});
