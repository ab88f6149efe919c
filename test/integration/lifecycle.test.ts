import { expect, test } from '@jest/globals';
import { systemRuntime } from '../../lib/runtime.ts';
import { adjustStock } from '../../lib/use-cases/adjust-stock.ts';
import { deleteOrder } from '../../lib/use-cases/delete-order.ts';
import { deleteProduct } from '../../lib/use-cases/delete-product.ts';
import { placeOrder } from '../../lib/use-cases/place-order.ts';
import { sweepOrders } from '../../lib/use-cases/sweep-orders.ts';
import { transitionOrder } from '../../lib/use-cases/transition-order.ts';
import { expectLawsHold } from '../support/audit.ts';
import { EARLIER } from '../support/builders.ts';
import { cancelLines } from '../support/cancel-lines.ts';
import { concurrently, numbered, tally } from '../support/concurrently.ts';
import { onAnyEngine, onEveryEngine } from '../support/engines.ts';
import { linesOf, type Shop } from '../support/shop.ts';
import { timeFor } from '../support/time.ts';

const portsOf = ({ store }: Shop) => ({
  store,
  runtime: systemRuntime,
  remaining: timeFor(60_000),
});

const ship = async (shop: Shop, orderId: string): Promise<string> => {
  await transitionOrder(orderId, 'confirmed', portsOf(shop));
  return (await transitionOrder(orderId, 'shipped', portsOf(shop))).outcome;
};

onEveryEngine('Many callers at the same time', (engine) => {
  test('20 callers ship one order: its units leave the stock once', async () => {
    const shop = await engine.openShop();
    await shop.sells({ beans: 10 });
    await shop.hasOrders({ ada: { beans: 3 }, ben: { beans: 4 } });

    const outcomes = await concurrently(numbered('caller', 20), () => ship(shop, 'ada'));

    expect(new Set(outcomes)).toEqual(new Set(['moved']));
    expect(await shop.stockOf('beans')).toEqual({ stock: 7, reserved: 4, available: 3 });
    expect(await shop.movementsOf({ orderId: 'ada' })).toMatchObject([
      { referenceId: 'order_ada', quantity: -3 },
      {
        referenceId: 'order_ada_shipment',
        movementType: 'adjustment',
        quantity: -3,
        stockDelta: -3,
        reservedDelta: -3,
      },
    ]);
    await expectLawsHold(shop);
  });

  test('50 copies of one partial cancellation: it takes effect once, and on no other order', async () => {
    const shop = await engine.openShop();
    await shop.sells({ beans: 20 });
    await shop.hasOrders({ ada: { beans: 5 }, ben: { beans: 6 } });
    const request = {
      orderId: 'ada',
      items: [{ productId: 'beans', quantity: 2 }],
      idempotencyKey: 'k1',
    };

    const results = await concurrently(numbered('caller', 50), () =>
      cancelLines(request, portsOf(shop)),
    );

    expect(tally(results.map(({ outcome }) => outcome))).toEqual({
      cancelled: 1,
      already_cancelled: 49,
    });
    for (const result of results) {
      expect(result).toMatchObject({ restored: [{ productId: 'beans', quantity: 2 }] });
    }
    expect(await shop.order('ben')).toMatchObject({
      version: 1,
      items: [{ reservedQuantity: 6 }],
    });
    expect(await shop.stockOf('beans')).toEqual({ stock: 20, reserved: 9, available: 11 });
    expect(await shop.movementsOf({ orderId: 'ada' })).toHaveLength(2);
    await expectLawsHold(shop);
  });

  test('12 callers cancel one unit each of an order of 10: it is cancelled with the last unit', async () => {
    const shop = await engine.openShop();
    await shop.sells({ beans: 20 });
    await shop.hasOrders({ ada: { beans: 10 } });

    const results = await concurrently(numbered('key', 12), (idempotencyKey) =>
      cancelLines(
        { orderId: 'ada', items: [{ productId: 'beans', quantity: 1 }], idempotencyKey },
        portsOf(shop),
      ),
    );

    expect(tally(results.map(({ outcome }) => outcome))).toEqual({
      cancelled: 10,
      quantity_exceeded: 2,
    });
    expect(await shop.order('ada')).toMatchObject({ status: 'cancelled' });
    expect(await shop.stockOf('beans')).toEqual({ stock: 20, reserved: 0, available: 20 });
    await expectLawsHold(shop);
  });

  test('a cancellation without restocking takes the units out of the stock', async () => {
    const shop = await engine.openShop();
    await shop.sells({ beans: 20 });
    await shop.hasOrders({ ada: { beans: 5 } });
    const lost = { orderId: 'ada', restock: false } as const;

    await cancelLines(
      { ...lost, items: [{ productId: 'beans', quantity: 2 }], idempotencyKey: 'k1' },
      portsOf(shop),
    );
    expect(await shop.cancels('ada', { restock: false })).toMatchObject({ outcome: 'cancelled' });

    expect(await shop.stockOf('beans')).toEqual({ stock: 15, reserved: 0, available: 15 });
    expect((await deleteOrder('ada', portsOf(shop))).outcome).toBe('order_not_deletable');
    await expectLawsHold(shop);
  });

  test('20 callers take 30 of 80 available units each, and send it twice: two of them get theirs', async () => {
    const shop = await engine.openShop();
    await shop.sells({ beans: 100 });
    await shop.hasOrders({ ada: { beans: 20 } });
    const references = numbered('breakage', 20).flatMap((reference) => [reference, reference]);

    const results = await concurrently(references, (referenceId) =>
      adjustStock({ productId: 'beans', quantity: -30, referenceId }, portsOf(shop)),
    );

    expect(tally(results.map(({ outcome }) => outcome))).toMatchObject({ adjusted: 2 });
    expect(await shop.stockOf('beans')).toEqual({ stock: 40, reserved: 20, available: 20 });
    await expectLawsHold(shop);
  });

  test('deleting an order and a product keeps the ledger of all others correct', async () => {
    const shop = await engine.openShop();
    await shop.sells({ beans: 10, filters: 10 });
    await shop.hasOrders({ ada: { beans: 3, filters: 1 }, ben: { beans: 2 } });
    await shop.cancels('ada');

    const deletions = await concurrently(numbered('caller', 5), () =>
      deleteOrder('ada', portsOf(shop)),
    );
    expect(deletions.map(({ outcome }) => outcome)).toContain('deleted');
    expect((await deleteProduct('beans', portsOf(shop))).outcome).toBe('product_in_use');
    expect((await deleteProduct('filters', portsOf(shop))).outcome).toBe('deleted');
    expect((await deleteProduct('filters', portsOf(shop))).outcome).toBe('not_found');

    expect(await shop.movementsOf({ orderId: 'ada' })).toEqual([]);
    await expectLawsHold(shop);
    await shop.sells({ filters: 7 });
    await shop.hasOrders({ ada: { filters: 7 } });
    await expectLawsHold(shop);
  });
});

