/** Calling a product off: everybody who holds units is found and cancelled, once. */
import { describe, expect, test } from '@jest/globals';
import type { CallOffScope } from '../../../../lib/domain/call-off.ts';
import type { Order } from '../../../../lib/domain/order.ts';
import { reservation } from '../../../../lib/domain/stock-movement.ts';
import { callOffAll } from '../../../../lib/use-cases/call-off/call-off.ts';
import { batchProgress } from '../../../../lib/use-cases/cancellation-batches.ts';
import { lockOrder, unlockOrder } from '../../../../lib/use-cases/lock-order.ts';
import { shipLines } from '../../../../lib/use-cases/move-lines.ts';
import type { Ports } from '../../../../lib/use-cases/ports.ts';
import { reinstateOrder } from '../../../../lib/use-cases/reinstate-order.ts';
import { updateProduct } from '../../../../lib/use-cases/update-product.ts';
import { expectLawsHold } from '../../../support/audit.ts';
import { anOrder, EARLIER, NOW } from '../../../support/builders.ts';
import { mugs, progress, receives, starts } from '../../../support/call-offs.ts';
import { numbered, tally } from '../../../support/concurrently.ts';
import { type FakeShop, openShop } from '../../../support/fake-shop.ts';
import { meanwhile, noFault } from '../../../support/faults.ts';
import { linesOf } from '../../../support/shop.ts';
import { mortal } from '../../../support/unit-death.ts';

/** Orders of a mug each, and of cups and pots that differ. */
const aShop = (count: number, differences: Partial<Order> = {}): FakeShop =>
  openShop({
    orders: numbered('o', count).map((id, index) =>
      anOrder(id, { mug: 1 + (index % 3), cup: 2 }, differences),
    ),
    products: { mug: { stock: 1_000 }, cup: { stock: 1_000 } },
  });

const SCOPES: readonly CallOffScope[] = ['line', 'order'];

describe('Starting a call-off', () => {
  test('closes the product, counts its holders, stores what is to be done, and sends one message', async () => {
    const shop = aShop(7);

    const { result, sent } = await starts(shop, 'line', { reason: 'inventory', note: 'recalled' });

    expect(result).toEqual({ outcome: 'accepted', accepted: 7 });
    expect(sent).toEqual([{ batchId: 'b1', restock: undefined }]);
    expect(await shop.product('mug')).toHaveProperty('closed', true);
    expect(await shop.store.getBatch('b1', () => 1_000)).toMatchObject({
      id: 'b1',
      orderIds: [],
      createdAt: NOW,
      callOff: {
        productId: 'mug',
        scope: 'line',
        reason: 'inventory',
        note: 'recalled',
      },
      accepted: 7,
    });
  });

  test('finds no product', async () => {
    const { result, sent } = await starts(openShop(), 'line');

    expect(result).toEqual({ outcome: 'product_not_found' });
    expect(sent).toEqual([]);
  });

  test('of a product that nobody holds is done at the first receive, without the ledger', async () => {
    const shop = openShop({ products: { mug: {} } });
    expect((await starts(shop, 'line')).result).toMatchObject({ accepted: 0 });
    shop.wire.forget();

    expect((await receives(shop)).ended).toEqual({ batchId: 'b1', outcome: 'done', left: 0 });
    expect(shop.wire.operations()).toEqual(['GetItem', 'GetItem', 'TransactWriteItems']);
    expect(await progress(shop)).toMatchObject({ total: 0, cancelled: 0, pending: 0 });
  });

  test('that has no time to count all begins all the same', async () => {
    const shop = aShop(7);
    let left = 4;
    const half = () => (left-- > 0 ? 1_000 : 500);

    const { result, sent } = await starts(shop, 'line', {}, { remaining: half });

    expect(result).toEqual({ outcome: 'accepted', accepted: expect.any(Number) });
    expect(sent).toHaveLength(1);
  });

  test('sends nothing when it cannot be stored in time', async () => {
    const { result, sent } = await starts(aShop(1), 'line', {}, { remaining: () => 0 });

    expect(result).toEqual({ outcome: 'unfinished' });
    expect(sent).toEqual([]);
  });
});

