/** Shipping in parts, and goods that come back. */
import { describe, expect, test } from '@jest/globals';
import type { Order } from '../../../lib/domain/order.ts';
import { cancelOrder } from '../../../lib/use-cases/cancel-orders.ts';
import { returnLines, shipLines } from '../../../lib/use-cases/move-lines.ts';
import { transitionOrder } from '../../../lib/use-cases/transition-order.ts';
import { expectLawsHold } from '../../support/audit.ts';
import { anOrder } from '../../support/builders.ts';
import { cancelLines } from '../../support/cancel-lines.ts';
import { type FakeShop, openShop } from '../../support/fake-shop.ts';
import { connectionReset } from '../../support/faults.ts';
import { type Basket, linesOf } from '../../support/shop.ts';

/** A confirmed order of 3 mugs and 2 cups. The shop has 10 of each. */
const aShop = (differences: Partial<Order> = {}): FakeShop =>
  openShop({
    orders: [anOrder('o1', { mug: 3, cup: 2 }, { status: 'confirmed', ...differences })],
    products: { mug: { stock: 10 }, cup: { stock: 10 } },
  });

const ships = (shop: FakeShop, basket: Basket, idempotencyKey = 'k1') =>
  shipLines('o1', { items: linesOf(basket), idempotencyKey }, shop.ports());

const cancelsPart = (shop: FakeShop, basket: Basket, idempotencyKey = 'k1') =>
  cancelLines({ orderId: 'o1', items: linesOf(basket), idempotencyKey }, shop.ports());

const getsBack = (shop: FakeShop, basket: Basket, differences: object = {}) =>
  returnLines('o1', { items: linesOf(basket), idempotencyKey: 'k1', ...differences }, shop.ports());

describe('Shipping some units of an order', () => {
  test('takes them out of the stock, and the order stays confirmed', async () => {
    const shop = aShop();

    expect(await ships(shop, { mug: 1 })).toMatchObject({
      outcome: 'done',
      here: true,
      drift: 0,
      order: {
        status: 'confirmed',
        items: [{ reservedQuantity: 2, shippedQuantity: 1 }, { reservedQuantity: 2 }],
        movementReferences: ['order_o1', 'order_o1_shipment_k1'],
      },
    });

    expect(await shop.stockOf('mug')).toEqual({ stock: 9, reserved: 2, available: 7 });
    await expectLawsHold(shop);
  });

  test('is done once for each key', async () => {
    const shop = aShop();
    await ships(shop, { mug: 1 });

    expect(await ships(shop, { mug: 1 })).toMatchObject({ outcome: 'done', here: false });
    expect(await ships(shop, { mug: 2 })).toMatchObject({ why: { code: 'reference_reused' } });
    expect((await shop.stockOf('mug')).stock).toBe(9);
  });

  test('is done once although the answer is lost', async () => {
    const shop = aShop();
    shop.watches([connectionReset]);

    expect(await ships(shop, { mug: 1 })).toMatchObject({ outcome: 'done', here: true });
    expect((await shop.stockOf('mug')).stock).toBe(9);
  });

  test('does not share its keys with cancelling', async () => {
    const shop = aShop();
    await ships(shop, { mug: 1 });

    expect(await cancelsPart(shop, { mug: 1 })).toMatchObject({ outcome: 'cancelled' });
    await expectLawsHold(shop);
  });

  test('ships the order when it holds no more', async () => {
    const shop = aShop({ lock: { since: '2026-03-01T08:00:00.000Z' } });
    await ships(shop, { mug: 3 });
    expect(await shop.order('o1')).toMatchObject({ status: 'confirmed', lock: {} });

    await ships(shop, { cup: 2 }, 'k2');

    const order = await shop.order('o1');
    expect(order.status).toBe('shipped');
    expect(order).not.toHaveProperty('lock');
    expect(order).not.toHaveProperty('shippedInPart');
    await expectLawsHold(shop);
  });

  test('is refused with the lines that the order does not have', async () => {
    const shop = aShop();

    expect(await ships(shop, { jug: 1, mug: 1 })).toMatchObject({
      why: { code: 'line_not_found', productIds: ['jug'] },
    });
    expect(await ships(shop, { mug: 4 })).toMatchObject({
      why: { code: 'quantity_exceeded', productIds: ['mug'] },
    });
  });

  test.each(['pending', 'shipped', 'delivered', 'cancelled'] as const)(
    'is no transition of an order that is %s',
    async (status) => {
      expect(await ships(aShop({ status }), { mug: 1 })).toMatchObject({
        outcome: 'rejected',
        why: 'invalid_transition',
      });
    },
  );
});

