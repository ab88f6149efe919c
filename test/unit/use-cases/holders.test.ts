import { describe, expect, test } from '@jest/globals';
import type { Order } from '../../../lib/domain/order.ts';
import { reservation } from '../../../lib/domain/stock-movement.ts';
import { type HolderPosition, holdersOf, listHolders } from '../../../lib/use-cases/holders.ts';
import { aLine, anOrder, EARLIER } from '../../support/builders.ts';
import { numbered, tally } from '../../support/concurrently.ts';
import { type FakeShop, openShop } from '../../support/fake-shop.ts';

/** All pages of a walk, and something that happens between them. */
const walk = async (shop: FakeShop, limit: number, between: () => unknown = () => {}) => {
  const pages: string[][] = [];
  let after: HolderPosition | undefined;
  do {
    const page = await listHolders('mug', { limit, after }, shop.ports());
    if (!page) throw new Error('There is no product');
    pages.push(page.items.map(({ orderId, reservedQuantity }) => `${orderId}:${reservedQuantity}`));
    after = page.next;
    await between();
  } while (after);
  return pages;
};

const listed = async (...given: Parameters<typeof walk>) => (await walk(...given)).flat();

/** A time in the past of all shops. */
const minute = (number: number) => `2026-03-01T09:${String(number).padStart(2, '0')}:00.000Z`;

/** An order that its shop finds with its reservation, made in this minute. */
const placedAt = (number: number, id: string, differences: Partial<Order> = {}) =>
  anOrder(id, { mug: 1 }, { createdAt: minute(number), ...differences });

/** Writes an order with a reservation for each of these references and minutes. */
const reserves = async (
  shop: FakeShop,
  order: Order,
  reservations: Readonly<Record<string, number>>,
) => {
  await shop.has(order);
  for (const [referenceId, at] of Object.entries(reservations)) {
    await shop.records({
      ...reservation({ id: order.id, round: 1 }, { productId: 'mug', quantity: 1 }, minute(at)),
      referenceId,
    });
  }
};

/** 9 orders of 1 mug each; o-1 is the oldest. */
const nineOrders = async () => {
  const shop = openShop();
  await shop.stocks({ ...(await withStock(9)) });
  for (const [index, id] of numbered('o', 9).entries()) {
    await reserves(shop, placedAt(index, id), { [`order_${id}`]: index });
  }
  return shop;
};

const withStock = async (reserved: number) => {
  const shop = openShop({ products: { mug: { stock: 100 } } });
  const product = await shop.product('mug');
  return { ...product, reservedQuantity: reserved, availableQuantity: 100 - reserved };
};

const NEWEST_FIRST = numbered('o', 9)
  .reverse()
  .map((id) => `${id}:1`);

describe('The orders that hold a product', () => {
  test.each([1, 2, 8, 9, 100])('are listed newest first, %i on a page', async (limit) => {
    const shop = await nineOrders();

    expect(await listed(shop, limit)).toEqual(NEWEST_FIRST);
  });

  test('are none of those that have given their units back, whatever else they hold', async () => {
    const shop = openShop({ products: { mug: { stock: 100 }, cup: { stock: 100 } } });
    await shop.hasOrders({ a: { mug: 2, cup: 1 }, b: { mug: 3 }, c: { cup: 4 }, d: { mug: 1 } });
    await shop.cancels('b');

    expect((await listed(shop, 25)).sort()).toEqual(['a:2', 'd:1']);
  });

  test('add up to what is reserved, and then nothing older is read', async () => {
    // Prepare: the counter says that two orders hold units
    const shop = await nineOrders();
    await shop.tampersWith('products', 'mug', { reservedQuantity: 2 });
    shop.wire.forget();

    // Act
    const pages = await walk(shop, 1);

    // Assess
    expect(pages).toEqual([['o-9:1'], ['o-8:1']]);
  });

  test('of a product of which nothing is reserved are found without the ledger', async () => {
    const shop = openShop({ products: { mug: {} } });
    shop.wire.forget();

    expect(await walk(shop, 25)).toEqual([[]]);
    expect(shop.wire.operations()).toEqual(['GetItem']);
  });

  test('of a product that does not exist are unknown', async () => {
    expect(await listHolders('mug', { limit: 25 }, openShop().ports())).toBeUndefined();
  });

  test('leave out an order that is damaged, and the list still ends', async () => {
    const shop = await nineOrders();
    await shop.tampersWith('orders', 'o-5', { version: 'x' });

    expect(await listed(shop, 2)).toEqual(NEWEST_FIRST.filter((holder) => holder !== 'o-5:1'));
  });

  test('are not listed as if they were all when they could not be read in time', async () => {
    const shop = await nineOrders();
    let left = 3;
    const remaining = () => (left-- > 0 ? 60_000 : 0);

    await expect(listHolders('mug', { limit: 25 }, shop.ports({ remaining }))).rejects.toThrow(
      'in time',
    );
  });

  test('are found behind 300 reservations of orders that hold nothing, on pages that end', async () => {
    const shop = openShop();
    await shop.stocks(await withStock(1));
    await reserves(shop, placedAt(0, 'old'), { order_old: 0 });
    for (const id of numbered('gone', 300)) {
      const movement = reservation({ id, round: 1 }, { productId: 'mug', quantity: 1 }, minute(1));
      shop.db.put('stock-movements', { ...movement, productShard: 'mug#1' });
    }

    const pages = await walk(shop, 25);

    expect(pages.flat()).toEqual(['old:1']);
    expect(pages.length).toBe(2);
  });
});

