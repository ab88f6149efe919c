import { describe, expect, test } from '@jest/globals';
import { shardKeys } from '../../../lib/dynamodb/shards.ts';
import { createStore } from '../../../lib/dynamodb/store.ts';
import { adjustStock } from '../../../lib/use-cases/adjust-stock.ts';
import { cancelOrders } from '../../../lib/use-cases/cancel-orders.ts';
import { createProduct } from '../../../lib/use-cases/create-product.ts';
import { deleteOrder } from '../../../lib/use-cases/delete-order.ts';
import { placeOrder } from '../../../lib/use-cases/place-order.ts';
import { sweepOrders } from '../../../lib/use-cases/sweep-orders.ts';
import { anOrder, aProduct, EARLIER, NOW, TABLES } from '../../support/builders.ts';
import { openShop } from '../../support/fake-shop.ts';
import {
  always,
  cancelledFor,
  connectionReset,
  meanwhile,
  refusedWith,
} from '../../support/faults.ts';
import type { DynamoRequest } from '../../support/network.ts';
import { createVirtualTime } from '../../support/virtual-time.ts';

const EMPTY = { ...aProduct('mug', { stock: 5, reserved: 5 }) };

describe('When a conflict hides that an identical call has just succeeded', () => {
  test('an adjustment is reported as already adjusted, not as insufficient stock', async () => {
    // Prepare: the identical call has taken the last units, and still writes its movement
    const shop = openShop({ products: { mug: { stock: 5 } } });
    const request = { productId: 'mug', quantity: -5, referenceId: 'broken' };
    const twin = () => adjustStock(request, shop.ports());
    const empty = { Code: 'ConditionalCheckFailed', Item: aProduct('mug', { stock: 0 }) };
    shop.wire.next(
      'TransactWriteItems',
      meanwhile(twin, cancelledFor(empty, 'TransactionConflict')),
    );

    // Act and assess
    expect(await adjustStock(request, shop.ports())).toMatchObject({
      outcome: 'already_adjusted',
    });
    expect((await shop.product('mug')).stockQuantity).toBe(0);
  });

  test('a product is reported as already created, not as existing', async () => {
    // Prepare: the identical call has created it, and still writes the row of the product
    const shop = openShop();
    const request = { id: 'mug', name: 'Mug', stockQuantity: 5 };
    const twin = () => createProduct(request, shop.ports());
    const recorded = { Code: 'ConditionalCheckFailed' };
    shop.wire.next(
      'TransactWriteItems',
      meanwhile(twin, cancelledFor('TransactionConflict', recorded)),
    );

    // Act and assess
    expect(await createProduct(request, shop.ports())).toMatchObject({
      outcome: 'already_created',
    });
  });
});

describe('When a conflict hides an order that is then deleted', () => {
  test.each([
    ['its id is taken', 'None' as const],
    ['it is still holding the last units', { Code: 'ConditionalCheckFailed', Item: EMPTY }],
  ])('a placement of the same id is not told that %s', async (_, product) => {
    // Prepare: only the movement of the order that was there, and its product, have told of it
    const shop = openShop({ products: { mug: { stock: 5 } } });
    const recorded = { Code: 'ConditionalCheckFailed' };
    shop.wire.next('TransactWriteItems', cancelledFor('TransactionConflict', product, recorded));

    // Act and assess
    expect(await shop.places('1001', { mug: 5 })).toMatchObject({ outcome: 'placed' });
  });

  test('a placement is refused when only the ledger remembers the id', async () => {
    // Prepare
    const shop = openShop();
    await shop.sells({ mug: 5 });
    await shop.places('1001', { mug: 1 });
    await shop.loses('orders', '1001');

    // Act and assess
    expect(await shop.places('1001', { mug: 1 })).toEqual({ outcome: 'order_exists' });
  });
});