describe('What is left of an order that is shipped in part', () => {
  const aShopThatShippedAMug = async (): Promise<FakeShop> => {
    const shop = aShop();
    await ships(shop, { mug: 1 });
    return shop;
  };

  test('cannot be cancelled as a whole', async () => {
    const shop = await aShopThatShippedAMug();

    expect(await cancelOrder({ orderId: 'o1' }, shop.ports())).toMatchObject({
      outcome: 'not_cancellable',
      why: 'goods_left',
    });
  });

  test('is cancelled by lines, and the order is shipped when it holds no more', async () => {
    const shop = await aShopThatShippedAMug();
    await cancelsPart(shop, { mug: 2 });
    expect((await shop.order('o1')).status).toBe('confirmed');

    expect(await cancelsPart(shop, { cup: 2 }, 'k2')).toMatchObject({
      outcome: 'cancelled',
      order: { status: 'shipped' },
      restored: [{ productId: 'cup', quantity: 2 }],
    });

    expect(await shop.order('o1')).not.toHaveProperty('cancelledAt');
    await expectLawsHold(shop);
  });

  test('is shipped as a whole', async () => {
    const shop = await aShopThatShippedAMug();

    expect(await transitionOrder('o1', 'shipped', shop.ports())).toMatchObject({
      outcome: 'moved',
      order: { status: 'shipped', items: [{ shippedQuantity: 3 }, { shippedQuantity: 2 }] },
    });
    expect((await shop.stockOf('mug')).stock).toBe(7);
    await expectLawsHold(shop);
  });

  test('goes to the first of a shipment and a cancellation that want the same units', async () => {
    const shop = await aShopThatShippedAMug();

    const [shipped, cancelled] = await Promise.all([
      ships(shop, { cup: 2 }, 's'),
      cancelsPart(shop, { cup: 2 }, 'c'),
    ]);

    expect([shipped.outcome, cancelled.outcome].sort()).toEqual(
      shipped.outcome === 'done' ? ['done', 'quantity_exceeded'] : ['cancelled', 'rejected'],
    );
    await expectLawsHold(shop);
  });
});

describe('Goods that come back', () => {
  /** An order of 3 mugs is shipped, and 10 mugs are left. */
  const aShopThatShipped = async (): Promise<FakeShop> => {
    const shop = openShop({
      orders: [anOrder('o1', { mug: 3 }, { status: 'confirmed' })],
      products: { mug: { stock: 13 } },
    });
    await transitionOrder('o1', 'shipped', shop.ports());
    return shop;
  };

  test('go into the stock again', async () => {
    const shop = await aShopThatShipped();

    expect(await getsBack(shop, { mug: 2 }, { reason: 'too large', note: 'as new' })).toMatchObject(
      {
        outcome: 'done',
        drift: 0,
        order: { status: 'shipped', items: [{ shippedQuantity: 3, returnedQuantity: 2 }] },
      },
    );

    expect(await shop.stockOf('mug')).toEqual({ stock: 12, reserved: 0, available: 12 });
    expect(await shop.movementsOf({ orderId: 'o1' })).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          referenceId: 'order_o1_return_k1',
          movementType: 'adjustment',
          quantity: 2,
          stockDelta: 2,
          reservedDelta: 0,
          reason: 'too large',
          note: 'as new',
        }),
      ]),
    );
    await expectLawsHold(shop);
  });

  test('come back once for each key, and never more than were shipped', async () => {
    const shop = await aShopThatShipped();
    await getsBack(shop, { mug: 2 });

    expect(await getsBack(shop, { mug: 2 })).toMatchObject({ outcome: 'done', here: false });
    expect(await getsBack(shop, { mug: 1 })).toMatchObject({ why: { code: 'reference_reused' } });
    expect(await getsBack(shop, { mug: 2 }, { idempotencyKey: 'k2' })).toMatchObject({
      why: { code: 'quantity_exceeded', productIds: ['mug'] },
    });
    expect((await shop.stockOf('mug')).stock).toBe(12);
  });

  test('move no counter if they cannot be sold again', async () => {
    const shop = await aShopThatShipped();
    const before = await shop.movements();

    await getsBack(shop, { mug: 2 }, { restock: false });

    expect(await shop.order('o1')).toMatchObject({ items: [{ returnedQuantity: 2 }] });
    expect((await shop.stockOf('mug')).stock).toBe(10);
    expect(await shop.movements()).toEqual(before);
    await expectLawsHold(shop);
  });

  test('go nowhere if their product is gone, and the order has them back', async () => {
    const shop = await aShopThatShipped();
    await shop.loses('products', 'mug');

    expect(await getsBack(shop, { mug: 1 })).toMatchObject({ outcome: 'done', drift: 0 });
    expect(await shop.order('o1')).toMatchObject({ items: [{ returnedQuantity: 1 }] });
  });

  test('come back to an order that is shipped in part', async () => {
    const shop = aShop();
    await ships(shop, { mug: 1 });

    expect(await getsBack(shop, { mug: 1 })).toMatchObject({ outcome: 'done' });
    expect(await shop.stockOf('mug')).toEqual({ stock: 10, reserved: 2, available: 8 });
    await expectLawsHold(shop);
  });

  test('cannot come back before they were shipped', async () => {
    expect(await getsBack(aShop(), { mug: 1 })).toMatchObject({
      why: { code: 'quantity_exceeded' },
    });
  });

  test.each([returnLines, shipLines])('are not those of an unknown order: %p', async (move) => {
    const request = { items: linesOf({ mug: 1 }), idempotencyKey: 'k1' };

    expect(await move('o9', request, openShop().ports())).toMatchObject({ outcome: 'not_found' });
  });
});
