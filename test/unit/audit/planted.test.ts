/** Damage of every kind, planted one at a time into a shop that keeps all laws, and found. */
import { describe, expect, test } from '@jest/globals';
import { auditOf } from '../../support/audits.ts';
import { aLine, anOrder, NOW } from '../../support/builders.ts';
import { type FakeShop, openShop } from '../../support/fake-shop.ts';
import {
  type Damage,
  line,
  openHonestShop,
  PLANTED,
  product,
} from '../../support/planted-damage.ts';
import { unitRuntime } from '../../support/unit-runtime.ts';

/** An hour later, so that all is at rest. */
const LATER = unitRuntime({ now: () => new Date(Date.parse(NOW) + 3_600_000) });

const lines = async (shop: FakeShop, runtime = LATER): Promise<string[]> => {
  const { findings } = await auditOf(shop, { runtime });
  return findings.map(
    ({ law, of, subject, is, ought }) => `${law} ${of} ${subject}: ${is} (${ought})`,
  );
};

describe('An audit', () => {
  test.each(PLANTED)('finds %s', async (_, damage, expected) => {
    const shop = await openHonestShop();

    await damage(shop);

    expect(await lines(shop)).toContain(expected);
  });

  test('finds nothing in a shop that keeps the laws', async () => {
    const shop = await openHonestShop();

    expect(await auditOf(shop)).toEqual({
      rows: { products: 3, orders: 7, movements: 19 },
      findings: [],
      more: 0,
      unproven: [],
      unfinished: 0,
      isComplete: true,
    });
  });
});

describe('An audit of rows that were written to just now', () => {
  const JUST_NOW = unitRuntime();

  test.each<[string, Damage, string]>([
    [
      'a reservation that nothing explains',
      product('mug', { reservedQuantity: 3, availableQuantity: 6 }),
      'ledger product mug: reservedQuantity is 3 (2, by its movements)',
    ],
    [
      'an order that holds too little',
      line('pending', { reservedQuantity: 1 }),
      'holdings product mug: reservedQuantity is 2 (1, by its orders)',
    ],
    [
      'more movements than are counted',
      product('mug', { movementCount: 1 }),
      'ledger product mug: movementCount is 1 (6, by its ledger)',
    ],
    [
      'movements of an order that does not exist',
      (shop) => shop.loses('orders', 'cancelled'),
      'nothing-lost order cancelled: does not exist, and has movements of mug (none)',
    ],
  ])('finds %s', async (_, damage, expected) => {
    const shop = await openHonestShop();

    await damage(shop);

    expect(await lines(shop, JUST_NOW)).toContain(expected);
  });

  test('does not tell of movements that the index may still hide', async () => {
    const shop = await openHonestShop();
    await product('mug', { movementCount: 9 })(shop);

    const report = await auditOf(shop, { runtime: JUST_NOW });

    expect(report).toMatchObject({ findings: [], unproven: [{ of: 'product', subject: 'mug' }] });
  });
});

describe('An audit of rows that nobody has written to for long', () => {
  test('proves from the scan and one more read of the product what is wrong', async () => {
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });
    await shop.tampersWith('products', 'mug', { reservedQuantity: 3, availableQuantity: 99 });

    const report = await auditOf(shop);

    expect(report.findings.map(({ is }) => is)).toEqual([
      'reservedQuantity is 3',
      'reservedQuantity is 3',
    ]);
    expect(shop.wire.sent.filter(({ operation }) => operation === 'Query')).toEqual([]);
  });

  test('tells nothing of an order whose product was opened again after it', async () => {
    const shop = openShop({
      orders: [
        anOrder('o1', [aLine('mug', 1, { reservedQuantity: 0, shippedQuantity: 1 })], {
          status: 'shipped',
          createdAt: '2026-02-01T08:00:00.000Z',
        }),
      ],
    });
    for (const [referenceId, entry] of [
      ['order_o1', 'reservation#mug'],
      ['order_o1_shipment', 'adjustment#mug'],
    ]) {
      shop.db.remove(shop.tables.stockMovements, { referenceId, entry });
    }
    const all = { stockQuantity: 101, availableQuantity: 101, movementCount: 1 };
    await shop.tampersWith('products', 'mug', all);

    expect((await auditOf(shop)).findings).toEqual([]);
  });
});
