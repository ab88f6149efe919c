import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decideDue, dueOf, expiryOf } from '../../../lib/domain/due.ts';
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
import { aHoldingOrder, aSettledOrder } from '../../support/statuses.ts';

/** A minute after `EARLIER`, when all that happens in these tests was begun. */
const A_MINUTE_LATER = '2026-03-01T08:01:00.000Z';

/** Half placed: it has got hold of its mugs and not yet of its cup. */
const half = (differences: Partial<Order> = {}): Order =>
  anOrder('o1', [aLine('mug', 2), aLine('cup', 1, { reservedQuantity: 0 })], {
    placing: true,
    ...differences,
  });

describe('When an order expires', () => {
  test.each([
    [1, '2026-03-02T12:01:00.000Z'],
    [60, '2026-03-02T13:00:00.000Z'],
    [1_440, '2026-03-03T12:00:00.000Z'],
  ])('that may be pending for %i minutes', (minutes, at) => {
    expect(expiryOf(new Date(NOW), minutes)).toBe(at);
  });

  test('is never, where pending orders have no time to live', () => {
    expect(expiryOf(new Date(NOW), 0)).toBeUndefined();
  });
});

describe('What an order is due for', () => {
  test.each(ORDER_STATUSES)('is nothing while a %s one has no work left and no end', (status) => {
    expect(dueOf(aSettledOrder(status))).toBeUndefined();
  });

  test.each(ORDER_STATUSES)('is to expire at its time only while it is pending: %s', (status) => {
    expect(dueOf(aSettledOrder(status, { expiresAt: NOW }))).toEqual(
      status === 'pending' ? { duty: 'expire', at: NOW } : undefined,
    );
  });

  test.each([
    ['pending', undefined],
    ['confirmed', undefined],
    ['shipped', { duty: 'finish', at: A_MINUTE_LATER }],
    ['delivered', undefined],
    ['cancelled', { duty: 'finish', at: A_MINUTE_LATER }],
  ] as const)(
    'is to let go of what a %s one still holds, a minute after its last step',
    (status, due) => {
      expect(dueOf(aHoldingOrder(status, { updatedAt: EARLIER }))).toEqual(due);
    },
  );

  test.each(ORDER_STATUSES)('is to be placed or given up, whatever its status: %s', (status) => {
    const order = aSettledOrder(status, { placing: true, updatedAt: EARLIER });

    expect(dueOf(order)).toEqual({ duty: 'finish', at: A_MINUTE_LATER });
  });

  test('is to be finished before it is to expire', () => {
    expect(dueOf(half({ expiresAt: EARLIER }))).toEqual({ duty: 'finish', at: A_MINUTE_LATER });
  });
});

describe('A pending order', () => {
  const order = anOrder('o1', { mug: 2 }, { expiresAt: NOW });

  test.each(['2026-03-02T12:00:00.000Z', '2026-03-02T12:00:00.001Z', '2027-01-01T00:00:00.000Z'])(
    'whose time was up at noon is cancelled as expired at %s',
    (now) => {
      expect(decideDue(order, now, 49)).toMatchObject({
        type: 'step',
        decisive: true,
        order: {
          status: 'cancelled',
          statusSince: now,
          cancellationReason: 'expired',
          cancelledAt: now,
          version: 2,
        },
        releases: [
          {
            productId: 'mug',
            quantity: 2,
            cause: { movementType: 'restoration', reason: 'expired' },
          },
        ],
      });
    },
  );

  test('whose time is up at noon is let be a millisecond before', () => {
    expect(decideDue(order, '2026-03-02T11:59:59.999Z', 49)).toEqual({ type: 'settled' });
  });

  test('that somebody has confirmed meanwhile does not expire any more', () => {
    expect(decideDue({ ...order, status: 'confirmed' }, NOW, 49)).toEqual({ type: 'settled' });
  });

  test('that never expires is let be', () => {
    expect(decideDue(anOrder('o1', { mug: 2 }), NOW, 49)).toEqual({ type: 'settled' });
  });
});

describe('An order in which nothing is left to do', () => {
  test.each(ORDER_STATUSES)('is settled, whatever it is: %s', (status) => {
    expect(decideDue(aSettledOrder(status), NOW, 49)).toEqual({ type: 'settled' });
  });
});

