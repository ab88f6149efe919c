import { expect, test } from '@jest/globals';
import type { CommitResult } from '../../lib/domain/change.ts';
import { systemRuntime } from '../../lib/runtime.ts';
import { placeOrder } from '../../lib/use-cases/place-order.ts';
import type { Store } from '../../lib/use-cases/ports.ts';
import { reinstateOrder } from '../../lib/use-cases/reinstate-order.ts';
import { sweepOrders } from '../../lib/use-cases/sweep-orders.ts';
import { transitionOrder } from '../../lib/use-cases/transition-order.ts';
import { expectLawsHold } from '../support/audit.ts';
import { numbered, tally } from '../support/concurrently.ts';
import { onAnyEngine } from '../support/engines.ts';
import { linesOf, type Shop } from '../support/shop.ts';
import { timeFor } from '../support/time.ts';

const PER_TRANSACTION = 49;

/** Enough for a first, a last and two transactions between. */
const LINES = 150;
const TRANSACTIONS = Math.ceil(LINES / PER_TRANSACTION);

/** The transaction after which the function dies. Unit tests try every one. */
const CUT = 2;

const basket = Object.fromEntries(numbered('product', LINES).map((id, n) => [id, 1 + (n % 3)]));

const openLargeShop = async (shop: Shop): Promise<Shop> => {
  await shop.sells(Object.fromEntries(Object.keys(basket).map((id) => [id, 5])));
  return shop;
};

/** Counts transactions, and dies after the n-th has taken effect. */
const dyingAfter = (store: Store, last = Number.POSITIVE_INFINITY) => {
  let transactions = 0;
  return {
    transactions: () => transactions,
    store: {
      ...store,
      async commit(...args: Parameters<Store['commit']>): Promise<CommitResult> {
        if (transactions >= last) throw new Error('The process died');
        transactions += 1;
        return store.commit(...args);
      },
    } as Store,
  };
};

const place = (store: Store) =>
  placeOrder(
    { id: 'big', items: linesOf(basket) },
    { store, runtime: systemRuntime, remaining: timeFor(60_000) },
  );

const reinstate = (store: Store) =>
  reinstateOrder('big', {}, { store, runtime: systemRuntime, remaining: timeFor(60_000) });

const LATER_MS = 120_000;

/** The sweep two minutes later, when no function works on the order any more. */
const sweepLater = (shop: Shop, { store = shop.store, ms = LATER_MS } = {}) =>
  sweepOrders({
    store,
    runtime: { ...systemRuntime, now: () => new Date(Date.now() + ms) },
    remaining: timeFor(60_000),
  });

const isHeld = async (shop: Shop): Promise<boolean[]> =>
  (await shop.order('big')).items.map(
    ({ quantity, reservedQuantity }) => reservedQuantity === quantity,
  );

