import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { expectLawsHold } from '../../../support/audit.ts';
import { anOrder, manyLines } from '../../../support/builders.ts';
import { type FakeShop, openShop } from '../../../support/fake-shop.ts';
import { cancelledFor, connectionReset, meanwhile, noFault } from '../../../support/faults.ts';

beforeEach(() => {
  jest.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(() => {
  jest.restoreAllMocks();
});

const LINES = 120;
const TRANSACTIONS = Math.ceil(LINES / 49);

const shopWithLargeOrder = () => openShop({ orders: [anOrder('o1', manyLines(LINES))] });

/** A time budget that ends after this many transactions. */
const untilWrites = (shop: FakeShop, count: number) => () =>
  shop.wire.writes().length < count ? 1_000 : 0;

const everyUnit = manyLines(LINES).map(({ productId, quantity }) => ({ productId, quantity }));

const expectAllRestored = async (shop: FakeShop): Promise<void> => {
  expect(await shop.restorations('o1')).toHaveLength(LINES);
  expect((await shop.order('o1')).items.every((line) => line.reservedQuantity === 0)).toBe(true);
  await expectLawsHold(shop);
};

describe('Cancelling an order that needs several transactions', () => {
  test(`takes ${TRANSACTIONS} transactions for ${LINES} lines`, async () => {
    // Prepare
    const shop = shopWithLargeOrder();

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'cancelled', drift: 0 });
    expect(result && 'restored' in result && result.restored).toHaveLength(LINES);
    expect(shop.wire.operations()).toEqual([
      'GetItem',
      ...Array.from({ length: TRANSACTIONS }, () => 'TransactWriteItems'),
    ]);
    await expectAllRestored(shop);
  });

  test('makes the order cancelled with the first transaction', async () => {
    // Prepare
    const shop = shopWithLargeOrder();

    // Act
    const [result] = await shop.cancelsAll(['o1'], { remaining: untilWrites(shop, 1) });

    // Assess
    expect(result).toMatchObject({ outcome: 'unfinished' });
    const order = await shop.order('o1');
    expect(order.status).toBe('cancelled');
    expect(order.items.filter((line) => line.reservedQuantity > 0)).toHaveLength(LINES - 49);
    await expectLawsHold(shop, { unfinished: ['o1'] });
  });

  test.each([1, 2])(
    'is resumed by the next call after %i transactions, which finds all restorations',
    async (transactions) => {
      // Prepare
      const shop = shopWithLargeOrder();
      await shop.cancelsAll(['o1'], { remaining: untilWrites(shop, transactions) });

      // Act
      const [result] = await shop.cancelsAll(['o1']);

      // Assess
      expect(result).toMatchObject({ outcome: 'already_cancelled', restored: everyUnit });
      expect(shop.wire.writes()).toHaveLength(TRANSACTIONS);
      await expectAllRestored(shop);
    },
  );

  test('writes nothing in a third call', async () => {
    // Prepare
    const shop = shopWithLargeOrder();
    await shop.cancelsAll(['o1'], { remaining: untilWrites(shop, 1) });
    await shop.cancelsAll(['o1']);
    const before = shop.wire.writes().length;

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'already_cancelled', drift: 0 });
    expect(shop.wire.writes()).toHaveLength(before);
  });

  test('restores every line once when two callers share the work', async () => {
    // Prepare
    const shop = shopWithLargeOrder();

    // Act
    const results = await Promise.all([shop.cancelsAll(['o1']), shop.cancelsAll(['o1'])]);

    // Assess
    expect(
      results
        .flat()
        .map(({ outcome }) => outcome)
        .sort(),
    ).toEqual(['already_cancelled', 'cancelled']);
    for (const result of results.flat()) {
      const restored = await shop.restoredBy(result);
      expect(restored).toEqual(everyUnit);
    }
    await expectAllRestored(shop);
  });

  test('is complete when another caller finishes it between two transactions', async () => {
    // Prepare
    const shop = shopWithLargeOrder();
    shop.wire.next(
      'TransactWriteItems',
      noFault,
      meanwhile(() => shop.cancelsAll(['o1'])),
    );

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'cancelled' });
    const restored = await shop.restoredBy(result);
    expect(restored).toEqual(everyUnit);
    await expectAllRestored(shop);
  });

  test('restores every line once despite conflicts and lost answers', async () => {
    // Prepare
    const shop = shopWithLargeOrder();
    shop.wire.next(
      'TransactWriteItems',
      connectionReset,
      noFault,
      cancelledFor('None', 'TransactionConflict'),
      connectionReset,
      noFault,
      connectionReset,
    );

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'cancelled', conflicts: 1 });
    await expectAllRestored(shop);
  });

  test.each([
    [49, 1],
    [50, 2],
    [98, 2],
    [99, 3],
  ])('of %i lines takes %i transactions', async (lines, transactions) => {
    // Prepare
    const shop = openShop({ orders: [anOrder('o1', manyLines(lines))] });

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'cancelled' });
    expect(shop.wire.writes()).toHaveLength(transactions);
  });
});
