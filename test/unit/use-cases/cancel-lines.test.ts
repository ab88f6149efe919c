import { describe, expect, test } from '@jest/globals';
import type { PartialCancellationRequest } from '../../../lib/domain/cancellation.ts';
import { createStore } from '../../../lib/dynamodb/store.ts';
import { cancelOrderSoon } from '../../../lib/use-cases/cancel-order-soon.ts';
import type { Ports } from '../../../lib/use-cases/ports.ts';
import { expectLawsHold } from '../../support/audit.ts';
import { aLine, anOrder, TABLES } from '../../support/builders.ts';
import { cancelLines } from '../../support/cancel-lines.ts';
import { type FakeShop, openShop } from '../../support/fake-shop.ts';
import {
  always,
  cancelledFor,
  connectionReset,
  isTransaction,
  meanwhile,
  noFault,
  resetAfter,
} from '../../support/faults.ts';
import { createVirtualTime } from '../../support/virtual-time.ts';

const cancel = (
  shop: FakeShop,
  lines: Record<string, number>,
  differences: Partial<PartialCancellationRequest> = {},
  ports: Partial<Ports> = {},
) =>
  cancelLines(
    {
      orderId: 'o1',
      items: Object.entries(lines).map(([productId, quantity]) => ({ productId, quantity })),
      idempotencyKey: 'k1',
      ...differences,
    },
    shop.ports(ports),
  );

/** o1 holds 5 mugs and 3 cups, o2 holds 4 mugs. */
const aSmallShop = () =>
  openShop({ orders: [anOrder('o1', { mug: 5, cup: 3 }), anOrder('o2', { mug: 4 })] });

const ofKey = async (shop: FakeShop, key = 'k1') =>
  (await shop.movements()).filter(
    ({ referenceId }) => referenceId === `order_o1_cancellation_${key}`,
  );

describe('A caller who waits for some units to be cancelled', () => {
  test('is told within seconds that others are in the way, however long the call might take', async () => {
    // Prepare
    const shop = aSmallShop();
    const time = createVirtualTime();
    const ports = {
      store: createStore(time.slowClient(shop.wire, 20), TABLES, time.runtime),
      runtime: time.runtime,
      remaining: time.budget(29_000),
    };
    shop.wire.use(always(isTransaction, cancelledFor('None', 'TransactionConflict')));
    const items = [{ productId: 'mug', quantity: 2 }];

    // Act
    const result = await cancelOrderSoon({ orderId: 'o1', items, idempotencyKey: 'k1' }, ports);

    // Assess
    expect(result).toMatchObject({ outcome: 'unfinished', conflicts: expect.any(Number) });
    expect(time.spent()).toBeGreaterThan(1_000);
    expect(time.spent()).toBeLessThanOrEqual(3_000);
  });
});

