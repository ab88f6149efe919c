import { describe, expect, test } from '@jest/globals';
import type { Order } from '../../../../lib/domain/order.ts';
import { cancelOrders } from '../../../../lib/use-cases/cancel-orders.ts';
import { deleteOrder } from '../../../../lib/use-cases/delete-order.ts';
import { placeOrder } from '../../../../lib/use-cases/place-order.ts';
import type { Store } from '../../../../lib/use-cases/ports.ts';
import { expectLawsHold } from '../../../support/audit.ts';
import { aCancelledOrder, aLine, anOrder } from '../../../support/builders.ts';
import type { Row } from '../../../support/fake-dynamodb/values.ts';
import { openShop } from '../../../support/fake-shop.ts';
import { meanwhile } from '../../../support/faults.ts';
import { unitRuntime } from '../../../support/unit-runtime.ts';

/** A shop in which o1 changes between the read and the write. */
const shopInWhich = (becomes: Order) => {
  const shop = openShop({ orders: [anOrder('o1', { mug: 2, cup: 3 }), anOrder('o2', { mug: 5 })] });
  shop.wire.next(
    'TransactWriteItems',
    meanwhile(() => shop.has(becomes)),
  );
  return shop;
};

describe('When an order changes between the read and the write', () => {
  test('an order that was confirmed is cancelled from its new version', async () => {
    // Prepare
    const shop = shopInWhich(
      anOrder('o1', { mug: 2, cup: 3 }, { status: 'confirmed', version: 2 }),
    );

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'cancelled', order: { version: 3 }, conflicts: 0 });
    expect(await shop.order('o1')).toMatchObject({ status: 'cancelled', version: 3 });
    await expectLawsHold(shop);
  });

  test('an order that holds less restores only what it still holds', async () => {
    // Prepare: the cup has been cancelled meanwhile
    const shop = shopInWhich(
      anOrder(
        'o1',
        [aLine('mug', 2), aLine('cup', 3, { reservedQuantity: 0, cancelledQuantity: 3 })],
        { version: 2 },
      ),
    );
    await shop.stocks({ ...(await shop.product('cup')), reservedQuantity: 0 });

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({
      outcome: 'cancelled',
      restored: [{ productId: 'mug', quantity: 2 }],
      drift: 0,
    });
    expect((await shop.product('cup')).reservedQuantity).toBe(0);
  });

  test('the change is found without a second read', async () => {
    // Prepare
    const shop = shopInWhich(
      anOrder('o1', { mug: 2, cup: 3 }, { status: 'confirmed', version: 2 }),
    );

    // Act
    await shop.cancelsAll(['o1']);

    // Assess
    expect(shop.wire.operations()).toEqual(['GetItem', 'TransactWriteItems', 'TransactWriteItems']);
  });

  test('an order that was cancelled is reported as already cancelled', async () => {
    // Prepare
    const cancelled = aCancelledOrder('o1', { mug: 2, cup: 3 });
    const shop = shopInWhich(cancelled);

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toEqual({
      orderId: 'o1',
      outcome: 'already_cancelled',
      restored: [],
      order: cancelled,
      drift: 0,
      conflicts: 0,
    });
    expect((await shop.product('mug')).reservedQuantity).toBe(7);
    expect(shop.wire.writes()).toHaveLength(1);
  });

  test.each(['shipped', 'delivered'] as const)(
    'an order that was %s is not cancellable and stays as it is',
    async (status) => {
      // Prepare
      const gone = anOrder('o1', { mug: 2, cup: 3 }, { status, version: 2 });
      const shop = shopInWhich(gone);

      // Act
      const [result] = await shop.cancelsAll(['o1']);

      // Assess
      expect(result).toEqual({
        orderId: 'o1',
        outcome: 'not_cancellable',
        why: 'goods_left',
        order: gone,
        conflicts: 0,
        drift: 0,
      });
      expect(await shop.order('o1')).toEqual(gone);
      expect((await shop.product('mug')).reservedQuantity).toBe(7);
    },
  );

  test('an order that was deleted is not found', async () => {
    // Prepare
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });
    shop.wire.next(
      'TransactWriteItems',
      meanwhile(() => shop.loses('orders', 'o1')),
    );

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toEqual({ orderId: 'o1', outcome: 'not_found', conflicts: 0, drift: 0 });
    expect((await shop.product('mug')).reservedQuantity).toBe(2);
  });

  test('an order that changes 4 times is cancelled by the fifth attempt', async () => {
    // Prepare
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });
    const versions = [2, 3, 4, 5];
    shop.wire.next(
      'TransactWriteItems',
      ...versions.map((version) =>
        meanwhile(() => shop.has(anOrder('o1', { mug: 2 }, { version }))),
      ),
    );

    // Act
    const [result] = await shop.cancelsAll(['o1']);

    // Assess
    expect(result).toMatchObject({ outcome: 'cancelled', order: { version: 6 } });
    expect(shop.wire.writes()).toHaveLength(5);
    await expectLawsHold(shop);
  });

  test('of two concurrent callers, one cancels the order and the other learns that it is cancelled', async () => {
    // Prepare
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 }), anOrder('o2', { mug: 5 })] });

    // Act
    const results = await Promise.all([shop.cancelsAll(['o1']), shop.cancelsAll(['o1'])]);

    // Assess
    expect(
      results
        .flat()
        .map(({ outcome }) => outcome)
        .sort(),
    ).toEqual(['already_cancelled', 'cancelled']);
    expect((await shop.product('mug')).reservedQuantity).toBe(5);
    await expectLawsHold(shop);
  });

  test('two concurrent callers send the same changes under different tokens', async () => {
    // Prepare
    const shop = openShop({ orders: [anOrder('o1', { mug: 2 })] });

    // Act
    await Promise.all([shop.cancelsAll(['o1']), shop.cancelsAll(['o1'])]);

    // Assess
    const [one, other] = shop.wire.writes().map(({ input }) => input);
    const withoutToken = ({ TransactItems, ClientRequestToken }: Row = {}) =>
      JSON.stringify(TransactItems).replaceAll(String(ClientRequestToken), 'its token');
    expect(withoutToken(one)).toEqual(withoutToken(other));
    expect(one?.ClientRequestToken).not.toBe(other?.ClientRequestToken);
  });
});

