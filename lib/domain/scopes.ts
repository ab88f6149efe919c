import { ORDER_STATUSES, type OrderStatus } from './order.ts';

/** `active` orders are all but the cancelled ones. */
export type OrderScope = OrderStatus | 'active';

/** The statuses that a scope takes in; without a scope, all. */
export const statusesOf = (scope: OrderScope | undefined): readonly OrderStatus[] => {
  if (scope === undefined) return ORDER_STATUSES;
  if (scope === 'active') return ORDER_STATUSES.filter((status) => status !== 'cancelled');
  return [scope];
};
