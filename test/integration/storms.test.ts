import { expect, test } from '@jest/globals';
import { seededRandom } from '../../lib/seeded-random.ts';
import { expectLawsHold } from '../support/audit.ts';
import { concurrently, numbered, tally } from '../support/concurrently.ts';
import { primaryKeys } from '../support/engine-shop.ts';
import { onAnyEngine, type TestEngine } from '../support/engines.ts';
import { connectionRefused, connectionReset, isTransaction, sometimes } from '../support/faults.ts';
import { loadQueueFunction } from '../support/queue-function.ts';
import { openShopBehindProxy, type ShopBehindProxy } from '../support/shop-behind-proxy.ts';
import { transactionConflicts } from '../support/transaction-conflicts.ts';

/** Transactions that overlap conflict. One of 20 answers is lost, and one of 50 requests. */
const openStormyShop = async (engine: TestEngine, seed: number): Promise<ShopBehindProxy> => {
  const opened = await openShopBehindProxy(engine);
  const random = seededRandom(seed);
  opened.proxy.use(
    sometimes(0.05, random, isTransaction, connectionReset),
    sometimes(0.02, random, isTransaction, connectionRefused),
    transactionConflicts({
      keys: primaryKeys(opened.shop.tables),
      hold: () => 5 + 5 * random(),
    }),
  );
  return opened;
};

onAnyEngine(
  'Many callers at the same time, with conflicts and lost answers as on AWS',
  (engine) => {
    test('50 orders that share a product are each cancelled once', async () => {
      const { shop, customers } = await openStormyShop(engine, 6);
      await shop.sells({ hot: 300, beans: 300, filters: 300 });
      const orderIds = numbered('order', 50);
      const baskets = orderIds.map((_, n) => ({
        hot: 2,
        ...(n % 2 ? { beans: 1 } : { filters: 3 }),
      }));
      await concurrently(orderIds, (id, n) => shop.hasOrders({ [id]: baskets[n] ?? {} }), {
        limit: 16,
      });

      const results = await concurrently(orderIds, (id) => customers.cancels(id));

      expect(tally(results.map(({ outcome }) => outcome))).toEqual({ cancelled: 50 });
      expect(results.some(({ conflicts }) => conflicts > 0)).toBe(true);
      for (const id of ['hot', 'beans', 'filters']) {
        expect(await shop.stockOf(id)).toEqual({ stock: 300, reserved: 0, available: 300 });
      }
      expect(await shop.movementsOf({ productId: 'hot' })).toHaveLength(1 + 50 + 50);
      await expectLawsHold(shop);
    });

    test('100 callers cancel one order of 3 lines: it is cancelled once', async () => {
      const { shop, customers, proxy } = await openStormyShop(engine, 4);
      await shop.sells({ beans: 40, filters: 25, grinder: 12 });
      await shop.hasOrders({ ada: { beans: 3, filters: 1, grinder: 2 }, ben: { beans: 5 } });
      proxy.forget();

      const results = await concurrently(numbered('caller', 100), () => customers.cancels('ada'));

      expect(tally(results.map(({ outcome }) => outcome))).toEqual({
        cancelled: 1,
        already_cancelled: 99,
      });
      expect(results.some(({ conflicts }) => conflicts > 0)).toBe(true);
      // A caller that meets a conflict on the order reads it, instead of sending the transaction again.
      expect(tally([...proxy.operations()]).TransactWriteItems).toBeLessThan(2 * 100);
      expect(await shop.stockOf('beans')).toEqual({ stock: 40, reserved: 5, available: 35 });
      expect(await shop.movementsOf({ orderId: 'ada' })).toHaveLength(6);
      await expectLawsHold(shop);
    });

    test('150 customers order one of 50 units each: 50 get one', async () => {
      const { shop, customers } = await openStormyShop(engine, 5);
      await shop.sells({ grinder: 50 });

      const results = await concurrently(numbered('order', 150), (id) =>
        customers.places(id, { grinder: 1 }),
      );

      expect(tally(results.map(({ outcome }) => outcome))).toEqual({
        placed: 50,
        insufficient_stock: 100,
      });
      expect(await shop.stockOf('grinder')).toEqual({ stock: 50, reserved: 50, available: 0 });
      await expectLawsHold(shop);
    });

    test('120 messages in one batch, 30 callers and 30 new orders use the same product: each succeeds once', async () => {
      const { shop, customers } = await openStormyShop(engine, 7);
      await shop.sells({ hot: 250, beans: 300 });
      const orderIds = numbered('order', 60);
      await concurrently(orderIds, (id) => shop.hasOrders({ [id]: { hot: 2, beans: 1 } }), {
        limit: 16,
      });
      const queue = await loadQueueFunction(customers);
      const messages = [...orderIds, ...orderIds].map((orderId) => ({ orderId }));

      const [failed, called, placed] = await Promise.all([
        queue.receives(messages),
        concurrently(orderIds.slice(0, 30), (id) => customers.cancels(id)),
        concurrently(numbered('late', 30), (id) => customers.places(id, { hot: 1 })),
      ]);

      expect(failed).toEqual([]);
      expect(called.filter(({ outcome }) => !/^(already_)?cancelled$/.test(outcome))).toEqual([]);
      expect(tally(placed.map(({ outcome }) => outcome))).toEqual({ placed: 30 });
      expect(await shop.stockOf('hot')).toEqual({ stock: 250, reserved: 30, available: 220 });
      expect(await shop.stockOf('beans')).toEqual({ stock: 300, reserved: 0, available: 300 });
      await expectLawsHold(shop);
    });
  },
);
