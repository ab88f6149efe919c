/** Reading a list page by page returns nothing twice, whatever happens to the shop meanwhile. */
import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decideCancellation } from '../../../lib/domain/cancellation.ts';
import { decideTransition } from '../../../lib/domain/lifecycle.ts';
import { movedTo, nextVersion, type Order, statusBegins } from '../../../lib/domain/order.ts';
import { type StatusFilter, statusesOf } from '../../../lib/domain/order-status.ts';
import { createClient } from '../../../lib/dynamodb/client.ts';
import { orderToItem } from '../../../lib/dynamodb/items.ts';
import { createStore } from '../../../lib/dynamodb/store.ts';
import { encodeCursor } from '../../../lib/http/cursor.ts';
import type { IndexPosition, Store } from '../../../lib/use-cases/ports.ts';
import { aLine, anOrder, TABLES } from '../../support/builders.ts';
import { numbered } from '../../support/concurrently.ts';
import { createFakeDynamoDB } from '../../support/fake-dynamodb.ts';
import { type FakeShop, openShop } from '../../support/fake-shop.ts';
import { createFakeWire } from '../../support/fake-wire.ts';
import { always, type Fault } from '../../support/faults.ts';
import { describeTables } from '../../support/table-descriptions.ts';
import { unitRuntime } from '../../support/unit-runtime.ts';

const START = Date.parse('2026-03-01T10:00:00.000Z');
const at = (millisecond: number): string => new Date(START + millisecond).toISOString();

const placed = (id: string, since: string): Order =>
  anOrder(id, [aLine('mug', 1)], { statusSince: since, createdAt: since, updatedAt: since });

/** Something that happens to an order at a time, by a clock that may be a little behind. */
type Deed = {
  readonly id: number;
  readonly does: 'move on' | 'cancel' | 'replace' | 'delete' | 'touch';
  readonly behind: number;
};

const done = (order: Order | undefined, { id, does, behind }: Deed, now: number) => {
  const time = at(now - behind);
  switch (does) {
    case 'delete':
      return undefined;
    case 'replace':
      // No order is deleted and placed again within the difference of two clocks.
      return placed(`o${id}`, order ? statusBegins(order, at(now)) : at(now));
    case 'touch':
      return order && { ...order, version: order.version + 1, updatedAt: time };
    case 'cancel':
    case 'move on': {
      if (!order) return undefined;
      const next = { pending: 'confirmed', confirmed: 'shipped', shipped: 'delivered' } as const;
      const to = order.status in next ? next[order.status as keyof typeof next] : undefined;
      const decision =
        does === 'cancel'
          ? decideCancellation(order, {}, time, 49)
          : to && decideTransition(order, to, time, 49);
      return decision?.type === 'step' ? decision.order : order;
    }
  }
};

const deeds = fc.array(
  fc.record({
    id: fc.nat(11),
    does: fc.constantFrom('move on', 'cancel', 'replace', 'delete', 'touch'),
    behind: fc.nat(3),
  }) as fc.Arbitrary<Deed>,
  { maxLength: 12 },
);

/** Few shards, so that orders meet in one shard. */
const FEW_SHARDS = { ...TABLES, orderStatusShards: 2 };

/** A shop whose indexes show each write with a delay in milliseconds, and whose shards may grow. */
const aLateShop = (now: () => number, lag: () => number, shards = () => 2) => {
  const db = createFakeDynamoDB(describeTables(), { now: () => new Date(START + now()), lag });
  const wire = createFakeWire(db);
  const tables = () => ({ ...TABLES, orderStatusShards: shards() });
  const client = createClient(wire.config);
  const store = () => createStore(client, tables(), unitRuntime());
  const put = (order: Order): void => db.put('orders', orderToItem(order, tables()));
  /** Writes what has become of an order, as the use cases do. */
  const write = async (before: Order | undefined, order: Order | undefined): Promise<void> => {
    if (order === before) return;
    if (!order) db.remove('orders', { id: before?.id });
    else if (order.createdAt !== before?.createdAt) put(order);
    else await store().commit([{ type: 'update-order', order }], () => 1_000);
  };
  return { db, wire, store, put, write };
};

const read = (
  store: Store,
  scope: StatusFilter | undefined,
  limit: number,
  after?: IndexPosition | undefined,
) => store.ordersByStatus(statusesOf(scope), { limit, after, remaining: () => 1_000 });