onAnyEngine('Shipping, cancelling and expiring at the same time', (engine) => {
  test('moves each unit of 100 orders in one way only', async () => {
    const shop = await engine.openShop();
    await shop.sells({ beans: 1_000, filters: 1_000, grinder: 1_000 });
    const orderIds = numbered('order', 100);
    await concurrently(
      orderIds,
      (id, n) => {
        const items = linesOf({ beans: 1 + (n % 3), [n % 2 ? 'filters' : 'grinder']: 1 });
        return placeOrder({ id, items, expiresAt: EARLIER }, portsOf(shop));
      },
      { limit: 32 },
    );

    await concurrently(
      orderIds.flatMap((id, n) => [
        () => ship(shop, id),
        () => shop.cancels(id, { reason: 'customer' }),
        ...(n % 50 === 25 ? [() => sweepOrders(portsOf(shop))] : []),
      ]),
      async (task): Promise<unknown> => task(),
      { limit: 48 },
    );

    const orders = await concurrently(orderIds, (id) => shop.order(id), { limit: 32 });
    const ends = tally(
      orders.map(({ status, cancellationReason }) => `${status} ${cancellationReason ?? ''}`),
    );
    expect(Object.keys(ends).sort()).toEqual(
      Object.keys(ends)
        .filter((end) => /^(shipped |cancelled (customer|expired))$/.test(end))
        .sort(),
    );
    for (const { id, status, items } of orders) {
      expect(items.every((line) => line.reservedQuantity === 0)).toBe(true);
      const causes = (
        await shop.store.movementsOfReferences(
          [`order_${id}_shipment`, `order_${id}_cancellation`],
          { limit: 100, remaining: () => 10_000 },
        )
      ).items.map(({ referenceId }) => referenceId);
      const cause = status === 'shipped' ? `order_${id}_shipment` : `order_${id}_cancellation`;
      expect(causes).toEqual([cause, cause]);
    }
    await expectLawsHold(shop);
  });
});
