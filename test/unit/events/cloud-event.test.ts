import { describe, expect, test } from '@jest/globals';
import type { OrderLine } from '../../../lib/domain/order.ts';
import { MAX_EVENT_BYTES, orderEvent, productEvent } from '../../../lib/events/cloud-event.ts';
import { aLine, anOrder, aProduct, EARLIER, NOW } from '../../support/builders.ts';

const held = anOrder('o1', { mug: 2 });
const cancelled = anOrder('o1', [aLine('mug', 2, { reservedQuantity: 0, cancelledQuantity: 2 })], {
  status: 'cancelled',
  version: 2,
  writeId: 'w2',
  cancelledAt: NOW,
  cancellationReason: 'customer',
  cancellationNote: 'Mrs Ada L. is moving to 5 Hill Road',
  movementReferences: ['order_o1', 'order_o1_cancellation'],
  updatedAt: NOW,
});

describe('The event of an order', () => {
  test('is a CloudEvent with the order as callers see it, the cause and the units', () => {
    expect(orderEvent({ before: held, after: cancelled })).toEqual({
      specversion: '1.0',
      id: 'order.o1.2',
      source: 'countermand',
      type: 'order.cancelled',
      subject: 'orders/o1',
      time: NOW,
      sequence: `${EARLIER}/0000000002`,
      datacontenttype: 'application/json',
      data: {
        order: {
          id: 'o1',
          status: 'cancelled',
          statusSince: EARLIER,
          items: [
            {
              productId: 'mug',
              quantity: 2,
              reservedQuantity: 0,
              shippedQuantity: 0,
              cancelledQuantity: 2,
              returnedQuantity: 0,
            },
          ],
          version: 2,
          cancelledAt: NOW,
          cancellationReason: 'customer',
          createdAt: EARLIER,
          updatedAt: NOW,
        },
        referenceId: 'order_o1_cancellation',
        units: [{ productId: 'mug', quantity: 2 }],
      },
    });
  });

  test('does not have what somebody wrote by hand', () => {
    expect(JSON.stringify(orderEvent({ before: held, after: cancelled }))).not.toContain('Ada');
  });

  test('has another sequence if the id of a deleted order is used again, and a later one', () => {
    const first = orderEvent({ before: held, after: cancelled });
    const again = orderEvent({ after: { ...held, createdAt: NOW } });

    expect(again?.sequence.localeCompare(first?.sequence ?? '')).toBe(1);
  });

  test('has a sequence that grows with the version', () => {
    const at = (version: number) => orderEvent({ after: { ...held, version } })?.sequence ?? '';

    expect([at(9), at(10), at(1_000)]).toEqual([at(9), at(10), at(1_000)].sort());
  });

  describe('of 2,000 lines, as many as an import brings in, with the longest ids', () => {
    const lines = (differences: Partial<OrderLine>): OrderLine[] =>
      Array.from({ length: 2_000 }, (_, index) =>
        aLine(String(index).padStart(64, '0'), 1_000_000_000, differences),
      );
    const before = anOrder('9'.repeat(64), lines({}));
    const after = {
      ...before,
      items: lines({ reservedQuantity: 0, cancelledQuantity: 1_000_000_000 }),
      status: 'cancelled' as const,
      version: 2,
    };

    test('says that it leaves out its lines, and still has all units', () => {
      const event = orderEvent({ before, after });

      expect(event?.data.itemsOmitted).toBe(true);
      expect(event?.data.order).not.toHaveProperty('items');
      expect(event?.data.units).toHaveLength(2_000);
      expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThanOrEqual(MAX_EVENT_BYTES);
    });

    test('has them as long as it fits', () => {
      const items = before.items.slice(0, 900);
      const placed = orderEvent({ after: { ...before, items } });

      expect(placed?.data.order.items).toHaveLength(900);
      expect(placed?.data).not.toHaveProperty('itemsOmitted');
    });
  });
});

describe('The event of a product', () => {
  test('is a CloudEvent whose id and sequence come from the stream', () => {
    const after = aProduct('mug', { stock: 1 });

    expect(productEvent({ after }, '111222333444555666777')).toEqual({
      specversion: '1.0',
      id: 'product.mug.111222333444555666777',
      source: 'countermand',
      type: 'product.back_in_stock',
      subject: 'products/mug',
      time: EARLIER,
      sequence: '0000000000000000000111222333444555666777',
      datacontenttype: 'application/json',
      data: {
        product: {
          id: 'mug',
          name: 'The mug',
          stockQuantity: 1,
          reservedQuantity: 0,
          availableQuantity: 1,
          createdAt: EARLIER,
          updatedAt: EARLIER,
        },
      },
    });
  });
});
