import { describe, expect, test } from '@jest/globals';
import type { CancellationRequest } from '../../../lib/domain/cancellation.ts';
import { batchProgress, startBatch } from '../../../lib/use-cases/cancellation-batches.ts';
import { aCancelledOrder, aLine, anOrder, NOW } from '../../support/builders.ts';
import { type FakeShop, openShop } from '../../support/fake-shop.ts';

/** A queue that keeps the messages it is given. */
const aQueue = () => {
  const sent: CancellationRequest[] = [];
  return {
    sent,
    send: async (requests: readonly CancellationRequest[]) => {
      sent.push(...requests);
    },
  };
};

const start = (shop: FakeShop, orderIds: string[], queue = aQueue()) =>
  startBatch({ id: 'b1', orderIds }, { ...shop.ports(), queue });

const progress = (shop: FakeShop) => batchProgress('b1', shop.ports());

describe('Starting a batch', () => {
  test('stores it for a week and queues each order once', async () => {
    // Prepare
    const shop = openShop();
    const queue = aQueue();

    // Act
    const result = await startBatch(
      {
        id: 'b1',
        orderIds: ['o1', 'o2', 'o1'],
        reason: 'inventory',
        note: 'recalled',
        restock: false,
      },
      { ...shop.ports(), queue },
    );

    // Assess
    expect(result).toEqual({ outcome: 'accepted', accepted: 2 });
    expect(queue.sent).toEqual([
      { orderId: 'o1', reason: 'inventory', note: 'recalled', restock: false },
      { orderId: 'o2', reason: 'inventory', note: 'recalled', restock: false },
    ]);
    expect(await shop.store.getBatch('b1', () => 1_000)).toEqual({
      id: 'b1',
      orderIds: ['o1', 'o2'],
      createdAt: NOW,
      expiresAt: Date.parse(NOW) / 1_000 + 7 * 24 * 60 * 60,
    });
  });

  test('queues no reason if none is given', async () => {
    const queue = aQueue();

    await start(openShop(), ['o1'], queue);

    expect(queue.sent).toEqual([{ orderId: 'o1' }]);
  });

  test('queues nothing when no time is left', async () => {
    const queue = aQueue();

    const result = await startBatch(
      { id: 'b1', orderIds: ['o1'] },
      { ...openShop().ports({ remaining: () => 0 }), queue },
    );

    expect(result).toEqual({ outcome: 'unfinished' });
    expect(queue.sent).toEqual([]);
  });

  test('stores it before anything is queued', async () => {
    const shop = openShop();
    const queue = {
      ...aQueue(),
      send: async () => {
        expect(await shop.store.getBatch('b1', () => 1_000)).toBeDefined();
        throw new Error('No queue');
      },
    };

    await expect(start(shop, ['o1'], queue)).rejects.toThrow('No queue');
  });
});

describe('The progress of a batch', () => {
  test('is counted from the states of its orders', async () => {
    // Prepare
    const shop = openShop({
      orders: [
        anOrder('pending', { mug: 1 }),
        anOrder('confirmed', { mug: 1 }, { status: 'confirmed' }),
        aCancelledOrder('cancelled', { mug: 1 }),
        anOrder('half', { mug: 1 }, { status: 'cancelled' }),
        anOrder('shipped', [aLine('mug', 1, { reservedQuantity: 0 })], { status: 'shipped' }),
        anOrder('delivered', [aLine('mug', 1, { reservedQuantity: 0 })], { status: 'delivered' }),
      ],
    });
    await start(shop, [
      'pending',
      'confirmed',
      'cancelled',
      'half',
      'shipped',
      'delivered',
      'unknown',
    ]);

    // Act and assess
    expect(await progress(shop)).toEqual({
      batchId: 'b1',
      total: 7,
      cancelled: 1,
      pending: 3,
      rejected: [
        { orderId: 'shipped', code: 'order_not_cancellable' },
        { orderId: 'delivered', code: 'order_not_cancellable' },
        { orderId: 'unknown', code: 'order_not_found' },
      ],
    });
  });

  test('is read without the lines of the orders', async () => {
    // Prepare
    const orders = [anOrder('o1', { mug: 1 }), aCancelledOrder('o2', { mug: 1 })];
    const shop = openShop({ orders });
    await start(shop, ['o1', 'o2']);
    const before = shop.wire.sent.length;

    // Act
    await progress(shop);

    // Assess
    const [, reading] = shop.wire.sent.slice(before);
    expect(reading?.input.RequestItems).toMatchObject({
      orders: {
        ProjectionExpression: '#id, #status, #dueAt, #releaseAt, #lock, #shippedInPart',
        ExpressionAttributeNames: { '#id': 'id', '#status': 'status', '#dueAt': 'dueAt' },
      },
    });
  });

  test('counts an order with an unknown status in its damaged row as pending', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 1 }), anOrder('o2', { mug: 1 })] });
    await start(shop, ['o1', 'o2']);
    await shop.tampersWith('orders', 'o1', { status: 'lost' });

    expect(await progress(shop)).toMatchObject({ pending: 2, cancelled: 0, rejected: [] });
  });

  test('is undefined for an unknown batch', async () => {
    expect(await progress(openShop())).toBeUndefined();
  });

  test('always adds up to 300, and ends with 294 cancelled and none pending', async () => {
    // Prepare: 300 orders, of which 3 are shipped and 3 unknown
    const ids = Array.from({ length: 300 }, (_, index) => `o${index}`);
    const shop = openShop({
      orders: ids
        .slice(3)
        .map((id, index) =>
          index < 3
            ? anOrder(id, [aLine('mug', 1, { reservedQuantity: 0 })], { status: 'shipped' })
            : anOrder(id, { mug: 1 }),
        ),
    });
    const queue = aQueue();
    await start(shop, ids, queue);
    const seen: number[] = [];

    // Act: the queue delivers 40 messages at a time
    for (let from = 0; from < ids.length; from += 40) {
      await shop.cancelsAll(queue.sent.slice(from, from + 40));
      const { total, cancelled, pending, rejected } = (await progress(shop)) as NonNullable<
        Awaited<ReturnType<typeof progress>>
      >;
      expect(total).toBe(300);
      expect(cancelled + pending + rejected.length).toBe(300);
      seen.push(cancelled);
    }

    // Assess
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(await progress(shop)).toMatchObject({ cancelled: 294, pending: 0 });
  });
});