describe('An order with several reservations of a product', () => {
  const twice = {
    movementReferences: ['order_x', 'order_x_cancellation', 'order_x~2'],
    round: 2,
  };

  test.each([1, 2, 25])('is listed once, at its newest, %i on a page', async (limit) => {
    const shop = await nineOrders();
    await shop.tampersWith('products', 'mug', { reservedQuantity: 11 });
    await reserves(shop, placedAt(2, 'x', twice), { order_x: 2, 'order_x~2': 7 });
    const repaired = { movementReferences: ['order_y', 'order_y_reservation_repair-1'] };
    await reserves(shop, placedAt(1, 'y', repaired), {
      order_y: 1,
      'order_y_reservation_repair-1': 20,
    });

    const all = await listed(shop, limit);

    expect(all).toHaveLength(11);
    expect([...all].sort()).toEqual([...NEWEST_FIRST, 'x:1', 'y:1'].sort());
    expect(all[0]).toBe('y:1');
  });

  test('is not listed again when it reserves anew between two pages', async () => {
    const shop = await nineOrders();
    let isDone = false;
    const pages = await walk(shop, 3, async () => {
      if (isDone) return;
      isDone = true;
      // o-8 was listed on the first page; o-3 would be on the last.
      for (const id of ['o-8', 'o-3']) {
        const references = [`order_${id}`, `order_${id}~2`];
        await reserves(
          shop,
          { ...(await shop.order(id)), round: 2, movementReferences: references },
          { [`order_${id}~2`]: 40 },
        );
      }
    });

    expect(pages.flat()).toEqual(NEWEST_FIRST.filter((holder) => holder !== 'o-3:1'));
  });

  test('is listed where it reserved, if it has reserved only other products since', async () => {
    const shop = openShop();
    await shop.stocks(await withStock(1));
    await reserves(shop, placedAt(2, 'x', twice), { order_x: 2 });

    expect(await listed(shop, 25)).toEqual(['x:1']);
  });
});

describe('A reservation of an earlier order with the same id', () => {
  test('that the index still shows lists nothing twice', async () => {
    const shop = openShop();
    await shop.stocks(await withStock(1));
    await reserves(shop, placedAt(5, 'x'), { order_x: 5 });
    const stale = reservation({ id: 'x', round: 1 }, { productId: 'mug', quantity: 1 }, minute(1));
    const { store } = shop;
    const late = {
      ...store,
      movementsOfProduct: async (...args: Parameters<typeof store.movementsOfProduct>) => {
        const page = await store.movementsOfProduct(...args);
        return { ...page, items: [...page.items, stale] };
      },
    };

    const batches = [];
    for await (const batch of holdersOf('mug', shop.ports({ store: late }))) batches.push(batch);

    expect(batches.flatMap(({ holdings }) => holdings.map(({ order }) => order.id))).toEqual(['x']);
  });
});

describe('The walk for those who release what they find', () => {
  test('finds every order, although each batch is cancelled before the next is read', async () => {
    const shop = openShop({ products: { mug: { stock: 100 } } });
    const ids = numbered('o', 15);
    await shop.hasOrders(Object.fromEntries(ids.map((id) => [id, { mug: 1 }])));
    const found: string[] = [];

    for await (const { holdings } of holdersOf('mug', shop.ports(), { size: 5 })) {
      const batch = holdings.map(({ order }) => order.id);
      await shop.cancelsAll(batch);
      found.push(...batch);
    }

    expect(found.sort()).toEqual([...ids].sort());
    expect((await shop.product('mug')).reservedQuantity).toBe(0);
  });

  test('reads orders in batches', async () => {
    const shop = openShop({ products: { mug: { stock: 500 } } });
    await shop.hasOrders(Object.fromEntries(numbered('o', 120).map((id) => [id, { mug: 1 }])));
    shop.wire.forget();

    for await (const _ of holdersOf('mug', shop.ports())) {
      // Only what is read counts.
    }

    const operations = tally(shop.wire.operations());
    expect(operations).toEqual({ Query: expect.any(Number), BatchGetItem: 2 });
  });
});

test('An order that is shipped in part is listed with what it still holds', async () => {
  const shop = openShop();
  await shop.stocks(await withStock(2));
  const lines = [aLine('mug', 5, { reservedQuantity: 2, shippedQuantity: 3 })];
  const order = anOrder('x', lines, { status: 'confirmed', createdAt: EARLIER });
  await shop.has(order);
  await shop.records(reservation(order, { productId: 'mug', quantity: 5 }, minute(1)));

  expect(await listed(shop, 25)).toEqual(['x:2']);
});
