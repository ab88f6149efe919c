import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  decideCancellation,
  decidePartialCancellation,
  type PartialCancellationRequest,
} from '../../../lib/domain/cancellation.ts';
import type { Order } from '../../../lib/domain/order.ts';
import {
  aCancelledOrder,
  aLine,
  anOrder,
  EARLIER,
  manyCauses,
  NOW,
} from '../../support/builders.ts';

const decide = (
  order: Order,
  lines: Record<string, number>,
  differences: Partial<PartialCancellationRequest> = {},
  asked = 'this',
) =>
  decidePartialCancellation(
    order,
    {
      orderId: order.id,
      items: Object.entries(lines).map(([productId, quantity]) => ({ productId, quantity })),
      idempotencyKey: 'k1',
      ...differences,
    },
    asked,
    NOW,
  );

const cause = {
  referenceId: 'order_o1_cancellation_k1',
  movementType: 'restoration',
  reason: undefined,
};

describe('An order with 1,000 causes', () => {
  const order = anOrder('o1', { mug: 5 }, { movementReferences: manyCauses('o1', 1_000) });

  test('cannot be cancelled in part again', () => {
    expect(decide(order, { mug: 1 })).toEqual({
      type: 'rejected',
      why: { code: 'not_cancellable', reason: 'too_many_parts' },
    });
  });

  test('can be cancelled in part no more, products that were gone included', () => {
    const few = {
      ...order,
      movementReferences: order.movementReferences.slice(0, 996),
      keyUses: [
        { cause: 1, asked: 'three', gone: ['jug', 'pan', 'tin'] },
        { cause: 2, asked: 'a mug' },
      ],
    };

    expect(decide(few, { mug: 1 }).type).toBe('step');
    const more = {
      ...few,
      keyUses: [...few.keyUses, { cause: 3, asked: 'a jug', gone: ['jug'] }],
    };
    expect(decide(more, { mug: 1 })).toMatchObject({
      type: 'rejected',
      why: { reason: 'too_many_parts' },
    });
  });

  test('could be cancelled in part when it had one cause fewer', () => {
    const before = { ...order, movementReferences: order.movementReferences.slice(1) };

    expect(decide(before, { mug: 1 }).type).toBe('step');
  });

  test('still recognises an idempotency key that was used', () => {
    const used = [...order.movementReferences, 'order_o1_cancellation_k1'];

    const keyUses = [{ cause: 1_000, asked: 'this' }];
    expect(decide({ ...order, movementReferences: used, keyUses }, { mug: 1 })).toEqual({
      type: 'settled',
    });
  });

  test('can still be cancelled as a whole', () => {
    expect(decideCancellation(order, {}, NOW, 49)).toMatchObject({
      type: 'step',
      releases: [{ productId: 'mug', quantity: 5 }],
    });
  });
});

