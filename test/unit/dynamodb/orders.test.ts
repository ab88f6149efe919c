import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Order } from '../../../lib/domain/order.ts';
import { ORDER_STATUSES, type OrderStatus, statusesOf } from '../../../lib/domain/order-status.ts';
import type { IndexPosition } from '../../../lib/use-cases/ports.ts';
import { aLine, anOrder } from '../../support/builders.ts';
import { type FakeShop, openShop } from '../../support/fake-shop.ts';

const at = (minute: number): string => `2026-03-01T10:${String(minute).padStart(2, '0')}:00.000Z`;

const placed = (id: string, minute: number, status: OrderStatus = 'pending'): Order =>
  anOrder(id, [aLine('mug', 1, { reservedQuantity: 0 })], { status, statusSince: at(minute) });

const read = (
  shop: FakeShop,
  statuses: readonly OrderStatus[],
  limit: number,
  after?: IndexPosition,
) => shop.store.ordersByStatus(statuses, { limit, after, remaining: () => 1_000 });

/** Reads a list to its end, and calls `between` after each page. */
const pages = async (
  shop: FakeShop,
  statuses: readonly OrderStatus[],
  limit: number,
  between: (page: number) => FakeShop | Promise<FakeShop> = () => shop,
) => {
  const all: (readonly Order[])[] = [];
  let reader = shop;
  let after: IndexPosition | undefined;
  do {
    const { items, next } = await read(reader, statuses, limit, after);
    all.push(items);
    // A position travels as JSON in a cursor.
    after = next === undefined ? undefined : JSON.parse(JSON.stringify(next));
    reader = await between(all.length);
  } while (after !== undefined);
  return all;
};

const ids = (orders: readonly Order[]): string[] => orders.map(({ id }) => id);

const someOrders = fc
  .array(fc.tuple(fc.nat(5), fc.constantFrom(...ORDER_STATUSES)), { maxLength: 40 })
  .map((orders) => orders.map(([minute, status], index) => placed(`o${index}`, minute, status)));