onAnyEngine(`An order of ${LINES} products`, (engine) => {
  test(`is placed in ${TRANSACTIONS} transactions, and cancelled in as many`, async () => {
    const shop = await openLargeShop(await engine.openShop());
    const placing = dyingAfter(shop.store);
    const cancelling = dyingAfter(shop.store);

    expect((await place(placing.store)).outcome).toBe('placed');
    expect(placing.transactions()).toBe(TRANSACTIONS);
    expect(new Set(await isHeld(shop))).toEqual(new Set([true]));
    await expectLawsHold(shop);

    expect((await shop.cancels('big', { store: cancelling.store })).outcome).toBe('cancelled');
    expect(cancelling.transactions()).toBe(TRANSACTIONS);
    expect(tally((await shop.movementsOf({ orderId: 'big' })).map((m) => m.movementType))).toEqual({
      reservation: LINES,
      restoration: LINES,
    });
    await expectLawsHold(shop);
  });

  test('leaves nothing behind if a product runs short halfway, and its id can be used again', async () => {
    const shop = await openLargeShop(await engine.openShop());
    await shop.hasOrders({ ada: { 'product-75': 4 } });
    const before = await shop.verdict();

    expect(await place(shop.store)).toEqual({
      outcome: 'insufficient_stock',
      shortages: [{ productId: 'product-75', requested: 3, available: 1 }],
    });

    expect(await shop.store.getOrder('big', () => 10_000)).toBeUndefined();
    expect(await shop.movementsOf({ orderId: 'big' })).toEqual([]);
    expect(await shop.verdict()).toEqual(before);
    await shop.cancels('ada');
    expect((await place(shop.store)).outcome).toBe('placed');
    await expectLawsHold(shop);
  });

  test(`is placed completely by a retry when the function died after transaction ${CUT}`, async () => {
    const shop = await openLargeShop(await engine.openShop());
    await place(dyingAfter(shop.store, CUT).store).catch(() => undefined);
    const { violations } = await shop.verdict();
    expect(violations).toEqual([]);

    expect((await place(shop.store)).outcome).toMatch(/^(placed|already_placed)$/);

    expect(new Set(await isHeld(shop))).toEqual(new Set([true]));
    await expectLawsHold(shop);
  });

  test.each([CUT, TRANSACTIONS])(
    'is given up by the sweep if transactions are left when the function died after transaction %i',
    async (cut) => {
      const shop = await openLargeShop(await engine.openShop());
      await place(dyingAfter(shop.store, cut).store).catch(() => undefined);

      const swept = await sweepLater(shop);

      // After the last transaction nothing is left to do, so the order is not due.
      expect(swept).toMatchObject(
        cut === TRANSACTIONS ? [] : [{ orderId: 'big', duty: 'finish', outcome: 'done' }],
      );
      const order = await shop.store.getOrder('big', () => 10_000);
      expect(order?.status).toBe(cut === TRANSACTIONS ? 'pending' : undefined);
      await expectLawsHold(shop);
    },
  );

  test(`is cancelled completely by the next call when the function died after transaction ${CUT}`, async () => {
    const shop = await openLargeShop(await engine.openShop());
    await place(shop.store);
    await shop.cancels('big', { store: dyingAfter(shop.store, CUT).store });
    const { violations, unfinished } = await shop.verdict();
    expect(violations).toEqual([]);
    expect(unfinished).toEqual(['big']);

    expect((await shop.cancels('big')).outcome).toBe('already_cancelled');

    expect(await shop.stockOf('product-150')).toEqual({ stock: 5, reserved: 0, available: 5 });
    await expectLawsHold(shop);
  });

  test(`is shipped completely by the sweep when the function died after transaction ${CUT}`, async () => {
    const shop = await openLargeShop(await engine.openShop());
    await place(shop.store);
    const ports = { store: shop.store, runtime: systemRuntime, remaining: timeFor(60_000) };
    await transitionOrder('big', 'confirmed', ports);
    const dying = { ...ports, store: dyingAfter(shop.store, CUT).store };
    await expect(transitionOrder('big', 'shipped', dying)).rejects.toThrow('The process died');
    expect((await shop.cancels('big')).outcome).toBe('not_cancellable');

    await sweepLater(shop);

    expect(await shop.stockOf('product-150')).toEqual({ stock: 2, reserved: 0, available: 2 });
    await expectLawsHold(shop);
  });

  test(`is reinstated completely by a retry when the function died after transaction ${CUT}`, async () => {
    const shop = await openLargeShop(await engine.openShop());
    await place(shop.store);
    await shop.cancels('big');
    await reinstate(dyingAfter(shop.store, CUT).store).catch(() => undefined);
    expect((await shop.order('big')).status).toBe('cancelled');
    expect((await shop.verdict()).violations).toEqual([]);

    expect((await reinstate(shop.store)).outcome).toBe('reinstated');

    expect(await shop.order('big')).toMatchObject({ status: 'pending', round: 2 });
    expect(new Set(await isHeld(shop))).toEqual(new Set([true]));
    await expectLawsHold(shop);
  });

  test('stays cancelled, and can be reinstated anew, when the sweep comes after the death', async () => {
    const shop = await openLargeShop(await engine.openShop());
    await place(shop.store);
    await shop.cancels('big');
    await reinstate(dyingAfter(shop.store, CUT).store).catch(() => undefined);

    await sweepLater(shop);

    expect((await shop.order('big')).status).toBe('cancelled');
    expect(new Set(await isHeld(shop))).toEqual(new Set([false]));
    await expectLawsHold(shop);
    expect((await reinstate(shop.store)).outcome).toBe('reinstated');
    expect(new Set(await isHeld(shop))).toEqual(new Set([true]));
    await expectLawsHold(shop);
  });

  test(`gives its units back after its grace, although a sweep died after transaction ${CUT}`, async () => {
    const shop = await openLargeShop(await engine.openShop());
    await place(shop.store);
    await shop.cancels('big', { graceSeconds: 1 });
    await sweepLater(shop, { store: dyingAfter(shop.store, CUT).store });
    expect((await shop.verdict()).unfinished).toEqual(['big']);
    expect((await shop.verdict()).violations).toEqual([]);

    await sweepLater(shop, { ms: 2 * LATER_MS });

    expect(new Set(await isHeld(shop))).toEqual(new Set([false]));
    expect(await shop.stockOf('product-150')).toEqual({ stock: 5, reserved: 0, available: 5 });
    await expectLawsHold(shop);
  });
});