describe('Cancelling some units of an order', () => {
  test.each(['pending', 'confirmed'] as const)('releases only these units: %s', (status) => {
    const order = anOrder('o1', { mug: 5, cup: 3, pot: 1 }, { status });

    expect(decide(order, { mug: 2, pot: 1 })).toEqual({
      type: 'step',
      decisive: true,
      order: {
        ...order,
        items: [
          aLine('mug', 5, { reservedQuantity: 3, cancelledQuantity: 2 }),
          aLine('cup', 3),
          aLine('pot', 1, { reservedQuantity: 0, cancelledQuantity: 1 }),
        ],
        version: 2,
        movementReferences: ['order_o1', 'order_o1_cancellation_k1'],
        keyUses: [{ cause: 1, asked: 'this' }],
        cancelledByPart: [2, 0, 1],
        updatedAt: NOW,
      },
      releases: [
        { productId: 'mug', quantity: 2, cause },
        { productId: 'pot', quantity: 1, cause },
      ],
    });
  });

  test('adds up two lines of one product', () => {
    const decision = decide(
      anOrder('o1', { mug: 5 }),
      {},
      {
        items: [
          { productId: 'mug', quantity: 2 },
          { productId: 'mug', quantity: 1 },
        ],
      },
    );

    expect(decision).toMatchObject({
      order: { items: [{ reservedQuantity: 2, cancelledQuantity: 3 }] },
      releases: [{ productId: 'mug', quantity: 3 }],
    });
  });

  test('keeps the reason in the ledger but not on the order', () => {
    const decision = decide(
      anOrder('o1', { mug: 5 }),
      { mug: 1 },
      { reason: 'inventory', note: 'x' },
    );

    expect(decision).toMatchObject({
      releases: [{ cause: { ...cause, reason: 'inventory', note: 'x' } }],
    });
    expect(decision).not.toHaveProperty('order.cancellationReason');
    expect(decision).not.toHaveProperty('order.cancellationNote');
    expect(decision).not.toHaveProperty('order.cancelledAt');
  });

  test('without restocking releases by adjustment, and does not mark the order', () => {
    const decision = decide(anOrder('o1', { mug: 5 }), { mug: 1 }, { restock: false });

    expect(decision).toMatchObject({ releases: [{ cause: { movementType: 'adjustment' } }] });
    expect(decision).not.toHaveProperty('order.restock');
  });

  test.each([undefined, true])('with `restock: %s` releases by restoration', (restock) => {
    expect(decide(anOrder('o1', { mug: 5 }), { mug: 1 }, { restock })).toMatchObject({
      releases: [{ cause: { movementType: 'restoration' } }],
    });
  });

  test('adds up what all the partial cancellations took of each line', () => {
    const order = anOrder('o1', { mug: 5, cup: 3 });

    const first = decide(order, { cup: 1 });
    const second =
      first.type === 'step'
        ? decide(first.order, { mug: 2, cup: 1 }, { idempotencyKey: 'k2' })
        : first;

    expect(first).toHaveProperty('order.cancelledByPart', [0, 1]);
    expect(second).toHaveProperty('order.cancelledByPart', [2, 2]);
  });

  test('does not change the given order object', () => {
    const order = anOrder('o1', { mug: 5 });
    const before = structuredClone(order);

    decide(order, { mug: 2 });

    expect(order).toEqual(before);
  });
});

describe('Cancelling the last units that an order holds', () => {
  const almostCancelled = anOrder('o1', [
    aLine('mug', 5, { reservedQuantity: 2, cancelledQuantity: 3 }),
    aLine('cup', 1, { reservedQuantity: 0, cancelledQuantity: 1 }),
  ]);

  test('cancels the order', () => {
    expect(decide(almostCancelled, { mug: 2 }, { reason: 'customer', note: 'all of it' })).toEqual({
      type: 'step',
      decisive: true,
      order: expect.objectContaining({
        status: 'cancelled',
        statusSince: NOW,
        cancelledAt: NOW,
        cancellationReason: 'customer',
        cancellationNote: 'all of it',
        items: [
          aLine('mug', 5, { reservedQuantity: 0, cancelledQuantity: 5 }),
          aLine('cup', 1, { reservedQuantity: 0, cancelledQuantity: 1 }),
        ],
        movementReferences: ['order_o1', 'order_o1_cancellation_k1'],
      }),
      releases: [
        {
          productId: 'mug',
          quantity: 2,
          cause: { ...cause, reason: 'customer', note: 'all of it' },
        },
      ],
    });
  });

  test('leaves an order shipped of which other units were shipped', () => {
    const rest = anOrder('o1', [aLine('mug', 5, { reservedQuantity: 2, shippedQuantity: 3 })], {
      status: 'confirmed',
      shippedInPart: true,
    });

    const decision = decide(rest, { mug: 2 });

    expect(decision).toMatchObject({ order: { status: 'shipped', statusSince: NOW } });
    expect(decision).not.toHaveProperty('order.shippedInPart');
    expect(decision).not.toHaveProperty('order.cancelledAt');
  });

  test('does not say that the order was cancelled as a whole, so nobody can reinstate it', () => {
    expect(decide(almostCancelled, { mug: 2 })).not.toHaveProperty('order.cancelledFrom');
  });

  test('leaves the order pending when 1 unit remains', () => {
    expect(decide(almostCancelled, { mug: 1 })).toMatchObject({ order: { status: 'pending' } });
  });
});

