import type { OrderRow } from '../laws.ts';
import type { Moment } from '../truth.ts';
import {
  claim,
  type DeedType,
  isCreation,
  SMALL,
  summed,
  type Told,
  type Units,
  unexpected,
} from './deed.ts';

type Place = {
  readonly type: 'place';
  readonly orderId: string;
  readonly items: readonly Units[];
  readonly expiresAt?: string;
};

const lies = (told: Told<Place>): string[] => {
  const { deed, status, code, body, once, did, order, product, truth } = told;
  const { orderId, items, expiresAt } = deed;
  const created = did('orders', orderId, isCreation);
  const stands = (at: Moment): boolean => {
    const row = order(orderId, at);
    return hasLines(row, items) && row?.placing === undefined;
  };
  switch (`${status} ${code}`) {
    case '201 ':
      return [
        ...claim(created && once(stands), 'this call has placed the order'),
        ...claim(
          expiresAt === undefined || once((at) => order(orderId, at)?.expiresAt === expiresAt),
          `it expires at ${expiresAt}`,
        ),
      ];
    case '200 ':
      return claim(once(stands) && !(created && placedAlone(told)), 'it was placed before');
    case '404 product_not_found':
      return claim(
        once((at) => items.some(({ productId }) => !product(productId, at))),
        'a product does not exist',
      );
    case '409 product_closed':
      return claim(
        once((at) => items.some(({ productId }) => product(productId, at)?.closed)),
        'a product is closed',
      );
    case '409 order_exists':
      return claim(
        once((at) => {
          const row = order(orderId, at);
          if (row) return !hasLines(row, items);
          return truth.movements(`order_${orderId}`, at).length > 0;
        }),
        'another order has the id',
      );
    case '409 insufficient_stock': {
      const shortages = body.shortages as { productId: string; available: number }[];
      return shortages.flatMap(({ productId, available }) =>
        claim(
          once((at) => {
            const own = order(orderId, at)?.items.find((line) => line.productId === productId);
            const asked = summed(items).get(productId) ?? 0;
            return (
              product(productId, at)?.availableQuantity === available &&
              available + (own?.reservedQuantity ?? 0) < asked
            );
          }),
          `there are ${available} ${productId} too few`,
        ),
      );
    }
    default:
      return unexpected(told);
  }
};

const hasLines = (order: OrderRow | undefined, items: readonly Units[]): boolean => {
  if (!order) return false;
  const asked = summed(items);
  return (
    order.items.length === asked.size &&
    order.items.every(({ productId, quantity }) => asked.get(productId) === quantity)
  );
};

/** Whether every step of the placement was this call's. */
const placedAlone = ({ id, deed, truth, from, to }: Told<Place>): boolean => {
  const deeds = truth.deeds('orders', deed.orderId, from, to);
  const begin = deeds.findLastIndex((one) => one.by === id && isCreation(one));
  const end = deeds.findIndex(
    ({ after }, at) => at >= begin && (after as OrderRow | undefined)?.placing === undefined,
  );
  return end >= 0 && deeds.slice(begin, end + 1).every(({ by }) => by === id);
};

export const placing = {
  type: 'place',
  request: ({ orderId, items, expiresAt }) => ({
    to: 'placeOrder',
    json: { id: orderId, items, expiresAt },
  }),
  lies,
  kinds: {
    place: {
      often: 4,
      draw: ({ own, isLarge, happens, items, itemsOf, soon, id }) => ({
        type: 'place',
        orderId: own,
        // Two who place one order may want the same lines, and may not.
        items: !isLarge(own) && happens(0.2, `${id}/others`) ? items() : itemsOf(own),
        ...(happens(0.2, `${id}/expires`) && { expiresAt: soon() }),
      }),
      small: { type: 'place', orderId: SMALL.orderId, items: SMALL.items },
    },
    'place large': {
      often: 0,
      draw: ({ largeOrderId, largeItems }) => ({
        type: 'place',
        orderId: largeOrderId(),
        items: largeItems(),
      }),
    },
  },
} as const satisfies DeedType<Place>;