describe('Cancelling some units of an order', () => {
  test('restores them and leaves the rest of the order as it is', async () => {
    // Prepare
    const shop = aSmallShop();

    // Act
    const result = await cancel(shop, { cup: 1, mug: 2 }, { reason: 'customer' });

    // Assess
    expect(result).toEqual({
      orderId: 'o1',
      outcome: 'cancelled',
      order: await shop.order('o1'),
      restored: [
        { productId: 'mug', quantity: 2 },
        { productId: 'cup', quantity: 1 },
      ],
      drift: 0,
      conflicts: 0,
    });
    expect(await shop.order('o1')).toMatchObject({
      status: 'pending',
      items: [
        aLine('mug', 5, { reservedQuantity: 3, cancelledQuantity: 2 }),
        aLine('cup', 3, { reservedQuantity: 2, cancelledQuantity: 1 }),
      ],
    });
    expect((await shop.product('mug')).reservedQuantity).toBe(7);
    expect((await ofKey(shop)).map(({ reason }) => reason)).toEqual(['customer', 'customer']);
    expect(shop.wire.operations()).toEqual(['GetItem', 'TransactWriteItems']);
    await expectLawsHold(shop);
  });

  test('cancels the order with its last units, and cancelling it again is `already_cancelled`', async () => {
    // Prepare
    const shop = aSmallShop();

    // Act
    await cancel(shop, { mug: 5 }, { idempotencyKey: 'k1' });
    const last = await cancel(shop, { cup: 3 }, { idempotencyKey: 'k2', reason: 'inventory' });

    // Assess
    expect(last).toMatchObject({
      outcome: 'cancelled',
      order: { status: 'cancelled', cancellationReason: 'inventory' },
    });
    expect(await shop.cancelsAll(['o1'])).toMatchObject([{ outcome: 'already_cancelled' }]);
    expect((await shop.product('mug')).reservedQuantity).toBe(4);
    await expectLawsHold(shop);
  });

  test('leaves the other units to a later cancellation of the order', async () => {
    // Prepare
    const shop = aSmallShop();
    await cancel(shop, { mug: 2 });

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({
      outcome: 'cancelled',
      restored: [
        { productId: 'mug', quantity: 3 },
        { productId: 'cup', quantity: 3 },
      ],
    });
    expect((await shop.product('mug')).reservedQuantity).toBe(4);
    await expectLawsHold(shop);
  });

  test('without restocking takes them out of the stock', async () => {
    // Prepare
    const shop = aSmallShop();

    // Act
    const result = await cancel(shop, { mug: 2 }, { restock: false });

    // Assess
    expect(result).toMatchObject({ outcome: 'cancelled', restored: [], drift: 0 });
    expect(await shop.product('mug')).toMatchObject({
      stockQuantity: 107,
      reservedQuantity: 7,
      availableQuantity: 100,
    });
    await expectLawsHold(shop);
  });

  test('restores what the counter has, and reports 2 missing units as drift', async () => {
    // Prepare
    const shop = openShop({
      orders: [anOrder('o1', { mug: 5 })],
      products: { mug: { stock: 10, reserved: 1 } },
    });

    // Act
    const result = await cancel(shop, { mug: 3 });

    // Assess
    expect(result).toMatchObject({
      outcome: 'cancelled',
      drift: 2,
      restored: [{ productId: 'mug', quantity: 3 }],
    });
    expect((await shop.product('mug')).reservedQuantity).toBe(0);
  });
});

describe('Cancelling some units changes nothing', () => {
  test.each([
    ['if the order does not exist', { orderId: 'o9' }, { outcome: 'not_found' }],
    [
      'if the order lacks the product',
      { items: [{ productId: 'jug', quantity: 1 }] },
      { outcome: 'line_not_found', productIds: ['jug'] },
    ],
    [
      'if the line holds fewer units',
      { items: [{ productId: 'cup', quantity: 4 }] },
      { outcome: 'quantity_exceeded', productIds: ['cup'] },
    ],
  ])('%s', async (_, differences, expected) => {
    const shop = aSmallShop();

    expect(await cancel(shop, {}, differences)).toMatchObject({ ...expected, conflicts: 0 });
    expect(shop.wire.writes()).toEqual([]);
  });

  test('if the order has been shipped', async () => {
    const shop = openShop({
      orders: [anOrder('o1', [aLine('mug', 5, { reservedQuantity: 0 })], { status: 'shipped' })],
    });

    expect(await cancel(shop, { mug: 1 })).toMatchObject({
      outcome: 'not_cancellable',
      why: 'goods_left',
      order: await shop.order('o1'),
      conflicts: 0,
    });
  });

  test('if no time is left', async () => {
    const shop = aSmallShop();

    expect(await cancel(shop, { mug: 1 }, {}, { remaining: () => 0 })).toMatchObject({
      outcome: 'unfinished',
      conflicts: 0,
    });
    expect((await shop.order('o1')).version).toBe(1);
  });
});

