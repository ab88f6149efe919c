import { describe, expect, test } from '@jest/globals';
import { decideCancellation, decidePartialCancellation } from '../../../lib/domain/cancellation.ts';
import { dueOf } from '../../../lib/domain/due.ts';
import { createLawCheck } from '../../../lib/domain/laws/law-check.ts';
import { decideTransition } from '../../../lib/domain/lifecycle.ts';
import type { Order } from '../../../lib/domain/order.ts';
import {
  type Destination,
  ORDER_STATUSES,
  type OrderStatus,
  rulesOf,
  STATUS_RULES,
  statusesOf,
} from '../../../lib/domain/order-status.ts';
import { isReleasing, releaseHeld } from '../../../lib/domain/release.ts';
import { confirmOrder } from '../../../lib/http/operations/confirm-order.ts';
import { deliverOrder } from '../../../lib/http/operations/deliver-order.ts';
import { shipOrder } from '../../../lib/http/operations/ship-order.ts';
import { batchProgress, startBatch } from '../../../lib/use-cases/cancellation-batches.ts';
import { aCancelledOrder, NOW } from '../../support/builders.ts';
import { openShop } from '../../support/fake-shop.ts';
import { aHoldingOrder, aSettledOrder, DESTINATIONS } from '../../support/statuses.ts';

type StatusRules = ReturnType<typeof rulesOf>;

describe('STATUS_RULES', () => {
  test('has a row for each status and no other row', () => {
    expect(Object.keys(STATUS_RULES)).toEqual([...ORDER_STATUSES]);
  });

  test('leads to each status, by cancellation or step by step from pending', () => {
    const reached = new Set<OrderStatus>(['pending', 'cancelled']);
    for (const status of reached) {
      const { next } = rulesOf(status);
      if (next) reached.add(next);
    }

    expect([...reached].sort()).toEqual([...ORDER_STATUSES].sort());
  });

  test('has an HTTP operation for each destination', () => {
    const calls: Readonly<Record<Destination, { readonly path: string }>> = {
      confirmed: confirmOrder,
      shipped: shipOrder,
      delivered: deliverOrder,
    };

    for (const { path } of Object.values(calls)) {
      expect(path).toMatch(/^\/orders\/\{orderId\}\/(confirm|ship|deliver)$/);
    }
  });

  test.each(ORDER_STATUSES)('has no contradiction in its row for %s', (status) => {
    const { cancellation, units, expires } = rulesOf(status);

    // Orders that can be cancelled hold their units; cancelled orders release them as cancelled.
    expect(units === 'kept').toBe(cancellation === 'possible');
    expect(units === 'cancelled').toBe(cancellation === 'done');
    if (expires) expect(cancellation).toBe('possible');
  });

  test.each(ORDER_STATUSES)('has a valid answer in each column for %s', (status) => {
    const { next, cancellation, units, expires, ...others } = rulesOf(status);

    expect([null, ...ORDER_STATUSES]).toContain(next);
    expect(['possible', 'done', 'goods_left']).toContain(cancellation);
    expect(['kept', 'cancelled', 'shipped', 'none']).toContain(units);
    expect([true, false]).toContain(expires);
    expect(others).toEqual({});
  });

  test('does not compile without a status or without an answer', () => {
    const { delivered, ...others } = STATUS_RULES;
    const { units: _, ...incomplete } = delivered;

    // @ts-expect-error: delivered orders have no row
    const withoutStatus: Record<OrderStatus, StatusRules> = others;
    // @ts-expect-error: delivered orders do not say what becomes of their units
    const withoutAnswer: Record<OrderStatus, StatusRules> = { ...others, delivered: incomplete };

    // What the compiler refuses would be undefined at run time.
    expect(withoutStatus.delivered).toBeUndefined();
    expect(withoutAnswer.delivered.units).toBeUndefined();
  });

  test('leads no status back to itself', () => {
    for (const first of ORDER_STATUSES) {
      const way: OrderStatus[] = [];
      for (let at: OrderStatus | null = first; at !== null; at = rulesOf(at).next) {
        expect(way).not.toContain(at);
        way.push(at);
      }
    }
  });

  test('leads from pending to confirmed, shipped and delivered', () => {
    const way: OrderStatus[] = [];
    for (let at: OrderStatus | null = 'pending'; at !== null; at = rulesOf(at).next) way.push(at);

    expect(way).toEqual(['pending', 'confirmed', 'shipped', 'delivered']);
  });
});

