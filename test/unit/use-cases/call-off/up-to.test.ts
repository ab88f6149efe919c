/** A call-off that takes only so many units: the newest orders lose them, once. */
import { describe, expect, test } from '@jest/globals';
import type { Order } from '../../../../lib/domain/order.ts';
import { lockOrder } from '../../../../lib/use-cases/lock-order.ts';
import type { Ports } from '../../../../lib/use-cases/ports.ts';
import { expectLawsHold } from '../../../support/audit.ts';
import { anOrder } from '../../../support/builders.ts';
import { mugs, progress, receives, starts } from '../../../support/call-offs.ts';
import { numbered, tally } from '../../../support/concurrently.ts';
import { type FakeShop, openShop } from '../../../support/fake-shop.ts';
import {
  connectionReset,
  first,
  isTransaction,
  meanwhile,
  noFault,
} from '../../../support/faults.ts';
import { killedAfter } from '../../../support/unit-death.ts';

/** Orders of four mugs and a cup each, placed one hour after the other; the last is the newest. */
const aShop = (count: number, differences: Partial<Order> = {}): FakeShop =>
  openShop({
    orders: numbered('o', count).map((id, index) =>
      anOrder(
        id,
        { mug: 4, cup: 1 },
        { createdAt: new Date(Date.UTC(2026, 1, 1, index)).toISOString(), ...differences },
      ),
    ),
    products: { mug: { stock: 4 * count } },
  });

/** The goods that were lost. */
const loses = (shop: FakeShop, upTo: number, restock = false) =>
  starts(shop, 'line', { upTo, restock });

/** What each order still holds. */
const held = async (shop: FakeShop, count: number): Promise<(number | undefined)[]> =>
  Promise.all(
    numbered('o', count).map(async (id) => (await shop.order(id)).items[0]?.reservedQuantity),
  );

/** Units that the ledger says this call-off has taken. */
const taken = async (shop: FakeShop): Promise<number> =>
  (await shop.movementsOf({ productId: 'mug' }))
    .filter(({ referenceId }) => referenceId.includes('_cancellation_b1-'))
    .reduce((sum, { reservedDelta }) => sum - reservedDelta, 0);

