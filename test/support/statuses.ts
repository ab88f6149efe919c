/** Orders as they are in each status, made by the table of statuses. */
import type { Order } from '../../lib/domain/order.ts';
import {
  type Destination,
  ORDER_STATUSES,
  type OrderStatus,
  rulesOf,
  STATUS_RULES,
} from '../../lib/domain/order-status.ts';
import { aLine, anOrder } from './builders.ts';

/** Where a shop can take an order, from wherever. */
export const DESTINATIONS: readonly Destination[] = ORDER_STATUSES.flatMap(
  (status) => STATUS_RULES[status].next ?? [],
);

/** An order of two mugs in which nothing is left to do. */
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

/** An order of two mugs that holds them all, whatever it should do with them. */
export const aHoldingOrder = (status: OrderStatus, differences: Partial<Order> = {}): Order =>
  anOrder('o1', { mug: 2 }, { status, ...differences });
