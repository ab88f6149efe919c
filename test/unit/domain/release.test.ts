import { describe, expect, test } from '@jest/globals';
import type { Order } from '../../../lib/domain/order.ts';
import { ORDER_STATUSES } from '../../../lib/domain/order-status.ts';
import {
  isReleasing,
  type Release,
  releaseHeld,
  withoutGone,
} from '../../../lib/domain/release.ts';
import { aCancelledOrder, aLine, anOrder, NOW } from '../../support/builders.ts';

const holding = [
  aLine('mug', 2),
  aLine('cup', 3, { reservedQuantity: 0, cancelledQuantity: 3 }),
  aLine('pot', 1),
];

describe('An order has units to release', () => {
  test.each(ORDER_STATUSES)('only if cancelled or shipped with units left: %s', (status) => {
    const ended = status === 'cancelled' || status === 'shipped';

    expect(isReleasing(anOrder('o1', holding, { status }))).toBe(ended);
    expect(isReleasing(anOrder('o1', [aLine('mug', 2, { reservedQuantity: 0 })], { status }))).toBe(
      false,
    );
    expect(isReleasing(anOrder('o1', [], { status }))).toBe(false);
  });
});

describe('A cancelled order keeps its units', () => {
  test.each([
    ['in its grace', { releaseAt: NOW }],
    ['while they are reserved again', { reinstating: 'reserving' }],
  ] as const)('%s', (_, differences) => {
    const order = anOrder('o1', holding, { status: 'cancelled', ...differences });

    expect(isReleasing(order)).toBe(false);
    expect(releaseHeld(order, NOW, 49)).toEqual({
      type: 'step',
      decisive: false,
      order: { ...order, version: 2, updatedAt: NOW },
      releases: [],
    });
  });

  test('while they are reserved again, also before the first of them is', () => {
    const order = aCancelledOrder('o1', { mug: 2 }, { reinstating: 'reserving' });

    expect(releaseHeld(order, NOW, 49).order).toMatchObject({ reinstating: 'reserving' });
  });
});

describe('Releasing what a reinstatement has reserved that is given up', () => {
  const givenUp = (differences: Partial<Order> = {}) =>
    anOrder('o1', holding, {
      status: 'cancelled',
      round: 2,
      reinstating: 'giving_up',
      restoredQuantities: [2, 0, 1],
      ...differences,
    });

  test('has a cause of its own, and leaves what the cancellation has put back', () => {
    const { order, releases } = releaseHeld(givenUp(), NOW, 49);

    expect(order).toMatchObject({ status: 'cancelled', restoredQuantities: [2, 0, 1] });
    expect(releases).toMatchObject([
      { productId: 'mug', cause: { referenceId: 'order_o1~2_reinstatement-given-up' } },
      { productId: 'pot', cause: { movementType: 'restoration' } },
    ]);
  });

  test('puts the units back on the shelf even if those of the cancellation were lost', () => {
    expect(releaseHeld(givenUp({ restock: false }), NOW, 49).releases).toMatchObject([
      { cause: { movementType: 'restoration' } },
      { cause: { movementType: 'restoration' } },
    ]);
  });

  test('is over with its last step', () => {
    const first = releaseHeld(givenUp(), NOW, 1).order;

    expect(first).toMatchObject({ reinstating: 'giving_up' });
    expect(releaseHeld(first, NOW, 1).order).not.toHaveProperty('reinstating');
  });

  test('is over at once if it has reserved nothing', () => {
    const nothing = aCancelledOrder('o1', { mug: 2 }, { reinstating: 'giving_up' });

    expect(releaseHeld(nothing, NOW, 49).order).not.toHaveProperty('reinstating');
  });
});

