import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Actor } from '../../../lib/domain/actor.ts';
import {
  decideCancellation,
  type NotCancellable,
  wasReinstatedSince,
} from '../../../lib/domain/cancellation.ts';
import type { Order } from '../../../lib/domain/order.ts';
import { ORDER_STATUSES } from '../../../lib/domain/order-status.ts';
import {
  aCancelledOrder,
  aLine,
  anOrder,
  EARLIER,
  manyLines,
  NOW,
} from '../../support/builders.ts';
import { aSettledOrder } from '../../support/statuses.ts';

const decide = (order: Order, atMost = 49) => decideCancellation(order, {}, NOW, atMost);

const interrupted = anOrder(
  'o1',
  [
    aLine('mug', 2, { reservedQuantity: 0, cancelledQuantity: 2 }),
    aLine('cup', 3),
    aLine('pot', 1),
  ],
  {
    status: 'cancelled',
    version: 2,
    cancelledAt: '2026-03-01T09:00:00.000Z',
    movementReferences: ['order_o1', 'order_o1_cancellation'],
  },
);

describe('An order was reinstated since it was asked to cancel it', () => {
  const inRound2 = anOrder('o1', { mug: 2 }, { round: 2, roundSince: NOW });

  test.each([
    ['if the sender saw the round before', true, { orderRound: 1 }],
    ['if it was sent before the round began', true, { sentAt: EARLIER }],
    [
      'if the sender saw the round before, whenever it was sent',
      true,
      { orderRound: 1, sentAt: NOW },
    ],
    ['unless the sender saw this round', false, { orderRound: 2 }],
    [
      'unless the sender saw this round, whatever the clocks say',
      false,
      { orderRound: 2, sentAt: EARLIER },
    ],
    ['unless it was sent at that moment or later', false, { sentAt: NOW }],
    ['unless nobody knows when it was asked for', false, {}],
  ])('%s', (_, expected, request) => {
    expect(wasReinstatedSince(inRound2, request)).toBe(expected);
  });

  test('never in its first round', () => {
    expect(wasReinstatedSince(anOrder('o1', { mug: 2 }), { sentAt: EARLIER })).toBe(false);
  });
});

describe('Deciding to cancel an order', () => {
  test.each(['pending', 'confirmed'] as const)('a %s order releases all held units', (status) => {
    expect(decide(anOrder('o1', { mug: 2, cup: 3 }, { status }))).toMatchObject({
      type: 'step',
      releases: [
        { productId: 'mug', quantity: 2 },
        { productId: 'cup', quantity: 3 },
      ],
    });
  });

  test.each(['shipped', 'delivered'] as const)('a %s order is rejected as goods_left', (status) => {
    expect(decide(anOrder('o1', { mug: 2 }, { status }))).toEqual({
      type: 'rejected',
      why: 'goods_left',
    });
  });

  test('a cancelled order is settled', () => {
    expect(decide(aCancelledOrder('o1', { mug: 2 }))).toEqual({ type: 'settled' });
  });

  test('the order becomes cancelled, holds nothing, and gets the next version', () => {
    const order = anOrder('o1', { mug: 2 });

    expect(decide(order)).toMatchObject({
      order: {
        ...order,
        status: 'cancelled',
        statusSince: NOW,
        items: [aLine('mug', 2, { reservedQuantity: 0, cancelledQuantity: 2 })],
        version: 2,
        cancelledAt: NOW,
        updatedAt: NOW,
        movementReferences: ['order_o1', 'order_o1_cancellation'],
      },
    });
  });

  test('the reason and the note are kept on the order', () => {
    const request = { reason: 'customer', note: 'changed her mind' } as const;

    const decision = decideCancellation(anOrder('o1', { mug: 2 }), request, NOW, 49);

    expect(decision).toMatchObject({
      order: { cancellationReason: 'customer', cancellationNote: 'changed her mind' },
    });
  });

  test('an order without reason and note gets neither attribute', () => {
    const decision = decide(anOrder('o1', { mug: 2 }));

    expect(decision).not.toHaveProperty('order.cancellationReason');
    expect(decision).not.toHaveProperty('order.cancellationNote');
  });

  test('the given order object is not changed', () => {
    const order = anOrder('o1', { mug: 2 });
    const before = structuredClone(order);

    decide(order);

    expect(order).toEqual(before);
  });

  test('units that were cancelled before are not released again', () => {
    const order = anOrder('o1', [
      aLine('mug', 5, { reservedQuantity: 2, cancelledQuantity: 3 }),
      aLine('cup', 4, { reservedQuantity: 0, cancelledQuantity: 4 }),
    ]);

    expect(decide(order)).toMatchObject({ releases: [{ productId: 'mug', quantity: 2 }] });
  });

  test('only the step that cancels the order is decisive', () => {
    const first = decide(anOrder('o1', manyLines(3)), 2);
    const second = first.type === 'step' ? decide(first.order, 2) : first;

    expect([first, second]).toMatchObject([
      { type: 'step', decisive: true },
      { type: 'step', decisive: false },
    ]);
  });

  test('an order that is being placed becomes cancelled and is no longer `placing`', () => {
    const order = anOrder('o1', [aLine('mug', 2), aLine('cup', 1, { reservedQuantity: 0 })], {
      placing: true,
    });

    const decision = decide(order);

    expect(decision).toMatchObject({
      type: 'step',
      order: {
        status: 'cancelled',
        items: [{ cancelledQuantity: 2 }, { cancelledQuantity: 1 }],
      },
      releases: [{ productId: 'mug', quantity: 2 }],
    });
    expect(decision).not.toHaveProperty('order.placing');
  });

  test('shipped units are neither released nor cancelled', () => {
    const order = anOrder('o1', [aLine('mug', 5, { reservedQuantity: 2, shippedQuantity: 3 })]);

    expect(decide(order)).toMatchObject({
      order: { items: [{ reservedQuantity: 0, shippedQuantity: 3, cancelledQuantity: 2 }] },
      releases: [{ productId: 'mug', quantity: 2 }],
    });
  });

  test('an order that holds nothing is cancelled without releases', () => {
    const order = anOrder('o1', [aLine('mug', 5, { reservedQuantity: 0 })], { placing: true });

    expect(decide(order)).toMatchObject({
      type: 'step',
      releases: [],
      order: { status: 'cancelled', items: [{ cancelledQuantity: 5 }] },
    });
  });
});

