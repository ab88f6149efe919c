/** A request calls a product off once, whatever is repeated, comes late, or is killed in the middle. */
import { describe, expect, test } from '@jest/globals';
import type { StartCallOff } from '../../../../lib/use-cases/call-off/start-call-off.ts';
import { deleteProduct } from '../../../../lib/use-cases/delete-product.ts';
import { lockOrder, unlockOrder } from '../../../../lib/use-cases/lock-order.ts';
import { placeOrder } from '../../../../lib/use-cases/place-order.ts';
import type { Ports } from '../../../../lib/use-cases/ports.ts';
import { updateProduct } from '../../../../lib/use-cases/update-product.ts';
import { expectLawsHold } from '../../../support/audit.ts';
import { anOrder, aProduct, EARLIER } from '../../../support/builders.ts';
import { mugs, progress, receives, starts } from '../../../support/call-offs.ts';
import { numbered } from '../../../support/concurrently.ts';
import { type FakeShop, openShop } from '../../../support/fake-shop.ts';
import { first, isTransaction, meanwhile, noFault } from '../../../support/faults.ts';
import { killedAfter, survives } from '../../../support/unit-death.ts';
import { unitRuntime } from '../../../support/unit-runtime.ts';

/** Orders of a mug each. */
const aShop = (count: number): FakeShop =>
  openShop({
    orders: numbered('o', count).map((id) => anOrder(id, { mug: 1 }, { createdAt: EARLIER })),
    products: { mug: { stock: 1_000 } },
  });

const setClosed = (shop: FakeShop, closed: boolean) =>
  updateProduct({ productId: 'mug', closed }, shop.ports());

const LATER = new Date('2026-03-02T13:00:00.000Z');
const later = (): Partial<Ports> => ({ runtime: unitRuntime({ now: () => LATER }) });

/** The shop opens the product again, and sells two of it. */
const sellsAgain = async (shop: FakeShop) => {
  await setClosed(shop, false);
  await placesNew(shop);
};

const placesNew = async (shop: FakeShop) => {
  const items = [{ productId: 'mug', quantity: 2 }];
  const placed = await placeOrder({ id: 'new', items }, shop.ports(later()));
  expect(placed).toMatchObject({ outcome: 'placed' });
};

const batchRow = (shop: FakeShop) => shop.db.rows('cancellation-batches');

describe('What is refused changes nothing', () => {
  test.each<[string, Partial<StartCallOff>]>([
    ['of all units under the id of one with a number', {}],
    ['with another number', { upTo: 6 }],
  ])('a call-off %s', async (_, other) => {
    const shop = aShop(3);
    await starts(shop, 'line', { upTo: 2 });
    const before = [shop.db.rows('products'), batchRow(shop)];

    const { result, sent } = await starts(shop, 'line', other);

    expect(result).toEqual({ outcome: 'reference_reused' });
    expect(sent).toEqual([]);
    expect([shop.db.rows('products'), batchRow(shop)]).toEqual(before);
  });

  test('a call-off under the id of a bulk request', async () => {
    const shop = aShop(3);
    const batch = { id: 'b1', orderIds: ['o-1'], createdAt: EARLIER, expiresAt: 2_000_000_000 };
    await shop.makes([{ type: 'record-batch', batch }]);

    expect((await starts(shop, 'line')).result).toEqual({ outcome: 'reference_reused' });
    expect(await shop.product('mug')).not.toHaveProperty('closed');
  });
});