describe('Repeating a call with its idempotency key', () => {
  test('returns the same answer and writes nothing', async () => {
    // Prepare
    const shop = aSmallShop();
    const first = await cancel(shop, { mug: 2, cup: 1 });
    const writes = shop.wire.writes().length;

    // Act
    const again = await cancel(shop, { cup: 1, mug: 2 });

    // Assess
    expect(again).toEqual({ ...first, outcome: 'already_cancelled' });
    expect(shop.wire.writes()).toHaveLength(writes);
  });

  test('returns the same units after the whole order was cancelled', async () => {
    // Prepare
    const shop = aSmallShop();
    await cancel(shop, { mug: 2 });
    await shop.cancelsAll(['o1']);

    // Act
    const again = await cancel(shop, { mug: 2 });

    // Assess
    expect(again).toMatchObject({
      outcome: 'already_cancelled',
      order: { status: 'cancelled' },
      restored: [{ productId: 'mug', quantity: 2 }],
    });
  });

  test('50 times concurrently cancels the units once, and leaves the other order its units', async () => {
    // Prepare
    const shop = aSmallShop();

    // Act
    const results = await Promise.all(Array.from({ length: 50 }, () => cancel(shop, { mug: 2 })));

    // Assess
    expect(results.filter(({ outcome }) => outcome === 'cancelled')).toHaveLength(1);
    expect(results.filter(({ outcome }) => outcome === 'already_cancelled')).toHaveLength(49);
    for (const result of results) {
      expect(result).toMatchObject({ restored: [{ productId: 'mug', quantity: 2 }], drift: 0 });
    }
    expect(await ofKey(shop)).toHaveLength(1);
    expect((await shop.order('o2')).items).toEqual([aLine('mug', 4)]);
    expect((await shop.product('mug')).reservedQuantity).toBe(7);
    await expectLawsHold(shop);
  });

  test('sends the same bytes after a lost answer, and moves the units once', async () => {
    // Prepare
    const shop = aSmallShop();
    shop.wire.next('TransactWriteItems', connectionReset);

    // Act
    const result = await cancel(shop, { mug: 2 });

    // Assess
    expect(result).toMatchObject({ outcome: 'cancelled' });
    const [first, second] = shop.wire.writes();
    expect(second?.bytes).toBe(first?.bytes);
    expect((await shop.product('mug')).reservedQuantity).toBe(7);
  });

  test.each([
    ['another quantity', { mug: 1 }, {}],
    ['another product', { cup: 2 }, {}],
    ['one more product', { mug: 2, cup: 1 }, {}],
    ['a product that does not exist', { jug: 2 }, {}],
    ['another `restock`', { mug: 2 }, { restock: false }],
    ['another reason', { mug: 2 }, { reason: 'fraud' }],
    ['no reason', { mug: 2 }, { reason: undefined }],
  ] as const)('with %s is refused', async (_, lines, differences) => {
    // Prepare
    const shop = aSmallShop();
    await cancel(shop, { mug: 2 }, { reason: 'customer' });
    const writes = shop.wire.writes().length;

    // Act
    const result = await cancel(shop, lines, { reason: 'customer', ...differences });

    // Assess
    expect(result).toMatchObject({ outcome: 'reference_reused', conflicts: 0 });
    expect(shop.wire.writes()).toHaveLength(writes);
  });

  test('for another order is a separate call', async () => {
    // Prepare
    const shop = aSmallShop();
    await cancel(shop, { mug: 2 });

    // Act
    const other = await cancel(shop, { mug: 2 }, { orderId: 'o2' });

    // Assess
    expect(other).toMatchObject({ outcome: 'cancelled' });
    expect((await shop.product('mug')).reservedQuantity).toBe(5);
  });
});