describe('An order cannot be cancelled as a whole', () => {
  const lock = { by: 'jwt:anna', since: EARLIER };
  const pending = (differences: Partial<Order>) => anOrder('o1', { mug: 2 }, differences);
  const shippedInPart = anOrder(
    'o1',
    [aLine('mug', 2, { reservedQuantity: 1, shippedQuantity: 1 })],
    {
      status: 'confirmed',
      shippedInPart: true,
    },
  );

  test.each<[string, Order, NotCancellable]>([
    ['while it is being imported', pending({ importing: true }), 'being_imported'],
    [
      'while it is being imported as cancelled',
      { ...interrupted, importing: true },
      'being_imported',
    ],
    ['while somebody has it in hand', pending({ lock }), 'locked'],
    [
      'once its goods have left, whoever has it in hand',
      pending({ status: 'shipped', lock }),
      'goods_left',
    ],
    ['once some of its goods have left', shippedInPart, 'goods_left'],
    ['once some of its goods have left, and it is in hand', { ...shippedInPart, lock }, 'locked'],
  ])('%s', (_, order, why) => {
    expect(decide(order)).toEqual({ type: 'rejected', why });
  });

  test.each([
    ['step', undefined, 'pending'],
    ['step', undefined, 'confirmed'],
    ['step', 'pending', 'pending'],
    ['rejected', 'pending', 'confirmed'],
    ['settled', 'pending', 'cancelled'],
  ] as const)(
    'if the caller wants only pending orders cancelled: %s, %s, %s',
    (type, onlyIf, status) => {
      const decision = decideCancellation(aSettledOrder(status), { onlyIf }, NOW, 49);

      expect(decision.type).toBe(type);
      if (decision.type === 'rejected') expect(decision.why).toBe('no_longer_pending');
    },
  );

  test('if it is in hand, which the caller learns before it learns that the order is confirmed', () => {
    const order = pending({ status: 'confirmed', lock });

    expect(decideCancellation(order, { onlyIf: 'pending' }, NOW, 49)).toMatchObject({
      why: 'locked',
    });
  });
});

