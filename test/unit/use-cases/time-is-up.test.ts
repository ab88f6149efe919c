/** Every call ends within its time budget, and a later call can go on with what is undone. */
import { describe, expect, test } from '@jest/globals';
import type { Order, OrderLine } from '../../../lib/domain/order.ts';
import { createStore } from '../../../lib/dynamodb/store.ts';
import { TimeIsUpError } from '../../../lib/time-budget.ts';
import { cancelOrder } from '../../../lib/use-cases/cancel-orders.ts';
import { batchProgress } from '../../../lib/use-cases/cancellation-batches.ts';
import { deleteOrder } from '../../../lib/use-cases/delete-order.ts';
import type { Ports } from '../../../lib/use-cases/ports.ts';
import { transitionOrder } from '../../../lib/use-cases/transition-order.ts';
import { expectLawsHold } from '../../support/audit.ts';
import { aLine, aMovement, anOrder, manyLines, NOW, TABLES } from '../../support/builders.ts';
import { cancelLines } from '../../support/cancel-lines.ts';
import { type FakeShop, openShop } from '../../support/fake-shop.ts';
import { createVirtualTime } from '../../support/virtual-time.ts';

/** Milliseconds of one request, as on a slow day of DynamoDB. */
const REQUEST_MS = 20;

const slowly = (shop: FakeShop, requestMs = REQUEST_MS) => {
  const time = createVirtualTime();
  const store = createStore(time.slowClient(shop.wire, requestMs), TABLES, time.runtime);
  return {
    time,
    /** The ports of an invocation with this time budget. */
    ports: (milliseconds: number): Ports => ({
      store,
      runtime: time.runtime,
      remaining: time.budget(milliseconds),
    }),
  };
};

/** The result of one call, and how long it took. */
const timed = async <Result>(
  { time, ports }: ReturnType<typeof slowly>,
  budget: number,
  call: (ports: Ports) => Promise<Result>,
): Promise<{ readonly result: Result | 'time is up'; readonly took: number }> => {
  const before = time.spent();
  const result = await call(ports(budget)).catch((error: unknown) => {
    if (error instanceof TimeIsUpError) return 'time is up' as const;
    throw error;
  });
  return { result, took: time.spent() - before };
};

const sizes = [1, 50, 1_000];
const budgets = [1, 19, 21, 130, 250];

/** A cancelled order with very many causes, one for each of its units. */
const withManyCauses = (count: number): Order => {
  const lines = Array.from({ length: count }, (_, index): OrderLine => {
    const productId = `p${String(index).padStart(4, '0')}`;
    return aLine(productId, 1, { reservedQuantity: 0, cancelledQuantity: 1 });
  });
  return anOrder('o1', lines, {
    status: 'cancelled',
    cancelledAt: NOW,
    movementReferences: [
      'order_o1',
      ...lines.map((_, index) => `order_o1_cancellation_k${String(index).padStart(4, '0')}`),
    ],
  });
};

/** A shop with such an order and its movements. */
const openShopWithManyCauses = async (count: number): Promise<FakeShop> => {
  const order = withManyCauses(count);
  const shop = openShop();
  await shop.has(order);
  for (const [index, { productId }] of order.items.entries()) {
    await shop.stocks({
      id: productId,
      name: productId,
      stockQuantity: 0,
      reservedQuantity: 0,
      availableQuantity: 0,
      movementCount: 0,
      createdAt: NOW,
      updatedAt: NOW,
    });
    const common = { productId, orderId: 'o1', stockDelta: 0 };
    await shop.records(
      aMovement({
        ...common,
        referenceId: 'order_o1',
        movementType: 'reservation',
        quantity: -1,
        reservedDelta: 1,
      }),
    );
    await shop.records(
      aMovement({
        ...common,
        referenceId: order.movementReferences[index + 1] ?? '',
        movementType: 'restoration',
        quantity: 1,
        reservedDelta: -1,
      }),
    );
  }
  return shop;
};

