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

/** A minute after `EARLIER`, the time of the last step in these tests. */
const A_MINUTE_LATER = '2026-03-01T08:01:00.000Z';

/** Half placed: it holds its mugs and not yet its cup. */
const half = (differences: Partial<Order> = {}): Order =>
  anOrder('o1', [aLine('mug', 2), aLine('cup', 1, { reservedQuantity: 0 })], {
    placing: true,
    ...differences,
  });

describe('The expiry of an order', () => {
  test.each([
    [1, '2026-03-02T12:01:00.000Z'],
    [60, '2026-03-02T13:00:00.000Z'],
    [1_440, '2026-03-03T12:00:00.000Z'],
  ])('is %i minutes after it is placed', (minutes, at) => {
    expect(expiryOf(new Date(NOW), minutes)).toBe(at);
  });

  test('is undefined when orders may be pending for ever', () => {
    expect(expiryOf(new Date(NOW), 0)).toBeUndefined();
  });
});

describe('The duty of an order', () => {
  test.each(ORDER_STATUSES)('is none for a settled %s order without an expiry', (status) => {
    expect(dueOf(aSettledOrder(status))).toBeUndefined();
  });

  test.each(ORDER_STATUSES)('is `expire` at its time only for pending orders: %s', (status) => {
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
    'is `finish` a minute after the last step only if a %s order has units to release',
    (status, due) => {
      expect(dueOf(aHoldingOrder(status, { updatedAt: EARLIER }))).toEqual(due);
    },
  );

  test.each(ORDER_STATUSES)('is `finish` while it is being placed: %s', (status) => {
    const order = aSettledOrder(status, { placing: true, updatedAt: EARLIER });

    expect(dueOf(order)).toEqual({ duty: 'finish', at: A_MINUTE_LATER });
  });

  test.each(['reserving', 'giving_up'] as const)(
    'is `finish` while a reinstatement is %s, even if it holds nothing yet',
    (reinstating) => {
      const order = aCancelledOrder('o1', { mug: 2 }, { reinstating, updatedAt: EARLIER });

      expect(dueOf(order)).toEqual({ duty: 'finish', at: A_MINUTE_LATER });
    },
  );

  test('is `release` at the end of its grace', () => {
    expect(dueOf(aHoldingOrder('cancelled', { releaseAt: NOW }))).toEqual({
      duty: 'release',
      at: NOW,
    });
  });

  test('is none while it is being imported, whatever else it is', () => {
    const importing = { importing: true, placing: true, expiresAt: EARLIER } as const;

    expect(dueOf(half(importing))).toBeUndefined();
  });

  test('is none, although its time has come, while somebody has it in hand', () => {
    const lock = { since: EARLIER };

    expect(dueOf(aSettledOrder('pending', { expiresAt: EARLIER, lock }))).toBeUndefined();
  });

  test('is `finish` before `expire`', () => {
    expect(dueOf(half({ expiresAt: EARLIER }))).toEqual({ duty: 'finish', at: A_MINUTE_LATER });
  });
});

describe('The sweep of a pending order', () => {
  const order = anOrder('o1', { mug: 2 }, { expiresAt: NOW });

  test.each(['2026-03-02T12:00:00.000Z', '2026-03-02T12:00:00.001Z', '2027-01-01T00:00:00.000Z'])(
    'cancels it as expired at %s if it expires on 2026-03-02 at 12:00',
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

  test('leaves it alone a millisecond before its expiry', () => {
    expect(decideDue(order, '2026-03-02T11:59:59.999Z', 49)).toEqual({ type: 'settled' });
  });

  test('leaves it alone if it has been confirmed', () => {
    expect(decideDue({ ...order, status: 'confirmed' }, NOW, 49)).toEqual({ type: 'settled' });
  });

  test('leaves it alone if some of its goods have left the building', () => {
    expect(decideDue({ ...order, shippedInPart: true }, NOW, 49)).toEqual({ type: 'settled' });
  });

  test('cancels it in the name and with the grace that the caller gives', () => {
    const expiry = { by: { actor: 'sweep' }, graceSeconds: 60 };

    expect(decideDue(order, NOW, 49, expiry)).toMatchObject({
      order: {
        cancelledBy: 'sweep',
        cancellationReason: 'expired',
        releaseAt: '2026-03-02T12:01:00.000Z',
      },
      releases: [],
    });
  });

  test('leaves it alone if it has no expiry', () => {
    expect(decideDue(anOrder('o1', { mug: 2 }), NOW, 49)).toEqual({ type: 'settled' });
  });
});

describe('The sweep of an order without work left', () => {
  test.each(ORDER_STATUSES)('leaves it alone, whatever its status: %s', (status) => {
    expect(decideDue(aSettledOrder(status), NOW, 49)).toEqual({ type: 'settled' });
  });
});

describe('The sweep of an interrupted order', () => {
  test('releases the rest of a cancellation, with the reason of its first step', () => {
    const order = anOrder(
      'o1',
      [aLine('mug', 2, { reservedQuantity: 0, cancelledQuantity: 2 }), aLine('cup', 3)],
      { status: 'cancelled', cancelledAt: EARLIER, cancellationReason: 'fraud', version: 2 },
    );

    expect(decideDue(order, NOW, 49)).toMatchObject({
      type: 'step',
      decisive: false,
      order: { status: 'cancelled', cancelledAt: EARLIER, cancellationReason: 'fraud', version: 3 },
      releases: [
        {
          productId: 'cup',
          quantity: 3,
          cause: { referenceId: 'order_o1_cancellation', reason: 'fraud' },
        },
      ],
    });
  });

  test('releases the rest of a shipment by adjustment', () => {
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

  test('gives up an interrupted placement, and keeps the order marked as `placing`', () => {
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

  test('resumes an interrupted giving up', () => {
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

  test('leaves an order alone that is given up completely', () => {
    const givenUp = aCancelledOrder('o1', { mug: 2 }, { placing: true });

    expect(decideDue(givenUp, NOW, 49)).toEqual({ type: 'settled' });
  });

  test('resumes a cancellation or a shipment at once, although its last step is recent', () => {
    const givenUp = aHoldingOrder('cancelled', { placing: true, updatedAt: NOW });

    expect(decideDue(givenUp, NOW, 49).type).toBe('step');
    expect(decideDue(aHoldingOrder('shipped', { updatedAt: NOW }), NOW, 49).type).toBe('step');
  });

  test('does not give up a placement that its caller has resumed', () => {
    expect(decideDue(half({ updatedAt: NOW }), NOW, 49)).toEqual({ type: 'settled' });
  });
});

describe('The sweep of an order in its grace', () => {
  const order = aHoldingOrder('cancelled', { releaseAt: NOW, cancelledFrom: 'pending' });

  test('releases its units at the end of the grace', () => {
    const decision = decideDue(order, NOW, 49);

    expect(decision).toMatchObject({
      type: 'step',
      decisive: false,
      order: { status: 'cancelled', items: [{ reservedQuantity: 0, cancelledQuantity: 2 }] },
      releases: [{ productId: 'mug', quantity: 2, cause: { movementType: 'restoration' } }],
    });
    expect(decision).not.toHaveProperty('order.releaseAt');
  });

  test('leaves it alone a millisecond before', () => {
    expect(decideDue(order, '2026-03-02T11:59:59.999Z', 49)).toEqual({ type: 'settled' });
  });
});

describe('The sweep of an interrupted reinstatement', () => {
  const cause = { referenceId: 'order_o1~2_reinstatement-given-up' };

  test.each(['reserving', 'giving_up'] as const)(
    'gives back what it has reserved, and leaves the order cancelled: %s',
    (reinstating) => {
      const decision = decideDue(aHoldingOrder('cancelled', { round: 2, reinstating }), NOW, 49);

      expect(decision).toMatchObject({
        order: { status: 'cancelled', items: [{ reservedQuantity: 0, cancelledQuantity: 2 }] },
        releases: [{ productId: 'mug', quantity: 2, cause }],
      });
      expect(decision).not.toHaveProperty('order.reinstating');
    },
  );

  test('leaves it alone while its caller may still be at it', () => {
    const recent = aHoldingOrder('cancelled', { reinstating: 'reserving', updatedAt: NOW });

    expect(decideDue(recent, NOW, 49)).toEqual({ type: 'settled' });
  });
});

describe('The sweep of any order', () => {
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

  test('ends after at most one step more than lines, and releases no more per step than allowed', () => {
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