describe.each(SCOPES)('A call-off of scope %s', (scope) => {
  test('takes 120 holders in a few transactions, and ends with nothing reserved', async () => {
    const shop = aShop(120);
    await starts(shop, scope);
    shop.wire.forget();

    const { ended, cancelled } = await receives(shop);

    expect(ended).toEqual({ batchId: 'b1', outcome: 'done', left: 0 });
    expect(tally(cancelled.map(({ outcome }) => outcome))).toEqual({ cancelled: 120 });
    expect(await mugs(shop)).toBe(0);
    expect((await shop.product('cup')).reservedQuantity).toBe(scope === 'line' ? 240 : 0);
    const transactions = tally(shop.wire.operations()).TransactWriteItems;
    expect(transactions).toBeLessThanOrEqual(scope === 'line' ? 4 : 6);
    expect(await progress(shop)).toEqual({
      batchId: 'b1',
      total: 120,
      cancelled: 120,
      pending: 0,
      rejected: [],
    });
    await expectLawsHold(shop);
  });

  test('is told by its progress: pending before, cancelled afterwards', async () => {
    const shop = aShop(5);
    await starts(shop, scope);

    expect(await progress(shop)).toMatchObject({ total: 5, pending: 5, cancelled: 0 });
    await receives(shop);
    expect(await progress(shop)).toMatchObject({ total: 5, pending: 0, cancelled: 5 });
  });

  test('received again, and by two workers at once, cancels nothing twice', async () => {
    const shop = aShop(60);
    await starts(shop, scope);

    const both = await Promise.all([receives(shop), receives(shop)]);
    const again = await receives(shop);

    const outcomes = tally(
      both.flatMap(({ cancelled }) => cancelled.map(({ outcome }) => outcome)),
    );
    expect(outcomes.cancelled).toBe(60);
    expect(again).toEqual({ ended: { batchId: 'b1', outcome: 'over' }, cancelled: [] });
    expect(await mugs(shop)).toBe(0);
    await expectLawsHold(shop);
  });

  test('killed after any of its transactions goes on at the next receive', async () => {
    for (let transactions = 0; transactions < 4; transactions += 1) {
      const shop = aShop(120);
      await starts(shop, scope);

      await receives(shop, { store: mortal(shop.store, transactions) });
      expect((await shop.verdict()).violations).toEqual([]);

      expect((await receives(shop)).ended).toMatchObject({ outcome: 'done' });
      expect(await mugs(shop)).toBe(0);
      await expectLawsHold(shop);
    }
  });

  test('comes back when its time is up, and loses nothing', async () => {
    const shop = aShop(120);
    await starts(shop, scope);
    let left = 12;

    const { ended } = await receives(shop, { remaining: () => (left-- > 0 ? 60_000 : 0) });

    expect(ended).toMatchObject({ outcome: 'unfinished' });
    await receives(shop);
    expect(await mugs(shop)).toBe(0);
  });

  test('takes goods that are lost out of the stock, with reason and note', async () => {
    const shop = aShop(3);
    const why = { reason: 'inventory', note: 'mouldy', restock: false };
    const { sent } = await starts(shop, scope, why);

    await receives(shop);

    expect(sent).toEqual([{ batchId: 'b1', restock: false }]);
    expect(await shop.stockOf('mug')).toEqual({ stock: 994, reserved: 0, available: 994 });
    const [movement] = (await shop.movementsOf({ productId: 'mug' })).filter(({ referenceId }) =>
      referenceId.startsWith('order_o-1_cancellation'),
    );
    expect(movement).toMatchObject({
      movementType: 'adjustment',
      stockDelta: -1,
      reason: 'inventory',
      actor: 'queue',
    });
    await expectLawsHold(shop);
  });

  test('lists locked orders as what remains, and is done with them', async () => {
    const shop = aShop(5);
    await lockOrder('o-2', undefined, shop.ports());
    await starts(shop, scope);

    expect((await receives(shop)).ended).toEqual({ batchId: 'b1', outcome: 'done', left: 1 });
    expect(await progress(shop)).toEqual({
      batchId: 'b1',
      total: 5,
      cancelled: 4,
      pending: 0,
      rejected: [{ orderId: 'o-2', code: 'order_locked' }],
    });
    expect(await mugs(shop)).toBe(2);
  });

  test('is not done with a locked order whose units are the number that another order holds', async () => {
    // Prepare: o-3 is not in the index yet, and o-2 is unlocked and cancelled while it is looked at
    const shop = aShop(3);
    await shop.cancels('o-3');
    await lockOrder('o-2', undefined, shop.ports());
    await shop.hasOrders({ late: { mug: 2 } });
    await starts(shop, scope);
    const { store } = shop;
    let looks = 0;
    const hiding: Ports['store'] = {
      ...store,
      movementsOfProduct: async (...args) => {
        const page = await store.movementsOfProduct(...args);
        return { ...page, items: page.items.filter(({ orderId }) => orderId !== 'late') };
      },
      getProduct: async (...args) => {
        looks += 1;
        if (looks === 2) {
          await unlockOrder('o-2', shop.ports());
          await shop.cancels('o-2');
        }
        return store.getProduct(...args);
      },
    };

    const { ended } = await receives(shop, { store: hiding });

    expect(looks).toBeGreaterThanOrEqual(2);
    expect(await mugs(shop)).toBe(2);
    expect(ended).toMatchObject({ outcome: 'unfinished' });
    expect((await receives(shop)).ended).toMatchObject({ outcome: 'done', left: 0 });
    expect(await mugs(shop)).toBe(0);
  });

  test('waits for an order that the index does not show yet', async () => {
    const shop = aShop(3);
    await shop.hasOrders({ late: { mug: 4 } });
    await starts(shop, scope);
    const { store } = shop;
    const lagging: Ports['store'] = {
      ...store,
      movementsOfProduct: async (...args) => {
        const page = await store.movementsOfProduct(...args);
        return { ...page, items: page.items.filter(({ orderId }) => orderId !== 'late') };
      },
    };

    expect((await receives(shop, { store: lagging })).ended).toMatchObject({
      outcome: 'unfinished',
    });
    expect(await mugs(shop)).toBe(4);
    expect(await batchProgress('b1', shop.ports({ store: lagging }))).toMatchObject({ pending: 1 });
    expect((await receives(shop)).ended).toMatchObject({ outcome: 'done' });
    expect(await mugs(shop)).toBe(0);
  });

  test('takes an order that was placed before the product closed, and none is placed later', async () => {
    const shop = aShop(3);
    // The order is placed in the last moment before the commit that closes the product.
    shop.wire.next(
      'TransactWriteItems',
      meanwhile(async () => {
        await shop.places('last', { mug: 5 });
      }, noFault),
    );
    await starts(shop, scope);

    expect(await shop.places('too-late', { mug: 1 })).toMatchObject({ outcome: 'product_closed' });
    expect((await receives(shop)).ended).toMatchObject({ outcome: 'done' });
    expect(await mugs(shop)).toBe(0);
    await expectLawsHold(shop);
  });

  test('and a cancellation of one of its orders at once: one of them moves the units', async () => {
    const shop = aShop(4);
    await starts(shop, scope);
    shop.wire.next(
      'TransactWriteItems',
      meanwhile(async () => {
        await shop.cancels('o-2');
      }, noFault),
    );

    const { ended, cancelled } = await receives(shop);

    expect(ended).toMatchObject({ outcome: 'done', left: 0 });
    expect(tally(cancelled.map(({ outcome }) => outcome))).toEqual({
      cancelled: 3,
      already_cancelled: 1,
    });
    await expectLawsHold(shop);
  });

  test('and a lock at once: the locked order stays', async () => {
    const shop = aShop(4);
    await starts(shop, scope);
    shop.wire.next(
      'TransactWriteItems',
      meanwhile(async () => {
        await lockOrder('o-2', undefined, shop.ports());
      }, noFault),
    );

    expect((await receives(shop)).ended).toEqual({ batchId: 'b1', outcome: 'done', left: 1 });
    expect(await mugs(shop)).toBe(2);
    await expectLawsHold(shop);
  });

  test('stops when somebody opens the product again', async () => {
    const shop = aShop(3);
    await starts(shop, scope);
    await updateProduct({ productId: 'mug', closed: false }, shop.ports());

    expect((await receives(shop)).ended).toEqual({ batchId: 'b1', outcome: 'reopened' });
    expect(await mugs(shop)).toBe(6);
  });

  test('ends a grace for the product alone', async () => {
    const shop = aShop(2);
    await shop.cancels('o-1', { graceSeconds: 600 });
    await starts(shop, scope, { restock: false });

    expect((await receives(shop)).ended).toMatchObject({ outcome: 'done', left: 0 });

    expect(await shop.order('o-1')).toMatchObject({
      status: 'cancelled',
      releaseAt: expect.any(String),
      items: [{ reservedQuantity: 0, cancelledQuantity: 1 }, { reservedQuantity: 2 }],
    });
    expect((await shop.product('mug')).stockQuantity).toBe(997);
    expect(await reinstateOrder('o-1', {}, shop.ports())).toMatchObject({ outcome: 'reinstated' });
    expect(await mugs(shop)).toBe(0);
    await expectLawsHold(shop);
  });

  test('finds an order that has reserved several times once', async () => {
    const shop = aShop(2);
    await shop.cancels('o-2');
    await reinstateOrder('o-2', {}, shop.ports());
    expect((await shop.order('o-2')).round).toBe(2);
    expect((await starts(shop, scope)).result).toMatchObject({ accepted: 2 });

    const { ended, cancelled } = await receives(shop);

    expect(ended).toMatchObject({ outcome: 'done' });
    expect(cancelled.map(({ orderId }) => orderId).sort()).toEqual(['o-1', 'o-2']);
    await expectLawsHold(shop);
  });

  test('fails alone when an order is damaged: the others are cancelled, and it comes back', async () => {
    const shop = aShop(3);
    await starts(shop, scope);
    await shop.tampersWith('orders', 'o-2', { version: 'x' });

    expect((await receives(shop)).ended).toMatchObject({ outcome: 'unfinished' });
    expect(await mugs(shop)).toBe(2);
    expect(await progress(shop)).toMatchObject({ pending: 1 });
  });
});

