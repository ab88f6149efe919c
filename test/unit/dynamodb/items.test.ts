import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dueOf } from '../../../lib/domain/due.ts';
import type { Order } from '../../../lib/domain/order.ts';
import { mostBytesOf } from '../../../lib/domain/order-size.ts';
import { ORDER_STATUSES } from '../../../lib/domain/order-status.ts';
import { references } from '../../../lib/domain/references.ts';
import {
  batches,
  movementToItem,
  OPTIONAL_ORDER_NAMES,
  orderStates,
  orders,
  orderToItem,
  products,
  stockMovements,
  turns,
} from '../../../lib/dynamodb/items.ts';
import { MAX_QUANTITY } from '../../../lib/fields.ts';
import { someBatch, someMovement, someOrder, someProduct } from '../../support/arbitraries.ts';
import {
  aCancelledOrder,
  aLine,
  aMovement,
  anOrder,
  aProduct,
  EARLIER,
  NOW,
  TABLES,
} from '../../support/builders.ts';
import { sizeOfItem } from '../../support/item-size.ts';
import { aHoldingOrder } from '../../support/statuses.ts';

describe('Rows', () => {
  test('of orders are read as the orders that were written', () => {
    fc.assert(
      fc.property(someOrder, (order) => {
        expect(orders.fromItem(orderToItem(order, TABLES))).toEqual(order);
      }),
    );
  });

  test('of products are read as the products that were written', () => {
    fc.assert(
      fc.property(someProduct, (product) => {
        expect(products.fromItem(products.toItem(product))).toEqual(product);
      }),
    );
  });

  test('of movements are read as the movements that were written', () => {
    fc.assert(
      fc.property(someMovement, (movement) => {
        expect(stockMovements.fromItem(movementToItem(movement, TABLES))).toEqual(movement);
      }),
    );
  });

  test('of batches are read as the batches that were written', () => {
    fc.assert(
      fc.property(someBatch, (batch) => {
        expect(batches.fromItem(batches.toItem(batch))).toEqual(batch);
      }),
    );
  });

  test('of orders tell how far they have come', () => {
    const order = anOrder('o1', { mug: 2 }, { placing: true });
    const { id, status } = order;

    expect(orderStates.fromItem(orderToItem(order, TABLES))).toEqual({
      id,
      status,
      dueAt: dueOf(order)?.at,
    });
  });

  test('of a turn come back as the turn that it was, taken or not', () => {
    for (const turn of [{ id: 'writing', doneAt: NOW, within: 110 }, { id: 'writing' }] as const) {
      expect(turns.fromItem(turns.toItem(turn))).toEqual(turn);
    }
  });

  test('are read without attributes that this system does not know', () => {
    const [line] = anOrder('o1', { mug: 2 }).items;
    const item = {
      ...orderToItem(anOrder('o1', { mug: 2 }), TABLES),
      items: [{ ...line, gift: true }],
      channel: 'market',
      writeId: 'w1',
    };

    expect(orders.fromItem(item)).toEqual(anOrder('o1', { mug: 2 }, { writeId: 'w1' }));
    expect(products.fromItem({ ...aProduct('mug'), colour: 'blue' })).toEqual(aProduct('mug'));
    expect(stockMovements.fromItem({ ...aMovement(), warehouse: 7 })).toEqual(aMovement());
  });

  test('are read with their attributes in a fixed order', () => {
    const order = aCancelledOrder('o1', { mug: 2 });
    const backwards = Object.fromEntries(Object.entries(orderToItem(order, TABLES)).reverse());

    expect(JSON.stringify(orders.fromItem(backwards))).toBe(
      JSON.stringify(orders.fromItem(orderToItem(order, TABLES))),
    );
  });

  test('leave out attributes that are undefined', () => {
    const order: Order = { ...anOrder('o1', {}), ...({ cancelledAt: undefined } as object) };

    for (const row of [orderToItem(order, TABLES), orders.fromItem(orders.toItem(order))]) {
      expect(Object.keys(row)).not.toContain('cancelledAt');
    }
  });
});

