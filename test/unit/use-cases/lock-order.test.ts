/** The point of no return: an order that somebody has in hand. And other changes of an order. */
import { describe, expect, test } from '@jest/globals';
import type { Order } from '../../../lib/domain/order.ts';
import { amendOrder } from '../../../lib/use-cases/amend-order.ts';
import { cancelOrder } from '../../../lib/use-cases/cancel-orders.ts';
import { batchProgress } from '../../../lib/use-cases/cancellation-batches.ts';
import { lockOrder, unlockOrder } from '../../../lib/use-cases/lock-order.ts';
import { sweepOrders } from '../../../lib/use-cases/sweep-orders.ts';
import { transitionOrder } from '../../../lib/use-cases/transition-order.ts';
import { anOrder, EARLIER, NOW } from '../../support/builders.ts';
import { cancelLines } from '../../support/cancel-lines.ts';
import { type FakeShop, openShop } from '../../support/fake-shop.ts';

const aShop = (differences: Partial<Order> = {}): FakeShop =>
  openShop({ orders: [anOrder('o1', { mug: 2 }, differences)] });

const BY = { actor: 'jwt:ada', actorStated: 'Grace' };

const locks = (shop: FakeShop, reason?: string, by = BY) =>
  lockOrder('o1', reason, shop.ports({ by }));

describe('A lock', () => {
  test('tells who has the order in hand, since when and why', async () => {
    const shop = aShop();

    expect(await locks(shop, 'being packed')).toMatchObject({
      outcome: 'done',
      order: {
        status: 'pending',
        lock: { by: 'jwt:ada', byStated: 'Grace', since: NOW, reason: 'being packed' },
      },
    });
  });

  test('stays with whom it has', async () => {
    const shop = aShop();
    const first = await locks(shop, 'being packed');

    expect(await locks(shop, 'mine', { actor: 'jwt:eve', actorStated: 'Eve' })).toEqual({
      ...first,
      here: false,
    });
  });

  test.each(['pending', 'confirmed'] as const)(
    'keeps a %s order from being cancelled, in part and as a whole',
    async (status) => {
      const shop = aShop({ status });
      await locks(shop);

      expect(await cancelOrder({ orderId: 'o1' }, shop.ports())).toMatchObject({
        outcome: 'not_cancellable',
        why: 'locked',
      });
      const items = [{ productId: 'mug', quantity: 1 }];
      expect(
        await cancelLines({ orderId: 'o1', items, idempotencyKey: 'k' }, shop.ports()),
      ).toMatchObject({ outcome: 'not_cancellable', why: 'locked' });
      expect(await shop.stockOf('mug')).toMatchObject({ reserved: 2 });
    },
  );

  test('keeps an order from expiring, which then expires when it is unlocked', async () => {
    const shop = aShop({ expiresAt: EARLIER });
    await locks(shop);
    await sweepOrders(shop.ports());
    expect((await shop.order('o1')).status).toBe('pending');

    await unlockOrder('o1', shop.ports());
    await sweepOrders(shop.ports());

    expect(await shop.order('o1')).toMatchObject({
      status: 'cancelled',
      cancellationReason: 'expired',
    });
  });

  test('ends when the order is shipped', async () => {
    const shop = aShop({ status: 'confirmed' });
    await locks(shop);

    await transitionOrder('o1', 'shipped', shop.ports());

    expect(await shop.order('o1')).not.toHaveProperty('lock');
  });

  test('stays when the order is confirmed', async () => {
    const shop = aShop();
    await locks(shop);

    await transitionOrder('o1', 'confirmed', shop.ports());

    expect(await shop.order('o1')).toMatchObject({ lock: { by: 'jwt:ada' } });
  });

  test.each(['shipped', 'delivered', 'cancelled'] as const)(
    'is not for an order that is %s',
    async (status) => {
      const shop = aShop({ status });

      expect(await locks(shop)).toMatchObject({ why: 'invalid_transition' });
      expect(await unlockOrder('o1', shop.ports())).toMatchObject({ why: 'invalid_transition' });
    },
  );

  test('is not for an order that is still being placed', async () => {
    expect(await locks(aShop({ placing: true }))).toMatchObject({ why: 'invalid_transition' });
  });

  test('and a cancellation at once: one of them has the order', async () => {
    const shop = aShop();

    const [lock, cancellation] = await Promise.all([
      locks(shop),
      cancelOrder({ orderId: 'o1' }, shop.ports()),
    ]);

    expect([lock.outcome, cancellation.outcome]).toEqual(
      lock.outcome === 'done' ? ['done', 'not_cancellable'] : ['rejected', 'cancelled'],
    );
  });

  test('is what the progress of a batch tells of the order', async () => {
    const shop = aShop();
    await locks(shop);
    const batch = { id: 'b1', orderIds: ['o1'], createdAt: NOW, expiresAt: 9_999_999_999 };
    await shop.makes([{ type: 'record-batch', batch }]);

    expect(await batchProgress('b1', shop.ports())).toMatchObject({
      pending: 0,
      rejected: [{ orderId: 'o1', code: 'order_locked' }],
    });
  });
});

describe('A cancellation of what nobody has confirmed', () => {
  test.each([
    ['pending', 'cancelled'],
    ['confirmed', 'not_cancellable'],
    ['cancelled', 'already_cancelled'],
  ] as const)('finds a %s order: %s', async (status, outcome) => {
    const shop = aShop({ status });

    expect(await cancelOrder({ orderId: 'o1', onlyIf: 'pending' }, shop.ports())).toMatchObject({
      outcome,
    });
  });
});

describe('Amending an order', () => {
  test('replaces its metadata, and when it expires', async () => {
    const shop = aShop({ metadata: { till: '4', shift: 'early' } });

    expect(
      await amendOrder('o1', { metadata: { till: '5' }, expiresAt: NOW }, shop.ports()),
    ).toMatchObject({ outcome: 'done', order: { metadata: { till: '5' }, expiresAt: NOW } });

    await sweepOrders(shop.ports());
    expect((await shop.order('o1')).status).toBe('cancelled');
  });

  test('writes nothing if the order is so already', async () => {
    const shop = aShop({ metadata: { a: '1', b: '2' }, expiresAt: NOW });

    const amendment = { metadata: { b: '2', a: '1' }, expiresAt: NOW };
    expect(await amendOrder('o1', amendment, shop.ports())).toMatchObject({ here: false });
    expect(await amendOrder('o1', {}, shop.ports())).toMatchObject({ here: false });
    expect(shop.wire.writes()).toEqual([]);
  });

  test('of an unknown order finds none', async () => {
    expect(await amendOrder('o9', {}, openShop().ports())).toMatchObject({ outcome: 'not_found' });
  });
});
