/** An evening of second thoughts: 500 cancellations with a grace, and what becomes of them. */
import { expect, test } from '@jest/globals';
import { adjustStock } from '../../../lib/use-cases/adjust-stock.ts';
import type { Ports } from '../../../lib/use-cases/ports.ts';
import { reinstateOrder } from '../../../lib/use-cases/reinstate-order.ts';
import { sweepOrders } from '../../../lib/use-cases/sweep-orders.ts';
import { expectLawsHold } from '../../support/audit.ts';
import { anOrder } from '../../support/builders.ts';
import { type FakeShop, openShop } from '../../support/fake-shop.ts';
import { actionsOf } from '../../support/faults.ts';
import { unitRuntime } from '../../support/unit-runtime.ts';

const ORDERS = 500;
const PRODUCTS = 20;
const GRACE_SECONDS = 600;
const AFTER_THE_GRACE = new Date('2026-03-02T12:10:01.000Z');

const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, index) => from + index);

const productOf = (n: number): string => `p${n % PRODUCTS}`;

/** Every order holds two units of one product and one of its neighbour. */
const orderOf = (n: number) =>
  anOrder(
    `o${n}`,
    { [productOf(n)]: 2, [productOf(n + 1)]: 1 },
    { status: n % 2 === 0 ? 'pending' : 'confirmed' },
  );

/** Somebody buys all units that nobody holds of the first half of the products. */
const sells = async (shop: FakeShop): Promise<void> => {
  for (const productId of numbers(0, PRODUCTS / 2).map(productOf)) {
    const { available } = await shop.stockOf(productId);
    const sale = { productId, quantity: -available, referenceId: `sale-of-${productId}` };
    expect(await adjustStock(sale, shop.ports())).toMatchObject({ outcome: 'adjusted' });
  }
};

/** The products that are sold out, of those that an order asks for. */
const missingIn = (n: number): string[] =>
  [n, n + 1].filter((m) => m % PRODUCTS < PRODUCTS / 2).map(productOf);

const reinstateAll = (shop: FakeShop, orders: readonly number[], ports: Ports = shop.ports()) =>
  Promise.all(orders.map((n) => reinstateOrder(`o${n}`, {}, ports)));

/** How often the transactions since then wrote or checked a product. */
const productActions = (shop: FakeShop, since: number): number =>
  shop.wire
    .writes()
    .slice(since)
    .flatMap(actionsOf)
    .filter(({ table }) => table === shop.tables.products).length;

test('of 500 orders in a grace, half come back in it, and a quarter after it as far as there is stock', async () => {
  // Prepare
  const shop = openShop({ orders: numbers(0, ORDERS).map(orderOf) });
  const later = shop.ports({ runtime: unitRuntime({ now: () => AFTER_THE_GRACE }) });
  const [inTime, late, never] = [numbers(0, 250), numbers(250, 375), numbers(375, ORDERS)];

  // All are cancelled. None of them touches a product.
  const cancelled = await shop.cancelsAll(
    numbers(0, ORDERS).map((n) => ({
      orderId: `o${n}`,
      reason: 'customer',
      graceSeconds: GRACE_SECONDS,
    })),
  );
  expect(cancelled.map(({ outcome }) => outcome)).toEqual(Array(ORDERS).fill('cancelled'));

  // Half are taken back in the grace, some by two clicks. None of them touches a product.
  const [clicks] = await Promise.all([
    reinstateAll(shop, inTime),
    reinstateAll(shop, inTime.slice(0, 50)),
  ]);
  expect(clicks).toEqual(
    inTime.map((n) =>
      expect.objectContaining({
        outcome: 'reinstated',
        order: expect.objectContaining({ status: orderOf(n).status, round: 2 }),
      }),
    ),
  );
  expect(productActions(shop, 0)).toBe(0);
  await expectLawsHold(shop);

  // The grace ends, the goods go back on the shelf, and somebody buys half of the products empty.
  await sweepOrders(later);
  expect(await shop.order('o499')).toMatchObject({
    items: [{ reservedQuantity: 0 }, { reservedQuantity: 0 }],
  });
  await sells(shop);
  const between = await Promise.all(late.map((n) => shop.order(`o${n}`)));

  // A quarter are taken back too late: all units of an order, or none.
  const tooLate = await reinstateAll(shop, late, later);
  for (const [index, n] of late.entries()) {
    const missing = missingIn(n);
    const order = await shop.order(`o${n}`);
    if (missing.length === 0) {
      expect(tooLate[index]).toMatchObject({ outcome: 'reinstated', order: { round: 2 } });
      expect(order).toMatchObject({
        status: orderOf(n).status,
        items: [{ reservedQuantity: 2 }, { reservedQuantity: 1 }],
      });
    } else {
      expect(tooLate[index]).toEqual({
        outcome: 'insufficient_stock',
        shortages: missing.map((productId) => ({
          productId,
          requested: productId === productOf(n) ? 2 : 1,
          available: 0,
        })),
      });
      expect(order).toEqual(between[index]);
    }
  }
  expect(late.filter((n) => missingIn(n).length === 0).length).toBeGreaterThan(40);
  await expectLawsHold(shop);

  // Whoever asks again is told the same, and the last quarter stays cancelled.
  const writes = shop.wire.writes().length;
  const again = await reinstateAll(shop, inTime, later);
  expect(again.map(({ outcome }) => outcome)).toEqual(Array(inTime.length).fill('reinstated'));
  expect(shop.wire.writes()).toHaveLength(writes);
  for (const n of never) {
    expect(await shop.order(`o${n}`)).toMatchObject({
      status: 'cancelled',
      round: 1,
      items: [{ reservedQuantity: 0 }, { reservedQuantity: 0 }],
    });
  }
});