describe('The largest order', () => {
  test('fits into an item, with as many lines and partial cancellations as there can be', () => {
    const id = (n: number): string => String(n).padStart(64, 'x');
    const order: Order = {
      ...aCancelledOrder(id(0), {}),
      items: Array.from({ length: 1_000 }, (_, n) =>
        aLine(id(n), MAX_QUANTITY - 1, {
          shippedQuantity: MAX_QUANTITY - 1,
          cancelledQuantity: MAX_QUANTITY - 1,
          returnedQuantity: MAX_QUANTITY - 1,
        }),
      ),
      round: 9,
      roundSince: NOW,
      movementReferences: Array.from({ length: 1_002 }, (_, n) =>
        references.partialCancellation({ id: id(0), round: 9 }, id(n)),
      ),
      restoredQuantities: Array.from({ length: 1_000 }, () => MAX_QUANTITY - 1),
      keyUses: Array.from({ length: 1_000 }, (_, n) => ({ cause: n, asked: 'x'.repeat(16) })),
      expiresAt: NOW,
      cancellationReason: 'inventory',
      cancellationNote: '語'.repeat(1_000),
      cancelledBy: `iam:${'x'.repeat(2_048)}`,
      cancelledByStated: 'x'.repeat(255),
      metadata: { note: 'x'.repeat(2_048) },
      notRestocked: Array.from({ length: 1_000 }, () => MAX_QUANTITY - 1),
      cancelledByPart: Array.from({ length: 1_000 }, () => MAX_QUANTITY - 1),
      lock: {
        by: 'x'.repeat(2_048),
        byStated: 'x'.repeat(255),
        since: NOW,
        reason: '語'.repeat(255),
      },
      placing: true,
      writeId: id(0),
    };

    const size = sizeOfItem(marshall(orderToItem(order, TABLES)));
    expect(size).toBeLessThan(400 * 1_024);
    expect(size).toBeLessThanOrEqual(mostBytesOf(order));
  });

  test('is never larger than the domain takes it for', () => {
    const units = fc.integer({ min: 1, max: MAX_QUANTITY });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.stringMatching(/^[a-z]{1,64}$/), units), { maxLength: 30 }),
        fc.array(fc.stringMatching(/^[a-z]{1,64}$/), { maxLength: 30 }),
        (lines, ids) => {
          const empty = anOrder('o1', {});
          const order: Order = {
            ...empty,
            items: lines.map(([id, most]) =>
              aLine(id, most, {
                reservedQuantity: most,
                shippedQuantity: most,
                cancelledQuantity: most,
                returnedQuantity: most,
              }),
            ),
            restoredQuantities: lines.map(([, most]) => most),
            cancelledByPart: lines.map(([, most]) => most),
            notRestocked: lines.map(([, most]) => most),
            movementReferences: ids,
            keyUses: ids.map((id, cause) => ({ cause, asked: 'x'.repeat(16), gone: [id, id] })),
          };
          const sizeOf = (one: Order) => sizeOfItem(marshall(orderToItem(one, TABLES)));
          const names = 4 * 24;
          expect(sizeOf(order) - sizeOf(empty) - names).toBeLessThanOrEqual(
            mostBytesOf(order) - mostBytesOf({ ...empty, movementReferences: [] }),
          );
        },
      ),
    );
  });
});

describe('The optional attributes of an order row', () => {
  test('are those of the order and the keys of the index of due orders', () => {
    expect([...OPTIONAL_ORDER_NAMES].sort()).toEqual(
      [
        'placing',
        'givenUp',
        'importedAt',
        'importing',
        'restock',
        'restoredQuantities',
        'keyUses',
        'expiresAt',
        'cancelledAt',
        'cancellationReason',
        'cancellationNote',
        'cancelledBy',
        'cancelledByStated',
        'cancelledFrom',
        'cancelledByPart',
        'shippedInPart',
        'notRestocked',
        'lock',
        'releaseAt',
        'reinstating',
        'roundSince',
        'correlationId',
        'metadata',
        'writeId',
        'dueShard',
        'dueAt',
      ].sort(),
    );
  });

  test('are the only attributes that two rows can differ in', () => {
    fc.assert(
      fc.property(someOrder, (order) => {
        const always = Object.keys(orderToItem(anOrder('o1', {}), TABLES));
        const names = Object.keys(orderToItem(order, TABLES));
        expect(names.filter((name) => !OPTIONAL_ORDER_NAMES.includes(name))).toEqual(always);
      }),
    );
  });
});

describe('Index keys', () => {
  test('an order is indexed under its status', () => {
    const order = anOrder('o1', { mug: 2 });
    const shardOf = (status: Order['status']) =>
      String(orderToItem({ ...order, status }, TABLES).statusShard);

    expect(shardOf('pending')).toMatch(/^pending#[0-7]$/);
    expect(shardOf('confirmed')).toBe(shardOf('pending').replace('pending', 'confirmed'));
  });

  test.each(ORDER_STATUSES)('an order is indexed as due only while it is due: %s', (status) => {
    for (const differences of [{}, { expiresAt: NOW }, { placing: true } as const]) {
      const order = aHoldingOrder(status, differences);
      const due = dueOf(order);

      const { dueShard, dueAt } = orderToItem(order, TABLES);

      expect(dueAt).toBe(due?.at);
      expect(dueShard).toEqual(due && expect.stringMatching(/^due#[01]$/));
    }
  });

  test('due orders spread over both shards', () => {
    const shards = Array.from(
      { length: 100 },
      (_, index) => orderToItem(anOrder(`o${index}`, {}, { placing: true }), TABLES).dueShard,
    );

    expect(new Set(shards)).toEqual(new Set(['due#0', 'due#1']));
  });

  test('the movements of one product spread over all 4 shards by their causes', () => {
    const shards = Array.from(
      { length: 100 },
      (_, cause) =>
        movementToItem(aMovement({ referenceId: `order_${cause}` }), TABLES).productShard,
    );

    expect(new Set(shards)).toEqual(new Set(['mug#0', 'mug#1', 'mug#2', 'mug#3']));
  });

  test('the movements of one cause have the same shard', () => {
    const [one, other] = ['reservation', 'restoration'].map((movementType) =>
      movementToItem(
        aMovement({ movementType: movementType as 'reservation', createdAt: EARLIER }),
        TABLES,
      ),
    );

    expect(one?.productShard).toBe(other?.productShard);
  });
});
