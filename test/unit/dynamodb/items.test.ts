import { describe, expect, test } from '@jest/globals';
import {
  movementFromItem,
  movementToItem,
  orderFromItem,
  orderToItem,
  productFromItem,
  statusShardOf,
} from '../../../lib/dynamodb/items.ts';
import {
  aCancelledOrder,
  aMovement,
  anOrder,
  aProduct,
  EARLIER,
  TABLES,
} from '../../support/builders.ts';

describe('Rows', () => {
  test('of orders come back as the orders they were', () => {
    const order = aCancelledOrder(
      'o1',
      { mug: 2 },
      { cancellationReason: 'staff', cancellationNote: 'by telephone' },
    );

    expect(orderFromItem(orderToItem(order, TABLES))).toEqual(order);
  });

  test('of movements come back as the movements they were', () => {
    const movement = aMovement({ orderId: 'o1', reason: 'counted' });

    expect(movementFromItem(movementToItem(movement, TABLES))).toEqual(movement);
  });

  test('do not tell attributes that are not ours', () => {
    const item = { ...orderToItem(anOrder('o1', { mug: 2 }), TABLES), channel: 'market' };

    expect(orderFromItem(item)).toEqual(anOrder('o1', { mug: 2 }));
    expect(productFromItem({ ...aProduct('mug'), colour: 'blue' })).toEqual(aProduct('mug'));
    expect(movementFromItem({ ...aMovement(), warehouse: 7 })).toEqual(aMovement());
  });

  test('tell their attributes always in the same order', () => {
    const order = aCancelledOrder('o1', { mug: 2 });
    const backwards = Object.fromEntries(Object.entries(orderToItem(order, TABLES)).reverse());

    expect(JSON.stringify(orderFromItem(backwards))).toBe(
      JSON.stringify(orderFromItem(orderToItem(order, TABLES))),
    );
  });

  test('leave out what is not there', () => {
    expect(Object.keys(orderFromItem(orderToItem(anOrder('o1', {}), TABLES)))).not.toContain(
      'cancelledAt',
    );
  });
});

describe('Index keys', () => {
  test('an order is filed under its status', () => {
    const order = anOrder('o1', { mug: 2 });
    const confirmed = { ...order, status: 'confirmed' as const };

    expect(statusShardOf(order, TABLES)).toMatch(/^pending#[0-7]$/);
    expect(statusShardOf(confirmed, TABLES)).toBe(
      statusShardOf(order, TABLES).replace('pending', 'confirmed'),
    );
  });

  test('the movements of one product spread by their causes', () => {
    const shards = Array.from(
      { length: 100 },
      (_, cause) =>
        movementToItem(aMovement({ referenceId: `order_${cause}` }), TABLES).productShard,
    );

    expect(new Set(shards)).toEqual(new Set(['mug#0', 'mug#1', 'mug#2', 'mug#3']));
  });

  test('the movements of one cause stay together', () => {
    const [one, other] = ['reservation', 'restoration'].map((movementType) =>
      movementToItem(
        aMovement({ movementType: movementType as 'reservation', createdAt: EARLIER }),
        TABLES,
      ),
    );

    expect(one?.productShard).toBe(other?.productShard);
  });
});
