import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { orderToItem } from '../../../../lib/dynamodb/items.ts';
import { expectLawsHold } from '../../../support/audit.ts';
import { anOrder, TABLES } from '../../../support/builders.ts';
import { openShop } from '../../../support/fake-shop.ts';
import { cancelledFor, refusedWith } from '../../../support/faults.ts';

beforeEach(() => {
  // No waiting: every backoff, ours and that of the SDK, is a random part of its ceiling.
  jest.spyOn(Math, 'random').mockReturnValue(0);
});

afterEach(() => {
  jest.restoreAllMocks();
});

describe('When another request writes to the same order or product', () => {
  test.each([
    ['a conflict on the product', cancelledFor('None', 'TransactionConflict', 'None')],
    ['a conflict on the order', cancelledFor('TransactionConflict')],
    ['a throttled table', cancelledFor('None', 'ThrottlingError')],
    ['a partition at its limit', cancelledFor('None', 'ProvisionedThroughputExceeded')],
    ['all of them at once', cancelledFor('TransactionConflict', 'ThrottlingError')],
  ])('%s is retried with the same bytes until the order is cancelled', async (_, fault) => {
    // Prepare
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });
    shop.wire.next('TransactWriteItems', fault, fault);

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'cancelled', conflicts: 2, drift: 0 });
    const [first, ...again] = shop.wire.writes();
    expect(again.map(({ bytes }) => bytes)).toEqual([first?.bytes, first?.bytes]);
    expect(first?.input.ClientRequestToken).toMatch(/^[0-9A-Z]{26}$/);
    expect((await shop.product('mug')).reservedQuantity).toBe(0);
    await expectLawsHold(shop);
  });

  test.each([
    'ProvisionedThroughputExceededException',
    'RequestLimitExceeded',
    'ThrottlingException',
  ])('%s for the whole request is retried with the same bytes', async (name) => {
    // Prepare: one fault more than the SDK makes attempts
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })], maxAttempts: 2 });
    shop.wire.next('TransactWriteItems', ...Array.from({ length: 3 }, () => refusedWith(name)));

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'cancelled' });
    expect(shop.wire.writes()).toHaveLength(4);
    expect(new Set(shop.wire.writes().map(({ bytes }) => bytes)).size).toBe(1);
  });

  test('a failed condition takes precedence over a conflict: the shipped order is not cancellable', async () => {
    // Prepare: the order is shipped while another request writes to its product
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });
    const shipped = anOrder('o1', { mug: 2 }, { status: 'shipped', version: 2 });
    shop.wire.next(
      'TransactWriteItems',
      cancelledFor(
        { Code: 'ConditionalCheckFailed', Item: orderToItem(shipped, TABLES) },
        'TransactionConflict',
      ),
    );

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toEqual({
      orderId: 'o1',
      outcome: 'not_cancellable',
      why: 'goods_left',
      order: shipped,
      conflicts: 0,
      drift: 0,
    });
    expect(shop.wire.writes()).toHaveLength(1);
  });
});

describe('When a transaction is cancelled for an unexpected reason', () => {
  test.each(['ValidationError', 'ItemCollectionSizeLimitExceeded', 'DuplicateItem', 'Brand New'])(
    '%s fails the order without a retry',
    async (code) => {
      // Prepare
      const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });
      shop.wire.next('TransactWriteItems', cancelledFor('None', code));

      // Act
      const [result] = await shop.cancelsAll(['o1']);

      // Assess
      expect(result).toMatchObject({
        outcome: 'failed',
        error: { name: 'TransactionCanceledException' },
      });
      expect(shop.wire.writes()).toHaveLength(1);
      expect((await shop.order('o1')).status).toBe('pending');
    },
  );

  test.each([
    ['a failed condition', 'ConditionalCheckFailed'],
    ['a conflict', 'TransactionConflict'],
  ])('the order fails even if another reason is %s', async (_, code) => {
    // Prepare
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });
    shop.wire.next('TransactWriteItems', cancelledFor(code, 'ValidationError'));

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'failed' });
    expect(shop.wire.writes()).toHaveLength(1);
  });

  test('the order fails if there is no reason at all', async () => {
    // Prepare
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });
    shop.wire.next('TransactWriteItems', cancelledFor());

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'failed' });
  });
});