describe('A scope of orders', () => {
  test.each(ORDER_STATUSES)('%s contains that status only', (status) => {
    expect(statusesOf(status)).toEqual([status]);
  });

  test('`active` contains all statuses but cancelled', () => {
    expect(statusesOf('active')).toEqual(['pending', 'confirmed', 'shipped', 'delivered']);
  });

  test.each(ORDER_STATUSES)('`active` follows the cancellation column of %s', (status) => {
    expect(statusesOf('active').includes(status)).toBe(rulesOf(status).cancellation !== 'done');
  });

  test('that is not given contains all statuses', () => {
    expect(statusesOf(undefined)).toEqual(ORDER_STATUSES);
  });
});

describe('According to STATUS_RULES', () => {
  test.each(ORDER_STATUSES)(
    'a %s order can be taken to its next status and to no other',
    (status) => {
      const order = aSettledOrder(status);

      const ways = DESTINATIONS.filter(
        (to) => decideTransition(order, to, NOW, 49).type === 'step',
      );

      expect(ways).toEqual(DESTINATIONS.filter((to) => to === rulesOf(status).next));
    },
  );

  test.each(ORDER_STATUSES)('cancelling a %s order is a step, settled or rejected', (status) => {
    const decision = decideCancellation(aSettledOrder(status), {}, NOW, 49);

    expect(decision.type).toBe(
      { possible: 'step', done: 'settled', goods_left: 'rejected' }[rulesOf(status).cancellation],
    );
  });

  test.each(ORDER_STATUSES)('cancelling a line of a %s order is a step or rejected', (status) => {
    const decision = decidePartialCancellation(
      aSettledOrder(status),
      { orderId: 'o1', items: [{ productId: 'mug', quantity: 1 }], idempotencyKey: 'k1' },
      'a mug',
      NOW,
    );

    expect(decision).toMatchObject(
      {
        possible: { type: 'step', releases: [{ productId: 'mug', quantity: 1 }] },
        done: { type: 'rejected', why: { code: 'quantity_exceeded' } },
        goods_left: { type: 'rejected', why: { code: 'not_cancellable', reason: 'goods_left' } },
      }[rulesOf(status).cancellation],
    );
  });

  test.each(ORDER_STATUSES)('a %s order keeps or releases the units that it holds', (status) => {
    const order = aHoldingOrder(status);
    const { units } = rulesOf(status);

    const [line] = releaseHeld(order, NOW, 49).order.items;

    const letsGo = units === 'cancelled' || units === 'shipped';
    expect(isReleasing(order)).toBe(letsGo);
    expect(line).toMatchObject({
      reservedQuantity: letsGo ? 0 : 2,
      cancelledQuantity: units === 'cancelled' ? 2 : 0,
      shippedQuantity: units === 'shipped' ? 2 : 0,
    });
  });

  test.each(ORDER_STATUSES)('a %s order expires or does not', (status) => {
    const order = aSettledOrder(status, { expiresAt: NOW });

    expect(dueOf(order)).toEqual(rulesOf(status).expires ? { duty: 'expire', at: NOW } : undefined);
  });

  test.each(ORDER_STATUSES)(
    'a %s order that holds units is lawful, unfinished or a violation',
    (status) => {
      const { units } = rulesOf(status);

      const { violations, unfinished } = judged(aHoldingOrder(status));

      expect(violations.map(({ is }) => is)).toEqual(
        units === 'none' ? [`is ${status} and still holds units`] : [],
      );
      expect(unfinished).toEqual(units === 'cancelled' || units === 'shipped' ? ['o1'] : []);
    },
  );

  test.each(ORDER_STATUSES)('restorations of a %s order are lawful or a violation', (status) => {
    const order = aCancelledOrder('o1', { mug: 2 }, { status });

    const { violations } = judged(order);

    expect(violations.map(({ is }) => is)).toEqual(
      rulesOf(status).cancellation === 'done'
        ? []
        : [`gave its units back and is ${status}`, `tells of a cancellation and is ${status}`],
    );
  });

  test.each(ORDER_STATUSES)('a %s order is counted in the progress of a batch', async (status) => {
    // Prepare
    const shop = openShop({ orders: [aSettledOrder(status)] });
    const queue = { send: async () => undefined };
    await startBatch({ id: 'b1', orderIds: ['o1'] }, { ...shop.ports(), queue });

    // Act
    const progress = await batchProgress('b1', shop.ports());

    // Assess
    const { cancellation } = rulesOf(status);
    expect(progress).toEqual({
      batchId: 'b1',
      total: 1,
      cancelled: cancellation === 'done' ? 1 : 0,
      pending: cancellation === 'possible' ? 1 : 0,
      rejected:
        cancellation === 'goods_left' ? [{ orderId: 'o1', code: 'order_not_cancellable' }] : [],
    });
  });
});

/** The verdict of the laws on a single order. */
const judged = (order: Order) => {
  const check = createLawCheck();
  check.order(order);
  return check.verdict();
};