describe('Cancelling units of an order changes nothing', () => {
  test.each(['pending', 'confirmed', 'shipped', 'delivered', 'cancelled'] as const)(
    'if the key was used before, whatever the status: %s',
    (status) => {
      const order = anOrder(
        'o1',
        { mug: 5 },
        {
          status,
          movementReferences: ['order_o1', 'order_o1_cancellation_k1'],
          keyUses: [{ cause: 1, asked: 'this' }],
        },
      );

      expect(decide(order, { mug: 1 })).toEqual({ type: 'settled' });
      expect(decide(order, { jug: 99 })).toEqual({ type: 'settled' });
    },
  );

  test('with a key that was used for something else, whatever has become of the order', () => {
    const order = anOrder(
      'o1',
      { mug: 5 },
      {
        status: 'shipped',
        movementReferences: ['order_o1', 'order_o1_cancellation_k0', 'order_o1_cancellation_k1'],
        keyUses: [
          { cause: 1, asked: 'that' },
          { cause: 2, asked: 'this' },
        ],
      },
    );

    expect(decide(order, { mug: 1 }, {}, 'this')).toEqual({ type: 'settled' });
    expect(decide(order, { mug: 1 }, {}, 'that')).toEqual({
      type: 'rejected',
      why: { code: 'reference_reused' },
    });
  });

  test('with a key of which the order does not remember what it was used for', () => {
    const movementReferences = ['order_o1', 'order_o1_cancellation_k1'];
    const forgotten = anOrder('o1', { mug: 5 }, { movementReferences });

    for (const order of [forgotten, { ...forgotten, keyUses: [] }]) {
      expect(decide(order, { mug: 1 })).toEqual({
        type: 'rejected',
        why: { code: 'reference_reused' },
      });
    }
  });

  test('if the key was used before the cancellation of the whole order was taken back', () => {
    const order = anOrder(
      'o1',
      { mug: 5 },
      {
        round: 3,
        movementReferences: ['order_o1', 'order_o1~2_cancellation_k1', 'order_o1~3'],
        keyUses: [{ cause: 1, asked: 'this' }],
      },
    );

    expect(decide(order, { mug: 1 })).toEqual({ type: 'settled' });
  });

  test('only if the key was used for the same order', () => {
    const order = anOrder(
      'o1',
      { mug: 5 },
      { movementReferences: ['order_o1', 'order_o2_cancellation_k1'] },
    );

    expect(decide(order, { mug: 1 }).type).toBe('step');
  });

  test.each(['shipped', 'delivered'] as const)('if the order is %s', (status) => {
    expect(decide(anOrder('o1', { mug: 5 }, { status }), { mug: 1 })).toEqual({
      type: 'rejected',
      why: { code: 'not_cancellable', reason: 'goods_left' },
    });
  });

  test.each([
    ['is being imported', { importing: true }, {}, 'being_imported'],
    ['is in hand', { lock: { since: EARLIER } }, {}, 'locked'],
    [
      'is confirmed, and only a pending one is to be cancelled',
      { status: 'confirmed' },
      { onlyIf: 'pending' },
      'no_longer_pending',
    ],
  ] as const)('if the order %s', (_, differences, request, reason) => {
    expect(decide(anOrder('o1', { mug: 5 }, differences), { mug: 1 }, request)).toEqual({
      type: 'rejected',
      why: { code: 'not_cancellable', reason },
    });
  });

  test('if the order is cancelled: it says so, even if only a pending one is to be cancelled', () => {
    const order = aCancelledOrder('o1', { mug: 5 });

    expect(decide(order, { mug: 1 }, { onlyIf: 'pending' })).toMatchObject({
      why: { code: 'quantity_exceeded' },
    });
  });

  test('if the order is being placed and lacks units', () => {
    const placing = anOrder('o1', [aLine('mug', 5), aLine('cup', 1, { reservedQuantity: 0 })], {
      placing: true,
    });

    for (const lines of [{ mug: 5 }, { mug: 1 }, { cup: 1 }, { jug: 1 }]) {
      expect(decide(placing, lines)).toEqual({
        type: 'rejected',
        why: { code: 'not_cancellable', reason: 'being_placed' },
      });
    }
  });

  test('if the order lacks a product: the rejection names these products', () => {
    expect(decide(anOrder('o1', { mug: 5 }), { jug: 1, mug: 9, jar: 1 })).toEqual({
      type: 'rejected',
      why: { code: 'line_not_found', productIds: ['jug', 'jar'] },
    });
  });

  test('if a line holds too few units: the rejection names these products', () => {
    const order = anOrder('o1', [
      aLine('mug', 5, { reservedQuantity: 2, cancelledQuantity: 3 }),
      aLine('cup', 1),
      aLine('pot', 4, { reservedQuantity: 0 }),
    ]);

    expect(decide(order, { mug: 3, cup: 1, pot: 1 })).toEqual({
      type: 'rejected',
      why: { code: 'quantity_exceeded', productIds: ['mug', 'pot'] },
    });
  });

  test('if two lines of one product together exceed what the order holds', () => {
    const two = { productId: 'mug', quantity: 3 };

    expect(decide(anOrder('o1', { mug: 5 }), {}, { items: [two, two] })).toEqual({
      type: 'rejected',
      why: { code: 'quantity_exceeded', productIds: ['mug'] },
    });
  });

  test('if the order is cancelled, even if it still holds the units', () => {
    expect(decide(aCancelledOrder('o1', { mug: 5 }), { mug: 1 })).toEqual({
      type: 'rejected',
      why: { code: 'quantity_exceeded', productIds: ['mug'] },
    });
    expect(decide(anOrder('o1', { mug: 5 }, { status: 'cancelled' }), { mug: 1 })).toEqual({
      type: 'rejected',
      why: { code: 'quantity_exceeded', productIds: ['mug'] },
    });
    expect(decide(aCancelledOrder('o1', { mug: 5 }), { jug: 1 })).toEqual({
      type: 'rejected',
      why: { code: 'line_not_found', productIds: ['jug'] },
    });
  });
});

