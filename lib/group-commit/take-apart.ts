import type { Change } from '../domain/change.ts';
import type { Order } from '../domain/order.ts';

/**
 * Divides the orders of a group that cannot go on as it is. `apart` are those that need one of the
 * items at which it stopped; the `rest` can go on without them. If all orders need one, or none
 * does, there is no rest; `halve` then halves them.
 */
export const takeApart = <Member extends { readonly order: Order }>(
  group: readonly Member[],
  items: readonly Change[],
  { halve }: { readonly halve: boolean },
): { readonly rest: readonly Member[]; readonly apart: readonly Member[] } => {
  const isApart = ({ order }: Member) => items.some((item) => needs(order, item));
  const apart = group.filter(isApart);
  const rest = group.filter((member) => !isApart(member));
  if (apart.length > 0 && rest.length > 0) return { rest, apart };
  if (!halve) return { rest: [], apart: group };
  const half = Math.ceil(group.length / 2);
  return { rest: group.slice(0, half), apart: group.slice(half) };
};

const needs = ({ id, items }: Order, item: Change): boolean => {
  if ('order' in item) return item.order.id === id;
  if ('movement' in item) return item.movement.orderId === id;
  if (!('productId' in item)) return false;
  return items.some((line) => line.productId === item.productId && line.reservedQuantity > 0);
};