describe('A cancelled order tells who cancelled it', () => {
  const order = anOrder('o1', { mug: 2 });
  const cancelledBy = (by: Actor) => decideCancellation(order, { by }, NOW, 49);

  test('and for whom', () => {
    expect(cancelledBy({ actor: 'jwt:anna', actorStated: 'bob' })).toMatchObject({
      order: { cancelledBy: 'jwt:anna', cancelledByStated: 'bob' },
    });
  });

  test('and for nobody else, if the caller acted for itself', () => {
    expect(cancelledBy({ actor: 'queue' })).toHaveProperty('order.cancelledBy', 'queue');
    expect(cancelledBy({ actor: 'queue' })).not.toHaveProperty('order.cancelledByStated');
  });

  test('unless nobody told', () => {
    expect(decide(order)).not.toHaveProperty('order.cancelledBy');
    expect(decide(order)).not.toHaveProperty('order.cancelledByStated');
  });
});

describe('A cancelled order remembers the status that it was cancelled from', () => {
  test.each(['pending', 'confirmed'] as const)('which was %s', (status) => {
    expect(decide(aSettledOrder(status))).toHaveProperty('order.cancelledFrom', status);
  });

  test('unless it was never placed completely', () => {
    const placing = anOrder('o1', { mug: 2 }, { placing: true });

    expect(decide(placing)).not.toHaveProperty('order.cancelledFrom');
  });
});

describe('Cancelling an order with a grace', () => {
  const inGrace = (order: Order) =>
    decideCancellation(order, { graceSeconds: 90, reason: 'customer' }, NOW, 49);

  test('cancels it, and keeps its units until the grace ends', () => {
    const order = anOrder('o1', { mug: 2 });

    expect(inGrace(order)).toStrictEqual({
      type: 'step',
      decisive: true,
      order: {
        ...order,
        status: 'cancelled',
        statusSince: NOW,
        cancelledAt: NOW,
        cancelledFrom: 'pending',
        cancellationReason: 'customer',
        releaseAt: '2026-03-02T12:01:30.000Z',
        version: 2,
        updatedAt: NOW,
      },
      releases: [],
    });
  });

  test('is settled when it is asked for again, and when it is asked for without a grace', () => {
    const decision = inGrace(anOrder('o1', { mug: 2 }));
    const after = decision.type === 'step' ? decision.order : anOrder('o1', {});

    expect(inGrace(after)).toEqual({ type: 'settled' });
    expect(decide(after)).toEqual({ type: 'settled' });
  });

  test('of 0 seconds releases its units at once', () => {
    const decision = decideCancellation(anOrder('o1', { mug: 2 }), { graceSeconds: 0 }, NOW, 49);

    expect(decision).toMatchObject({ releases: [{ productId: 'mug', quantity: 2 }] });
    expect(decision).not.toHaveProperty('order.releaseAt');
  });

  test('gives none to an order that is being placed, because nobody could reinstate it', () => {
    const decision = inGrace(anOrder('o1', { mug: 2 }, { placing: true }));

    expect(decision).toMatchObject({ releases: [{ productId: 'mug', quantity: 2 }] });
    expect(decision).not.toHaveProperty('order.releaseAt');
  });
});

describe('Cancelling an order without restocking', () => {
  const request = { restock: false } as const;

  test('releases the units by adjustment in every step', () => {
    const first = decideCancellation(anOrder('o1', manyLines(3)), request, NOW, 2);
    const second = first.type === 'step' ? decide(first.order, 2) : first;

    for (const step of [first, second]) {
      expect(step).toMatchObject({
        order: { restock: false },
        releases: [{ cause: { movementType: 'adjustment' } }, ...(step === first ? [{}] : [])],
      });
    }
  });

  test('is ignored if the cancellation was begun with restocking', () => {
    const decision = decideCancellation(interrupted, request, NOW, 49);

    expect(decision).toMatchObject({
      releases: [
        { cause: { movementType: 'restoration' } },
        { cause: { movementType: 'restoration' } },
      ],
    });
    expect(decision).not.toHaveProperty('order.restock');
  });

  test.each([undefined, true])('does not happen with `restock: %s`', (restock) => {
    const decision = decideCancellation(anOrder('o1', { mug: 1 }), { restock }, NOW, 49);

    expect(decision).not.toHaveProperty('order.restock');
    expect(decision).toMatchObject({ releases: [{ cause: { movementType: 'restoration' } }] });
  });
});

