import { describe, expect, test } from '@jest/globals';
import { aMovement, anOrder, aProduct } from '../../support/builders.ts';
import { aShop } from '../../support/unit-shop.ts';

/** DynamoDB takes as a key nothing but a key. */
const MOVEMENT_KEY = { referenceId: aMovement().referenceId, entry: aMovement().entry };

describe('The store', () => {
  test('finds orders, products and movements', async () => {
    const shop = aShop({ orders: [anOrder('o1', { mug: 2 })] });
    shop.stocks(aProduct('cup'));
    shop.records(aMovement());

    expect(await shop.store.getOrder('o1')).toEqual(anOrder('o1', { mug: 2 }));
    expect(await shop.store.getProduct('cup')).toEqual(aProduct('cup'));
    expect(await shop.store.getMovement(MOVEMENT_KEY)).toEqual(aMovement());
  });

  test('finds nothing where nothing is', async () => {
    const { store } = aShop();

    expect(await store.getOrder('o1')).toBeUndefined();
    expect(await store.getProduct('mug')).toBeUndefined();
    expect(await store.getMovement(MOVEMENT_KEY)).toBeUndefined();
    expect(await store.getOrders(['o1'], () => 1)).toEqual(new Map());
    expect(await store.getOrders(['o1', 'o2'], () => 1)).toEqual(new Map());
    expect(await store.getOrders([], () => 1)).toEqual(new Map());
  });

  test('reads one order alone and many together', async () => {
    const orders = [anOrder('o1', { mug: 2 }), anOrder('o2', { cup: 1 })];
    const shop = aShop({ orders });

    const one = await shop.store.getOrders(['o2'], () => 1);
    const both = await shop.store.getOrders(['o2', 'o1', 'o3'], () => 1);

    expect([...one.values()]).toEqual([orders[1]]);
    expect(both).toEqual(new Map(orders.map((order) => [order.id, order])));
    expect(shop.wire.operations()).toEqual(['GetItem', 'BatchGetItem']);
  });

  test('asks for what is there now, not for what was there a moment ago', async () => {
    const shop = aShop({ orders: [anOrder('o1', { mug: 2 })] });

    await shop.store.getOrder('o1');
    await shop.store.getProduct('mug');
    await shop.store.getMovement(MOVEMENT_KEY);
    await shop.store.getOrders(['o1', 'o2'], () => 1);
    await shop.store.movementsOfReferences(['order_o1'], { limit: 1 });

    for (const { bytes } of shop.wire.sent) expect(bytes).toContain('"ConsistentRead":true');
  });
});