describe('When the order changes during the call', () => {
  test('units that another call cancels first are not cancelled twice', async () => {
    // Prepare: 5 mugs; while 4 are being cancelled, another call cancels 3
    const shop = aSmallShop();
    shop.wire.next(
      'TransactWriteItems',
      meanwhile(() => cancel(shop, { mug: 3 }, { idempotencyKey: 'k2' })),
    );

    // Act
    const result = await cancel(shop, { mug: 4 });

    // Assess
    expect(result).toMatchObject({ outcome: 'quantity_exceeded', productIds: ['mug'] });
    expect((await shop.product('mug')).reservedQuantity).toBe(6);
    await expectLawsHold(shop);
  });

  test('units that are left are cancelled from the changed order', async () => {
    // Prepare
    const shop = aSmallShop();
    shop.wire.next(
      'TransactWriteItems',
      meanwhile(() => cancel(shop, { mug: 3 }, { idempotencyKey: 'k2' })),
      noFault,
    );

    // Act
    const result = await cancel(shop, { mug: 2, cup: 1 });

    // Assess
    expect(result).toMatchObject({ outcome: 'cancelled', order: { version: 3 } });
    expect((await shop.order('o1')).items).toEqual([
      aLine('mug', 5, { reservedQuantity: 0, cancelledQuantity: 5 }),
      aLine('cup', 3, { reservedQuantity: 2, cancelledQuantity: 1 }),
    ]);
    await expectLawsHold(shop);
  });

  test.each([
    ['cancelled', 'quantity_exceeded'],
    ['shipped', 'not_cancellable'],
  ] as const)('no unit is released twice if it is %s first', async (first, outcome) => {
    // Prepare
    const shop = aSmallShop();
    const { transitionOrder } = await import('../../../lib/use-cases/transition-order.ts');
    if (first === 'shipped') await transitionOrder('o1', 'confirmed', shop.ports());
    shop.wire.next(
      'TransactWriteItems',
      meanwhile(() =>
        first === 'shipped'
          ? transitionOrder('o1', 'shipped', shop.ports())
          : shop.cancelsAll(['o1']),
      ),
    );

    // Act
    const result = await cancel(shop, { mug: 1 });

    // Assess
    expect(result).toMatchObject({ outcome });
    expect((await shop.product('mug')).reservedQuantity).toBe(4);
    await expectLawsHold(shop);
  });

  test('20 concurrent calls with different keys for 5 units cancel exactly 5', async () => {
    // Prepare
    const shop = aSmallShop();

    // Act
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        cancel(shop, { mug: 1 }, { idempotencyKey: `k${index}` }),
      ),
    );

    // Assess
    expect(results.filter(({ outcome }) => outcome === 'cancelled')).toHaveLength(5);
    expect(results.filter(({ outcome }) => outcome === 'quantity_exceeded')).toHaveLength(15);
    expect((await shop.product('mug')).reservedQuantity).toBe(4);
    await expectLawsHold(shop);
  });
});

describe('Recognising the own cancellation', () => {
  test('after a lost answer works even if DynamoDB has forgotten the token', async () => {
    // Prepare
    const shop = openShop({ orders: [anOrder('o1', { mug: 5 })], maxAttempts: 1 });
    shop.wire.next(
      'TransactWriteItems',
      resetAfter(() => {
        shop.db.forgetTokens();
      }),
    );

    // Act
    const result = await cancel(shop, { mug: 2 });

    // Assess
    expect(result).toMatchObject({ outcome: 'cancelled', restored: [{ quantity: 2 }], drift: 0 });
    expect(await ofKey(shop)).toHaveLength(1);
    await expectLawsHold(shop);
  });

  test('after a lost answer works, with its drift, even if another part was cancelled since', async () => {
    // Prepare: the product has fewer mugs reserved than the order holds
    const shop = openShop({
      orders: [anOrder('o1', { mug: 5, cup: 3 })],
      products: { mug: { stock: 9, reserved: 1 } },
      maxAttempts: 1,
    });
    shop.wire.next(
      'TransactWriteItems',
      noFault,
      resetAfter(async () => {
        shop.db.forgetTokens();
        await cancel(shop, { cup: 1 }, { idempotencyKey: 'k2' });
      }),
    );

    // Act
    const result = await cancel(shop, { mug: 2 });

    // Assess
    expect(result).toMatchObject({
      outcome: 'cancelled',
      restored: [{ productId: 'mug', quantity: 2 }],
      drift: 1,
    });
    expect(await ofKey(shop)).toHaveLength(1);
    expect(await ofKey(shop, 'k2')).toHaveLength(1);
  });

  test('does not confuse it with the same call at the same moment', async () => {
    // Prepare
    const shop = aSmallShop();
    shop.wire.next(
      'TransactWriteItems',
      meanwhile(() => cancel(shop, { mug: 2 })),
    );

    // Act
    const result = await cancel(shop, { mug: 2 });

    // Assess
    expect(result).toMatchObject({ outcome: 'already_cancelled', restored: [{ quantity: 2 }] });
    await expectLawsHold(shop);
  });
});

describe('An order that is being placed', () => {
  test('cannot be cancelled in part, because it does not hold all its units yet', async () => {
    // Prepare
    const order = anOrder('o1', [aLine('mug', 5), aLine('cup', 3, { reservedQuantity: 0 })], {
      placing: true,
    });
    const shop = openShop({ orders: [order] });

    // Act
    const result = await cancel(shop, { mug: 1 });

    // Assess
    expect(result).toMatchObject({
      outcome: 'not_cancellable',
      why: 'being_placed',
      order,
      conflicts: 0,
    });
    expect(shop.wire.writes()).toEqual([]);
  });
});