describe('Cancelling 5 lines in several steps', () => {
  test('releases the first 2 lines and keeps the others', () => {
    const decision = decide(anOrder('o1', manyLines(5)), 2);

    expect(decision).toMatchObject({
      releases: [{ productId: 'p000' }, { productId: 'p001' }],
      order: { status: 'cancelled' },
    });
    expect(decision).toHaveProperty(
      'order.items',
      manyLines(5).map((line, index) =>
        index < 2 ? { ...line, reservedQuantity: 0, cancelledQuantity: 1 } : line,
      ),
    );
  });

  test.each([
    [1, 5],
    [2, 3],
    [4, 2],
    [5, 1],
    [9, 1],
  ])('with %i lines at a time takes %i steps', (atMost, steps) => {
    let order = anOrder('o1', manyLines(5));
    let taken = 0;
    for (let next = decide(order, atMost); next.type === 'step'; next = decide(order, atMost)) {
      order = next.order;
      taken += 1;
    }

    expect(taken).toBe(steps);
    expect(decide(order, atMost)).toEqual({ type: 'settled' });
  });
});

describe('Resuming an interrupted cancellation', () => {
  test('releases what the order still holds', () => {
    expect(decide(interrupted)).toMatchObject({
      type: 'step',
      releases: [
        { productId: 'cup', quantity: 3 },
        { productId: 'pot', quantity: 1 },
      ],
      order: { version: 3, updatedAt: NOW },
    });
  });

  test('keeps the time, the reason and the cause of the first step', () => {
    const request = { reason: 'fraud', note: 'another one' } as const;

    const decision = decideCancellation(interrupted, request, NOW, 1);

    expect(decision).toMatchObject({
      order: {
        status: 'cancelled',
        statusSince: interrupted.statusSince,
        cancelledAt: interrupted.cancelledAt,
        movementReferences: interrupted.movementReferences,
      },
    });
    expect(decision).not.toHaveProperty('order.cancellationReason');
  });

  test('adds the cause if an imported order lacks it', () => {
    const imported = { ...interrupted, movementReferences: ['order_o1'] };

    expect(decide(imported)).toMatchObject({
      order: { movementReferences: ['order_o1', 'order_o1_cancellation'] },
    });
  });
});

describe('Cancelling any order', () => {
  const someOrder = fc
    .record({
      status: fc.constantFrom(...ORDER_STATUSES),
      lines: fc.array(fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9)), { maxLength: 8 }),
      version: fc.integer({ min: 1, max: 1_000 }),
    })
    .map(({ status, lines, version }) =>
      anOrder(
        'o1',
        lines.map(([held, cancelled, shipped], index) =>
          aLine(`p${index}`, held + cancelled + shipped, {
            shippedQuantity: shipped,
            reservedQuantity: held,
            cancelledQuantity: cancelled,
          }),
        ),
        { status, version },
      ),
    );
  const held = (order: Order) => order.items.reduce((sum, line) => sum + line.reservedQuantity, 0);

  test('it counts what it gives back, line by line, over all its steps', () => {
    fc.assert(
      fc.property(someOrder, fc.integer({ min: 1, max: 4 }), (order, atMost) => {
        let decision = decide(order, atMost);
        if (decision.type !== 'step') return;
        let after = order;
        while (decision.type === 'step') {
          after = decision.order;
          decision = decide(after, atMost);
        }
        expect(after.restoredQuantities).toEqual(
          order.items.map(({ reservedQuantity }) => reservedQuantity),
        );
      }),
    );
  });

  test('releases exactly the units that the order holds less afterwards', () => {
    fc.assert(
      fc.property(someOrder, fc.integer({ min: 1, max: 9 }), (order, atMost) => {
        const decision = decide(order, atMost);
        if (decision.type !== 'step') return;
        const released = decision.releases.reduce((sum, { quantity }) => sum + quantity, 0);
        expect(held(order) - held(decision.order)).toBe(released);
        expect(decision.releases.length).toBeLessThanOrEqual(atMost);
        expect(decision.releases.every(({ quantity }) => quantity > 0)).toBe(true);
        expect(decision.order.version).toBe(order.version + 1);
      }),
    );
  });

  test('leaves every unit held, shipped or cancelled, exactly once', () => {
    fc.assert(
      fc.property(someOrder, fc.integer({ min: 1, max: 9 }), (order, atMost) => {
        const decision = decide(order, atMost);
        if (decision.type !== 'step') return;
        for (const line of decision.order.items) {
          expect(line.reservedQuantity + line.shippedQuantity + line.cancelledQuantity).toBe(
            line.quantity,
          );
        }
      }),
    );
  });
});
