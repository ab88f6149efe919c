/** A shop is damaged, and repaired until an audit finds nothing. */
import { describe, expect, test } from '@jest/globals';
import { auditOf, repairOf, told } from '../../support/audits.ts';
import { NOW } from '../../support/builders.ts';
import type { FakeShop } from '../../support/fake-shop.ts';
import { line, openHonestShop, PLANTED, product } from '../../support/planted-damage.ts';
import { unitRuntime } from '../../support/unit-runtime.ts';

/** An hour later, so that all is at rest. */
const runtime = unitRuntime({ now: () => new Date(Date.parse(NOW) + 3_600_000) });

/**
 * Rows that contradict themselves or cannot be read: nothing tells what they should say. A person has
 * to look.
 */
const FOR_A_PERSON: readonly string[] = [
  'a movement of nothing',
  'a reservation that gives',
  'a restoration that takes',
  'a movement of more than its quantity',
  'a line with units below zero',
  'a movement under the entry of another product',
  'a cause of an order on none',
  'a delivered order that holds units',
  'an order that was shipped after its cancellation',
  'units that are held and cancelled',
  'more returned than shipped',
  'a movement in a shard that nobody reads',
  'a cancellation that tells of other units',
  'an answer for fewer lines',
  'a key of no cause',
  'a grace of an order that is shipped',
  'an order in parts that does not say so',
  'an order that says that it is in parts and is whole',
  'more cancelled by parts than at all',
  'a product that cannot be read',
  'an order that cannot be read',
];

const MENDABLE = PLANTED.filter(([title]) => !FOR_A_PERSON.includes(title));

const rowsOf = ({ db, tables }: FakeShop) =>
  [tables.products, tables.orders, tables.stockMovements].map((table) => db.rows(table));

describe('A repair', () => {
  test.each(MENDABLE)('mends %s', async (_, damage) => {
    const shop = await openHonestShop();
    await damage(shop);

    const { before, after, repairs } = await repairOf(shop, { runtime });

    expect(before.findings).not.toEqual([]);
    expect(after && told(after)).toEqual([]);
    expect((await shop.verdict()).violations).toEqual([]);
    expect(repairs.every(({ isDone }) => isDone)).toBe(true);
  });

  test.each(PLANTED.filter(([title]) => FOR_A_PERSON.includes(title)))(
    'leaves to a person %s',
    async (_, damage, expected) => {
      const shop = await openHonestShop();
      await damage(shop);

      const { after } = await repairOf(shop, { runtime });

      const findings = after?.findings.map(
        ({ law, of, subject, is, ought }) => `${law} ${of} ${subject}: ${is} (${ought})`,
      );
      expect(findings).toContain(expected);
    },
  );

  test.each(PLANTED)('writes nothing in a dry run: %s', async (_, damage) => {
    const shop = await openHonestShop();
    await damage(shop);
    const rows = rowsOf(shop);

    const { after } = await repairOf(shop, { runtime, isApplied: false });

    expect(after).toBeUndefined();
    expect(rowsOf(shop)).toEqual(rows);
  });

  test('changes nothing in a shop that keeps the laws', async () => {
    const shop = await openHonestShop();
    const rows = rowsOf(shop);

    expect((await repairOf(shop, { runtime })).repairs).toEqual([]);

    expect(rowsOf(shop)).toEqual(rows);
  });

  test('notes on the product what its counters said before', async () => {
    const shop = await openHonestShop();
    await product('mug', { stockQuantity: 12, availableQuantity: 10 })(shop);

    await repairOf(shop, { runtime });

    expect(await shop.product('mug')).toMatchObject({
      stockQuantity: 9,
      reservedQuantity: 2,
      availableQuantity: 7,
      movementCount: 6,
      repaired: {
        at: runtime.now().toISOString(),
        stockQuantity: 12,
        reservedQuantity: 2,
        availableQuantity: 10,
        movementCount: 6,
      },
    });
  });

  test('believes the order, and lets it give back later exactly what it holds', async () => {
    const shop = await openHonestShop();
    await line('pending', { reservedQuantity: 1, cancelledQuantity: 1 })(shop);

    await repairOf(shop, { runtime });
    await shop.cancels('pending');

    expect(await shop.stockOf('mug')).toEqual({ stock: 9, reserved: 0, available: 9 });
    expect((await shop.verdict()).violations).toEqual([]);
  });

  test('does not make the ledger follow a line that contradicts itself', async () => {
    const shop = await openHonestShop();
    await line('pending', { reservedQuantity: 1 })(shop);
    const [products, , movements] = rowsOf(shop);

    await repairOf(shop, { runtime });

    expect(rowsOf(shop)[0]).toEqual(products);
    expect(rowsOf(shop)[2]).toEqual(movements);
  });

  test('gives a reinstatement its lost reservation back, and keeps what came after it', async () => {
    const shop = await openHonestShop();
    const key = { referenceId: 'order_again~2', entry: 'reservation#jar' };
    shop.db.remove(shop.tables.stockMovements, key);

    await repairOf(shop, { runtime });

    const causes = (await shop.movementsOf({ orderId: 'again' })).map(
      ({ referenceId, quantity }) => `${referenceId} ${quantity}`,
    );
    expect(causes.toSorted()).toEqual([
      'order_again -2',
      'order_again_cancellation 2',
      'order_again~2 -2',
      'order_again~2_cancellation 2',
    ]);
  });

  test('records the stock that must be there if orders hold more than there is', async () => {
    const shop = await openHonestShop();
    shop.db.remove(shop.tables.stockMovements, {
      referenceId: 'product_mug_opening',
      entry: 'adjustment#mug',
    });

    await repairOf(shop, { runtime });

    expect(await shop.stockOf('mug')).toEqual({ stock: 2, reserved: 2, available: 0 });
    expect(await shop.movementsOf({ productId: 'mug' })).toContainEqual(
      expect.objectContaining({ quantity: 3, stockDelta: 3, reason: 'repair' }),
    );
  });

  test('is done once when two do it at the same time', async () => {
    const shop = await openHonestShop();
    for (const [title, damage] of MENDABLE)
      if (/lost (restoration|shipment)/.test(title)) await damage(shop);
    await line('partly', { reservedQuantity: 0, cancelledQuantity: 2 })(shop);

    await Promise.all([repairOf(shop, { runtime }), repairOf(shop, { runtime })]);

    expect(told(await auditOf(shop, { runtime }))).toEqual([]);
    expect((await shop.verdict()).violations).toEqual([]);
  });
});