describe('Reading all orders page by page', () => {
  test('returns no order twice, for any changes between pages, any delay of the index and any growth', async () => {
    await fc.assert(
      fc.asyncProperty(
        // Few moments, all recent, so that many orders share a moment with those that change.
        fc.array(fc.integer({ min: 8, max: 10 }), { minLength: 1, maxLength: 12 }),
        fc.array(fc.tuple(fc.nat(1), deeds), { maxLength: 8 }),
        fc.constantFrom<StatusFilter | undefined>(undefined, 'active', 'cancelled', 'pending'),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.nat(3), { minLength: 1, maxLength: 20 }),
        fc.nat(3),
        async (moments, between, scope, limit, breakOff, lags, growth) => {
          // Prepare
          let now = 10;
          let writes = 0;
          let shards = 2;
          const { db, store, put, write } = aLateShop(
            () => now,
            () => (now > 10 ? (lags[writes++ % lags.length] ?? 0) : 0),
            () => shards,
          );
          const orders = new Map<string, Order | undefined>();
          for (const [index, moment] of moments.entries()) {
            const order = placed(`o${index}`, at(moment));
            orders.set(order.id, order);
            put(order);
          }
          db.limits.page = breakOff;

          // Act: something happens before each page
          const seen: string[] = [];
          const todo = [...between];
          let after: IndexPosition | undefined;
          do {
            const [passed = 1, deedsNow = []] = todo.shift() ?? [];
            for (const deed of deedsNow) {
              const id = `o${deed.id}`;
              const before = orders.get(id);
              const after = done(before, deed, now);
              await write(before, after);
              orders.set(id, after);
            }
            now += passed;
            // A deployment takes longer than clocks differ.
            if (growth > 0 && passed > 0) now += 10;
            if (passed > 0) shards += growth;
            const page = await read(store(), scope, limit, after);
            seen.push(...page.items.map(({ id }) => id));
            after = page.next;
          } while (after !== undefined);

          // Assess
          expect(seen).toEqual([...new Set(seen)]);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('returns no order twice, on one page or on two, if the index still has its former entry', async () => {
    // Prepare: the index has the current entry of the order, and still the former one
    const { wire, store, put } = aLateShop(
      () => 0,
      () => 0,
    );
    const order = placed('o1', at(1));
    put({ ...order, status: 'confirmed', statusSince: at(5), version: 2 });
    put(placed('o2', at(3)));
    const ghost = marshall({
      id: 'o1',
      statusShard: orderToItem(order, FEW_SHARDS).statusShard,
      statusSince: at(1),
    });
    const haunted: Fault = async (answer, { input }) => {
      const { status, body } = await answer();
      const values = input.ExpressionAttributeValues as Record<string, unknown>;
      const { Items, ...rest } = JSON.parse(body);
      const isThere = values[':partition'] === ghost.statusShard?.S;
      return {
        status,
        body: JSON.stringify({ ...rest, Items: isThere ? [...Items, ghost] : Items }),
      };
    };
    wire.use(always(({ operation }) => operation === 'Query', haunted));

    // Act
    const first = await read(store(), 'active', 1);
    const second = await read(store(), 'active', 5, first.next);
    const both = await read(store(), 'active', 5);

    // Assess
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(['o1', 'o2']);
    expect(both.items.map(({ id }) => id)).toEqual(['o1', 'o2']);
  });

  test('returns the new status of an order although the index still has the old one', async () => {
    let now = 0;
    const { store, put } = aLateShop(
      () => now,
      () => now,
    );
    const order = placed('o1', at(0));
    put(order);
    now = 5;
    put({ ...order, status: 'confirmed', statusSince: at(5), version: 2 });

    const { items } = await read(store(), 'active', 5);

    expect(items).toMatchObject([{ id: 'o1', status: 'confirmed' }]);
  });
});

describe('Orders of one moment', () => {
  const queriesOf = ({ wire }: Pick<FakeShop, 'wire'>): number =>
    wire.operations().filter((operation) => operation === 'Query').length;

  test('of which there are 20,000, take 10 queries for each page of 25', async () => {
    const shop = openShop();
    for (const id of numbered('o', 20_000)) await shop.has(placed(id, at(0)));

    const first = await read(shop.store, 'pending', 25);
    expect(queriesOf(shop)).toBe(10);
    const second = await read(shop.store, 'pending', 25, first.next);
    expect(queriesOf(shop)).toBe(20);

    const seen = [...first.items, ...second.items].map(({ id }) => id);
    expect(new Set(seen).size).toBe(50);
  });

  test('are each read once, while some move on, are deleted or are written in a grown shop', async () => {
    // Prepare
    const ids = numbered('o', 4_000);
    const old = openShop({ tables: { orderStatusShards: 5 } });
    for (const id of ids) await old.has(placed(id, at(0)));
    const grown = openShop({ tables: { orderStatusShards: 8 }, db: old.db });
    const writes = (order: Order) =>
      grown.store.commit([{ type: 'update-order', order }], () => 1_000);

    // Act
    const seen: string[] = [];
    const unseen = new Set(ids);
    const gone: string[] = [];
    let after: IndexPosition | undefined;
    let queries = 0;
    do {
      const shop = after ? grown : old;
      const before = queriesOf(shop);
      const { items, next } = await read(shop.store, undefined, 400, after);
      queries = Math.max(queries, queriesOf(shop) - before);
      for (const { id } of items) {
        seen.push(id);
        unseen.delete(id);
      }
      after = next;
      // The last one of the page, to which the position points, is not there any more.
      const [last, ...others] = items.toReversed();
      if (last) await grown.loses('orders', last.id);
      for (const order of others.slice(0, 10)) await writes(nextVersion(order, at(5)));
      for (const order of others.slice(10, 20)) {
        await writes(movedTo(nextVersion(order, at(-5)), 'confirmed', at(-5)));
      }
      // Of those that are still to come, one is not there any more, and another one is written.
      const [leaving, staying] = unseen;
      if (leaving !== undefined) {
        unseen.delete(leaving);
        gone.push(leaving);
        await writes(movedTo(nextVersion(await grown.order(leaving), at(5)), 'confirmed', at(5)));
      }
      if (staying !== undefined) await writes(nextVersion(await grown.order(staying), at(5)));
    } while (after);

    // Assess
    expect(seen).toHaveLength(new Set(seen).size);
    expect([...seen, ...gone].sort()).toEqual([...ids].sort());
    expect(queries).toBeLessThan(100);
  });
});

describe('The longest cursor', () => {
  const id = (index: number): string => String(index).padStart(64, '0');
  const MOST_BYTES = 4_096;

  test('of all orders is below 4,096 characters, with 64 shards and 400 orders of one moment', async () => {
    const shop = openShop({ tables: { orderStatusShards: 64 } });
    for (let index = 0; index < 400; index += 1) await shop.has(placed(id(index), at(0)));

    const { items, next } = await shop.store.ordersByStatus(statusesOf(undefined), {
      limit: 100,
      remaining: () => 1_000,
    });

    expect(items).toHaveLength(100);
    expect(encodeCursor('orders?status=delivered', next).length).toBeLessThan(MOST_BYTES);
  });

  test('of the movements of a product is below 4,096 characters, with the longest ids', async () => {
    const shop = openShop({ tables: { productMovementShards: 64 } });
    const productId = 'p'.repeat(64);
    for (let index = 0; index < 400; index += 1) {
      await shop.records({
        referenceId: `order_${id(index)}_cancellation_${'k'.repeat(64)}`,
        entry: `restoration#${productId}`,
        productId,
        movementType: 'restoration',
        quantity: 1,
        stockDelta: 0,
        reservedDelta: -1,
        createdAt: at(0),
      });
    }
    const seen = new Set<string>();
    let after: IndexPosition | undefined;
    do {
      const { items, next } = await shop.store.movementsOfProduct(productId, {
        limit: 100,
        after,
        remaining: () => 1_000,
      });
      for (const { referenceId } of items) seen.add(referenceId);
      expect(encodeCursor('products/x/movements', next ?? '').length).toBeLessThan(MOST_BYTES);
      after = next;
    } while (after !== undefined);

    expect(seen.size).toBe(400);
  });
});

describe('Listing one movement type of a long ledger', () => {
  test('reads fewer than 2,500 rows for a page, and finds 1 adjustment behind 3,000 reservations', async () => {
    // Prepare: 1 adjustment and 3,000 later reservations
    const shop = openShop();
    const records = (index: number, movementType: 'adjustment' | 'reservation') =>
      shop.records({
        referenceId: `cause${index}`,
        entry: `${movementType}#mug`,
        productId: 'mug',
        movementType,
        quantity: 1,
        stockDelta: 0,
        reservedDelta: 0,
        createdAt: at(index),
      });
    await records(0, 'adjustment');
    for (let index = 1; index <= 3_000; index += 1) await records(index, 'reservation');

    // Act
    const found: string[] = [];
    const read: number[] = [];
    let after: IndexPosition | undefined;
    do {
      const before = shop.wire.sent.length;
      const { items, next } = await shop.store.movementsOfProduct('mug', {
        limit: 25,
        movementType: 'adjustment',
        after,
        remaining: () => 1_000,
      });
      const asked = shop.wire.sent.slice(before).map(({ input }) => Number(input.Limit));
      read.push(asked.reduce((sum, limit) => sum + limit, 0));
      found.push(...items.map(({ referenceId }) => referenceId));
      after = next;
    } while (after !== undefined);

    // Assess
    expect(found).toEqual(['cause0']);
    expect(Math.max(...read)).toBeLessThan(2_500);
  });
});