describe('When the id of an order is reused in the same millisecond', () => {
  test('a cancellation that read the old order breaks no law', async () => {
    // Prepare: o1 is read; before the write it is cancelled, deleted, and placed with other lines
    const shop = openShop({ products: { mug: {}, cup: {} } });
    await placeOrder({ id: 'o1', items: [{ productId: 'mug', quantity: 2 }] }, shop.ports());
    const again = async () => {
      await cancelOrders([{ orderId: 'o1' }], shop.ports());
      await deleteOrder('o1', shop.ports());
      await placeOrder({ id: 'o1', items: [{ productId: 'cup', quantity: 3 }] }, shop.ports());
    };
    shop.wire.next('TransactWriteItems', meanwhile(again));

    // Act
    await cancelOrders([{ orderId: 'o1' }], shop.ports());

    // Assess: either order may be cancelled, but no unit of one was released for the other
    expect((await shop.order('o1')).items.map(({ productId }) => productId)).toEqual(['cup']);
    expect(await shop.verdict()).toEqual({ violations: [], unfinished: [] });
  });
});

describe('A sweep', () => {
  const due = { expiresAt: EARLIER };

  test('expires another order if the row of one order is damaged in any way', async () => {
    for (const damage of [
      { updatedAt: 'yesterday', placing: true },
      { items: [null] },
      { version: 12_345_678_901_234_567n },
      { note: 12_345_678_901_234_567n },
    ]) {
      // Prepare
      const shop = openShop({
        orders: [anOrder('bad', { mug: 1 }, due), anOrder('good', { mug: 1 }, due)],
      });
      shop.db.put('orders', { ...shop.db.get('orders', { id: 'bad' }), ...damage });

      // Act
      await sweepOrders(shop.ports());

      // Assess
      expect(await shop.order('good')).toMatchObject({ status: 'cancelled' });
    }
  });

  test.each([
    ['refused', refusedWith('ResourceNotFoundException')],
    ['throttled without an end', refusedWith('ThrottlingException')],
  ])(
    'handles the orders of other shards if reading one shard is %s, and reports the failure',
    async (_, fault) => {
      // Prepare: the shard is the first one that is read, and DynamoDB is slow
      const orders = Array.from({ length: 20 }, (_, index) =>
        anOrder(`o${index}`, { mug: 1 }, due),
      );
      const shop = openShop({ orders });
      const time = createVirtualTime();
      const config = { ...shop.wire.config, maxAttempts: 1 };
      const client = time.slowClient({ ...shop.wire, config }, 100);
      const ports = () =>
        shop.ports({
          store: createStore(client, TABLES, time.runtime),
          runtime: time.runtime,
          remaining: time.budget(10_000),
        });
      const [first] = shardKeys('due', TABLES.orderDueShards);
      const isUnread = ({ id }: { readonly id: string }) =>
        shop.db.get('orders', { id })?.dueShard === first;
      const leftOut = orders.filter(isUnread).map(({ id }) => id);
      const asks = ({ operation, bytes }: DynamoRequest) =>
        operation === 'Query' && bytes.includes(`"${first}"`);
      shop.wire.use(always(asks, fault));

      // Act
      const swept = await sweepOrders(ports());

      // Assess: the next sweep handles the orders that were left out
      expect(leftOut.length).toBeGreaterThan(0);
      const done = swept.filter(({ outcome }) => outcome === 'done');
      expect(done).toHaveLength(20 - leftOut.length);
      expect(swept.filter((one) => !done.includes(one))).toEqual([
        { outcome: 'failed', error: expect.any(Error), drift: 0, lateMs: 0 },
      ]);
      shop.wire.use();
      await sweepOrders(ports());
      for (const { id } of orders) expect((await shop.order(id)).status).toBe('cancelled');
      expect(await shop.verdict()).toEqual({ violations: [], unfinished: [] });
    },
  );
});

describe('When the SDK retries a request whose answer was lost', () => {
  test('a commit that took effect and was then throttled is reported as committed', async () => {
    // Prepare: it takes effect, then two attempts of the same SDK call are throttled; then another
    // request changes the order, and still writes to it
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })], maxAttempts: 3 });
    const throttled = refusedWith('ThrottlingException');
    const changed = () => {
      const row = shop.db.get('orders', { id: 'o1' });
      shop.db.put('orders', { ...row, version: 3, writeId: 'another' });
    };
    shop.wire.next(
      'TransactWriteItems',
      connectionReset,
      throttled,
      throttled,
      meanwhile(changed, cancelledFor('TransactionConflict')),
    );
    const order = {
      ...(await shop.order('o1')),
      status: 'confirmed' as const,
      version: 2,
      statusSince: NOW,
    };

    // Act and assess
    expect(await shop.store.commit([{ type: 'update-order', order }], () => 60_000)).toMatchObject({
      type: 'committed',
    });
  });
});
