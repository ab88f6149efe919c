/** Orders in each status, made from `STATUS_RULES`. */
import type { Order } from '../../lib/domain/order.ts';
import {
  type Destination,
  ORDER_STATUSES,
  type OrderStatus,
  rulesOf,
  STATUS_RULES,
} from '../../lib/domain/order-status.ts';
import { aLine, anOrder } from './builders.ts';

/** All statuses that a transition can lead to. */
export const DESTINATIONS: readonly Destination[] = ORDER_STATUSES.flatMap(
  (status) => STATUS_RULES[status].next ?? [],
);

/** An order of two mugs in which no work is left. */
export const aSettledOrder = (status: OrderStatus, differences: Partial<Order> = {}): Order => {
  const { units } = rulesOf(status);
  const whereTheyAre = {
    kept: {},
    shipped: { reservedQuantity: 0, shippedQuantity: 2 },
    none: { reservedQuantity: 0, shippedQuantity: 2 },
    cancelled: { reservedQuantity: 0, cancelledQuantity: 2 },
  }[units];
  return anOrder('o1', [aLine('mug', 2, whereTheyAre)], { status, ...differences });
};

/** An order of two mugs that still holds them, whether or not its status allows that. */
export const aHoldingOrder = (status: OrderStatus, differences: Partial<Order> = {}): Order =>
  anOrder('o1', { mug: 2 }, { status, ...differences });
