/**
 * A sample of a consumer: it refunds what was cancelled, once, although every event may come twice.
 *
 * It remembers nothing of its own. The cause of a cancellation is the idempotency key of the refund,
 * so it is the payment service that knows what was refunded already. The key that a shopper's click
 * had (`Idempotency-Key`) is a part of the cause: one key from the click to the refund.
 */
import { isDeepStrictEqual } from 'node:util';
import type { OrderEvent } from '../lib/events/cloud-event.ts';
import type { DeliveredEvent } from './event-bus-server.ts';

export type Refund = {
  readonly orderId: string;
  /** Tells which payment it was, if the id of a deleted order is used again. */
  readonly placedAt: string;
  /** Whole cents. */
  readonly amount: number;
  readonly idempotencyKey: string;
};

/** `refunded` with this call, or `already_refunded` with an earlier one. */
export type RefundOutcome = 'refunded' | 'already_refunded';

export type PaymentService = {
  /** @throws Error when the key was used for another refund */
  readonly refund: (refund: Refund) => RefundOutcome;
  readonly refunds: () => readonly Refund[];
};

/** Stands for a payment service: like all of them, it does once what comes twice with one key. */
export const createPaymentService = (): PaymentService => {
  const byKey = new Map<string, Refund>();
  return {
    refund: (asked) => {
      const earlier = byKey.get(asked.idempotencyKey);
      if (!earlier) {
        byKey.set(asked.idempotencyKey, asked);
        return 'refunded';
      }
      if (!isDeepStrictEqual(earlier, asked)) {
        throw new Error(`The key ${asked.idempotencyKey} was used for another refund`);
      }
      return 'already_refunded';
    },
    refunds: () => [...byKey.values()],
  };
};

/** The events that take units from an order before they were shipped. */
const REFUNDED: readonly string[] = [
  'order.cancelled',
  'order.expired',
  'order.partially_cancelled',
] satisfies OrderEvent['type'][];

const isRefunded = (event: DeliveredEvent['detail']): event is OrderEvent =>
  REFUNDED.includes(event.type);

/**
 * @param prices of one unit of each product, in whole cents
 * @returns handles an event; undefined if there is nothing to refund
 */
export const createRefundService =
  (payments: PaymentService, prices: Readonly<Record<string, number>>) =>
  ({ detail: event }: DeliveredEvent): RefundOutcome | undefined => {
    if (!isRefunded(event)) return undefined;
    const { order, units = [], referenceId: idempotencyKey } = event.data;
    const amount = units.reduce(
      (total, { productId, quantity }) => total + quantity * (prices[productId] ?? 0),
      0,
    );
    if (amount === 0 || idempotencyKey === undefined) return undefined;
    return payments.refund({
      orderId: order.id,
      placedAt: order.createdAt,
      amount,
      idempotencyKey,
    });
  };