describe('Listing orders by status', () => {
  test('returns the orders of these statuses, newest first', async () => {
    const shop = openShop();
    for (const order of [placed('a', 1), placed('b', 3), placed('c', 2, 'confirmed')]) {
      await shop.has(order);
    }

    expect(await read(shop, ['pending'], 10)).toEqual({ items: [placed('b', 3), placed('a', 1)] });
    expect(ids((await read(shop, ORDER_STATUSES, 10)).items)).toEqual(['b', 'c', 'a']);
    expect(await read(shop, ['delivered'], 10)).toEqual({ items: [] });
  });

  test('returns each order once, newest first, in full pages of any size', async () => {
    await fc.assert(
      fc.asyncProperty(
        someOrders,
        fc.constantFrom(undefined, 'active' as const, ...ORDER_STATUSES),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 10 }),
        async (orders, scope, limit, breakOff) => {
          const shop = openShop();
          for (const order of orders) await shop.has(order);
          shop.db.limits.page = breakOff;
          const statuses = statusesOf(scope);

          const all = await pages(shop, statuses, limit);

          const wanted = orders.filter(({ status }) => statuses.includes(status));
          expect(ids(all.flat()).sort()).toEqual(ids(wanted).sort());
          expect(all.flat().map(({ statusSince }) => statusSince)).toEqual(
            wanted
              .map(({ statusSince }) => statusSince)
              .sort()
              .reverse(),
          );
          expect(all.slice(0, -1).every(({ length }) => length === limit)).toBe(true);
        },
      ),
      { numRuns: 25 },
    );
  });

  test('returns each order once while newer ones are placed and the number of shards grows', async () => {
    await fc.assert(
      fc.asyncProperty(
        someOrders,
        fc.integer({ min: 1, max: 9 }),
        fc.constantFrom(1, 2, 4, 8),
        fc.constantFrom(8, 16),
        async (orders, limit, shards, grown) => {
          const old = openShop({ tables: { orderStatusShards: shards } });
          for (const order of orders) await old.has(order);
          const grownShop = openShop({ tables: { orderStatusShards: grown }, db: old.db });

          const all = await pages(old, ['pending'], limit, async (page) => {
            await grownShop.has(placed(`late${page}`, 30 + page));
            return grownShop;
          });

          const wanted = orders.filter(({ status }) => status === 'pending');
          expect(ids(all.flat()).sort()).toEqual(ids(wanted).sort());
        },
      ),
      { numRuns: 25 },
    );
  });

  test('refuses a position in a shard that it does not have yet', async () => {
    const grown = openShop({ tables: { orderStatusShards: 128 } });
    for (let index = 0; index < 9; index += 1) await grown.has(placed(`o${index}`, 1));
    const { next } = await read(grown, ['pending'], 8);
    expect(next?.partition).toMatch(/^pending#\d{2,3}$/);

    const old = openShop({ tables: { orderStatusShards: 8 }, db: grown.db });
    await expect(read(old, ['pending'], 8, next)).rejects.toMatchObject({
      name: 'ValidationException',
    });
  });

  test('leaves out an order that has another status than the index still says', async () => {
    // Prepare: the index still says that the order is pending
    const shop = openShop();
    await shop.has(placed('a', 1));
    await shop.has(placed('b', 2));
    const stale = shop.db.get('orders', { id: 'a' });
    shop.db.put('orders', { ...stale, status: 'cancelled' });

    // Act and assess
    expect(ids((await read(shop, ['pending'], 10)).items)).toEqual(['b']);
  });

  test('continues after a page whose 3 orders have all changed their status', async () => {
    const shop = openShop();
    for (let index = 0; index < 9; index += 1) await shop.has(placed(`o${index}`, index));
    for (const id of ['o8', 'o7', 'o6']) {
      shop.db.put('orders', { ...shop.db.get('orders', { id }), status: 'cancelled' });
    }

    const all = await pages(shop, ['pending'], 3);

    expect(all.map(ids)).toEqual([[], ['o5', 'o4', 'o3'], ['o2', 'o1', 'o0']]);
  });

  test('leaves out only the order whose row is damaged', async () => {
    const shop = openShop();
    for (let index = 0; index < 4; index += 1) await shop.has(placed(`o${index}`, index));
    shop.db.put('orders', { ...shop.db.get('orders', { id: 'o2' }), items: [null] });

    const all = await pages(shop, ['pending'], 2);

    expect(all.map(ids)).toEqual([['o3'], ['o1', 'o0']]);
  });

  test('sorts by the time of the last change of status, not of creation', async () => {
    const shop = openShop();
    await shop.has({ ...placed('first', 9), createdAt: at(1) });
    await shop.has({ ...placed('second', 8), createdAt: at(2) });

    expect(ids((await read(shop, ['pending'], 10)).items)).toEqual(['first', 'second']);
  });

  test('leaves out an order that is deleted between two pages', async () => {
    const shop = openShop();
    for (let index = 0; index < 6; index += 1) await shop.has(placed(`o${index}`, index));

    const all = await pages(shop, ['pending'], 2, async (page) => {
      if (page === 1) await shop.loses('orders', 'o3');
      return shop;
    });

    expect(ids(all.flat())).toEqual(['o5', 'o4', 'o2', 'o1', 'o0']);
  });

  test('reads the 20 orders of a page in one batch request', async () => {
    const shop = openShop();
    for (let index = 0; index < 20; index += 1) await shop.has(placed(`o${index}`, index));

    await read(shop, ['pending'], 20);

    expect(shop.wire.operations().filter((operation) => operation !== 'Query')).toEqual([
      'BatchGetItem',
    ]);
  });
});

