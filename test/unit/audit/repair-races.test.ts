/** A repair beside live traffic, with a clock that is wrong, and one that dies in the middle. */
import { describe, expect, test } from '@jest/globals';
import { repairOf, told } from '../../support/audits.ts';
import { EARLIER, NOW } from '../../support/builders.ts';
import { numbered } from '../../support/concurrently.ts';
import { type FakeShop, openShop } from '../../support/fake-shop.ts';
import { isTransaction } from '../../support/faults.ts';
import { openHonestShop, product } from '../../support/planted-damage.ts';
import { unitRuntime } from '../../support/unit-runtime.ts';

const runtime = unitRuntime({ now: () => new Date(Date.parse(NOW) + 3_600_000) });

/** A hot product, and orders whose reservations the ledger has lost. */
const openShopThatForgot = async (): Promise<FakeShop> => {
  const shop = openShop();
  await shop.sells({ mug: 300 });
  const orders = numbered('order', 120);
  await shop.hasOrders(Object.fromEntries(orders.map((id) => [id, { mug: 2 }])));
  for (const id of orders.slice(10)) {
    const key = { referenceId: `order_${id}`, entry: 'reservation#mug' };
    shop.db.remove(shop.tables.stockMovements, key);
  }
  return shop;
};

describe('A repair', () => {
  test('overlooks no order that is placed while it reads, by a clock that is an hour fast', async () => {
    const shop = await openHonestShop();
    await product('mug', { stockQuantity: 12, availableQuantity: 10 })(shop);
    const reserved: unknown[] = [];
    let scans = 0;
    shop.wire.use(async (answer, request) => {
      const { TableName } = request.json;
      if (request.operation === 'Scan' && TableName === shop.tables.stockMovements) scans += 1;
      // The audit and the repair have scanned the movements, in four segments each.
      if (request.operation === 'GetItem' && scans === 8) {
        scans += 1;
        await shop.places('late', { mug: 1 });
      }
      const answered = await answer();
      if (isTransaction(request)) {
        reserved.push(shop.db.get(shop.tables.products, { id: 'mug' })?.reservedQuantity);
      }
      return answered;
    });

    await repairOf(shop, { runtime });

    expect(reserved.length).toBeGreaterThan(0);
    expect(new Set(reserved)).toEqual(new Set([3]));

    await repairOf(shop, { runtime });

    expect((await shop.verdict()).violations).toEqual([]);
    expect(await shop.stockOf('mug')).toEqual({ stock: 9, reserved: 3, available: 6 });
  });

  test('that dies between two transactions has not let anybody buy what is not there', async () => {
    const shop = await openShopThatForgot();
    let written = 0;
    const remaining = () => (written > 0 ? 0 : 60_000);
    shop.wire.use(async (answer, request) => {
      const answered = await answer();
      if (isTransaction(request)) written += 1;
      return answered;
    });

    const { repairs, after } = await repairOf(shop, { runtime, remaining });

    expect(written).toBe(1);
    expect(repairs).toMatchObject([{ subject: 'mug', isDone: false }]);
    expect(repairs[0]?.changes.length).toBeGreaterThan(1);
    expect(after?.isComplete).toBe(false);
    expect(await shop.stockOf('mug')).toEqual({ stock: 300, reserved: 240, available: 60 });

    written = Number.NEGATIVE_INFINITY;
    await repairOf(shop, { runtime, remaining });

    expect((await shop.verdict()).violations).toEqual([]);
    expect(await shop.stockOf('mug')).toEqual({ stock: 300, reserved: 240, available: 60 });
  });

  test('ends a deletion whose product counts more movements than there are', async () => {
    const shop = openShop();
    await shop.sells({ cup: 5 });
    await product('cup', { deletedAt: EARLIER, movementCount: 99 })(shop);

    const { after } = await repairOf(shop, { runtime });

    expect(after && told(after)).toEqual([]);
    expect(shop.db.get(shop.tables.products, { id: 'cup' })).toBeUndefined();
  });
});