describe('The same request again', () => {
  test('is answered alike, and sends its message again while it is not over', async () => {
    const shop = aShop(3);
    const one = await starts(shop, 'line');

    const other = await starts(shop, 'line', { note: 'again' });

    expect(other.result).toEqual(one.result);
    expect(other.sent).toEqual(one.sent);
  });

  test('changes nothing when it was done and the shop sells the product again', async () => {
    const shop = aShop(3);
    await starts(shop, 'line');
    await receives(shop);
    await sellsAgain(shop);

    const again = await starts(shop, 'line');
    await receives(shop);

    expect(again).toEqual({ result: { outcome: 'accepted', accepted: 3 }, sent: [] });
    expect(await shop.product('mug')).not.toHaveProperty('closed');
    expect(await mugs(shop)).toBe(2);
  });

  test('changes nothing when the product was opened again before the message came', async () => {
    const shop = aShop(3);
    await starts(shop, 'line');
    await sellsAgain(shop);

    expect((await starts(shop, 'line')).sent).toEqual([]);
    expect(await shop.product('mug')).not.toHaveProperty('closed');
    expect((await receives(shop)).ended).toMatchObject({ outcome: 'reopened' });
    expect(await mugs(shop)).toBe(5);
  });

  test('is answered when the product is deleted meanwhile', async () => {
    const shop = aShop(3);
    await starts(shop, 'line');
    await receives(shop);
    await deleteProduct('mug', shop.ports());

    expect(await starts(shop, 'line')).toEqual({
      result: { outcome: 'accepted', accepted: 3 },
      sent: [],
    });
  });

  test('at the same time closes the product once, and both are answered alike', async () => {
    const shop = aShop(3);
    let other: Awaited<ReturnType<typeof starts>> | undefined;
    const once = meanwhile(async () => {
      other = await starts(shop, 'line');
      await receives(shop);
      await sellsAgain(shop);
    }, noFault);
    shop.wire.use(first(1, isTransaction, once));

    const one = await starts(shop, 'line');

    expect(one.result).toEqual(other?.result);
    expect(one.sent).toEqual([]);
    expect(await shop.product('mug')).not.toHaveProperty('closed');
  });

  test.each(['line', 'order'] as const)(
    'killed at any moment, the next one finishes it: scope %s',
    async (scope) => {
      let calls = 0;
      for (let isAlive = false; !isAlive; calls += 1) {
        const shop = aShop(3);
        const store = killedAfter(shop.store, calls);

        isAlive = await survives(starts(shop, scope, {}, { store }));
        // Either nothing has happened, or both: nobody finds a closed product that nobody called off.
        const { closed } = await shop.product('mug');
        expect(batchRow(shop)).toHaveLength(closed ? 1 : 0);

        expect(await starts(shop, scope)).toMatchObject({ result: { accepted: 3 }, sent: [{}] });
        expect((await receives(shop)).ended).toEqual({ batchId: 'b1', outcome: 'done', left: 0 });
        await expectLawsHold(shop);
      }
      expect(calls).toBeGreaterThan(4);
    },
  );
});

describe('A message that comes late', () => {
  test('spares an order that was unlocked after the call-off was done', async () => {
    const shop = aShop(3);
    await lockOrder('o-2', undefined, shop.ports());
    await starts(shop, 'line');
    expect((await receives(shop)).ended).toMatchObject({ outcome: 'done', left: 1 });
    await unlockOrder('o-2', shop.ports());

    expect((await receives(shop)).ended).toEqual({ batchId: 'b1', outcome: 'over' });
    expect(await mugs(shop)).toBe(1);
    expect(await progress(shop)).toMatchObject({ total: 3, cancelled: 2, pending: 1 });
  });

  test.each([
    ['somebody', (shop: FakeShop) => setClosed(shop, true)],
    ['another call-off', (shop: FakeShop) => starts(shop, 'line', { id: 'b2' })],
  ])('spares new orders when %s has closed the product anew', async (_, closes) => {
    const shop = aShop(3);
    await starts(shop, 'line');
    await sellsAgain(shop);
    await closes(shop);

    expect((await receives(shop)).ended).toEqual({ batchId: 'b1', outcome: 'reopened' });
    expect(await mugs(shop)).toBe(5);
  });

  test.each<[string, Partial<StartCallOff>]>([
    ['', {}],
    [' with a number', { upTo: 2 }],
  ])('of a call-off%s spares the orders of a later product with the same id', async (_, more) => {
    const shop = openShop({ products: { mug: {} } });
    await starts(shop, 'line', more);
    await deleteProduct('mug', shop.ports());
    await shop.makes([
      {
        type: 'create-product',
        product: { ...aProduct('mug', { stock: 9 }), createdAt: LATER.toISOString() },
      },
    ]);
    await placesNew(shop);

    expect(await progress(shop)).toMatchObject({ total: 0, cancelled: 0, pending: 0 });
    expect((await receives(shop)).ended).toEqual({ batchId: 'b1', outcome: 'reopened' });
    expect(await mugs(shop)).toBe(2);
  });

  test.each([0, 1])(
    'takes nothing more when the product is opened before transaction %d of it',
    async (before) => {
      const shop = aShop(60);
      await starts(shop, 'line');
      let transactions = 0;
      const opens = meanwhile(async () => {
        await sellsAgain(shop);
      }, noFault);
      shop.wire.use((answer, request) => {
        const isIt = isTransaction(request) && transactions++ === before;
        return isIt ? opens(answer, request) : answer();
      });

      const { ended, cancelled } = await receives(shop);

      expect(ended).toMatchObject({ outcome: 'unfinished' });
      const taken = cancelled.filter(({ outcome }) => outcome === 'cancelled').length;
      expect(taken).toBeLessThan(60);
      expect(await mugs(shop)).toBe(60 - taken + 2);
      expect((await receives(shop)).ended).toMatchObject({ outcome: 'reopened' });
      expect((await receives(shop)).ended).toMatchObject({ outcome: 'over' });
      expect(await mugs(shop)).toBe(60 - taken + 2);
      await expectLawsHold(shop);
    },
  );

  test('spares a new order whose first transaction does not touch the product', async () => {
    const shop = aShop(1);
    const basket = Object.fromEntries(numbered('p', 60).map((id) => [id, 1]));
    await shop.sells(basket);
    await starts(shop, 'order');
    const opens = meanwhile(async () => {
      await setClosed(shop, false);
      await shop.hasOrders({ large: { ...basket, mug: 1 } });
    }, noFault);
    shop.wire.use(first(1, ({ operation }) => operation === 'Query', opens));

    expect((await receives(shop)).ended).toMatchObject({ outcome: 'reopened' });

    expect((await shop.order('large')).status).toBe('pending');
  });

  test('killed at any moment, and received again, ends as over', async () => {
    let calls = 0;
    for (let isDone = false; !isDone; calls += 1) {
      const shop = aShop(3);
      await starts(shop, 'line');

      const { ended } = await receives(shop, { store: killedAfter(shop.store, calls) });
      isDone = ended.outcome === 'done';
      await receives(shop);

      expect(await mugs(shop)).toBe(0);
      expect((await receives(shop)).ended).toEqual({ batchId: 'b1', outcome: 'over' });
      await expectLawsHold(shop);
    }
    expect(calls).toBeGreaterThan(4);
  });
});