describe('An order that is shipped in part', () => {
  const shipsSome = async () => {
    const shop = aShop(2, { status: 'confirmed' });
    const part = { items: linesOf({ mug: 1, cup: 1 }), idempotencyKey: 'k1' };
    await shipLines('o-2', part, shop.ports());
    return shop;
  };

  test('loses the line that it still holds to a call-off of lines', async () => {
    const shop = await shipsSome();
    await starts(shop, 'line');

    expect((await receives(shop)).ended).toMatchObject({ outcome: 'done', left: 0 });
    expect(await shop.order('o-2')).toMatchObject({
      status: 'confirmed',
      items: [{ shippedQuantity: 1, cancelledQuantity: 1 }, { reservedQuantity: 1 }],
    });
    await expectLawsHold(shop);
  });

  test('remains at a call-off of whole orders', async () => {
    const shop = await shipsSome();
    await starts(shop, 'order');

    expect((await receives(shop)).ended).toMatchObject({ outcome: 'done', left: 1 });
    expect(await progress(shop)).toMatchObject({
      rejected: [{ orderId: 'o-2', code: 'order_not_cancellable' }],
    });
  });

  test('at the same moment keeps what was shipped', async () => {
    const shop = aShop(2, { status: 'confirmed' });
    await starts(shop, 'line');
    const part = { items: linesOf({ mug: 1 }), idempotencyKey: 'k1' };
    shop.wire.next(
      'TransactWriteItems',
      meanwhile(async () => {
        await shipLines('o-2', part, shop.ports());
      }, noFault),
    );

    expect((await receives(shop)).ended).toMatchObject({ outcome: 'done' });
    expect(await shop.order('o-2')).toMatchObject({
      items: [{ shippedQuantity: 1, cancelledQuantity: 1, reservedQuantity: 0 }, {}],
    });
    await expectLawsHold(shop);
  });
});

