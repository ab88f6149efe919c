/** Audit and repair on a real engine, beside clients who cancel. */
import { expect, test } from '@jest/globals';
import { auditShop } from '../../lib/audit/audit-shop.ts';
import { repairShop } from '../../lib/audit/repair/repair-shop.ts';
import { withTemporaryFolder } from '../../lib/audit/temporary-folder.ts';
import { systemRuntime } from '../../lib/runtime.ts';
import { auditPorts, told } from '../support/audits.ts';
import { concurrently, numbered } from '../support/concurrently.ts';
import type { EngineShop } from '../support/engine-shop.ts';
import { onAnyEngine } from '../support/engines.ts';

const PRODUCTS = numbered('product', 4);
const ORDERS = numbered('order', 64);
const CLIENTS = 16;

const audits = (shop: EngineShop) =>
  withTemporaryFolder((folder) => auditShop(auditPorts(shop, shop.client, folder, systemRuntime)));

const repairs = (shop: EngineShop) =>
  withTemporaryFolder((folder) =>
    repairShop({
      ...auditPorts(shop, shop.client, folder, systemRuntime),
      shop: shop.store,
      isApplied: true,
    }),
  );

/** Each order has two of the four products. */
const opensWithOrders = async (shop: EngineShop): Promise<void> => {
  await shop.sells(Object.fromEntries(PRODUCTS.map((id) => [id, 1_000])));
  for (const [index, id] of ORDERS.entries()) {
    const [first = '', second = ''] = [PRODUCTS[index % 4], PRODUCTS[(index + 1) % 4]];
    await shop.hasOrders({ [id]: { [first]: 2, [second]: 1 } });
  }
};

onAnyEngine('While 16 clients cancel', (engine) => {
  test('an audit tells nothing that is not so', async () => {
    const shop = await engine.openShop();
    await opensWithOrders(shop);

    const [report] = await Promise.all([
      audits(shop),
      concurrently(ORDERS, (id) => shop.cancels(id), { limit: CLIENTS }),
    ]);

    expect(told(report)).toEqual([]);
    expect(told(await audits(shop))).toEqual([]);
  });

  test('a repair mends counters, an order that holds less, and a lost order, and a later one is not needed', async () => {
    const shop = await engine.openShop();
    await opensWithOrders(shop);
    const { reservedQuantity, availableQuantity } = await shop.product('product-1');
    await shop.tampersWith('products', 'product-1', {
      reservedQuantity: reservedQuantity + 5,
      availableQuantity: availableQuantity - 5,
    });
    const { items } = await shop.order('order-64');
    await shop.tampersWith('orders', 'order-64', {
      items: items.map((line) => ({
        ...line,
        reservedQuantity: 0,
        cancelledQuantity: line.quantity,
      })),
    });
    await shop.loses('orders', 'order-63');
    const cancelled = ORDERS.slice(0, 62);

    await Promise.all([
      repairs(shop),
      concurrently(cancelled, (id) => shop.cancels(id), { limit: CLIENTS }),
    ]);
    const { after } = await repairs(shop);

    expect(after && told(after)).toEqual([]);
    expect((await shop.verdict()).violations).toEqual([]);
    for (const id of PRODUCTS) {
      expect(await shop.stockOf(id)).toEqual({ stock: 1_000, reserved: 0, available: 1_000 });
    }
    expect((await repairs(shop)).repairs).toEqual([]);
  });
});