describe('Two call-offs of one product', () => {
  test('end together when it is opened again', async () => {
    const shop = aShop(3);
    await starts(shop, 'line');
    expect((await starts(shop, 'order', { id: 'b2' })).result).toMatchObject({ accepted: 3 });
    await sellsAgain(shop);

    for (const id of ['b1', 'b2']) {
      expect((await receives(shop, {}, id)).ended).toMatchObject({ outcome: 'reopened' });
    }
    expect(await mugs(shop)).toBe(5);
  });

  test('the second carries on what the first was killed before', async () => {
    const shop = aShop(3);
    await setClosed(shop, true);
    await starts(shop, 'line');
    await starts(shop, 'order', { id: 'b2' });

    expect((await receives(shop, {}, 'b2')).ended).toMatchObject({ outcome: 'done' });
    expect((await receives(shop)).ended).toMatchObject({ outcome: 'done', left: 0 });
    expect(await mugs(shop)).toBe(0);
  });

  test('at the same moment are both started, and the product opened in between is closed by both', async () => {
    const shop = aShop(3);
    const once = meanwhile(async () => {
      await starts(shop, 'line', { id: 'b2' });
    }, noFault);
    shop.wire.use(first(1, isTransaction, once));

    expect((await starts(shop, 'line')).result).toMatchObject({ outcome: 'accepted' });
    expect((await receives(shop, {}, 'b2')).ended).toMatchObject({ outcome: 'done' });
    expect((await receives(shop)).ended).toMatchObject({ outcome: 'done' });
  });
});

describe('The progress of a call-off that opening the product has ended', () => {
  test('tells of its own orders only: what it has cancelled, and nothing that is pending', async () => {
    const shop = aShop(4);
    await lockOrder('o-4', undefined, shop.ports());
    await starts(shop, 'line');
    await shop.cancels('o-1');
    await sellsAgain(shop);

    const ended = { total: 2, cancelled: 1, pending: 0 };
    const rejected = [{ orderId: 'o-4', code: 'order_locked' }];
    expect(await progress(shop)).toEqual({ batchId: 'b1', ...ended, rejected });
    await receives(shop);
    expect(await progress(shop)).toEqual({ batchId: 'b1', ...ended, rejected });
  });
});
