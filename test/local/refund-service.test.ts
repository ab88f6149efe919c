import { beforeAll, describe, expect, test } from '@jest/globals';
import type { CloudEvent } from '../../lib/events/cloud-event.ts';
import type { DeliveredEvent } from '../../local/event-bus-server.ts';
import {
  createPaymentService,
  createRefundService,
  type RefundOutcome,
} from '../../local/refund-service.ts';
import { tellStory } from '../support/event-examples.ts';

const PRICES = { tea: 250 };

let story: CloudEvent[];

beforeAll(async () => {
  story = await tellStory();
});

const delivered = (detail: CloudEvent) => ({ detail }) as DeliveredEvent;

const refundAll = (events: readonly CloudEvent[]) => {
  const payments = createPaymentService();
  const refund = createRefundService(payments, PRICES);
  const outcomes = events.map((event): [string, RefundOutcome | undefined] => [
    event.type,
    refund(delivered(event)),
  ]);
  return { payments, outcomes };
};

describe('The refund service', () => {
  test('refunds what was cancelled, in part, as a whole or by its expiry, with the cause as its key', () => {
    const { payments } = refundAll(story);

    expect(payments.refunds()).toEqual([
      {
        orderId: '1001',
        placedAt: expect.any(String),
        amount: 500,
        idempotencyKey: 'order_1001_cancellation_click-77',
      },
      {
        orderId: '1002',
        placedAt: expect.any(String),
        amount: 250,
        idempotencyKey: 'order_1002_cancellation',
      },
      {
        orderId: '1003',
        placedAt: expect.any(String),
        amount: 250,
        idempotencyKey: 'order_1003_cancellation',
      },
    ]);
  });

  test('refunds nothing else', () => {
    const { outcomes } = refundAll(story);
    const refunded = outcomes.filter(([, outcome]) => outcome).map(([type]) => type);

    expect(refunded).toEqual(['order.partially_cancelled', 'order.cancelled', 'order.expired']);
  });

  test('refunds once, however often and in whatever sequence the events come', () => {
    const once = refundAll(story).payments.refunds();
    const { payments } = refundAll([...story, ...[...story].reverse(), ...story]);

    expect(payments.refunds()).toEqual(once);
  });

  test('remembers nothing itself, so that it may be killed and started again', () => {
    const payments = createPaymentService();
    const [first, second] = [1, 2].map(() => createRefundService(payments, PRICES));
    const cancelled = delivered(story.find(({ type }) => type === 'order.cancelled') as CloudEvent);

    expect([first?.(cancelled), second?.(cancelled)]).toEqual(['refunded', 'already_refunded']);
  });

  test('is told if the id of a deleted order is used again, instead of losing its refund', () => {
    const cancelled = story.find(({ type }) => type === 'order.cancelled');
    if (!cancelled || !('order' in cancelled.data)) throw new Error('Nothing was cancelled');
    const order = { ...cancelled.data.order, createdAt: '2026-04-01T08:00:00.000Z' };
    const again = { ...cancelled, data: { ...cancelled.data, order } } as CloudEvent;

    expect(() => refundAll([cancelled, again])).toThrow('was used for another refund');
  });
});
