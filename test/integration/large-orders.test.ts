import { expect, test } from '@jest/globals';
import type { Change, CommitResult } from '../../lib/domain/change.ts';
import type { Store } from '../../lib/use-cases/ports.ts';
import { expectLawsHold } from '../support/audit.ts';
import { concurrently, numbered, tally } from '../support/concurrently.ts';
import { onAnyEngine, onEveryEngine } from '../support/engines.ts';
import { linesOf, type Shop } from '../support/shop.ts';
import { timeFor } from '../support/time.ts';

const LINES = 120;
const basket = Object.fromEntries(numbered('product', LINES).map((id, n) => [id, 1 + (n % 4)]));

const openShopWithLargeOrder = async (shop: Shop): Promise<void> => {
  await shop.sells(Object.fromEntries(Object.keys(basket).map((id) => [id, 10])));
  await shop.hasOrders({ big: basket });
  await expectLawsHold(shop);
};

/** The store of a process that dies at its n-th commit, before or after it took effect. */
const dyingAt = (store: Store, commit: number, when: 'before' | 'after') => {
  let commits = 0;
  return {
    ...store,
    async commit(...args: Parameters<Store['commit']>): Promise<CommitResult> {
      commits += 1;
      if (commits < commit) return store.commit(...args);
      if (when === 'after') await store.commit(...args);
      throw new Error('The process died');
    },
  };
};

const expectEverythingRestored = async (shop: Shop): Promise<void> => {
  await expectLawsHold(shop);
  const movements = await shop.movementsOf({ orderId: 'big' });
  expect(tally(movements.map(({ movementType }) => movementType))).toEqual({
    reservation: LINES,
    restoration: LINES,
  });
  expect(await shop.stockOf('product-1')).toEqual({ stock: 10, reserved: 0, available: 10 });
  expect(await shop.stockOf('product-120')).toEqual({ stock: 10, reserved: 0, available: 10 });
};

onEveryEngine(`Cancelling an order of ${LINES} products`, (engine) => {
  test('takes three transactions of one call', async () => {
    const shop = await engine.openShop();
    await openShopWithLargeOrder(shop);

    const result = await shop.cancels('big');

    expect(result).toMatchObject({ outcome: 'cancelled', drift: 0, order: { version: 3 + 3 } });
    expect('restored' in result && result.restored).toEqual(linesOf(basket));
    await expectEverythingRestored(shop);
  });

  test('answers unfinished when the time is up, and the next call finishes it', async () => {
    const shop = await engine.openShop();
    await openShopWithLargeOrder(shop);
    let commits = 0;
    const impatient = {
      ...shop.store,
      commit(changes: readonly Change[]) {
        commits += 1;
        return shop.store.commit(changes, commits === 1 ? timeFor(30_000) : () => 0);
      },
    };

    expect(await shop.cancels('big', { store: impatient })).toMatchObject({
      outcome: 'unfinished',
    });
    expect((await shop.verdict()).unfinished).toEqual(['big']);

    expect(await shop.cancels('big')).toMatchObject({ outcome: 'already_cancelled' });
    await expectEverythingRestored(shop);
  });
});

onAnyEngine(`Cancelling an order of ${LINES} products`, (engine) => {
  // Dying before the next transaction leaves the same data as dying after the last one.
  test.each([
    { commit: 1, when: 'before', isCancelled: false, left: 120 },
    { commit: 1, when: 'after', isCancelled: true, left: 71 },
    { commit: 2, when: 'after', isCancelled: true, left: 22 },
    { commit: 3, when: 'after', isCancelled: true, left: 0 },
  ] as const)(
    'gives each product back once when the function dies $when transaction $commit takes effect',
    async ({ commit, when, isCancelled, left }) => {
      const shop = await engine.openShop();
      await openShopWithLargeOrder(shop);

      const died = await shop.cancels('big', { store: dyingAt(shop.store, commit, when) });

      expect(died).toMatchObject({ outcome: 'failed', error: { message: 'The process died' } });
      const order = await shop.order('big');
      expect(order.status).toBe(isCancelled ? 'cancelled' : 'pending');
      expect(order.items.filter((line) => line.reservedQuantity > 0)).toHaveLength(left);
      await expectLawsHold(shop, { unfinished: isCancelled && left > 0 ? ['big'] : [] });

      const next = await shop.cancels('big');

      expect(next.outcome).toBe(isCancelled ? 'already_cancelled' : 'cancelled');
      expect('restored' in next && next.restored).toEqual(linesOf(basket));
      await expectEverythingRestored(shop);
    },
  );

  test('gives each product back once when 20 callers do it at the same time', async () => {
    const shop = await engine.openShop();
    await openShopWithLargeOrder(shop);

    const results = await concurrently(numbered('caller', 20), () => shop.cancels('big'));

    expect(tally(results.map(({ outcome }) => outcome))).toEqual({
      cancelled: 1,
      already_cancelled: 19,
    });
    // The caller that cancelled it and those that came later get the same answer.
    for (const result of [...results.slice(0, 2), ...results.slice(-1)]) {
      expect('restored' in result && result.restored).toEqual(linesOf(basket));
    }
    await expectEverythingRestored(shop);
  });

  test('gives each product back once when 10 callers find it half done', async () => {
    const shop = await engine.openShop();
    await openShopWithLargeOrder(shop);
    await shop.cancels('big', { store: dyingAt(shop.store, 2, 'before') });

    const results = await concurrently(numbered('caller', 10), () => shop.cancels('big'));

    expect(tally(results.map(({ outcome }) => outcome))).toEqual({ already_cancelled: 10 });
    await expectEverythingRestored(shop);
  });
});