describe('Releasing what an order holds', () => {
  test('restores the units of a cancelled order, with its cancellation reason', () => {
    const order = anOrder('o1', holding, { status: 'cancelled', cancellationReason: 'fraud' });

    expect(releaseHeld(order, NOW, 49).releases).toEqual(
      [
        { productId: 'mug', quantity: 2 },
        { productId: 'pot', quantity: 1 },
      ].map((unit) => ({
        ...unit,
        cause: {
          referenceId: 'order_o1_cancellation',
          movementType: 'restoration',
          reason: 'fraud',
        },
      })),
    );
  });

  test('adjusts the stock for a cancelled order without restocking', () => {
    const order = anOrder('o1', { mug: 2 }, { status: 'cancelled', restock: false });

    expect(releaseHeld(order, NOW, 49).releases).toMatchObject([
      { cause: { referenceId: 'order_o1_cancellation', movementType: 'adjustment' } },
    ]);
  });

  test('adjusts the stock for a shipped order', () => {
    const order = anOrder('o1', { mug: 2 }, { status: 'shipped' });

    expect(releaseHeld(order, NOW, 49).releases).toEqual([
      {
        productId: 'mug',
        quantity: 2,
        cause: { referenceId: 'order_o1_shipment', movementType: 'adjustment' },
      },
    ]);
  });

  test('counts the units as cancelled or as shipped, as its status says', () => {
    const lines = [aLine('mug', 5, { reservedQuantity: 3, cancelledQuantity: 2 })];

    const itemsAfter = (status: 'cancelled' | 'shipped') =>
      releaseHeld(anOrder('o1', lines, { status }), NOW, 49).order.items;

    expect(itemsAfter('cancelled')).toEqual([
      aLine('mug', 5, { reservedQuantity: 0, cancelledQuantity: 5 }),
    ]);
    expect(itemsAfter('shipped')).toEqual([
      aLine('mug', 5, { reservedQuantity: 0, cancelledQuantity: 2, shippedQuantity: 3 }),
    ]);
  });

  test.each([1, 2, 3])('releases at most %i lines that hold units', (atMost) => {
    const order = anOrder('o1', holding, { status: 'shipped', version: 6 });

    const { order: after, releases } = releaseHeld(order, NOW, atMost);

    expect(releases.map(({ productId }) => productId)).toEqual(['mug', 'pot'].slice(0, atMost));
    expect(isReleasing(after)).toBe(atMost === 1);
    expect(after).toMatchObject({ version: 7, updatedAt: NOW, status: 'shipped' });
  });

  test.each(['pending', 'confirmed', 'delivered'] as const)(
    'leaves the units and causes of a %s order as they are',
    (status) => {
      const order = anOrder('o1', holding, { status });

      expect(releaseHeld(order, NOW, 49)).toEqual({
        type: 'step',
        decisive: false,
        order: { ...order, version: 2, updatedAt: NOW },
        releases: [],
      });
    },
  );

  test.each([
    ['cancelled', 'order_o1~2_cancellation'],
    ['shipped', 'order_o1~2_shipment'],
  ] as const)('of a %s order uses the reference of its round', (status, referenceId) => {
    const { order, releases } = releaseHeld(
      anOrder('o1', { mug: 2 }, { status, round: 2, movementReferences: ['order_o1~2'] }),
      NOW,
      49,
    );

    expect(order.movementReferences).toEqual(['order_o1~2', referenceId]);
    expect(releases).toMatchObject([{ cause: { referenceId } }]);
  });

  test('does not change the given order object', () => {
    const order = anOrder('o1', holding, { status: 'cancelled' });
    const before = structuredClone(order);

    releaseHeld(order, NOW, 49);

    expect(order).toEqual(before);
  });
});

describe('A cancelled order counts what it has put back on the shelf, line by line', () => {
  const cancelled = (differences = {}) =>
    anOrder('o1', holding, { status: 'cancelled', ...differences });
  const cause = 'order_o1_cancellation';

  test('from its first step on', () => {
    expect(releaseHeld(cancelled(), NOW, 1).order.restoredQuantities).toEqual([2, 0, 0]);
  });

  test('adding up its steps', () => {
    const after = releaseHeld(cancelled(), NOW, 1).order;

    expect(releaseHeld(after, NOW, 49).order.restoredQuantities).toEqual([2, 0, 1]);
  });

  test('but not if it put units back before orders counted them', () => {
    const order = cancelled({ movementReferences: ['order_o1', cause] });

    expect(releaseHeld(order, NOW, 49).order).not.toHaveProperty('restoredQuantities');
  });

  test('but not if the goods do not go back on the shelf', () => {
    const order = cancelled({ restock: false });

    expect(releaseHeld(order, NOW, 49).order).not.toHaveProperty('restoredQuantities');
  });
});

describe('A step that restores units of a product that is gone', () => {
  const isGone = ({ productId }: Release): boolean => productId === 'mug';
  const uses = [
    { cause: 0, asked: 'this' },
    { cause: 1, asked: 'that' },
  ];
  const step = (differences = {}) =>
    releaseHeld(
      anOrder('o1', holding, {
        status: 'cancelled',
        movementReferences: ['order_o1_cancellation', 'order_o1_cancellation_k1'],
        ...differences,
      }),
      NOW,
      49,
    );

  test('counts none of them as put back, and still releases them', () => {
    const whole = step({ restoredQuantities: [0, 3, 0] });

    expect(withoutGone(whole, isGone)).toEqual({
      ...whole,
      order: { ...whole.order, restoredQuantities: [0, 3, 1] },
    });
  });

  test('remembers the product with the key whose cause it has, and no other', () => {
    const part = step({ keyUses: uses });

    expect(withoutGone(part, isGone).order.keyUses).toEqual([
      { cause: 0, asked: 'this', gone: ['mug'] },
      { cause: 1, asked: 'that' },
    ]);
  });

  test('stays without what its order never had', () => {
    const { order } = withoutGone(step(), isGone);

    expect(order).not.toHaveProperty('keyUses');
    expect(order).not.toHaveProperty('restoredQuantities');
  });

  test('is the same step if no product is gone', () => {
    const whole = step({ keyUses: uses });

    expect(withoutGone(whole, () => false)).toBe(whole);
  });

  test('is the same step if the goods do not go back on the shelf', () => {
    const lost = step({ restock: false });

    expect(withoutGone(lost, isGone)).toBe(lost);
  });
});
