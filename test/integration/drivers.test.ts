import { expect, test } from '@jest/globals';
import { expectLawsHold } from '../support/audit.ts';
import { aCancelledOrder, anOrder } from '../support/builders.ts';
import { onEveryEngine } from '../support/engines.ts';
import { openShop } from '../support/fake-shop.ts';
import { always, connectionReset, isTransaction } from '../support/faults.ts';
import type { Network } from '../support/network.ts';
import type { Shop } from '../support/shop.ts';
import { openShopBehindProxy } from '../support/shop-behind-proxy.ts';

// A test moves from the fake to an engine if one line opens another shop. So both have to answer
// alike.
const SETTING = {
  orders: [
    anOrder('ada', { beans: 3, filters: 1 }),
    anOrder('ben', { beans: 5 }),
    aCancelledOrder('cleo', { filters: 4 }),
  ],
  products: { filters: { stock: 9 } },
};

/** Uses everything that a test can do with a shop, and returns all answers. */
const visit = async (shop: Shop): Promise<unknown> => {
  await expectLawsHold(shop);
  await shop.sells({ grinder: 7 });
  await shop.hasOrders({ dora: { grinder: 2 } });
  const sold = await shop.places('emil', { grinder: 6 });
  const cancelled = await shop.cancels('ada', { reason: 'customer' });
  const both = await shop.cancelsAll(['ada', { orderId: 'dora', restock: false }, 'nobody']);
  await expectLawsHold(shop);
  const restorations = await shop.restorations('ada');
  const ledger = await shop.movementsOf({ productId: 'beans' });

  await shop.tampersWith('products', 'beans', { reservedQuantity: 6 });
  await shop.loses('orders', 'ben');
  await shop.has(anOrder('fred', { filters: 1 }));
  return {
    sold,
    outcomes: [cancelled, ...both].map(({ outcome, drift }) => [outcome, drift]),
    restored: await shop.restoredBy(cancelled),
    restorations: restorations.map(({ entry }) => entry).sort(),
    ledger: ledger.map(({ entry, quantity }) => `${entry} ${quantity}`).sort(),
    movements: (await shop.movements()).length,
    order: (await shop.order('ada')).cancellationReason,
    product: (await shop.product('grinder')).movementCount,
    stock: [await shop.stockOf('beans'), await shop.stockOf('filters')],
    broken: (await shop.verdict()).violations.map(({ law, subject }) => `${law} ${subject}`).sort(),
    missing: await shop.order('ben').catch(String),
  };
};

/** One cancellation loses its answer once, and another one loses all answers in its time. */
const suffer = async (shop: Shop, network: Network): Promise<unknown> => {
  network.next('TransactWriteItems', connectionReset);
  const once = await shop.cancels('ada');
  network.use(always(isTransaction, connectionReset));
  let looks = 20;
  const remaining = () => {
    looks -= 1;
    return Math.max(0, looks) * 100;
  };
  const unheard = await shop.cancels('ben', { remaining });
  network.use();
  network.forget();
  const again = await shop.cancels('ben');
  return [once.outcome, unheard.outcome, again.outcome, network.operations()];
};

onEveryEngine('A shop for tests', (engine) => {
  test('answers every call of a test as a shop on the fake does', async () => {
    const real = await visit(await engine.openShop(SETTING));

    expect(real).toEqual(await visit(openShop(SETTING)));
    expect(real).toMatchObject({
      sold: { outcome: 'insufficient_stock' },
      outcomes: [
        ['cancelled', 0],
        ['already_cancelled', 0],
        ['cancelled', 0],
        ['not_found', 0],
      ],
      missing: 'Error: There is no order ben',
    });
  });

  test('answers as a shop on the fake does when its network fails', async () => {
    const fake = openShop(SETTING);
    const { customers, proxy } = await openShopBehindProxy(engine, SETTING);

    const real = await suffer(customers, proxy);

    expect(real).toEqual(await suffer(fake, fake.wire));
    expect(real).toEqual(['cancelled', 'unfinished', 'already_cancelled', ['GetItem']]);
  });
});