describe('When another order has taken the id since the read', () => {
  test('the new order is cancelled, and nothing is restored again for the old one', async () => {
    // Prepare: o1 is cancelled, deleted, and placed again with other lines
    const shop = openShop({
      orders: [anOrder('o1', { mug: 2 }), anOrder('o2', { mug: 3, cup: 1 })],
    });
    const later = shop.ports({
      runtime: unitRuntime({ now: () => new Date('2026-03-02T12:00:05.000Z') }),
    });
    let isFirst = true;
    const store: Store = {
      ...shop.store,
      commit: async (...args) => {
        if (isFirst) {
          isFirst = false;
          await cancelOrders([{ orderId: 'o1' }], later);
          await deleteOrder('o1', later);
          await placeOrder({ id: 'o1', items: [{ productId: 'cup', quantity: 5 }] }, later);
        }
        return shop.store.commit(...args);
      },
    };

    // Act
    const [result] = await cancelOrders([{ orderId: 'o1' }], shop.ports({ store }));

    // Assess: the order with that id is cancelled, which is the new one
    expect(result).toMatchObject({
      outcome: 'cancelled',
      restored: [{ productId: 'cup', quantity: 5 }],
      drift: 0,
    });
    expect((await shop.product('mug')).reservedQuantity).toBe(3);
    expect((await shop.product('cup')).reservedQuantity).toBe(1);
    await expectLawsHold(shop);
  });
});