describe('An order that was interrupted', () => {
  test('while it was cancelled gives back the rest, as its first step said', () => {
    const order = anOrder(
      'o1',
      [aLine('mug', 2, { reservedQuantity: 0, cancelledQuantity: 2 }), aLine('cup', 3)],
      { status: 'cancelled', cancelledAt: EARLIER, cancellationReason: 'fraud', version: 2 },
    );

    expect(decideDue(order, NOW, 49)).toMatchObject({
      type: 'step',
      decisive: false,
      order: { status: 'cancelled', cancelledAt: EARLIER, cancellationReason: 'fraud', version: 3 },
      releases: [{ productId: 'cup', quantity: 3, cause: { reason: 'fraud' } }],
    });
  });

  test('while it was shipped books out the rest', () => {
    expect(decideDue(aHoldingOrder('shipped'), NOW, 49)).toMatchObject({
      type: 'step',
      decisive: false,
      order: {
        status: 'shipped',
        items: [{ reservedQuantity: 0, shippedQuantity: 2, cancelledQuantity: 0 }],
      },
      releases: [{ cause: { referenceId: 'order_o1_shipment', movementType: 'adjustment' } }],
    });
  });

  test('while it was placed is given up, and remembers that it never was a whole one', () => {
    expect(decideDue(half(), NOW, 49)).toMatchObject({
      type: 'step',
      decisive: true,
      order: {
        status: 'cancelled',
        placing: true,
        cancellationReason: 'inventory',
        items: [
          { reservedQuantity: 0, cancelledQuantity: 2 },
          { reservedQuantity: 0, cancelledQuantity: 1 },
        ],
      },
      releases: [{ productId: 'mug', quantity: 2 }],
    });
  });

  test('while it was given up goes on with that', () => {
    const first = decideDue(
      anOrder('o1', [...manyLines(3), aLine('cup', 1, { reservedQuantity: 0 })], { placing: true }),
      NOW,
      2,
    );
    const second = first.type === 'step' ? decideDue(first.order, NOW, 2) : first;

    expect(second).toMatchObject({
      type: 'step',
      decisive: false,
      order: { status: 'cancelled', placing: true },
      releases: [{ productId: 'p002' }],
    });
  });

  test('and was given up as a whole is settled, and then only has to be cleared away', () => {
    const givenUp = aCancelledOrder('o1', { mug: 2 }, { placing: true });

    expect(decideDue(givenUp, NOW, 49)).toEqual({ type: 'settled' });
  });

  test('goes on at once where its way is decided, since whoever asks has begun it or helps', () => {
    const givenUp = aHoldingOrder('cancelled', { placing: true, updatedAt: NOW });

    expect(decideDue(givenUp, NOW, 49).type).toBe('step');
    expect(decideDue(aHoldingOrder('shipped', { updatedAt: NOW }), NOW, 49).type).toBe('step');
  });

  test('while it was placed is not given up where its caller has resumed it since', () => {
    expect(decideDue(half({ updatedAt: NOW }), NOW, 49)).toEqual({ type: 'settled' });
  });
});

describe('Whatever an order is due for', () => {
  const someOrder = fc
    .record({
      status: fc.constantFrom(...ORDER_STATUSES),
      lines: fc.array(fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3)), { maxLength: 8 }),
      placing: fc.boolean(),
      expiresAt: fc.constantFrom(undefined, EARLIER, NOW, '2027-01-01T00:00:00.000Z'),
    })
    .map(({ status, lines, placing, expiresAt }) =>
      anOrder(
        'o1',
        lines.map(([held, shipped, missing], index) =>
          aLine(`p${index}`, held + shipped + (placing ? missing : 0), {
            reservedQuantity: held,
            shippedQuantity: shipped,
          }),
        ),
        { status, ...(placing && { placing }), ...(expiresAt !== undefined && { expiresAt }) },
      ),
    );

  test('looking after it comes to an end, in steps that release no more than they may', () => {
    fc.assert(
      fc.property(someOrder, fc.integer({ min: 1, max: 9 }), (first, atMost) => {
        let order = first;
        let steps = 0;
        for (let next = decideDue(order, NOW, atMost); next.type === 'step'; ) {
          expect(next.releases.length).toBeLessThanOrEqual(atMost);
          expect(next.order.version).toBe(order.version + 1);
          expect(next.decisive).toBe(next.order.status !== order.status);
          order = next.order;
          steps += 1;
          expect(steps).toBeLessThanOrEqual(first.items.length + 1);
          next = decideDue(order, NOW, atMost);
        }
        expect(dueOf(order)?.duty === 'finish').toBe(order.placing === true);
      }),
    );
  });
});
