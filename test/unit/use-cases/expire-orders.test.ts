import { describe, expect, test } from '@jest/globals';
import type { CancellationRequest } from '../../../lib/domain/cancellation.ts';
import { ORDER_STATUSES } from '../../../lib/domain/order-status.ts';
import { expireOrders } from '../../../lib/use-cases/expire-orders.ts';
import type { Ports } from '../../../lib/use-cases/ports.ts';
import { anOrder, NOW } from '../../support/builders.ts';
import { aShop, type UnitShop } from '../../support/unit-shop.ts';

const minutesAgo = (minutes: number): string =>
  new Date(Date.parse(NOW) - minutes * 60_000).toISOString();

const expire = async (shop: UnitShop, ttlMinutes: number, ports: Partial<Ports> = {}) => {
  const sent: CancellationRequest[] = [];
  const queue = {
    send: async (requests: readonly CancellationRequest[]) => {
      sent.push(...requests);
    },
  };
  const { store, remaining, runtime } = { ...shop.ports(), ...ports };
  const expired = await expireOrders(ttlMinutes, { store, remaining, queue, runtime });
  return { expired, sent };
};

const placed = (id: string, minutes: number, status: (typeof ORDER_STATUSES)[number] = 'pending') =>
  anOrder(id, { mug: 1 }, { status, createdAt: minutesAgo(minutes) });

describe('Expiry', () => {
  test('puts pending orders that are older on the queue, to be cancelled if they still are', async () => {
    // Prepare
    const shop = aShop({
      orders: [placed('old', 31), placed('just', 30), placed('new', 29), placed('older', 9_999)],
    });

    // Act
    const { expired, sent } = await expire(shop, 30);

    // Assess
    expect(expired).toBe(2);
    expect(sent.map(({ orderId }) => orderId).sort()).toEqual(['old', 'older']);
    for (const { reason, onlyIf } of sent)
      expect({ reason, onlyIf }).toEqual({
        reason: 'expired',
        onlyIf: 'pending',
      });
  });

  test.each(ORDER_STATUSES.filter((status) => status !== 'pending'))(
    'does not concern a %s order',
    async (status) => {
      expect(await expire(aShop({ orders: [placed('o1', 99, status)] }), 30)).toEqual({
        expired: 0,
        sent: [],
      });
    },
  );

  test('is off at 0 minutes, and asks nobody', async () => {
    const shop = aShop({ orders: [placed('o1', 99)] });

    expect(await expire(shop, 0)).toEqual({ expired: 0, sent: [] });
    expect(shop.wire.sent).toEqual([]);
  });

  test('finds them all over all shards and pages', async () => {
    const orders = Array.from({ length: 100 }, (_, index) => placed(`o${index}`, 40 + index));
    const shop = aShop({ orders });
    shop.db.limits.page = 3;

    const { expired, sent } = await expire(shop, 30);

    expect(expired).toBe(100);
    expect(new Set(sent.map(({ orderId }) => orderId)).size).toBe(100);
  });

  test('stops when the time is up, and leaves the rest to the next run', async () => {
    const orders = Array.from({ length: 100 }, (_, index) => placed(`o${index}`, 40));
    const shop = aShop({ orders });

    const { expired } = await expire(shop, 30, { remaining: () => 0 });

    expect(expired).toBeGreaterThan(0);
    expect(expired).toBeLessThan(100);
  });

  test('run twice at once cancels each order once', async () => {
    // Prepare
    const shop = aShop({ orders: [placed('o1', 40), placed('o2', 40), placed('o3', 20)] });

    // Act
    const runs = await Promise.all([expire(shop, 30), expire(shop, 30)]);
    const results = await shop.cancels(runs.flatMap(({ sent }) => sent));

    // Assess
    expect(results.map(({ outcome }) => outcome).sort()).toEqual([
      'already_cancelled',
      'already_cancelled',
      'cancelled',
      'cancelled',
    ]);
    expect(shop.order('o1').cancellationReason).toBe('expired');
    expect(shop.product('mug').reservedQuantity).toBe(1);
    expect(shop.verdict()).toEqual({ violations: [], unfinished: [] });
  });

  test('spares an order that was confirmed before its turn came', async () => {
    // Prepare
    const shop = aShop({ orders: [placed('o1', 40)] });
    const { sent } = await expire(shop, 30);
    shop.has({ ...shop.order('o1'), status: 'confirmed', version: 2 });

    // Act
    const results = await shop.cancels(sent);

    // Assess
    expect(results).toMatchObject([{ outcome: 'spared' }]);
    expect(shop.product('mug').reservedQuantity).toBe(1);
  });
});