describe('Listing due orders', () => {
  const due = async (shop: FakeShop, by: string): Promise<string[]> => {
    const found: string[] = [];
    for await (const page of shop.store.ordersDue(by, () => 1_000)) found.push(...page);
    return found;
  };

  test('returns orders to expire and orders to finish whose time has come, and no others', async () => {
    const shop = openShop();
    await shop.has(anOrder('expired', { mug: 1 }, { expiresAt: at(10) }));
    await shop.has(anOrder('young', { mug: 1 }, { expiresAt: at(11) }));
    await shop.has(anOrder('half', { mug: 1 }, { placing: true, updatedAt: at(9) }));
    await shop.has(anOrder('busy', { mug: 1 }, { placing: true, updatedAt: at(10) }));
    await shop.has(anOrder('shipping', { mug: 1 }, { status: 'shipped', updatedAt: at(0) }));
    await shop.has(anOrder('confirmed', { mug: 1 }, { status: 'confirmed', expiresAt: at(0) }));
    await shop.has(anOrder('eternal', { mug: 1 }));

    expect((await due(shop, at(10))).sort()).toEqual(['expired', 'half', 'shipping']);
  });

  test('no longer returns an order that has been confirmed', async () => {
    const order = anOrder('o1', { mug: 1 }, { expiresAt: at(10) });
    const shop = openShop({ orders: [order] });
    const confirmed: Order = { ...order, status: 'confirmed', version: 2 };

    await shop.store.commit([{ type: 'update-order', order: confirmed }], () => 1_000);

    expect(await due(shop, at(10))).toEqual([]);
    expect(shop.db.get('orders', { id: 'o1' })).not.toHaveProperty('dueAt');
  });

  test('returns all 30 orders page by page, those longest due first in each shard', async () => {
    const shop = openShop();
    for (let minute = 29; minute >= 0; minute -= 1) {
      await shop.has(anOrder(`o${minute}`, { mug: 1 }, { expiresAt: at(minute) }));
    }
    shop.db.limits.page = 4;

    const found = await due(shop, at(30));

    const orders = await Promise.all(found.map((id) => shop.order(id)));
    const expiresAt = orders.map((order) => order.expiresAt);
    const second = expiresAt.findIndex(
      (time, index) => index > 0 && String(time) < String(expiresAt[index - 1]),
    );
    expect(new Set(found).size).toBe(30);
    expect(expiresAt.slice(0, second)).toEqual(expiresAt.slice(0, second).sort());
    expect(expiresAt.slice(second)).toEqual(expiresAt.slice(second).sort());
  });
});

describe('Listing products', () => {
  test.each([1, 2, 3, 7])(
    'returns all 7 products exactly once, in order, in pages of %i',
    async (limit) => {
      const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
      const shop = openShop({ products: Object.fromEntries(names.map((id) => [id, {}])) });
      const seen: string[][] = [];
      let after: { id: string } | undefined;
      do {
        const { items, next } = await shop.store.listProducts({
          limit,
          after,
          remaining: () => 1_000,
        });
        seen.push(items.map(({ id }) => id));
        after = next;
      } while (after !== undefined);

      expect(seen.flat()).toEqual(names);
      expect(seen).toHaveLength(Math.ceil(7 / limit));
    },
  );

  test('leaves out retired products, and gives no cursor to an empty page', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const shop = openShop({ products: Object.fromEntries(names.map((id) => [id, {}])) });
    for (const id of ['b', 'c', 'd']) {
      await shop.store.commit([{ type: 'retire-product', productId: id, at: 'now' }], () => 1_000);
    }

    expect(await shop.store.listProducts({ limit: 1, remaining: () => 1_000 })).toEqual({
      items: [expect.objectContaining({ id: 'a' })],
    });
  });

  test('returns nothing for an empty shop', async () => {
    expect(await openShop().store.listProducts({ limit: 1, remaining: () => 1_000 })).toEqual({
      items: [],
    });
  });
});