describe.each(sizes)('With an order of %i lines', (size) => {
  const CALLS: [string, (ports: Ports) => Promise<unknown>][] = [
    ['reading it', ({ store, remaining }) => store.getOrder('o1', remaining)],
    [
      'listing orders',
      ({ store, remaining }) => store.ordersByStatus(['pending'], { limit: 100, remaining }),
    ],
    [
      'listing its movements',
      ({ store, remaining }) =>
        store.movementsOfReferences(['order_o1'], { limit: 100, remaining }),
    ],
    [
      "listing a product's movements",
      ({ store, remaining }) =>
        store.movementsOfProduct('p000', { limit: 100, movementType: 'restoration', remaining }),
    ],
    ['listing products', ({ store, remaining }) => store.listProducts({ limit: 100, remaining })],
    ['reading the progress of a batch', (ports) => batchProgress('b1', ports)],
    ['cancelling it', (ports) => cancelOrder({ orderId: 'o1' }, ports)],
    [
      'cancelling a line of it',
      (ports) =>
        cancelLines(
          { orderId: 'o1', items: [{ productId: 'p000', quantity: 1 }], idempotencyKey: 'k' },
          ports,
        ),
    ],
    ['confirming it', (ports) => transitionOrder('o1', 'confirmed', ports)],
    ['deleting it', (ports) => deleteOrder('o1', ports)],
  ];

  test.each(CALLS)('%s takes no longer than its time budget', async (_, call) => {
    const shop = openShop({ orders: [anOrder('o1', manyLines(size))] });
    shop.db.put('cancellation-batches', {
      id: 'b1',
      orderIds: ['o1', 'o2'],
      createdAt: NOW,
      expiresAt: 2_000_000_000,
    });
    const world = slowly(shop);

    for (const budget of budgets) {
      const { took } = await timed(world, budget, call);

      expect(took).toBeLessThanOrEqual(budget);
    }
  });
});

describe('Deleting an order', () => {
  test.each(sizes)('with %i causes makes progress within 200 ms in each call', async (count) => {
    // Prepare
    const shop = await openShopWithManyCauses(count);
    const world = slowly(shop, 6);
    const left = () => shop.db.rows(TABLES.stockMovements).length;

    // Act and assess: call until it is deleted
    for (let calls = 0; ; calls += 1) {
      const before = left();
      const { result, took } = await timed(world, 200, (ports) => deleteOrder('o1', ports));
      expect(took).toBeLessThanOrEqual(200);
      if (result !== 'time is up' && result.outcome === 'deleted') break;
      expect(result).toEqual({ outcome: 'unfinished' });
      expect(left()).toBeLessThan(before);
      expect(calls).toBeLessThan(20);
    }
    expect(left()).toBe(0);
    await expectLawsHold(shop);
  });

  test('of which all 300 products are lost takes less than 2 seconds', async () => {
    const shop = openShop({ orders: [anOrder('o1', manyLines(300))] });
    await shop.cancelsAll(['o1']);
    for (const { productId } of manyLines(300)) await shop.loses('products', productId);

    const { result } = await timed(slowly(shop), 2_000, (ports) => deleteOrder('o1', ports));

    expect(result).toMatchObject({ outcome: 'deleted' });
  });
});

describe('Listing the movements of an order with many causes', () => {
  test('takes at most 3 requests in a row per page of 1,000 causes, even if the page is empty', async () => {
    const shop = await openShopWithManyCauses(999);
    const world = slowly(shop);
    const { movementReferences } = await shop.order('o1');
    const found: string[] = [];
    let after: Parameters<Ports['store']['movementsOfReferences']>[1]['after'];
    do {
      const { result, took } = await timed(world, 10_000, ({ store, remaining }) =>
        store.movementsOfReferences(movementReferences, {
          limit: 100,
          movementType: 'adjustment',
          after,
          remaining,
        }),
      );
      if (result === 'time is up') throw new Error(result);
      expect(took).toBeLessThanOrEqual(3 * REQUEST_MS);
      found.push(...result.items.map(({ entry }) => entry));
      after = result.next;
    } while (after !== undefined);

    expect(found).toEqual([]);
  });

  test('returns each of 220 movements exactly once in pages of 7', async () => {
    const shop = await openShopWithManyCauses(110);
    const { movementReferences } = await shop.order('o1');
    const { store } = shop;
    const found: string[] = [];
    let after: Parameters<Ports['store']['movementsOfReferences']>[1]['after'];
    do {
      const page = await store.movementsOfReferences(movementReferences, {
        limit: 7,
        after,
        remaining: () => 1_000,
      });
      found.push(...page.items.map(({ referenceId, entry }) => `${referenceId} ${entry}`));
      after = page.next;
    } while (after !== undefined);

    expect(found).toHaveLength(220);
    expect(new Set(found).size).toBe(220);
  });
});
