import { createHash } from 'node:crypto';
import { inParts } from '../../lib/batches.ts';
import type { OrderToCancel } from './read-orders.ts';

/** What holds for all orders that have nothing of their own. */
export type Defaults = {
  readonly reason: string | undefined;
  readonly note: string | undefined;
  /** Whether the goods go back on the shelf. */
  readonly restock: boolean;
};

/** The body of one `POST /cancellations`. */
export type BatchToSend = {
  readonly orderIds: readonly string[];
  readonly reason?: string | undefined;
  readonly note?: string | undefined;
  readonly restock?: false;
};

/** As `POST /cancellations` takes them. */
const MOST_ORDERS = 1_000;

/** Divides orders into batches. The same orders always make the same batches. */
export const planBatches = (
  orders: readonly OrderToCancel[],
  defaults: Defaults,
): readonly BatchToSend[] => {
  const groups = new Map<string, BatchToSend & { readonly orderIds: string[] }>();
  for (const { orderId, reason = defaults.reason, note = defaults.note } of orders) {
    const key = JSON.stringify([reason, note]);
    const group = groups.get(key) ?? {
      orderIds: [],
      reason,
      note,
      ...(!defaults.restock && { restock: false as const }),
    };
    group.orderIds.push(orderId);
    groups.set(key, group);
  }
  return [...groups.values()].flatMap(({ orderIds, ...rest }) =>
    inParts(orderIds, MOST_ORDERS).map((part) => ({ orderIds: part, ...rest })),
  );
};

/** What a journal belongs to: these batches, for the system at this address. */
export const digestOf = (batches: readonly BatchToSend[], url: string): string =>
  createHash('sha256')
    .update(JSON.stringify([url, batches]))
    .digest('hex');