describe('A call-off of up to so many units', () => {
  test('records a loss in the transactions that cancel what it forces: exactly so many, the newest first', async () => {
    const shop = aShop(5);
    const { result, sent } = await loses(shop, 10);
    expect(result).toEqual({ outcome: 'accepted', accepted: 3 });
    expect(sent).toEqual([{ batchId: 'b1', restock: false }]);

    expect((await receives(shop)).ended).toEqual({ batchId: 'b1', outcome: 'done', left: 0 });

    expect(await held(shop, 5)).toEqual([4, 4, 2, 0, 0]);
    expect(await shop.stockOf('mug')).toEqual({ stock: 10, reserved: 10, available: 0 });
    expect((await shop.product('cup')).reservedQuantity).toBe(5);
    expect(await shop.product('mug')).not.toHaveProperty('closed');
    expect(await progress(shop)).toEqual({
      batchId: 'b1',
      total: 3,
      cancelled: 3,
      pending: 0,
      rejected: [],
      upTo: 10,
      takenQuantity: 10,
    });
    await expectLawsHold(shop);
  });

  test('gives them back to the shelf unless they are lost', async () => {
    const shop = aShop(3);
    await loses(shop, 5, true);

    await receives(shop);

    expect(await shop.stockOf('mug')).toEqual({ stock: 12, reserved: 7, available: 5 });
  });

  test('takes no more when its message comes again, also of orders that are placed later', async () => {
    const shop = aShop(3);
    await loses(shop, 5, true);
    await receives(shop);
    await shop.places('later', { mug: 2 });

    expect((await receives(shop)).ended).toMatchObject({ outcome: 'over' });
    expect(await mugs(shop)).toBe(9);
  });

  test('takes no more than it may when several workers receive it at the same time', async () => {
    const shop = aShop(200);
    await loses(shop, 301);

    const all = await Promise.all([receives(shop), receives(shop), receives(shop)]);
    await receives(shop);

    expect(await taken(shop)).toBe(301);
    const outcomes = tally(all.flatMap(({ cancelled }) => cancelled.map((one) => one.outcome)));
    expect(outcomes.cancelled).toBe(76);
    expect(await held(shop, 200)).toEqual([
      ...Array.from({ length: 124 }, () => 4),
      3,
      ...Array.from({ length: 75 }, () => 0),
    ]);
    await expectLawsHold(shop);
  });

  test('killed at any moment, it takes the rest when its message comes again, and no more', async () => {
    let calls = 0;
    for (let isOver = false; !isOver; calls += 1) {
      const shop = aShop(60);
      await loses(shop, 207);

      const { ended } = await receives(shop, { store: killedAfter(shop.store, calls) });
      isOver = ended.outcome === 'done';
      expect(await taken(shop)).toBeLessThanOrEqual(207);
      expect((await shop.verdict()).violations).toEqual([]);

      const { outcome } = (await receives(shop)).ended;
      expect(['done', 'over']).toContain(outcome);
      expect(await taken(shop)).toBe(207);
      expect(await progress(shop)).toMatchObject({ pending: 0, takenQuantity: 207 });
      await expectLawsHold(shop);
    }
    expect(calls).toBeGreaterThan(5);
  });

  test('counts units once whose answer was lost', async () => {
    const shop = aShop(60);
    await loses(shop, 207);
    shop.wire.use(first(2, isTransaction, connectionReset));

    expect((await receives(shop)).ended).toMatchObject({ outcome: 'done' });
    expect(await taken(shop)).toBe(207);
    await expectLawsHold(shop);
  });

  test('goes on with older orders where newer ones are in hand, and takes the rest of one that it took a part of', async () => {
    const shop = aShop(4);
    await lockOrder('o-4', undefined, shop.ports());
    await loses(shop, 6);
    // While o-3 and a part of o-2 are taken, o-3 is locked.
    shop.wire.use(
      first(
        1,
        isTransaction,
        meanwhile(() => lockOrder('o-3', undefined, shop.ports()), noFault),
      ),
    );

    expect((await receives(shop)).ended).toMatchObject({ outcome: 'done', left: 0 });

    expect(await held(shop, 4)).toEqual([2, 0, 4, 4]);
    expect(await taken(shop)).toBe(6);
    await expectLawsHold(shop);
  });

  test('is over when all that is left cannot be cancelled, although it took less', async () => {
    const shop = aShop(3);
    await lockOrder('o-2', undefined, shop.ports());
    await loses(shop, 11, true);

    expect((await receives(shop)).ended).toEqual({ batchId: 'b1', outcome: 'done', left: 1 });

    const over = {
      total: 3,
      cancelled: 2,
      pending: 0,
      rejected: [{ orderId: 'o-2', code: 'order_locked' }],
      takenQuantity: 8,
    };
    expect(await progress(shop)).toMatchObject(over);
    await shop.places('later', { mug: 2 });
    expect((await receives(shop)).ended).toMatchObject({ outcome: 'over' });
    expect(await progress(shop)).toMatchObject(over);
    expect(await mugs(shop)).toBe(6);
  });

  test('is over when nobody holds any', async () => {
    const shop = openShop({ products: { mug: {} } });
    await loses(shop, 11, true);

    expect((await receives(shop)).ended).toMatchObject({ outcome: 'done', left: 0 });
    await shop.places('later', { mug: 2 });
    await receives(shop);

    expect(await mugs(shop)).toBe(2);
  });

  test('tells from which orders it would take the rest', async () => {
    const shop = aShop(5);
    await lockOrder('o-5', undefined, shop.ports());
    await loses(shop, 6);

    expect(await progress(shop)).toEqual({
      batchId: 'b1',
      total: 3,
      cancelled: 0,
      pending: 2,
      rejected: [{ orderId: 'o-5', code: 'order_locked' }],
      upTo: 6,
      takenQuantity: 0,
    });
  });

  test('started again under its id is the same, and sends its message again until it is over', async () => {
    const shop = aShop(5);
    const one = await loses(shop, 6);
    expect(await loses(shop, 6)).toEqual(one);
    await receives(shop);

    const again = await loses(shop, 6);
    await receives(shop);

    expect(again).toEqual({ result: { outcome: 'accepted', accepted: 2 }, sent: [] });
    expect(await taken(shop)).toBe(6);
    expect((await loses(shop, 7)).result).toEqual({ outcome: 'reference_reused' });
    expect((await loses(shop, 6, true)).result).toEqual({ outcome: 'reference_reused' });
  });

  test('takes nothing of older orders while it is unknown what becomes of a newer one', async () => {
    const shop = aShop(3);
    await loses(shop, 6);
    const { store } = shop;
    const stopped: Ports['store'] = {
      ...store,
      commit: async () => ({ type: 'exhausted', conflicts: 0 }),
    };

    expect((await receives(shop, { store: stopped })).ended).toMatchObject({
      outcome: 'unfinished',
    });
    expect(await held(shop, 3)).toEqual([4, 4, 4]);
    expect((await receives(shop)).ended).toMatchObject({ outcome: 'done' });
    expect(await held(shop, 3)).toEqual([4, 2, 0]);
  });
});