describe('A call-off', () => {
  test('that nothing remembers is over', async () => {
    expect((await receives(openShop())).ended).toEqual({ batchId: 'b1', outcome: 'unknown' });
  });

  test('that fails does not cost the next one its turn', async () => {
    const shop = aShop(3);
    await starts(shop, 'line');
    await starts(shop, 'line', { id: 'b2', productId: 'cup' });
    const { store } = shop;
    const failing: Ports['store'] = {
      ...store,
      getBatch: async (id, remaining) => {
        if (id === 'b1') throw new Error('damaged');
        return store.getBatch(id, remaining);
      },
    };

    const results = await callOffAll(
      [{ batchId: 'b1' }, { batchId: 'b2' }],
      shop.ports({ store: failing }),
      () => {},
    );

    expect(results).toMatchObject([{ outcome: 'failed' }, { batchId: 'b2', outcome: 'done' }]);
    expect((await shop.product('cup')).reservedQuantity).toBe(0);
  });

  test('spares an order of which a customer has just cancelled the line', async () => {
    const shop = aShop(1);
    await starts(shop, 'order');
    shop.wire.next(
      'TransactWriteItems',
      meanwhile(async () => {
        await shop.cancels('o-1', {
          items: linesOf({ mug: 1 }),
          idempotencyKey: 'k1',
        } as object);
      }, noFault),
    );

    expect((await receives(shop)).ended).toMatchObject({ outcome: 'done' });
    expect(await shop.order('o-1')).toMatchObject({
      status: 'pending',
      items: [{ reservedQuantity: 0 }, { reservedQuantity: 2 }],
    });
  });

  test('of whole orders finishes one of 120 lines', async () => {
    const basket = Object.fromEntries(numbered('p', 120).map((id) => [id, 1]));
    const shop = openShop({ products: { mug: { stock: 5 } } });
    await shop.sells(basket);
    await shop.hasOrders({ large: { mug: 1, ...basket } });
    await starts(shop, 'order');

    expect((await receives(shop)).ended).toMatchObject({ outcome: 'done' });

    expect((await shop.order('large')).items.some((line) => line.reservedQuantity > 0)).toBe(false);
    await expectLawsHold(shop);
  });

  test('leaves an order that is still being imported, and comes back for it', async () => {
    const shop = openShop({
      orders: [anOrder('o1', { mug: 1 }, { importing: true, createdAt: EARLIER })],
    });
    await starts(shop, 'line');

    expect((await receives(shop)).ended).toMatchObject({ outcome: 'unfinished' });
    expect(await mugs(shop)).toBe(1);
  });

  test('whose time is too short goes on where it stopped, and begins anew at the end', async () => {
    // Prepare: 2,500 reservations of orders that are gone, newer than the one that is held, and a
    // locked order that is newer still
    const shop = openShop({
      orders: [
        anOrder('held', { mug: 1 }, { createdAt: '2026-01-01T00:00:00.000Z' }),
        anOrder('locked', { mug: 2 }, { lock: { since: EARLIER } }),
      ],
    });
    for (const [index, id] of numbered('gone', 2_500).entries()) {
      const at = new Date(Date.parse('2026-02-01T00:00:00.000Z') + index * 1_000).toISOString();
      const movement = reservation({ id, round: 1 }, { productId: 'mug', quantity: 1 }, at);
      shop.db.put('stock-movements', { ...movement, productShard: `mug#${index % 4}` });
    }
    await starts(shop, 'line');
    /** Has time for one batch, and to note how far it came. */
    const forOneBatch = (): Partial<Ports> => {
      let pages = 0;
      const { store } = shop;
      return {
        store: {
          ...store,
          movementsOfProduct: async (...args) => {
            pages += 1;
            return store.movementsOfProduct(...args);
          },
        },
        remaining: () => (pages < 2 ? 60_000 : 400),
      };
    };

    // Act and assess
    const walked = async () => (await shop.store.getBatch('b1', () => 1_000))?.walked;
    expect((await receives(shop, forOneBatch())).ended).toMatchObject({ outcome: 'unfinished' });
    expect(await walked()).toMatchObject({ refused: [{ orderId: 'locked', held: 2 }] });
    const before = await walked();
    expect((await receives(shop, forOneBatch())).ended).toMatchObject({ outcome: 'unfinished' });
    expect((await walked())?.until).not.toBe(before?.until);
    expect((await receives(shop)).ended).toEqual({ batchId: 'b1', outcome: 'done', left: 1 });
    expect(await mugs(shop)).toBe(2);
  });

  test('forgets how far it has walked when it came to the end and orders are left', async () => {
    const shop = aShop(3);
    await starts(shop, 'line');
    await shop.tampersWith('orders', 'o-2', { version: 'x' });
    const walked = {
      partition: 'mug#1',
      until: '2026-03-01T07:00:00.000Z',
      key: ['order_a', 'b'],
      refused: [],
    };
    await shop.makes([{ type: 'update-batch', batchId: 'b1', walked }]);

    expect((await receives(shop)).ended).toMatchObject({ outcome: 'unfinished' });
    expect(await mugs(shop)).toBe(6);
    expect(await shop.store.getBatch('b1', () => 1_000)).not.toHaveProperty('walked');
    await receives(shop);
    expect(await mugs(shop)).toBe(2);
  });

  test('lists 1,000 orders that cannot be cancelled, and counts the others', async () => {
    const shop = aShop(1_003, { lock: { since: EARLIER } });
    await starts(shop, 'line');

    const told = await progress(shop);

    expect(told).toMatchObject({ total: 1_003, cancelled: 0, pending: 0, furtherRejected: 3 });
    expect(told?.rejected).toHaveLength(1_000);
  });

  test('never says that more is cancelled than is, when there is no time to look at all', async () => {
    const shop = aShop(1_500);
    await starts(shop, 'line');
    await shop.cancels('o-1');
    let pages = 0;
    const { store } = shop;
    const slow: Ports['store'] = {
      ...store,
      movementsOfProduct: async (...args) => {
        pages += 1;
        return store.movementsOfProduct(...args);
      },
    };
    const remaining = () => (pages < 2 ? 1_000 : 100);

    const told = await batchProgress('b1', shop.ports({ store: slow, remaining }));

    expect(told).toMatchObject({ total: 1_500, pending: 1_500, cancelled: 0 });
  });

  test('walks past reservations of orders that hold nothing any more', async () => {
    const shop = aShop(1);
    for (const id of numbered('gone', 40)) {
      const movement = reservation({ id, round: 1 }, { productId: 'mug', quantity: 1 }, NOW);
      shop.db.put('stock-movements', { ...movement, productShard: 'mug#1' });
    }
    expect((await starts(shop, 'line')).result).toMatchObject({ accepted: 1 });

    expect((await receives(shop)).ended).toMatchObject({ outcome: 'done' });
  });
});