describe('Cancelling an order by any sequence of parts', () => {
  test('releases each unit once, and cancels the order with the last unit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
        fc.array(fc.tuple(fc.nat(4), fc.integer({ min: 1, max: 9 })), { maxLength: 60 }),
        (quantities, wishes) => {
          let order = anOrder(
            'o1',
            quantities.map((quantity, index) => aLine(`p${index}`, quantity)),
            { updatedAt: EARLIER },
          );
          let released = 0;
          for (const [wish, [product, quantity]] of wishes.entries()) {
            const decision = decide(
              order,
              { [`p${product}`]: quantity },
              { idempotencyKey: `k${wish}` },
            );
            if (decision.type !== 'step') {
              expect(decision).toMatchObject({
                type: 'rejected',
                why: {
                  code: product < quantities.length ? 'quantity_exceeded' : 'line_not_found',
                },
              });
              continue;
            }
            order = decision.order;
            released += decision.releases.reduce((sum, unit) => sum + unit.quantity, 0);
          }
          const total = quantities.reduce((sum, quantity) => sum + quantity, 0);
          for (const line of order.items) {
            expect(line.reservedQuantity + line.cancelledQuantity).toBe(line.quantity);
          }
          expect(order.items.reduce((sum, line) => sum + line.cancelledQuantity, 0)).toBe(released);
          expect(order.status).toBe(released === total ? 'cancelled' : 'pending');
        },
      ),
    );
  });
});
