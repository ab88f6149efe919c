import { describe, expect, test } from '@jest/globals';
import { DamagedItemError } from '../../../lib/dynamodb/codec.ts';
import { aMovement, anOrder, aProduct, NOW } from '../../support/builders.ts';
import { openShop } from '../../support/fake-shop.ts';
import type { Fault } from '../../support/faults.ts';

/** DynamoDB accepts only the key attributes in a key. */
const MOVEMENT_KEY = { referenceId: aMovement().referenceId, entry: aMovement().entry };

describe('The store', () => {
  test('finds orders, products and movements', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });
    await shop.stocks(aProduct('cup'));
    await shop.records(aMovement());

    expect(await shop.store.getOrder('o1', () => 1_000)).toEqual(anOrder('o1', { mug: 2 }));
    expect(await shop.store.getProduct('cup', () => 1_000)).toEqual(aProduct('cup'));
    expect(await shop.store.getMovement(MOVEMENT_KEY, () => 1_000)).toEqual(aMovement());
  });

  test('returns undefined or an empty map for what does not exist', async () => {
    const { store } = openShop();

    expect(await store.getOrder('o1', () => 1_000)).toBeUndefined();
    expect(await store.getProduct('mug', () => 1_000)).toBeUndefined();
    expect(await store.getMovement(MOVEMENT_KEY, () => 1_000)).toBeUndefined();
    expect(await store.getOrders(['o1'], () => 1)).toEqual(new Map());
    expect(await store.getOrders(['o1', 'o2'], () => 1)).toEqual(new Map());
    expect(await store.getOrders([], () => 1)).toEqual(new Map());
  });

  test('reads one order with GetItem and several with BatchGetItem', async () => {
    const orders = [anOrder('o1', { mug: 2 }), anOrder('o2', { cup: 1 })];
    const shop = openShop({ orders });

    const one = await shop.store.getOrders(['o2'], () => 1);
    const both = await shop.store.getOrders(['o2', 'o1', 'o3'], () => 1);

    expect([...one.values()]).toEqual([orders[1]]);
    expect(both).toEqual(new Map(orders.map((order) => [order.id, order])));
    expect(shop.wire.operations()).toEqual(['GetItem', 'BatchGetItem']);
  });

  test('returns an error for an order whose row is damaged, and the other orders as they are', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 }), anOrder('o2', { cup: 1 })] });
    shop.db.put('orders', { ...shop.db.get('orders', { id: 'o1' }), version: 'one' });

    const found = await shop.store.getOrders(['o1', 'o2'], () => 1);

    expect(found.get('o1')).toEqual(
      new DamagedItemError('order o1 is damaged: version is no whole number'),
    );
    expect(found.get('o2')).toEqual(anOrder('o2', { cup: 1 }));
    await expect(shop.store.getOrder('o1', () => 1_000)).rejects.toThrow(DamagedItemError);
  });

  test('returns an error for an order with a number that JavaScript cannot represent, and the others', async () => {
    const shop = openShop({
      orders: [anOrder('o1', { mug: 2 }, { version: 777 }), anOrder('o2', { cup: 1 })],
    });
    const enlarged: Fault = async (answer) => {
      const { body, ...rest } = await answer();
      return { ...rest, body: body.replace('"777"', '"12345678901234567890.5"') };
    };
    shop.wire.use(enlarged);

    const found = await shop.store.getOrders(['o1', 'o2'], () => 1);

    expect(found.get('o1')).toBeInstanceOf(DamagedItemError);
    expect(found.get('o2')).toEqual(anOrder('o2', { cup: 1 }));
  });

  test('returns a retired product only from `getRetiredProduct`', async () => {
    const shop = openShop({ products: { mug: {}, cup: {} } });
    const retire = { type: 'retire-product', productId: 'mug', at: NOW } as const;

    await shop.store.commit([retire], () => 1_000);

    expect(await shop.store.getProduct('mug', () => 1_000)).toBeUndefined();
    expect(await shop.store.getRetiredProduct('mug', () => 1_000)).toMatchObject({
      id: 'mug',
      deletedAt: NOW,
    });
    expect(await shop.store.getRetiredProduct('cup', () => 1_000)).toBeUndefined();
    expect(await shop.store.getRetiredProduct('jug', () => 1_000)).toBeUndefined();
  });

  test('uses strongly consistent reads for items and for the movements of causes', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });

    await shop.store.getOrder('o1', () => 1_000);
    await shop.store.getProduct('mug', () => 1_000);
    await shop.store.getMovement(MOVEMENT_KEY, () => 1_000);
    await shop.store.getOrders(['o1', 'o2'], () => 1);
    await shop.store.movementsOfReferences(['order_o1'], { limit: 1, remaining: () => 1_000 });

    for (const { bytes } of shop.wire.sent) expect(bytes).toContain('"ConsistentRead":true');
  });
});
